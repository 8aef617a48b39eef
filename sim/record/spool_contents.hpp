#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sim/record/content_hash.hpp"
#include "sim/record/layout.hpp"
#include "sim/record/spool_format.hpp"

/// A whole spool, sorted into canonical order.
namespace kindred::record {

struct SpoolContents {
  PosixFile spool;
  int compression_level;
  File file;                                            ///< lengths known, `mantissa_bits` added
  std::vector<std::vector<const SpoolRecord*>> chunks;  ///< by dataset and chunk index; empty for tables
  /// By dataset: the pieces of a table column, segment by segment, without gaps and in order of their rows.
  std::vector<std::map<std::uint64_t, std::vector<const SpoolRecord*>>> segments;
  std::vector<SpoolRecord> records;  ///< what the pointers above point to
};

/// A chunk or piece that was handed in again after a resume counts once.
/// @throws Bug for what is missing, for what was doubled without a resume or came again and is not the same,
/// and
///         for columns of unequal length; IoError for damage.
SpoolContents sort_spool(const File& declared, const std::string& path);

/// One chunk as it goes into the file.
struct StoredChunk {
  std::uint64_t index;
  std::span<const std::byte> bytes;  ///< shuffled and deflated
  Digest raw;                        ///< of the decoded bytes
};

/// Hands the chunks of one dataset to `take` in order, cutting those of a table from its rows.
void for_each_chunk(const SpoolContents& contents, std::size_t dataset,
                    const std::function<void(const StoredChunk&)>& take);

/// Bytes that the finished file will not exceed: the stored chunks, and generous room for what HDF5 adds.
std::uint64_t space_needed(const SpoolContents& contents);

}  // namespace kindred::record
