#include "sim/record/chunk_grid.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>

namespace kindred::record {
namespace {

/// Row-major index of value number `position` in an array of these extents.
Extents index_at(const Extents& extents, std::uint64_t position) {
  Extents index(extents.size());
  for (std::size_t axis = extents.size(); axis-- > 0;) {
    index[axis] = position % extents[axis];
    position /= extents[axis];
  }
  return index;
}

Extents chunks_along(const Extents& shape, const Extents& chunk) {
  Extents counts(shape.size());
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    counts[axis] = shape[axis] / chunk[axis] + (shape[axis] % chunk[axis] != 0 ? 1 : 0);
  return counts;
}

/// Calls `visit(row, inside)` for each row of a chunk along its last dimension; `inside` says whether
/// the row's other indices lie within `extent`.
void for_each_row(const Extents& chunk, const Extents& extent, const auto& visit) {
  const std::uint64_t rows = value_count(chunk) / chunk.back();
  Extents leading = chunk;
  leading.back() = 1;
  for (std::uint64_t row = 0; row < rows; ++row) {
    const Extents index = index_at(leading, row);
    bool inside = true;
    for (std::size_t axis = 0; axis < chunk.size(); ++axis) inside = inside && index[axis] < extent[axis];
    visit(row, index, inside);
  }
}

}  // namespace

std::uint64_t value_count(const Extents& extents) {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : extents) count *= extent;
  return count;
}

std::uint64_t chunk_count(const Extents& shape, const Extents& chunk) {
  return value_count(chunks_along(shape, chunk));
}

ChunkPlace chunk_place(const Extents& shape, const Extents& chunk, std::uint64_t index) {
  ChunkPlace place{index_at(chunks_along(shape, chunk), index), chunk};
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    place.start[axis] *= chunk[axis];
    place.extent[axis] = std::min(chunk[axis], shape[axis] - place.start[axis]);
  }
  return place;
}

void clear_padding(std::span<std::byte> raw, const Extents& chunk, const Extents& extent, std::size_t width) {
  if (chunk == extent) return;
  const std::size_t row_bytes = chunk.back() * width;
  for_each_row(chunk, extent, [&](std::uint64_t row, const Extents&, bool inside) {
    const std::size_t kept = inside ? extent.back() * width : 0;
    std::memset(raw.data() + row * row_bytes + kept, 0, row_bytes - kept);
  });
}

std::vector<std::byte> cut_chunk(std::span<const std::byte> array, const Extents& shape, const Extents& chunk,
                                 std::uint64_t index, std::size_t width) {
  const ChunkPlace place = chunk_place(shape, chunk, index);
  std::vector<std::byte> raw(value_count(chunk) * width);
  for_each_row(chunk, place.extent, [&](std::uint64_t row, const Extents& within, bool inside) {
    if (!inside) return;
    std::uint64_t position = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      position = position * shape[axis] + place.start[axis] + within[axis];
    std::memcpy(raw.data() + row * chunk.back() * width, array.data() + position * width,
                place.extent.back() * width);
  });
  return raw;
}

std::string extents_text(const Extents& extents) { return fmt::format("[{}]", fmt::join(extents, ", ")); }

}  // namespace kindred::record
