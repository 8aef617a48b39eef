#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/contract.hpp"
#include "sim/graph/acquaintance_graph.hpp"

namespace kindred {

/// The acquaintances of 16 rows side by side, so that a register holds the k-th acquaintance of each and the
/// end of a row costs no mispredicted branch (sliced ELLPACK; Monakov, Lokhmotov & Avetisyan 2010).
struct RowSlices {
  std::vector<std::int32_t> offset;  ///< [slice + 1] first line of 16 in `neighbour`
  /// [line][row of the slice] the k-th acquaintance, ascending; `absent` beyond a row's last
  std::vector<std::int32_t> neighbour;
  std::int32_t absent = 0;  ///< the number of rows: no row has it
};

/// @param rows  at least the persons, a multiple of 16; rows beyond them know nobody
RowSlices slices_of(const graph::AcquaintanceGraph& graph, std::int64_t rows);

/// What slices_of() takes of the memory.
std::int64_t slices_bytes(const graph::AcquaintanceGraph& graph, std::int64_t rows);

/// Whether a model has a use for slices: folds that read no ties take several rows at once while a row is one
/// lane.
bool folds_over_persons(const ModelDeclaration& model);

}  // namespace kindred
