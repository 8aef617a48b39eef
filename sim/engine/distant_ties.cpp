#include "sim/engine/distant_ties.hpp"

#include <cstdlib>

namespace kindred {

namespace {

constexpr std::int64_t stays_in_cache = 256 * 1024;  // bytes
constexpr std::int64_t near = 256;                   // rows

/// Calls see(half_tie) for each distant one of a row, ascending.
void for_each_distant(const graph::AcquaintanceGraph& graph, std::int64_t row, const auto& see) {
  const std::size_t r = graph::slot(row);
  for (std::int32_t h = graph.row_offset[r]; h < graph.row_offset[r + 1]; ++h)
    if (std::abs(graph.neighbour[graph::slot(h)] - row) > near) see(h);
}

}  // namespace

bool needs_distant_ties(std::int64_t column_bytes) { return column_bytes > stays_in_cache; }

DistantTies distant_ties_of(const graph::AcquaintanceGraph& graph) {
  DistantTies ties;
  ties.offset.push_back(0);
  for (std::int64_t row = 0; row < graph::persons_of(graph); ++row) {
    for_each_distant(graph, row, [&](std::int32_t h) { ties.half_tie.push_back(h); });
    ties.offset.push_back(static_cast<std::int32_t>(ties.half_tie.size()));
  }
  return ties;
}

std::int64_t distant_half_ties(const graph::AcquaintanceGraph& graph) {
  std::int64_t count = 0;
  for (std::int64_t row = 0; row < graph::persons_of(graph); ++row)
    for_each_distant(graph, row, [&](std::int32_t) { ++count; });
  return count;
}

}  // namespace kindred
