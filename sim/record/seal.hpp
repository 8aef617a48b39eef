#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// The seal behind HDF5's last byte: digests of every byte of a finished file, those included at which HDF5
/// never looks. HDF5 knows where its own part ends and reads no further, so other programs open a sealed file
/// like any other; one that rewrites it leaves it without a seal.
///
/// All numbers little endian. First the XXH3 (64 bits) of each 64 KiB of the HDF5 part, the last piece
/// shorter; then 64 bytes: "kindseal", version (4), bytes of a piece (4), length of the HDF5 part (8), its
/// XXH3 of 128 bits (low 8, high 8), that of the pieces' digests (low 8, high 8), XXH3 (64 bits) of the 56
/// bytes before.
namespace kindred::record {

/// Bytes that the seal of a file of this length takes.
std::uint64_t seal_bytes(std::uint64_t length);

/// Appends the seal of all bytes there are. Equal files get equal seals.
/// @throws IoError when the file cannot be read or written.
void append_seal(const std::string& path);

/// Whether a seal, whole or damaged, stands at the end of a file. @throws IoError when it cannot be read.
bool has_seal(const std::string& path);

/// What the seal says about a file.
struct SealReport {
  bool present = false;             ///< a seal, whole or damaged, stands at the end of the file
  std::uint64_t sealed = 0;         ///< bytes before the seal; the whole file without one
  std::vector<std::string> faults;  ///< by byte region

  /// A stretch of damaged bytes, the last one included.
  struct Region {
    std::uint64_t first, last;
  };
  std::vector<Region> regions;  ///< in ascending order, neighbours joined
};

/// Holds every byte of a file against its seal; HDF5 has no part in it. Reads piece by piece.
/// @throws IoError when the file cannot be read.
SealReport check_seal(const std::string& path);

}  // namespace kindred::record
