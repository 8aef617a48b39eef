#pragma once

#include <cstdint>
#include <string>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/hdf5_handle.hpp"
#include "sim/record/layout.hpp"

/// What a file claims to hold, held against the bytes there are: a small file must not make its reader
/// allocate or decode more than it can stand for, nor read other files.
namespace kindred::record {

/// @throws IoError when a link leads out of the file, or along a path instead of to an object.
void require_own_link(hid_t group, const std::string& link, const std::string& path);

/// Checks shape, chunks, filters and storage of an open dataset before anything of it is allocated.
/// @throws IoError when it claims more values, or more pieces, than its file can hold, is stored outside
///         of the file, or went through filters that Kindred does not write.
void require_plausible(hid_t id, const Dataset& dataset, const std::string& path);

/// What is read whole may take this much memory from a file of any size, and from a larger file so many times
/// its size: deflated zeros take a thousandth of their room, and results hardly less than a tenth.
inline constexpr std::uint64_t bytes_read_freely = std::uint64_t{256} << 20U;
inline constexpr std::uint64_t most_inflated = 64;

/// @throws IoError when `values` of `bytes` each would take more memory than that.
void require_affordable(std::uint64_t values, std::uint64_t bytes, const Dataset& dataset,
                        const std::string& path);

/// @throws IoError when `values` of `bytes` each are more than a file of this size can hold uncompressed.
void require_fits(std::uint64_t values, std::uint64_t bytes, const std::string& what,
                  const std::string& path);

/// Inflates the stored bytes of each chunk that `place` touches into exactly the room its values need.
/// @throws IoError when they give fewer or more bytes than that, before HDF5's filters would trust them.
void require_sound_chunks(hid_t id, const Dataset& dataset, const ChunkPlace& place, const std::string& path);

}  // namespace kindred::record
