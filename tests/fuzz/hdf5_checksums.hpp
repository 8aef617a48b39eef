#pragma once

#include <cstdint>
#include <span>

namespace kindred::fuzz {

/// Writes right checksums into the parts of an HDF5 file that say their own length: superblock, object
/// headers with their continuations, heaps' and trees' headers.
void mend_checksums(std::span<std::uint8_t> file);

}  // namespace kindred::fuzz
