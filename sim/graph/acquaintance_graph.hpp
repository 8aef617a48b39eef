#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// Who knows whom: an undirected graph without self-ties or repeated ties, in compressed rows. It never
/// changes during a run; what lives on a tie (closeness, compatibility) lives in columns beside it.
namespace kindred::graph {

/// Persons 0 .. n-1, undirected ties 0 .. m-1, half-ties 0 .. 2m-1. A row is one person's half-ties. Every
/// member is determined by the set of ties, so two graphs are equal when their ties are.
struct AcquaintanceGraph {
  std::vector<std::int32_t> row_offset;    ///< [persons + 1] first half-tie of a row
  std::vector<std::int32_t> neighbour;     ///< [half-ties] the other person, ascending within a row
  std::vector<std::int32_t> half_tie_tie;  ///< [half-ties] undirected tie of that half
  std::vector<std::int32_t> tie_low;       ///< [ties] the lower person; ties are sorted by (low, high)
  std::vector<std::int32_t> tie_high;      ///< [ties] the higher person
  std::vector<float> position;             ///< [persons] place on the ring, in [0, 1); ages follow it

  bool operator==(const AcquaintanceGraph&) const = default;
};

/// Two persons, in either order.
using Edge = std::pair<std::int32_t, std::int32_t>;

/// What `from_edges` does with a tie that was given before, in either direction.
enum class Repeats : std::uint8_t { refuse, merge };

inline constexpr std::size_t slot(std::int64_t index) { return static_cast<std::size_t>(index); }

inline std::int32_t persons_of(const AcquaintanceGraph& graph) {
  return graph.row_offset.empty() ? 0 : static_cast<std::int32_t>(graph.row_offset.size() - 1);
}

inline std::int32_t ties_of(const AcquaintanceGraph& graph) {
  return static_cast<std::int32_t>(graph.tie_low.size());
}

inline std::int32_t degree_of(const AcquaintanceGraph& graph, std::int32_t person) {
  return graph.row_offset[slot(person) + 1] - graph.row_offset[slot(person)];
}

/// The acquaintances of a person, ascending.
inline std::span<const std::int32_t> neighbours_of(const AcquaintanceGraph& graph, std::int32_t person) {
  return {graph.neighbour.data() + graph.row_offset[slot(person)], slot(degree_of(graph, person))};
}

/// Ring positions in [0, 1): place / size inside each block of `block` persons (the last may be short), or
/// (i + 0.5) / persons when block = 0.
std::vector<float> ring_positions(std::int64_t persons, std::int64_t block = 0);

/// The graph of the given ties in O(persons + ties). `position` has one value per person.
/// @throws ConfigError when persons or half-ties do not fit an int32.
/// @throws Bug for a person out of range, a self-tie, or (Repeats::refuse) a repeated tie, with its persons.
AcquaintanceGraph from_edges(std::int64_t persons, std::vector<Edge> edges, std::vector<float> position,
                             Repeats repeats = Repeats::refuse);

/// The same with the plain positions (i + 0.5) / persons.
AcquaintanceGraph from_edges(std::int64_t persons, std::vector<Edge> edges);

/// What is wrong with a graph that came from elsewhere (a file, a checkpoint): each text names the offending
/// row or tie. Empty = sound. At most 100 are listed, then their number.
std::vector<std::string> integrity_problems(const AcquaintanceGraph& graph);

}  // namespace kindred::graph
