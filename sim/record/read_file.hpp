#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/hdf5_handle.hpp"
#include "sim/record/layout.hpp"

/// Finished files read back through HDF5's own filters, independent of the code that wrote them.
namespace kindred::record {

/// A finished file, open for reading.
struct FinishedFile {
  std::string path;
  FileHandle handle;
  /// Every group and dataset in order of creation, with the contents of text datasets. A dimension
  /// without a scale has an empty name; one with a scale in another group has that scale's whole path.
  File file;
};

/// Opens the file in a child process first, and here only when the child survives that.
/// @throws IoError saying whether the file is missing, unfinished, no HDF5, truncated, damaged or not ours.
FinishedFile open_finished(const std::string& path);

/// Opens it in a child process only. @throws IoError as above.
void require_openable(const std::string& path);

/// Opens it at once, for what runs in a child process itself (child_process.hpp). @throws IoError as above.
FinishedFile open_in_child(const std::string& path);

/// One block of values, row-major in the dataset's type, within a buffer of `padded` extents whose
/// remainder is zero.
/// @throws IoError when the stored bytes cannot be decoded.
std::vector<std::byte> read_block(const FinishedFile& opened, const Dataset& dataset, const ChunkPlace& place,
                                  const Extents& padded);

/// A whole numeric dataset.
struct Numbers {
  std::vector<std::uint64_t> shape;
  std::vector<double> values;  ///< row-major
};

/// @param dataset  "population/attachment_anxiety_mean"
/// @throws IoError naming the datasets there are when this one is missing or text.
Numbers read_numbers(const FinishedFile& opened, std::string_view dataset);
Numbers read_numbers(const std::string& path, std::string_view dataset);
/// Several, tried in one child process together: opening a file costs more than reading a small dataset.
std::vector<Numbers> read_numbers(const FinishedFile& opened, std::span<const std::string> datasets);

/// The contents of a text dataset, row-major. @throws IoError as above.
std::vector<std::string> read_text(const std::string& path, std::string_view dataset);

}  // namespace kindred::record
