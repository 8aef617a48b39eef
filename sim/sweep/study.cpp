#include "sim/sweep/study.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/composed_text.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/sweep/design_rows.hpp"

namespace kindred::sweep {
namespace {

using scenario::FactorDraft;
using scenario::SweepDraft;

/// Everything a study is read from.
struct Desk {
  scenario::Problems& problems;
  const scenario::Folders& folders;
  const scenario::Sources& sources;
  std::span<const ModelDeclaration* const> models;
  const scenario::Swept& swept;
};

Written written_at(const scenario::Place& place) { return {place.file, place.line, place.column}; }

/// A scenario writes durations with their unit, so whole weeks, each equally likely, are words.
Prior durations(double low, double high) {
  Prior prior{.kind = PriorKind::choice, .names = {}};
  for (double week = low; week <= high; ++week)
    prior.names.push_back(fmt::format("{:.0f} week{}", week, week == 1 ? "" : "s"));
  return prior;
}

Factor factor_of(const FactorDraft& draft) {
  Factor factor{
      .path = draft.path,
      .prior = {.low = draft.low, .high = draft.high, .mean = draft.mean, .sd = draft.sd, .names = {}},
      .together = draft.together,
      .levels = draft.levels,
      .centre = draft.centre,
      .written = written_at(draft.place)};
  const auto names = prior_names();
  const auto named = std::find(names.begin(), names.end(), draft.prior);
  factor.prior.kind =
      named == names.end() ? PriorKind::choice : static_cast<PriorKind>(named - names.begin());
  factor.prior.names = draft.values;
  if (draft.in_weeks && factor.prior.kind == PriorKind::integer)
    factor.prior = durations(draft.low, draft.high);
  return factor;
}

/// Problems of rows written in place are told by their line there: the text's own lines begin elsewhere.
std::vector<Problem> placed(std::vector<Problem> problems, const scenario::Place& place) {
  for (Problem& problem : problems)
    problem = {
        place.file, place.line, place.column,
        fmt::format("sweep.rows: line {}, column {}: {}", problem.line, problem.column, problem.message)};
  return problems;
}

/// The points of a list; what is wrong in them joins the other problems.
DesignRows rows_of(const Desk& desk, const SweepDraft& draft) {
  DesignRows found;
  if (draft.from.empty() && draft.rows.empty()) return found;  // said already
  const bool in_place = draft.from.empty();
  try {
    found = in_place ? parse_design_rows(draft.rows, "") : read_design_rows(draft.from);
  } catch (const ConfigError& error) {
    const std::vector<Problem> all = in_place ? placed(error.problems(), draft.rows_place) : error.problems();
    desk.problems.found.insert(desk.problems.found.end(), all.begin(), all.end());
    return found;
  }
  std::vector<scenario::FactorPath> paths;
  for (const std::string& path : found.paths)
    paths.push_back({path, in_place ? draft.rows_place : scenario::Place{draft.from, 1, 1}});
  scenario::check_factor_paths(desk.problems, desk.folders, desk.sources, *desk.swept.root, desk.models,
                               in_place ? "sweep.rows" : "", paths);
  return found;
}

DesignPlan design_of(const Desk& desk, const SweepDraft& draft) {
  DesignPlan plan{.kind = design_named(draft.design).value_or(DesignKind::grid),
                  .n = draft.points,
                  .morris_levels = draft.levels,
                  .is_scrambled = draft.scrambled,
                  .seed = desk.swept.plan ? desk.swept.plan->seed : Seed(0),
                  .written = written_at(draft.place)};
  for (const FactorDraft& factor : draft.factors) plan.factors.push_back(factor_of(factor));
  if (plan.kind == DesignKind::list) plan.rows = rows_of(desk, draft);
  return plan;
}

/// What is wrong with the design. Of a section with problems only what is true of its good parts.
std::vector<Problem> problems_of_design(DesignPlan plan, const SweepDraft& draft) {
  if (draft.sound) return design_problems(plan);
  constexpr std::int64_t enough = 2;
  if (plan.factors.empty() || !design_named(draft.design)) return {};
  plan.n = std::max(plan.n, enough);
  return design_problems(plan);
}

/// @throws ConfigError for a scenario without a sweep
const SweepDraft& section_of(const scenario::Swept& swept, const std::string& file) {
  if (swept.sweep) return *swept.sweep;
  throw ConfigError(
      Problem{file, 1, 1,
              "sweep: required but missing (what varies); add it, such as 'sweep: {design: lhs, points: 100, "
              "parameters: {society.persons: {prior: integer, low: 500, high: 2000}}}'"});
}

/// One point's problems in one line, with its values when none of them is to blame alone.
std::string problems_at(const std::vector<std::pair<std::string, std::string>>& overrides,
                        const std::vector<Problem>& problems) {
  std::string text, values;
  bool placed_at_value = false;
  for (const Problem& problem : problems) {
    text += (text.empty() ? "" : "; ") + problem.text();
    placed_at_value = placed_at_value || problem.file.empty();
  }
  if (placed_at_value) return text;
  for (const auto& [path, value] : overrides)
    values += fmt::format("{}{}={}", values.empty() ? "" : ", ", path, value);
  return fmt::format("with {}: {}", values, text);
}

/// Outcomes of the weeks that were asked for exist: a start that varies moves the end of the run.
std::vector<Problem> problems_of_weeks(const Study& study, const Plan& plan) {
  const int last = plan.run - scenario::programmes_begin(plan);
  std::vector<int> asked = study.weeks;
  if (study.until) asked.push_back(study.until->week);
  const auto beyond = std::find_if(asked.begin(), asked.end(), [&](int week) { return week > last; });
  if (beyond == asked.end()) return {};
  return {
      {"", 0, 0,
       fmt::format("outcomes are kept in week {} after the programmes' start, but the run ends in week {}",
                   *beyond, last)}};
}

std::vector<Problem> problems_of_point(const Study& study, const PointPlans& plans,
                                       const std::vector<std::pair<std::string, std::string>>& overrides) {
  try {
    return problems_of_weeks(study, plans.plan(overrides));
  } catch (const ConfigError& error) {
    return error.problems();
  }
}

}  // namespace

std::vector<Value> Study::values(const Point& point) const { return values_at(plan, design, point); }

std::vector<std::pair<std::string, std::string>> Study::overrides(const Point& point) const {
  std::vector<std::pair<std::string, std::string>> all;
  std::vector<Value> own = values(point);
  for (std::size_t i = 0; i < own.size(); ++i) all.emplace_back(paths[i], std::move(own[i].text));
  return all;
}

Study read_study(const scenario::Sources& sources, std::span<const ModelDeclaration* const> models) {
  scenario::Problems problems;
  const scenario::Folders folders = scenario::folders_of(sources);
  const scenario::Swept swept = scenario::read_swept(problems, folders, sources, models);
  if (!swept.root) scenario::throw_if_any(problems);
  const SweepDraft& draft = section_of(swept, sources.file);
  if (const scenario::Node* branch = swept.root->find("branch"))
    scenario::complain(
        problems, branch->place, "branch",
        "a sweep lives through its own burn-in, once for all points that share a society; leave "
        "the key out, or run the scenario alone");
  const Desk desk{problems, folders, sources, models, swept};
  DesignPlan plan = design_of(desk, draft);
  for (Problem& problem : problems_of_design(plan, draft)) problems.found.push_back(std::move(problem));
  scenario::throw_if_any(problems);

  Study study{.plan = std::move(plan),
              .design = {},
              .paths = {},
              .weeks = draft.weeks,
              .until = draft.until,
              .notes = {}};
  study.design = make_design(study.plan);
  study.paths = study.plan.rows.paths;
  for (const Factor& factor : study.plan.factors) study.paths.push_back(factor.path);
  study.notes = study.design.notes;
  return study;
}

std::string composed_text(const scenario::Sources& sources, std::span<const ModelDeclaration* const> models) {
  return scenario::composed_text(sources, models);
}

std::vector<Problem> check_points(const Study& study, const PointPlans& plans) {
  const Written& at = study.plan.written;
  std::vector<Problem> found;
  std::size_t others = 0;
  for (const Point& point : study.design.points) {
    const auto overrides = study.overrides(point);
    const auto problems = problems_of_point(study, plans, overrides);
    if (problems.empty()) continue;
    if (found.size() == most_bad_points) ++others;
    else
      found.push_back({at.file, at.line, at.column,
                       fmt::format("sweep: point {}: {}", point.row, problems_at(overrides, problems))});
  }
  if (others > 0)
    found.push_back(
        {at.file, at.line, at.column,
         fmt::format("sweep: {} more of the {} points cannot be run", others, study.design.points.size())});
  return found;
}

std::string summary_of(const Study& study) {
  const DesignPlan& plan = study.plan;
  const std::string_view name = design_names()[static_cast<std::size_t>(plan.kind)];
  std::string how(name);
  if (plan.kind == DesignKind::morris) how += fmt::format(", {} trajectories", plan.n);
  if (plan.kind == DesignKind::saltelli) how += fmt::format(", {} base rows", plan.n);
  const std::size_t points = study.design.points.size(), factors = study.paths.size();
  return fmt::format("{} point{} of {} parameter{} ({})", points, points == 1 ? "" : "s", factors,
                     factors == 1 ? "" : "s", how);
}

}  // namespace kindred::sweep
