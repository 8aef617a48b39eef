#include "sim/graph/acquaintance_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/core/errors.hpp"

namespace kindred::graph {
namespace {

constexpr std::int64_t largest_index = std::numeric_limits<std::int32_t>::max();

void require_int32(std::int64_t persons, std::int64_t half_ties) {
  // one less, because row_offset has persons + 1 entries
  if (!(persons >= 0 && persons < largest_index)) {
    throw ConfigError(Problem{
        .file = {},
        .message = fmt::format("society.persons: {} is outside [0, {}]", persons, largest_index - 1)});
  }
  if (half_ties > largest_index) {
    throw ConfigError(Problem{
        .file = {},
        .message = fmt::format("society: {} half-ties of {} persons are above the limit of {}; take fewer "
                               "persons or acquaintances",
                               half_ties, persons, largest_index)});
  }
}

/// Row starts for the given edges, checked on the way.
std::vector<std::int32_t> offsets_of(std::int32_t persons, const std::vector<Edge>& edges) {
  std::vector<std::int32_t> offset(slot(persons) + 1, 0);
  for (const auto& [tail, head] : edges) {
    if (tail < 0 || tail >= persons || head < 0 || head >= persons) {
      throw Bug(fmt::format("tie {}-{} joins a person outside 0..{}", tail, head, persons - 1));
    }
    if (tail == head) throw Bug(fmt::format("person {} is tied to itself", tail));
    ++offset[slot(tail) + 1];
    ++offset[slot(head) + 1];
  }
  for (std::size_t row = 1; row < offset.size(); ++row) offset[row] += offset[row - 1];
  return offset;
}

std::vector<std::int32_t> unsorted_rows(const std::vector<std::int32_t>& offset, std::vector<Edge> edges) {
  std::vector<std::int32_t> neighbour(slot(offset.back()));
  std::vector<std::int32_t> cursor(offset.begin(), offset.end() - 1);
  for (const auto& [tail, head] : edges) {
    neighbour[slot(cursor[slot(tail)]++)] = head;
    neighbour[slot(cursor[slot(head)]++)] = tail;
  }
  return neighbour;
}

/// A symmetric matrix is its own transpose, and transposing walks the rows in ascending order: that sorts
/// every row in linear time.
std::vector<std::int32_t> transposed(const std::vector<std::int32_t>& offset,
                                     const std::vector<std::int32_t>& neighbour) {
  std::vector<std::int32_t> sorted(neighbour.size());
  std::vector<std::int32_t> cursor(offset.begin(), offset.end() - 1);
  for (std::size_t row = 0; row + 1 < offset.size(); ++row) {
    for (std::int32_t h = offset[row]; h < offset[row + 1]; ++h) {
      const std::int32_t other = neighbour[slot(h)];
      sorted[slot(cursor[slot(other)]++)] = static_cast<std::int32_t>(row);
    }
  }
  return sorted;
}

/// Removes (or refuses) equal neighbours, which are adjacent after sorting; offsets follow.
void resolve_repeats(AcquaintanceGraph& graph, Repeats repeats) {
  std::int32_t kept = 0;
  std::int32_t begin = 0;
  for (std::size_t row = 0; row + 1 < graph.row_offset.size(); ++row) {
    const std::int32_t end = graph.row_offset[row + 1];
    const std::int32_t row_start = kept;
    for (std::int32_t h = begin; h < end; ++h) {
      const std::int32_t other = graph.neighbour[slot(h)];
      if (kept > row_start && graph.neighbour[slot(kept) - 1] == other) {
        if (repeats == Repeats::refuse) throw Bug(fmt::format("tie {}-{} is given twice", row, other));
        continue;
      }
      graph.neighbour[slot(kept++)] = other;
    }
    begin = end;
    graph.row_offset[row + 1] = kept;
  }
  graph.neighbour.resize(slot(kept));
}

/// Numbers the ties by (low, high). Rows are visited in ascending order, so the lower neighbours of any row
/// are met in the order in which they stand there: one cursor per row finds the mate of a half-tie.
void number_ties(AcquaintanceGraph& graph) {
  graph.half_tie_tie.resize(graph.neighbour.size());
  graph.tie_low.reserve(graph.neighbour.size() / 2);
  graph.tie_high.reserve(graph.neighbour.size() / 2);
  std::vector<std::int32_t> cursor(graph.row_offset.begin(), graph.row_offset.end() - 1);
  for (std::int32_t row = 0; row < persons_of(graph); ++row) {
    for (std::int32_t h = graph.row_offset[slot(row)]; h < graph.row_offset[slot(row) + 1]; ++h) {
      const std::int32_t other = graph.neighbour[slot(h)];
      if (other < row) continue;
      const std::int32_t tie = ties_of(graph);
      graph.tie_low.push_back(row);
      graph.tie_high.push_back(other);
      graph.half_tie_tie[slot(h)] = tie;
      graph.half_tie_tie[slot(cursor[slot(other)]++)] = tie;
    }
  }
}

}  // namespace

std::vector<float> ring_positions(std::int64_t persons, std::int64_t block) {
  // (persons - 0.5) / persons rounds to 1.0f above 2^24 persons
  constexpr float last = 1.0F - std::numeric_limits<float>::epsilon() / 2;
  std::vector<float> position(slot(persons));
  for (std::int64_t i = 0; i < persons; ++i) {
    const std::int64_t first = block > 0 ? i - i % block : 0;
    const double size = static_cast<double>(block > 0 ? std::min(block, persons - first) : persons);
    const double place = static_cast<double>(i - first) + (block > 0 ? 0.0 : 0.5);
    position[slot(i)] = std::min(last, static_cast<float>(place / size));
  }
  return position;
}

AcquaintanceGraph from_edges(std::int64_t persons, std::vector<Edge> edges, std::vector<float> position,
                             Repeats repeats) {
  require_int32(persons, 2 * static_cast<std::int64_t>(edges.size()));
  if (position.size() != slot(persons)) {
    throw Bug(fmt::format("{} positions for {} persons", position.size(), persons));
  }
  AcquaintanceGraph graph;
  graph.position = std::move(position);
  graph.row_offset = offsets_of(static_cast<std::int32_t>(persons), edges);
  graph.neighbour = unsorted_rows(graph.row_offset, std::move(edges));
  graph.neighbour = transposed(graph.row_offset, graph.neighbour);
  resolve_repeats(graph, repeats);
  number_ties(graph);
  return graph;
}

AcquaintanceGraph from_edges(std::int64_t persons, std::vector<Edge> edges) {
  require_int32(persons, 0);
  return from_edges(persons, std::move(edges), ring_positions(persons));
}

}  // namespace kindred::graph
