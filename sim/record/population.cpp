#include "sim/record/population.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/engine/measurement.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/quantiles.hpp"

namespace kindred::record {

std::size_t group_count(const ModelDeclaration& model) { return model.quadrants.empty() ? 1 : 5; }

std::vector<std::uint8_t> quadrants(const Ensemble<float>& ensemble, int world) {
  std::vector<std::uint8_t> result(static_cast<std::size_t>(ensemble.persons()));
  const ModelDeclaration& model = *ensemble.model().declaration;
  if (model.quadrants.empty()) return result;
  const QuadrantDeclaration& q = model.quadrants.front();
  const auto first = ensemble.person(q.first_column);
  const auto second = ensemble.person(q.second_column);
  for (std::int64_t i = 0; i < ensemble.persons(); ++i)
    result[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(
        quadrant(q, static_cast<double>(first(i, world)), static_cast<double>(second(i, world))));
  return result;
}

namespace {

/// Group 0 is everybody; a model without quadrants has no other.
void count_into(std::vector<std::int32_t>& counts, std::uint8_t style) {
  ++counts[0];
  if (counts.size() > 1) ++counts[std::size_t{1} + style];
}

void count_persons(const Ensemble<float>& ensemble, int world, const std::vector<std::uint8_t>& style,
                   PopulationFrame& frame) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const std::size_t groups = group_count(model);
  for (auto* counts : {&frame.persons, &frame.coupled, &frame.broke, &frame.formed})
    counts->assign(groups, 0);
  for (std::size_t i = 0; i < style.size(); ++i) count_into(frame.persons, style[i]);
  if (model.coupled_column < 0) return;
  const auto bond = ensemble.person_index(model.coupled_column);
  const auto event = ensemble.person(model.bond_event_column);
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) {
    const std::uint8_t s = style[static_cast<std::size_t>(i)];
    if (bond(i, world) >= 0) count_into(frame.coupled, s);
    if (event(i, world) == 1.0f) count_into(frame.broke, s);
    if (event(i, world) == 2.0f) count_into(frame.formed, s);
  }
}

std::vector<Moments> moments_of(const Ensemble<float>& ensemble, int world, const OutcomeDeclaration& outcome,
                                const std::vector<std::uint8_t>& style) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const std::size_t groups = group_count(model);
  std::vector<double> n(groups), sum(groups), squares(groups);
  GroupedQuantiles quantiles(groups == 1 ? 1 : groups - 1);
  const auto value = ensemble.person(outcome.column);
  const auto bond = ensemble.person_index(std::max(model.coupled_column, 0));
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) {
    if (outcome.among_coupled && bond(i, world) < 0) continue;
    const double x = static_cast<double>(value(i, world));
    const std::uint8_t s = style[static_cast<std::size_t>(i)];
    quantiles.add(value(i, world), s);
    for (const std::size_t g : {std::size_t{0}, std::size_t{1} + s}) {
      if (g >= groups) continue;
      n[g] += 1;
      sum[g] += x;
      squares[g] += x * x;
    }
  }
  const auto q = quantiles.of_everybody_and_groups(recorded_quantiles);
  std::vector<Moments> result(groups);
  for (std::size_t g = 0; g < groups; ++g) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const double mean = n[g] > 0 ? sum[g] / n[g] : none;
    const double variance = n[g] > 1 ? std::max(0.0, (squares[g] - n[g] * mean * mean) / (n[g] - 1)) : none;
    result[g].mean = mean;
    result[g].sd = std::sqrt(variance);
    std::copy(q[g].begin(), q[g].end(), result[g].quantile.begin());
  }
  return result;
}

}  // namespace

void add_bond_events(const Ensemble<float>& ensemble, int world, PopulationFrame& into) {
  PopulationFrame week;
  count_persons(ensemble, world, quadrants(ensemble, world), week);
  if (into.broke.empty()) into.broke.assign(week.broke.size(), 0), into.formed.assign(week.formed.size(), 0);
  for (std::size_t g = 0; g < week.broke.size(); ++g) {
    into.broke[g] += week.broke[g];
    into.formed[g] += week.formed[g];
  }
}

/// Each task writes its own (world) or (world, outcome) and reads the ensemble only.
std::vector<PopulationFrame> summarise(const Ensemble<float>& ensemble) {
  const auto outcomes = ensemble.model().declaration->outcomes;
  const auto worlds = static_cast<std::size_t>(ensemble.worlds());
  std::vector<PopulationFrame> frames(worlds);
  std::vector<std::vector<std::uint8_t>> style(worlds);
  parallel::for_tasks(ensemble.worlds(), [&](std::int64_t task) {
    const auto w = static_cast<std::size_t>(task);
    style[w] = quadrants(ensemble, static_cast<int>(task));
    count_persons(ensemble, static_cast<int>(task), style[w], frames[w]);
    frames[w].outcome.resize(outcomes.size());
  });
  parallel::for_tasks(static_cast<std::int64_t>(worlds * outcomes.size()), [&](std::int64_t task) {
    const auto w = static_cast<std::size_t>(task) / outcomes.size();
    const auto o = static_cast<std::size_t>(task) % outcomes.size();
    frames[w].outcome[o] = moments_of(ensemble, static_cast<int>(w), outcomes[o], style[w]);
  });
  return frames;
}

}  // namespace kindred::record
