#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// How an array is cut into chunks: chunks count row-major over the grid, and a chunk at the edge is
/// stored whole, with zeros where it sticks out.
namespace kindred::record {

using Extents = std::vector<std::uint64_t>;

/// The part of the array that one chunk covers.
struct ChunkPlace {
  Extents start;   ///< index of its first value
  Extents extent;  ///< values inside the array along each dimension, 1..chunk
};

/// Product of the extents; 1 for none.
std::uint64_t value_count(const Extents& extents);

/// Chunks needed to cover `shape`; 0 when a dimension is empty.
std::uint64_t chunk_count(const Extents& shape, const Extents& chunk);

/// @param index  0..chunk_count-1
ChunkPlace chunk_place(const Extents& shape, const Extents& chunk, std::uint64_t index);

/// Sets to zero what lies outside `extent`, so that a chunk's bytes do not depend on what its producer
/// left there.
/// @param raw  a whole chunk, row-major, `width` bytes per value
void clear_padding(std::span<std::byte> raw, const Extents& chunk, const Extents& extent, std::size_t width);

/// The bytes of one whole chunk, copied from a whole row-major array.
std::vector<std::byte> cut_chunk(std::span<const std::byte> array, const Extents& shape, const Extents& chunk,
                                 std::uint64_t index, std::size_t width);

/// "[16, 1, 1, 16384]"
std::string extents_text(const Extents& extents);

}  // namespace kindred::record
