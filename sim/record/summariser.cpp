#include "sim/record/summariser.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/quantiles.hpp"
#include "sim/record/selection.hpp"
#include "sim/record/summary_blocks.hpp"

namespace kindred::record {

namespace {

/// Outcomes whose sums are made side by side.
constexpr std::size_t abreast = 2;

Moments moments_of(double n, double sum, double squares) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const double mean = n > 0 ? sum / n : none;
  const double variance = n > 1 ? std::max(0.0, (squares - n * mean * mean) / (n - 1)) : none;
  return {mean, std::sqrt(variance), {}};
}

using Quantiles = OrderStatistics::Quantiles;

}  // namespace

Summariser::Summariser() : Summariser(summary_kernel(instruction_set_in_use())) {}

std::vector<PopulationFrame> summarise(const Ensemble<float>& ensemble) {
  return Summariser().frames(ensemble);
}

/// What is added up and counted of one outcome.
struct Summariser::Tally {
  StyleSums sums{};
  Windows windows{};
  WindowCounts counts{};
  std::vector<OrderStatistics::ByGroup<std::uint64_t>> from_low;  ///< [lane]
  bool guessed = false;                                           ///< some lane has windows

  void empty_counters(int lanes, int reals) {
    for (int slot = 0; slot < slots_of(lanes, reals); ++slot) {
      auto& lane = from_low[static_cast<std::size_t>(lane_of_slot(slot, lanes, reals))];
      for (std::size_t g = 0; g < lane.size(); ++g)
        for (std::size_t k = 0; k < lane[g].size(); ++k) lane[g][k] += counts.from_low[g][k][slot];
    }
    counts = {};
  }
};

void Summariser::look_around(const OutcomeDeclaration& outcome, std::size_t o, Tally& tally) {
  tally.from_low.assign(static_cast<std::size_t>(lanes_), {});
  for (Found& list : finds_[o].lists) list.count = 0;
  for (int lane = 0; lane < lanes_; ++lane) {
    const int world = world_of_lane_[static_cast<std::size_t>(lane)];
    if (world < 0 || !order_[o][static_cast<std::size_t>(world)].knows()) continue;
    OrderStatistics& order = order_[o][static_cast<std::size_t>(world)];
    order.look_around(persons_of(outcome, lane));
    order.fill(tally.windows, kernel_->reals, lanes_, lane);
    tally.guessed = true;
  }
}

std::span<const std::int32_t> Summariser::persons_of(const OutcomeDeclaration& outcome, int lane) const {
  const LaneCounts& counts = counts_[static_cast<std::size_t>(lane)];
  return outcome.among_coupled ? counts.coupled : counts.persons;
}

/// Looks at every block once, while it is in the cache.
void Summariser::run_through(const Ensemble<float>& ensemble, std::size_t first, std::span<Tally> tallies) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const Blocks blocks{lanes_, ensemble.persons()};
  const auto lists = static_cast<std::size_t>(parts_of(lanes_, kernel_->reals) * summary_styles);
  alignas(64) float copy[abreast][block_elements];
  alignas(64) std::int32_t bond_copy[block_elements];
  std::array<StyleSums*, abreast> sums{};
  for (std::int64_t b = 0; b < blocks.count(); ++b) {
    const auto at = static_cast<std::size_t>(b);
    const int elements = static_cast<int>(blocks.rows_of(b)) * lanes_;
    const std::uint16_t* const mark = mark_.data() + at * block_elements;
    const float* value[abreast];
    const std::int32_t* bond[abreast];
    for (std::size_t k = 0; k < tallies.size(); ++k) {
      const OutcomeDeclaration& outcome = model.outcomes[first + k];
      value[k] = elements_of(ensemble.person(outcome.column), blocks, b, copy[k]);
      bond[k] = outcome.among_coupled
                    ? elements_of(ensemble.person_index(model.coupled_column), blocks, b, bond_copy)
                    : nullptr;
      sums[k] = &tallies[k].sums;
    }
    kernel_->add({value, bond, static_cast<int>(tallies.size()), lanes_, elements,
                  row_.data() + at * lists * static_cast<std::size_t>(blocks.rows()),
                  rows_.data() + at * lists},
                 sums.data());
    for (std::size_t k = 0; k < tallies.size(); ++k) {
      if (!tallies[k].guessed) continue;
      const int left_out =
          (bond[k] != nullptr ? mark_single : 0) | (elements % (2 * kernel_->reals) != 0 ? mark_nobody : 0);
      kernel_->count({value[k], mark, static_cast<std::uint16_t>(left_out), lanes_, elements},
                     tallies[k].windows, tallies[k].counts, finds_[first + k].lists.data());
      if ((b + 1) % blocks_per_count == 0) tallies[k].empty_counters(lanes_, kernel_->reals);
    }
  }
  for (Tally& tally : tallies) tally.empty_counters(lanes_, kernel_->reals);
}

