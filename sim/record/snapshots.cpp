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

std::vector<WatchedColumn> watched_columns(const ModelDeclaration& model) {
  std::vector<WatchedColumn> watched;
  for (const OutcomeDeclaration& o : model.outcomes) watched.push_back({o.column, o.among_coupled, true});
  for (const ChallengeDeclaration& c : model.challenges) {
    const bool known = std::any_of(watched.begin(), watched.end(), [&](const WatchedColumn& w) {
      return w.column == c.column && w.among_coupled == c.among_coupled;
    });
    if (!known) watched.push_back({c.column, c.among_coupled, false});
  }
  return watched;
}

namespace {

/// Band of the model's first band read-out; 0 when it has none.
std::uint8_t band_of(const ModelDeclaration& model, const Ensemble<float>& ensemble, std::int64_t person,
                     int world) {
  if (model.bands.empty()) return 0;
  const BandDeclaration& bands = model.bands.front();
  const double value = static_cast<double>(ensemble.person(bands.column)(person, world));
  return static_cast<std::uint8_t>(
      std::count_if(bands.cuts.begin(), bands.cuts.end(), [&](double cut) { return value >= cut; }));
}

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
  const auto persons = static_cast<std::size_t>(ensemble.persons());
  arms_.resize(static_cast<std::size_t>(ensemble.worlds()));
  for (int w = 0; w < ensemble.worlds(); ++w) {
    ArmSnapshots& arm = arms_[static_cast<std::size_t>(w)];
    arm.style = quadrants(ensemble, w);
    arm.treated.resize(persons);
    arm.eligible.resize(persons);
    for (std::size_t i = 0; i < persons; ++i)
      arm.band.push_back(band_of(model, ensemble, static_cast<std::int64_t>(i), w));
    arm.tie_kind.resize(static_cast<std::size_t>(ensemble.ties()));
    for (const TieReadoutDeclaration& kind : model.tie_readouts) {
      const auto value = ensemble.tie(kind.column);
      for (std::size_t e = 0; e < arm.tie_kind.size(); ++e)
        if (static_cast<double>(value(static_cast<std::int64_t>(e), w)) > kind.cut) ++arm.tie_kind[e];
    }
  }
}

void SnapshotKeeper::keep_outcomes(const Ensemble<float>& ensemble) {
  for (int w = 0; w < ensemble.worlds(); ++w) {
    ArmSnapshots& arm = arms_[static_cast<std::size_t>(w)];
    arm.partner.push_back(partners(ensemble, w));
    for (const WatchedColumn& watched : watched_) {
      const auto value = ensemble.person(watched.column);
      std::vector<float> values(static_cast<std::size_t>(ensemble.persons()));
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = value(static_cast<std::int64_t>(i), w);
      arm.outcome.push_back(std::move(values));
    }
  }
}

/// Allotment follows the frame of the start week, and later starts follow later.
void SnapshotKeeper::keep_allotment(const Ensemble<float>& ensemble) {
  for (int w = 0; w < ensemble.worlds(); ++w)
    for (int s = 0; s < ensemble.slots(); ++s) {
      const auto flag = ensemble.treated(s);
      const std::vector<std::uint8_t>& decided = ensemble.eligible(s, w);
      ArmSnapshots& arm = arms_[static_cast<std::size_t>(w)];
      for (std::size_t i = 0; i < decided.size(); ++i) {
        if (flag(static_cast<std::int64_t>(i), w) > 0.0f) arm.treated[i] = 1;
        if (decided[i]) arm.eligible[i] = 1;
      }
    }
}

void SnapshotKeeper::observe(const Ensemble<float>& ensemble) {
  if (next_ == weeks_.size()) return;
  if (next_ > 0) keep_allotment(ensemble);
  if (ensemble.study_week() != weeks_[next_]) return;
  if (next_ == 0) keep_start(ensemble);
  keep_outcomes(ensemble);
  ++next_;
}

}  // namespace kindred::record
