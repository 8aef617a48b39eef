#pragma once

#include <cstdint>
#include <vector>

#include "sim/graph/acquaintance_graph.hpp"

/// Rows are visited in order, so a near neighbour was read a moment ago. Half-ties to distant ones are listed
/// when a column of all persons does not stay in a core's own cache, so that they can be asked for ahead.
namespace kindred {

struct DistantTies {
  std::vector<std::int32_t> offset;    ///< [row + 1] first entry of each row in `half_tie`
  std::vector<std::int32_t> half_tie;  ///< by row, ascending
};

/// @param column_bytes  of a column that has a value for every person and lane
bool needs_distant_ties(std::int64_t column_bytes);
DistantTies distant_ties_of(const graph::AcquaintanceGraph& graph);
/// How many half-ties distant_ties_of() lists.
std::int64_t distant_half_ties(const graph::AcquaintanceGraph& graph);

}  // namespace kindred
