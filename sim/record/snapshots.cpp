#include "sim/record/snapshots.hpp"

#include <algorithm>

#include "sim/record/population.hpp"

namespace kindred::record {

int programmes_start(const Plan& plan) {
  int start = -1;
  for (const ArmPlan& arm : plan.arms)
    for (const ProgrammePlan& p : arm.programmes) start = start < 0 ? p.start : std::min(start, p.start);
  return start;
}

std::vector<int> snapshot_weeks(const Plan& plan) {
  std::vector<int> weeks;
  const int start = programmes_start(plan);
  if (start < 0) return weeks;
  for (const int after : effect_weeks)
    if (start + after <= plan.run) weeks.push_back(start + after);
  return weeks;
}

namespace {

std::vector<std::int32_t> partners(const Ensemble<float>& ensemble, int world) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  std::vector<std::int32_t> result(static_cast<std::size_t>(ensemble.persons()), -1);
  if (model.coupled_column < 0) return result;
  const auto bond = ensemble.person_index(model.coupled_column);
  const graph::AcquaintanceGraph& g = ensemble.society().graph;
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) {
    const std::int32_t tie = bond(i, world);
    if (tie < 0) continue;
    const auto e = static_cast<std::size_t>(tie);
    result[static_cast<std::size_t>(i)] = g.tie_low[e] + g.tie_high[e] - static_cast<std::int32_t>(i);
  }
  return result;
}

}  // namespace

void SnapshotKeeper::keep_start(const Ensemble<float>& ensemble) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  arms_.resize(static_cast<std::size_t>(ensemble.worlds()));
  const graph::AcquaintanceGraph& g = ensemble.society().graph;
  for (int w = 0; w < ensemble.worlds(); ++w) {
    ArmSnapshots& arm = arms_[static_cast<std::size_t>(w)];
    arm.style = quadrants(ensemble, w);
    arm.treated.resize(static_cast<std::size_t>(ensemble.persons()));
    if (model.tie_readouts.empty()) continue;
    const TieReadoutDeclaration& strong = model.tie_readouts.back();
    const auto value = ensemble.tie(strong.column);
    for (std::int64_t e = 0; e < ensemble.ties(); ++e)
      if (static_cast<double>(value(e, w)) > strong.cut)
        arm.strong_ties.emplace_back(g.tie_low[static_cast<std::size_t>(e)],
                                     g.tie_high[static_cast<std::size_t>(e)]);
  }
}

void SnapshotKeeper::keep_outcomes(const Ensemble<float>& ensemble) {
  for (int w = 0; w < ensemble.worlds(); ++w) {
    ArmSnapshots& arm = arms_[static_cast<std::size_t>(w)];
    arm.partner.push_back(partners(ensemble, w));
    for (const OutcomeDeclaration& outcome : ensemble.model().declaration->outcomes) {
      const auto value = ensemble.person(outcome.column);
      std::vector<float> values(static_cast<std::size_t>(ensemble.persons()));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(static_cast<std::int64_t>(i), w);
      arm.outcome.push_back(std::move(values));
    }
  }
}

void SnapshotKeeper::observe(const Ensemble<float>& ensemble) {
  if (next_ == weeks_.size()) return;
  if (next_ > 0)  // allotment follows the frame of the start week, and later starts follow later
    for (int w = 0; w < ensemble.worlds(); ++w)
      for (int s = 0; s < ensemble.slots(); ++s) {
        const auto flag = ensemble.treated(s);
        auto& treated = arms_[static_cast<std::size_t>(w)].treated;
        for (std::size_t i = 0; i < treated.size(); ++i)
          if (flag(static_cast<std::int64_t>(i), w) > 0.0f) treated[i] = 1;
      }
  if (ensemble.study_week() != weeks_[next_]) return;
  if (next_ == 0) keep_start(ensemble);
  keep_outcomes(ensemble);
  ++next_;
}

void SnapshotKeeper::hand_over(ReplicateSnapshots& to) {
  for (std::size_t w = 0; w < arms_.size(); ++w)
    to.arms[static_cast<std::size_t>(first_arm_) + w] = std::move(arms_[w]);
}

}  // namespace kindred::record
