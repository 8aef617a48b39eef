#include "sim/engine/row_slices.hpp"

#include <algorithm>

namespace kindred {

RowSlices slices_of(const graph::AcquaintanceGraph& graph, std::int64_t rows) {
  const std::int64_t persons = graph::persons_of(graph);
  const auto degree = [&](std::int64_t row) {
    return row < persons ? graph::degree_of(graph, static_cast<std::int32_t>(row)) : 0;
  };
  RowSlices slices;
  slices.offset.push_back(0);
  for (std::int64_t first = 0; first < rows; first += rows_per_slice) {
    std::int32_t lines = 0;
    for (std::int64_t r = 0; r < rows_per_slice; ++r) lines = std::max(lines, degree(first + r));
    slices.offset.push_back(slices.offset.back() + lines);
  }
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
