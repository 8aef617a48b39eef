#include "sim/engine/row_slices.hpp"

#include <algorithm>

namespace kindred {

namespace {

/// First line of each slice, and where the last ends.
std::vector<std::int32_t> slice_offsets(const graph::AcquaintanceGraph& graph, std::int64_t rows) {
  const std::int64_t persons = graph::persons_of(graph);
  std::vector<std::int32_t> offset{0};
  offset.reserve(graph::slot(rows / rows_per_slice + 1));
  for (std::int64_t first = 0; first < rows; first += rows_per_slice) {
    std::int32_t lines = 0;
    for (std::int64_t row = first; row < std::min(first + rows_per_slice, persons); ++row)
      lines = std::max(lines, graph::degree_of(graph, static_cast<std::int32_t>(row)));
    offset.push_back(offset.back() + lines);
  }
  return offset;
}

}  // namespace

std::int64_t slices_bytes(const graph::AcquaintanceGraph& graph, std::int64_t rows) {
  const std::vector<std::int32_t> offset = slice_offsets(graph, rows);
  const std::int64_t numbers = static_cast<std::int64_t>(offset.size()) + offset.back() * rows_per_slice;
  return numbers * static_cast<std::int64_t>(sizeof(std::int32_t));
}

bool folds_over_persons(const ModelDeclaration& model) {
  return std::any_of(model.phases.begin(), model.phases.end(), [](const PhaseDeclaration& phase) {
    return phase.kind == PhaseDeclaration::Kind::fold && phase.reads_ties.empty();
  });
}

RowSlices slices_of(const graph::AcquaintanceGraph& graph, std::int64_t rows) {
  const std::int64_t persons = graph::persons_of(graph);
  RowSlices slices;
  slices.offset = slice_offsets(graph, rows);
  slices.absent = static_cast<std::int32_t>(rows);
  slices.neighbour.assign(graph::slot(slices.offset.back() * rows_per_slice), slices.absent);
  for (std::int64_t row = 0; row < persons; ++row) {
    const std::int64_t line = slices.offset[graph::slot(row / rows_per_slice)];
    std::int64_t place = line * rows_per_slice + row % rows_per_slice;
    for (const std::int32_t other : graph::neighbours_of(graph, static_cast<std::int32_t>(row))) {
      slices.neighbour[graph::slot(place)] = other;
      place += rows_per_slice;
    }
  }
  return slices;
}

}  // namespace kindred
