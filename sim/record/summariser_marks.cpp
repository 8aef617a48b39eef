#include <cmath>
#include <limits>

#include "sim/engine/measurement.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/row_scan.hpp"
#include "sim/record/summariser.hpp"
#include "sim/record/summary_blocks.hpp"

namespace kindred::record {

namespace {

/// Blocks that are marked together: so few that 16 bits count them.
constexpr std::int64_t blocks_per_chunk = 64;
/// Of a style's values so many may lie in windows; else they are all put in order.
constexpr std::size_t share_in_windows = 4, always_in_windows = 1024;

/// The highest float that is not above the cut: a float is above both or neither.
float cut_of(double cut) {
  const auto nearest = static_cast<float>(cut);
  return static_cast<double>(nearest) > cut ? std::nextafter(nearest, -std::numeric_limits<float>::infinity())
                                            : nearest;
}

}  // namespace

std::size_t Summariser::room_of(std::int64_t persons) {
  const auto n = static_cast<std::size_t>(persons);
  return std::min(n, std::max(always_in_windows, n / share_in_windows));
}

std::int64_t Summariser::bytes_needed(std::size_t outcomes, std::int64_t persons, int lanes) const {
  const auto n = static_cast<std::size_t>(persons), width = static_cast<std::size_t>(lanes);
  const auto lists = static_cast<std::size_t>(parts_of(lanes, kernel_->reals) * summary_styles);
  const std::size_t marks = n * (width * sizeof(std::uint16_t) + lists * sizeof(std::uint32_t));
  // the buffers of a week of which nothing is known, and those of the windows
  const std::size_t whole = 3 * (n + most_words), windows = width * summary_styles * room_of(persons);
  return static_cast<std::int64_t>(marks + outcomes * (whole + windows) * sizeof(float));
}

void Summariser::prepare(const Ensemble<float>& ensemble) {
  const std::size_t outcomes = ensemble.model().declaration->outcomes.size();
  const auto worlds = static_cast<std::size_t>(ensemble.worlds());
  const int lanes = ensemble.lanes();
  const Blocks blocks{lanes, ensemble.persons()};
  const auto count = static_cast<std::size_t>(blocks.count());
  mark_.resize(count * block_elements);
  const auto lists = static_cast<std::size_t>(parts_of(lanes, kernel_->reals) * summary_styles);
  row_.resize(count * lists * static_cast<std::size_t>(blocks.rows()));
  rows_.resize(count * lists);
  order_.resize(outcomes);
  for (auto& order : order_) order.resize(worlds);
  finds_.resize(outcomes);
  // every column tells which lane is whose
  lane_of_.assign(worlds, 0);
  world_of_lane_.assign(static_cast<std::size_t>(lanes), -1);
  for (std::size_t w = worlds; w-- > 0;) {
    lane_of_[w] = ensemble.person(0).lane[w];
    world_of_lane_[static_cast<std::size_t>(lane_of_[w])] = static_cast<int>(w);
  }
  if (lanes_ == lanes) return;
  lanes_ = lanes;
  const std::size_t room = room_of(ensemble.persons());
  for (Finds& finds : finds_) {
    const auto of_lanes = static_cast<std::size_t>(lanes * summary_styles);
    finds.values.resize(of_lanes * room + 32);
    finds.lists.resize(of_lanes);
    for (std::size_t i = 0; i < of_lanes; ++i)
      finds.lists[i] = {finds.values.data() + i * room, 0, static_cast<std::uint32_t>(room)};
  }
}

/// Each task writes the marks of its own rows, and counts of its own.
void Summariser::mark_rows(const Ensemble<float>& ensemble) {
  const Blocks blocks{lanes_, ensemble.persons()};
  const std::int64_t chunks = (blocks.count() + blocks_per_chunk - 1) / blocks_per_chunk;
  std::vector<std::vector<LaneCounts>> counts(static_cast<std::size_t>(chunks));
  parallel::for_tasks(chunks, [&](std::int64_t chunk) {
    mark_chunk(ensemble, chunk, counts[static_cast<std::size_t>(chunk)]);
  });
  counts_.assign(static_cast<std::size_t>(lanes_), {});
  for (const auto& of_chunk : counts)
    for (std::size_t lane = 0; lane < counts_.size(); ++lane)
      for (std::size_t g = 0; g < counts_[lane].persons.size(); ++g) {
        counts_[lane].persons[g] += of_chunk[lane].persons[g];
        counts_[lane].coupled[g] += of_chunk[lane].coupled[g];
      }
}

void Summariser::mark_chunk(const Ensemble<float>& ensemble, std::int64_t chunk,
                            std::vector<LaneCounts>& counts) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const Blocks blocks{lanes_, ensemble.persons()};
  const auto lists = static_cast<std::size_t>(parts_of(lanes_, kernel_->reals) * summary_styles);
  alignas(64) float copy[2][block_elements];
  alignas(64) std::int32_t bond_copy[block_elements];
  alignas(64) std::uint16_t persons[summary_styles][most_words] = {},
                            coupled[summary_styles][most_words] = {};
  const std::int64_t end = std::min(blocks.count(), (chunk + 1) * blocks_per_chunk);
  for (std::int64_t b = chunk * blocks_per_chunk; b < end; ++b) {
    MarkBlock block{nullptr, nullptr, nullptr, 0, 0, lanes_, static_cast<int>(blocks.rows_of(b)) * lanes_};
    if (!model.quadrants.empty()) {
      const QuadrantDeclaration& q = model.quadrants.front();
      block.first = elements_of(ensemble.person(q.first_column), blocks, b, copy[0]);
      block.second = elements_of(ensemble.person(q.second_column), blocks, b, copy[1]);
      block.first_cut = cut_of(q.first_cut), block.second_cut = cut_of(q.second_cut);
    }
    if (model.coupled_column >= 0)
      block.bond = elements_of(ensemble.person_index(model.coupled_column), blocks, b, bond_copy);
    const auto at = static_cast<std::size_t>(b);
    kernel_->mark(block, {mark_.data() + at * block_elements,
                          row_.data() + at * lists * static_cast<std::size_t>(blocks.rows()),
                          rows_.data() + at * lists, persons[0], coupled[0]});
  }
  counts.assign(static_cast<std::size_t>(lanes_), {});
  for (int s = 0; s < summary_styles; ++s)
    for (int slot = 0; slot < slots_of(lanes_, kernel_->reals); ++slot) {
      LaneCounts& lane = counts[static_cast<std::size_t>(lane_of_slot(slot, lanes_, kernel_->reals))];
      for (const std::size_t g : {std::size_t{0}, std::size_t{1} + static_cast<std::size_t>(s)}) {
        lane.persons[g] += persons[s][slot];
        lane.coupled[g] += coupled[s][slot];
      }
    }
}

int Summariser::style_of(std::int64_t row, int lane) const {
  const std::int64_t e = row * lanes_ + lane, words = 2 * kernel_->reals;
  // blocks are whole registers of words, so the order within one is all there is
  const auto at = e / words * words + word_of_element(static_cast<int>(e % words), kernel_->reals);
  return mark_[static_cast<std::size_t>(at)] & mark_style;
}

void Summariser::count_events(const Ensemble<float>& ensemble, std::vector<PopulationFrame>& frames) const {
  const int column = ensemble.model().declaration->bond_event_column;
  if (column < 0) return;
  const auto event = ensemble.person(column);
  for_each_not_zero(event, ensemble.persons(), [&](std::int64_t row, int lane, float what) {
    for (std::size_t w = 0; w < frames.size(); ++w) {
      if (!event.once && event.lane[w] != lane) continue;
      auto& counts = what == 1.0f ? frames[w].broke : frames[w].formed;
      if (what != 1.0f && what != 2.0f) continue;
      ++counts[0];
      if (counts.size() > 1) ++counts[std::size_t{1} + static_cast<std::size_t>(style_of(row, lane_of_[w]))];
    }
  });
}

}  // namespace kindred::record
