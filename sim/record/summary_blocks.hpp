#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/engine/columns.hpp"
#include "sim/record/summary_kernel.hpp"

/// How the rows of an ensemble are cut into the blocks of the summaries' kernels.
namespace kindred::record {

struct Blocks {
  int width;
  std::int64_t persons;
  std::int64_t rows() const { return block_elements / width; }
  std::int64_t count() const { return (persons + rows() - 1) / rows(); }
  std::int64_t first_row(std::int64_t block) const { return block * rows(); }
  std::int64_t rows_of(std::int64_t block) const { return std::min(rows(), persons - first_row(block)); }
};

/// The elements of a block where they lie, or in `copy` when a column is stored once for all worlds or the
/// block ends before a register does.
template <class T>
const T* elements_of(const ColumnView<T>& column, const Blocks& blocks, std::int64_t block, T* copy) {
  const std::int64_t first = blocks.first_row(block), rows = blocks.rows_of(block);
  const T* const from = column.data + first * column.stride();
  if (!column.once && rows == blocks.rows()) return from;
  std::fill_n(copy, block_elements, T{});
  for (std::int64_t i = 0; i < rows; ++i)
    for (int lane = 0; lane < blocks.width; ++lane)
      copy[i * blocks.width + lane] = column.once ? from[i] : from[i * blocks.width + lane];
  return copy;
}

/// Parts of a row whose lanes are added up together.
inline int parts_of(int width, int reals) { return width / std::min(width, reals / 2); }

}  // namespace kindred::record
