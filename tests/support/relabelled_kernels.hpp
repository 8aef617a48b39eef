#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/attachment/phases.hpp"
#include "sim/engine/society.hpp"
#include "sim/random/seeds.hpp"

/// The attachment model's own phases and cursors under luck that persons carry with them: a society whose
/// persons are numbered otherwise then lives the same life, to rounding (folds run in the order of numbers).
/// In the engine luck belongs to the number, so this needs loops of its own. Double, one world.
namespace kindred::support {

inline constexpr std::int64_t relabelled_persons = 256;

/// Who stands in a row: the person's name. A fixed bijection, because phases are plain functions.
template <bool Relabelled>
constexpr std::uint32_t name_of_row(std::int64_t row) {
  return static_cast<std::uint32_t>(Relabelled ? (row * 77 + 31) % relabelled_persons : row);
}

/// The same acquaintances and ages, row r being the person whom `name_of_row` says.
inline Society relabelled(const Society& original) {
  const auto n = relabelled_persons;
  std::vector<std::int32_t> row_of(static_cast<std::size_t>(n));
  std::vector<float> position;
  for (std::int32_t r = 0; r < n; ++r) {
    row_of[name_of_row<true>(r)] = r;
    position.push_back(original.graph.position[name_of_row<true>(r)]);
  }
  std::vector<graph::Edge> edges;
  for (std::size_t t = 0; t < original.graph.tie_low.size(); ++t)
    edges.emplace_back(row_of[graph::slot(original.graph.tie_low[t])],
                       row_of[graph::slot(original.graph.tie_high[t])]);
  return {graph::from_edges(n, edges, position), original.key, {}};
}

/// A tie is known by the names of its ends, whatever their order.
template <bool Relabelled>
std::uint32_t name_of_tie(const PhaseArguments& a, std::int32_t tie) {
  const std::uint32_t low = name_of_row<Relabelled>(a.tie_low[tie]),
                      high = name_of_row<Relabelled>(a.tie_high[tie]);
  return std::min(low, high) * static_cast<std::uint32_t>(relabelled_persons) + std::max(low, high);
}

inline constexpr std::uint32_t stream_carried_practice =
    0x2000;  ///< of tests; weekly, unlike the engine's own

template <bool Relabelled>
struct CarriedPerson : PersonCursor<double, 1, 1> {
  using L = Lanes<double, 1>;
  using I = Indices<double, 1>;
  L adherence_draw() const { return practice(0); }
  L maintenance_draw() const { return practice(1); }
  L tie_event_uniform(I tie, std::uint32_t stream) const {
    return L(static_cast<double>(single_uniform(event(tie, stream).word[0])));
  }
  L tie_event_normal(I tie, std::uint32_t stream) const {
    const auto block = event(tie, stream);
    Lanes<float, 1> z0, z1;
    normals_from<1>(block.word[0], block.word[1], z0, z1);
    return L(static_cast<double>(z0.lane(0)));
  }

 private:
  L practice(std::size_t word) const {
    const auto words = philox({name_of_row<Relabelled>(row), 0, 0, stream_carried_practice},
                              PhiloxKey{a.keys.lo[0], a.keys.hi[0]});
    return L(static_cast<double>(single_uniform(words[word])));
  }
  PhiloxBlock<1> event(I tie, std::uint32_t stream) const {
    return philox_lanes<1>(name_of_tie<Relabelled>(a, tie.lane(0)), 0, a.week, stream, a.keys);
  }
};

/// Writes only rows [begin, end).
template <class Phase, bool Relabelled>
void carried_person_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  constexpr int blocks = Phase::draw_blocks;
  double draws[(blocks == 0 ? 1 : 4 * blocks) * rows_per_block] = {};
  for (std::int64_t row = begin; row < end; ++row) {
    for (int b = 0; b < blocks; ++b)
      fill_person_block<double, 1>(a.keys, Phase::blocks[b].stream, a.week, Phase::blocks[b].distribution,
                                   name_of_row<Relabelled>(row), 1, draws + 4 * b * rows_per_block,
                                   rows_per_block);
    CarriedPerson<Relabelled> me{{a, row, 0, draws}};
    Phase::apply(me);
  }
}

/// Writes only ties [begin, end).
template <class Phase, bool Relabelled>
void carried_tie_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  for (std::int64_t tie = begin; tie < end; ++tie) {
    const auto name = name_of_tie<Relabelled>(a, static_cast<std::int32_t>(tie));
    const auto block = philox_lanes<1>(name, 0, a.week, Phase::stream, a.keys);
    static_cast<double*>(a.tie_draw)[tie] = static_cast<double>(single_uniform(block.word[0]));
    TieCursor<double, 1, 1> me{a, tie, 0};
    Phase::apply(me);
  }
}

/// Phase table for Ensemble<double> of one world and `relabelled_persons` persons.
template <bool Relabelled>
PhaseFunction carried_phases(int phase, int) {
  using namespace attachment;
  switch (phase) {
  case 0:
    return &carried_person_loop<StartTraits, Relabelled>;
  case 1:
    return &carried_person_loop<StartPersons, Relabelled>;
  case 2:
    return &carried_tie_loop<StartTies, Relabelled>;
  case 3:
    return &carried_person_loop<Signals, Relabelled>;
  case 4:
    return &carried_tie_loop<Ties, Relabelled>;
  case 5:
    return &fold_loop<Support, double, 1, 1>;
  case 6:
    return &carried_person_loop<Bonds, Relabelled>;
  case 7:
    return &carried_person_loop<Persons, Relabelled>;
  default:
    return nullptr;
  }
}

}  // namespace kindred::support
