#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>

#include "sim/app/build_info.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/sweep.hpp"
#include "sim/app/sweep_parts.hpp"
#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/text_hash.hpp"
#include "sim/sweep/chunks.hpp"
#include "sim/sweep/study.hpp"

namespace kindred::app {

namespace {

constexpr int usual_weeks[] = {8, 34, 60, 112};

/// What a sweep needs to know of a point's plan.
struct PointFacts {
  std::string hash, society;
  std::int64_t persons = 0;
  int weeks_left = 0;  ///< after the programmes' start
};

scenario::Sources sources_of(const ScenarioOptions& scenario) {
  scenario::Sources sources{scenario.file, scenario.overrides, library_folders()};
  if (!scenario.seed.empty()) sources.overrides.push_back("seed=" + scenario.seed);
  return sources;
}

PointFacts facts_of(const Plan& plan) {
  return {record::text_hash(plan.resolved), sweep::society_of_point(plan), plan.society.persons,
          plan.run - std::max(0, record::programmes_start(plan))};
}

std::vector<PointFacts> facts_of(const sweep::Study& study, const sweep::PointPlans& plans) {
  std::vector<PointFacts> facts(study.design.points.size());
  constexpr std::int64_t block = 64;
  parallel::for_blocks(
      static_cast<std::int64_t>(facts.size()), block, [&](std::int64_t begin, std::int64_t end) {
        for (auto p = static_cast<std::size_t>(begin); p < static_cast<std::size_t>(end); ++p)
          facts[p] = facts_of(plans.plan(
              overrides_of(study.paths, sweep::values_at(study.plan, study.design, study.design.points[p]))));
      });
  return facts;
}

/// The weeks asked for must fit every point; without a wish, those usual ones that do and the last.
std::vector<int> kept_weeks(const sweep::Study& study, const std::vector<PointFacts>& facts,
                            const std::string& file) {
  int fits = facts.front().weeks_left;
  for (const PointFacts& f : facts) fits = std::min(fits, f.weeks_left);
  std::vector<int> weeks = study.weeks;
  if (weeks.empty()) {
    std::copy_if(std::begin(usual_weeks), std::end(usual_weeks), std::back_inserter(weeks),
                 [&](int week) { return week <= fits; });
    if (weeks.empty() || weeks.back() != fits) weeks.push_back(fits);
  }
  std::sort(weeks.begin(), weeks.end());
  if (weeks.back() > fits)
    throw ConfigError(
        Problem{file, 0, 0,
                fmt::format("sweep.weeks: week {} after the programmes' start lies behind the end "
                            "of the run of some points; {} is the last that all have",
                            weeks.back(), fits)});
  return weeks;
}

sweep::SweepPlan planned(const sweep::Study& study, const Plan& first, const std::vector<PointFacts>& facts,
                         const std::string& file) {
  const sweep::Measures measures = measures_for(*model_named(first.model).declaration);
  const record::Build build = build_info();
  sweep::SweepPlan plan{.title = first.title,
                        .model = first.model,
                        .version = build.version,
                        .commit = build.commit,
                        .design =
                            std::string(sweep::design_names()[static_cast<std::size_t>(study.plan.kind)]),
                        .factors = study.paths,
                        .axes = {},
                        .arms = {},
                        .weeks = kept_weeks(study, facts, file),
                        .variables = measures.variables,
                        .outcomes = measures.outcomes,
                        .units = measures.units,
                        .societies = first.societies,
                        .per_society = first.per_society,
                        .until = study.until,
                        .seed = first.seed,
                        .persons = 0,
                        .weeks_in_all = first.burn_in + first.run,
                        .points = {}};
  for (const ArmPlan& arm : first.arms) plan.arms.push_back(arm.name);
  for (const sweep::Axis& axis : study.design.axes) plan.axes.push_back(axis.name);
  std::map<std::string, int> societies;
  for (std::size_t p = 0; p < facts.size(); ++p) {
    const sweep::Point& point = study.design.points[p];
    const int number = societies.emplace(facts[p].society, static_cast<int>(societies.size())).first->second;
    plan.points.push_back(
        {facts[p].hash, number, point.role, point.unit, sweep::values_at(study.plan, study.design, point)});
    plan.persons = std::max(plan.persons, facts[p].persons);
  }
  return plan;
}

void check_until(const sweep::SweepPlan& plan, const std::string& file) {
  if (!plan.until) return;
  const sweep::Until& until = *plan.until;
  std::vector<Problem> problems;
  const auto known = [&](const std::string& name, const std::vector<std::string>& names, const char* what) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      problems.push_back(
          {file, 0, 0, fmt::format("sweep.until.of.{}: '{}' is not kept by this sweep", what, name)});
  };
  known(until.arm, plan.arms, "arm");
  known(until.outcome, plan.outcomes, "outcome");
  if (std::find(plan.weeks.begin(), plan.weeks.end(), until.week) == plan.weeks.end())
    problems.push_back({file, 0, 0,
                        fmt::format("sweep.until.of.week: week {} is not among the weeks that are kept ({})",
                                    until.week, fmt::join(plan.weeks, ", "))});
  if (!problems.empty()) throw ConfigError(problems);
}

}  // namespace

