#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/app/build_info.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/read_plan.hpp"
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

/// What a sweep needs to know of a point's plan.
struct PointFacts {
  std::string hash, society;
  sweep::SocietyKind kind{};
  NetworkPlan network{};
  int weeks_left = 0;  ///< after the programmes' start
};

scenario::Sources sources_of(const ScenarioOptions& scenario) {
  scenario::Sources sources{scenario.file, scenario.overrides, library_folders()};
  if (!scenario.seed.empty()) sources.overrides.push_back("seed=" + scenario.seed);
  return sources;
}

PointFacts facts_of(const Plan& plan, const std::string& file) {
  require_matching_controls(plan, *model_named(plan.model).declaration, file);
  return {record::text_hash(plan.resolved),
          sweep::society_of_point(plan),
          {plan.society.persons, plan.burn_in + plan.run, ""},
          plan.society.network,
          plan.run - std::max(0, record::programmes_start(plan))};
}

std::vector<PointFacts> facts_of(const sweep::Study& study, const sweep::PointPlans& plans,
                                 const std::string& file) {
  std::vector<PointFacts> facts(study.design.points.size());
  constexpr std::int64_t block = 64;
  parallel::for_blocks(
      static_cast<std::int64_t>(facts.size()), block, [&](std::int64_t begin, std::int64_t end) {
        for (auto p = static_cast<std::size_t>(begin); p < static_cast<std::size_t>(end); ++p)
          facts[p] = facts_of(plans.plan(study.overrides(study.design.points[p])), file);
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
    std::copy_if(std::begin(scenario::usual_weeks), std::end(scenario::usual_weeks),
                 std::back_inserter(weeks), [&](int week) { return week <= fits; });
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
                        .kinds = {},
                        .points = {}};
  for (const ArmPlan& arm : first.arms) plan.arms.push_back(arm.name);
  for (const sweep::Axis& axis : study.design.axes) plan.axes.push_back(axis.name);
  std::map<std::string, int> societies;
  for (std::size_t p = 0; p < facts.size(); ++p) {
    const sweep::Point& point = study.design.points[p];
    const int number = societies.emplace(facts[p].society, static_cast<int>(societies.size())).first->second;
    plan.points.push_back({facts[p].hash, number, point.role, point.unit, study.values(point)});
    if (number < static_cast<int>(plan.kinds.size())) continue;
    plan.kinds.push_back(facts[p].kind);
    plan.kinds.back().network = sweep::network_hash(facts[p].network);
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

/// Where the folder's worth goes: what a plan costs and how to go on.
struct Cost {
  std::size_t chunks;
  double lanes_filled, person_weeks;
};

Cost cost_of(const sweep::SweepPlan& plan) {
  std::vector<int> societies;
  for (const sweep::PlannedPoint& point : plan.points) societies.push_back(point.society);
  const auto chunks = sweep::chunks_of(societies);
  const double worlds =
      static_cast<double>(plan.arms.size()) * static_cast<double>(plan.most_societies() * plan.per_society);
  double person_weeks = 0;
  for (std::size_t p = 0; p < plan.points.size(); ++p)
    person_weeks += worlds * static_cast<double>(plan.kind_of(p).persons * plan.kind_of(p).weeks);
  constexpr int widest = 16;
  return {chunks.size(), sweep::lanes_filled(chunks, plan.arms.size(), widest), person_weeks};
}

void print_json(const sweep::SweepPlan& plan, const std::string& folder,
                const std::vector<std::string>& notes) {
  const Cost cost = cost_of(plan);
  fmt::print("{}\n", nlohmann::ordered_json{{"folder", folder},
                                            {"points", plan.points.size()},
                                            {"arms", plan.arms},
                                            {"design", plan.design},
                                            {"factors", plan.factors},
                                            {"weeks", plan.weeks},
                                            {"replicates", plan.most_societies() * plan.per_society},
                                            {"chunks", cost.chunks},
                                            {"lanes_filled", cost.lanes_filled},
                                            {"person_weeks", cost.person_weeks},
                                            {"notes", notes}}
                         .dump(2));
}

void print_text(const sweep::SweepPlan& plan, const std::string& folder) {
  const Cost cost = cost_of(plan);
  fmt::print("{}: {} points ({} of {} {}) x {} arms x {} replicates{}\n", folder, plan.points.size(),
             plan.design, plan.factors.size(), plan.factors.size() == 1 ? "factor" : "factors",
             plan.arms.size(), plan.most_societies() * plan.per_society, plan.until ? " at most" : "");
  fmt::print("  work          {:.1f} M person-weeks{}\n", cost.person_weeks / 1e6,
             plan.until ? " at most" : "");
  fmt::print("  lanes         {:.1f} % filled: points of one society are worlds of one ensemble ({} {})\n",
             100 * cost.lanes_filled, plan.kinds.size(),
             plan.kinds.size() == 1 ? "kind of society" : "kinds of society");
  fmt::print("  here          kindred sweep run {} && kindred sweep merge {} -o sweep.h5\n", folder, folder);
  fmt::print("  on a cluster  kindred sweep script {} --shards 16 -o sweep.h5 > sweep.sh && bash sweep.sh\n",
             folder);
}

/// Removes a folder that was begun, unless it was finished.
class BegunFolder {
 public:
  explicit BegunFolder(std::string folder) : folder_(std::move(folder)) {}
  BegunFolder(const BegunFolder&) = delete;
  BegunFolder& operator=(const BegunFolder&) = delete;
  ~BegunFolder() {
    std::error_code ignored;
    if (!finished_) std::filesystem::remove_all(folder_, ignored);
  }
  void finish() { finished_ = true; }

 private:
  std::string folder_;
  bool finished_ = false;
};

/// Everything wrong is said in terms of the user's own file, before a folder is made.
void check_study(const scenario::Sources& sources, const std::vector<const ModelDeclaration*>& models) {
  const sweep::Study study = sweep::read_study(sources, models);
  const std::vector<Problem> problems = sweep::check_points(study, sweep::PointPlans(sources, models));
  if (!problems.empty()) throw ConfigError(problems);
}

}  // namespace

int sweep_plan(const SweepPlanVerb& verb, const CommonOptions& common) {
  if (verb.folder.empty())
    throw ConfigError(Problem{"command line", 0, 0, "no folder for the sweep; say where with -o FOLDER"});
  const scenario::Sources sources = sources_of(verb.scenario);
  const std::vector<const ModelDeclaration*> models = all_declarations();
  check_study(sources, models);
  sweep::begin_folder(verb.folder, sweep::composed_text(sources, models));
  BegunFolder begun(verb.folder);
  // shards read the folder's own scenario, so the points are named by what it says
  const scenario::Sources own{sweep::scenario_path(verb.folder), {}, library_folders()};
  const sweep::Study study = sweep::read_study(own, models);
  const sweep::PointPlans plans(own, models);
  std::vector<PointFacts> facts;
  const parallel::ThreadLimit limit(common.threads);
  limit.run([&] { facts = facts_of(study, plans, verb.scenario.file); });
  const Plan first = plans.plan(study.overrides(study.design.points.front()));
  const sweep::SweepPlan plan = planned(study, first, facts, verb.scenario.file);
  check_until(plan, verb.scenario.file);
  sweep::write_plan(verb.folder, plan);
  begun.finish();
  if (common.json) {
    print_json(plan, verb.folder, study.notes);
    return exit_done;
  }
  for (const std::string& note : study.notes) say(fmt::format("note: {}\n", note));
  print_text(plan, verb.folder);
  return exit_done;
}

}  // namespace kindred::app
