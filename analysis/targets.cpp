#include "analysis/targets.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/intervals.hpp"
#include "analysis/target_watch.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/widths.hpp"

namespace kindred::analysis {

namespace {

constexpr int one_year = 52;

const ArmPlan& arm_of(const Plan& study, int hypothesis, TargetArm arm) {
  return study.arms.at(static_cast<std::size_t>(hypothesis * arms_per_hypothesis + static_cast<int>(arm)));
}

const ProgrammePlan* own_programme(const ArmPlan& arm) {
  return arm.programmes.empty() ? nullptr : &arm.programmes.front();
}

}  // namespace

std::vector<TargetTask> target_tasks(const Plan& study) {
  const int arms = static_cast<int>(study.arms.size());
  std::vector<TargetTask> tasks;
  for (int society = 0; society < study.societies; ++society)
    for (int arm = 0; const int width : choose_widths(arms)) {
      const int worlds = std::min(width, arms - arm);
      tasks.push_back({society, arm, worlds, width});
      arm += worlds;
    }
  return tasks;
}

int target_weeks(const Plan& study) {
  const int course = arm_of(study, 0, TargetArm::course).programmes.front().weeks;
  const int online = arm_of(study, 0, TargetArm::online).programmes.front().weeks;
  const int followed = course + *std::max_element(std::begin(follow_up_weeks), std::end(follow_up_weeks));
  return std::max({one_year, followed, online});
}

std::vector<WorldRecord> run_target_task(const Plan& study, const Model& model, InstructionSet isa,
                                         const TargetTask& task, const std::function<void()>& advanced) {
  const TargetColumns columns = target_columns(*model.declaration);
  const Society society = make_society(study.society, study.seed, static_cast<std::uint32_t>(task.society));
  std::vector<World> worlds;
  std::vector<TargetWatch> watches;
  for (int w = 0; w < task.worlds; ++w) {
    const int at = task.first_arm + w;
    const ArmPlan& arm = study.arms[static_cast<std::size_t>(at)];
    const ArmPlan& course = arm_of(study, at / arms_per_hypothesis, TargetArm::course);
    worlds.push_back({arm.parameters, arm.programmes});
    watches.emplace_back(columns, w, course.programmes.front(), own_programme(arm));
  }
  Ensemble<float> ensemble({.model = &model,
                            .society = &society,
                            .noise = replicate_noise(study.seed, task.society, 0),
                            .burn_in = study.burn_in,
                            .width = task.width,
                            .worlds = std::move(worlds),
                            .phases = model.phase_table[static_cast<int>(isa)],
                            .threads = false});
  const auto observe = [&] {
    for (TargetWatch& watch : watches) watch.observe(ensemble);
  };
  observe();
  for (int week = study.burn_in + target_weeks(study); week > 0; --week) {
    ensemble.advance();
    observe();
    advanced();
  }
  std::vector<WorldRecord> records;
  for (const TargetWatch& watch : watches) records.push_back(watch.record());
  return records;
}

/// Positive form, so that NaN is not inside.
double distance_out(Range band, double value) {
  if (band.contains(value)) return 0;
  return value > band.high ? value - band.high : value - band.low;
}

TargetResult judged(const Target& target, const std::string& hypothesis,
                    const std::vector<Quantities>& societies) {
  const auto names = [&](const std::string& name) { return name == hypothesis; };
  TargetResult result{{}, Verdict::in_band, 0, target.known_failure.empty()};
  if (std::any_of(target.not_claimed_by.begin(), target.not_claimed_by.end(), names)) result.claimed = false;
  for (std::size_t part = 0; part < target.bands.size(); ++part) {
    std::vector<double> values;
    for (const Quantities& society : societies) values.push_back(society.at(target.id).at(part));
    const Interval mean = nested_interval(values, 1);
    const double out = distance_out(target.bands[part], mean.mean);
    result.parts.push_back({mean.mean, mean.standard_error, out});
    if (std::isnan(out)) result.verdict = Verdict::no_data;
    else if (std::abs(out) > std::abs(result.out_by)) result.out_by = out;
  }
  if (result.verdict != Verdict::no_data && result.out_by != 0) result.verdict = Verdict::out_of_band;
  return result;
}

std::vector<std::vector<TargetResult>> judged(const Plan& study, const std::vector<Target>& targets,
                                              const std::vector<std::vector<WorldRecord>>& records) {
  std::vector<std::vector<TargetResult>> results(targets.size());
  for (std::size_t first = 0; first < study.arms.size(); first += arms_per_hypothesis) {
    std::vector<Quantities> societies;
    for (const std::vector<WorldRecord>& arms : records)
      societies.push_back(quantities_of(arms.at(first), arms.at(first + 1), arms.at(first + 2)));
    for (std::size_t t = 0; t < targets.size(); ++t)
      results[t].push_back(judged(targets[t], study.arms[first].hypothesis, societies));
  }
  return results;
}

}  // namespace kindred::analysis