int sweep_plan(const SweepPlanVerb& verb, const CommonOptions& common) {
  if (verb.folder.empty())
    throw ConfigError(Problem{"command line", 0, 0, "no folder for the sweep; say where with -o FOLDER"});
  const scenario::Sources sources = sources_of(verb.scenario);
  const std::vector<const ModelDeclaration*> models = all_declarations();
  const sweep::Study study = sweep::read_study(sources, models);
  const sweep::PointPlans plans(sources, models);
  if (const std::vector<Problem> problems = sweep::check_points(study, plans); !problems.empty())
    throw ConfigError(problems);
  std::vector<PointFacts> facts;
  const parallel::ThreadLimit limit(common.threads);
  limit.run([&] { facts = facts_of(study, plans); });
  const Plan first = plans.plan(
      overrides_of(study.paths, sweep::values_at(study.plan, study.design, study.design.points.front())));
  const sweep::SweepPlan plan = planned(study, first, facts, verb.scenario.file);
  check_until(plan, verb.scenario.file);
  sweep::write_folder(verb.folder, plan, sweep::composed_text(sources, models));

  std::vector<int> societies;
  for (const sweep::PlannedPoint& point : plan.points) societies.push_back(point.society);
  const auto chunks = sweep::chunks_of(societies);
  const double filled = sweep::lanes_filled(chunks, plan.arms.size(), 16);
  const double person_weeks =
      static_cast<double>(plan.points.size() * plan.arms.size()) *
      static_cast<double>(plan.societies * plan.per_society * plan.weeks_in_all * plan.persons);
  if (common.json) {
    fmt::print("{}\n", nlohmann::ordered_json{{"folder", verb.folder},
                                              {"points", plan.points.size()},
                                              {"arms", plan.arms},
                                              {"design", plan.design},
                                              {"factors", plan.factors},
                                              {"weeks", plan.weeks},
                                              {"replicates", plan.most_societies() * plan.per_society},
                                              {"chunks", chunks.size()},
                                              {"lanes_filled", filled},
                                              {"person_weeks", person_weeks},
                                              {"notes", study.notes}}
                           .dump(2));
    return exit_done;
  }
  for (const std::string& note : study.notes) say(fmt::format("note: {}\n", note));
  fmt::print(
      "{}: {} points ({} of {} factors) x {} arms x {} replicates{}\n"
      "  {:.1f} M person-weeks; {} different societies, {} ensembles' worth of points, {:.1f} % of the lanes "
      "filled\n"
      "  here:        kindred sweep run {}\n"
      "  on a cluster: kindred sweep script {} --shards 16 -o sweep.h5 > sweep.sh; bash sweep.sh\n",
      verb.folder, plan.points.size(), plan.design, plan.factors.size(), plan.arms.size(),
      plan.most_societies() * plan.per_society, plan.until ? " at most" : "", person_weeks / 1e6,
      *std::max_element(societies.begin(), societies.end()) + 1, chunks.size(), 100 * filled, verb.folder,
      verb.folder);
  return exit_done;
}

}  // namespace kindred::app