/// The quantiles of a lane of which nothing is known. What is not a number is in no order: then they are what
/// the groups' sorting makes of it.
Quantiles Summariser::look_at_all(const Ensemble<float>& ensemble, std::size_t o, int lane, bool numbers) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const OutcomeDeclaration& outcome = model.outcomes[o];
  const auto value = ensemble.person(outcome.column);
  const auto bond = ensemble.person_index(std::max(model.coupled_column, 0));
  const int world = world_of_lane_[static_cast<std::size_t>(lane)];
  const auto for_each = [&](auto take) {
    for (std::int64_t i = 0; i < ensemble.persons(); ++i)
      if (!outcome.among_coupled || bond(i, world) >= 0)
        take(value(i, world), static_cast<std::size_t>(style_of(i, lane)));
  };
  Quantiles result;
  if (!numbers) {
    GroupedQuantiles sorted(summary_styles);
    for_each([&](float x, std::size_t style) { sorted.add(x, style); });
    const auto found = sorted.of_everybody_and_groups(recorded_quantiles);
    for (std::size_t g = 0; g < result.size(); ++g)
      std::copy(found[g].begin(), found[g].end(), result[g].begin());
    return result;
  }
  const std::span<const std::int32_t> persons = persons_of(outcome, lane);
  OrderStatistics::Room& room = finds_[o].room;
  std::vector<float>& all = finds_[o].all;
  for (std::vector<float>* buffer : {&all, &room[0], &room[1]})
    buffer->resize(std::max(buffer->size(), static_cast<std::size_t>(persons[0]) + most_words));
  std::array<float*, summary_styles> next;
  for (std::size_t s = 0, from = 0; s < next.size(); from += static_cast<std::size_t>(persons[++s]))
    next[s] = all.data() + from;
  for_each([&](float x, std::size_t style) { *next[style]++ = x; });
  for (std::size_t g = 0; g < result.size(); ++g) {
    const float* const from = g == 0 ? all.data() : next[g - 1] - persons[g];
    quantiles_at_once(*kernel_, from, room[0].data(), room[1].data(), persons[g], recorded_quantiles,
                      result[g]);
  }
  return result;
}

/// Writes the lane's moments into the frames of its worlds.
void Summariser::hand_in(const Ensemble<float>& ensemble, std::size_t o, int lane, const Tally& tally,
                         std::vector<PopulationFrame>& frames) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const OutcomeDeclaration& outcome = model.outcomes[o];
  const int world = world_of_lane_[static_cast<std::size_t>(lane)];
  if (world < 0) return;
  OrderStatistics& order = order_[o][static_cast<std::size_t>(world)];
  const std::span<const std::int32_t> persons = persons_of(outcome, lane);
  Quantiles quantiles;
  const bool numbers = !std::isnan(tally.sums.sum[0][lane]);
  if (!numbers || !order.knows() ||
      !order.find(*kernel_, recorded_quantiles, tally.from_low[static_cast<std::size_t>(lane)],
                  finds_[o].lists.data() + lane * summary_styles, finds_[o].room, quantiles)) {
    quantiles = look_at_all(ensemble, o, lane, numbers);
    order.learn(persons, recorded_quantiles, quantiles);
  }
  for (std::size_t w = 0; w < frames.size(); ++w) {
    if (lane_of_[w] != lane) continue;
    for (std::size_t g = 0; g < frames[w].persons.size(); ++g) {
      Moments m = moments_of(persons[g], tally.sums.sum[g][lane], tally.sums.squares[g][lane]);
      m.quantile = quantiles[g];
      frames[w].outcome[o].push_back(m);
    }
    if (static_cast<int>(w) != world) order_[o][w] = order;
  }
}

/// Each task writes its own outcomes.
std::vector<PopulationFrame> Summariser::frames(const Ensemble<float>& ensemble) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const std::size_t outcomes = model.outcomes.size();
  prepare(ensemble);
  mark_rows(ensemble);
  std::vector<PopulationFrame> frames(static_cast<std::size_t>(ensemble.worlds()));
  for (std::size_t w = 0; w < frames.size(); ++w) {
    const LaneCounts& counts = counts_[static_cast<std::size_t>(lane_of_[w])];
    const auto groups = static_cast<std::ptrdiff_t>(group_count(model));
    frames[w].persons.assign(counts.persons.begin(), counts.persons.begin() + groups);
    frames[w].coupled.assign(counts.coupled.begin(), counts.coupled.begin() + groups);
    frames[w].broke.assign(frames[w].persons.size(), 0);
    frames[w].formed = frames[w].broke;
    frames[w].outcome.resize(outcomes);
  }
  count_events(ensemble, frames);
  parallel::for_tasks(static_cast<std::int64_t>((outcomes + abreast - 1) / abreast), [&](std::int64_t task) {
    const std::size_t first = static_cast<std::size_t>(task) * abreast;
    std::vector<Tally> tallies(std::min(abreast, outcomes - first));
    for (std::size_t k = 0; k < tallies.size(); ++k)
      look_around(model.outcomes[first + k], first + k, tallies[k]);
    run_through(ensemble, first, tallies);
    for (std::size_t k = 0; k < tallies.size(); ++k)
      for (int lane = 0; lane < lanes_; ++lane) hand_in(ensemble, first + k, lane, tallies[k], frames);
  });
  return frames;
}

}  // namespace kindred::record
