#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/record/content_hash.hpp"
#include "sim/record/posix_file.hpp"

/// The spool on the disk: a header, then one record per chunk or piece of a table in order of arrival.
/// It serves one run on one machine and is gone when the output is finished, so its integers are the
/// machine's own (little-endian). A run that is resumed does the weeks since its last checkpoint again: what
/// it hands in once more must be what is there already, and counts once.
namespace kindred::record {

struct SpoolHeader {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t compression_level;
  std::uint64_t declaration_low;  ///< of declaration_hash(file)
  std::uint64_t declaration_high;
  std::uint64_t check;  ///< XXH3-64 of the fields above
};

enum class RecordKind : std::uint32_t { chunk = 1, rows = 2 };

struct RecordHeader {
  std::uint32_t magic;
  RecordKind kind;
  std::uint64_t dataset;        ///< index into File::datasets
  std::uint64_t position;       ///< chunk: chunk index; rows: segment number
  std::uint64_t raw_length;     ///< bytes before compression
  std::uint64_t stored_length;  ///< bytes that follow this header
  std::uint64_t raw_low;        ///< XXH3-128 of the raw bytes, as they will be read back
  std::uint64_t raw_high;
  std::uint64_t first_row = 0;  ///< rows: place of the first of them within the segment
  std::uint64_t session = 0;    ///< how often the run had been resumed when this was written
  std::uint64_t check = 0;      ///< XXH3-64 of the fields above and of the stored bytes
};

/// One good record and where its stored bytes begin.
struct SpoolRecord {
  RecordHeader header;
  std::uint64_t offset;
};

struct SpoolIndex {
  SpoolHeader header;
  std::vector<SpoolRecord> records;  ///< in order of arrival
  std::uint64_t good_length;         ///< bytes up to the end of the last good record
  std::uint64_t torn_length;         ///< bytes after it, which a crash left unfinished
};

/// "out.h5" -> "out.h5.spool", "out.h5.part"
std::string spool_path(const std::string& output_path);
std::string part_path(const std::string& output_path);

SpoolHeader make_header(const Digest& declaration, int compression_level);

/// Fills in `magic` and `check`.
void seal(RecordHeader& header, std::span<const std::byte> stored);

/// Reads and verifies every record; the first bad one ends the spool, whatever follows it.
/// @param limit  look no further than this many bytes
/// @throws IoError when the file is no spool of this version, or belongs to another declaration.
SpoolIndex read_spool(const PosixFile& spool, const Digest& declaration,
                      std::uint64_t limit = std::numeric_limits<std::uint64_t>::max());

/// The stored bytes of one record.
std::vector<std::byte> read_stored(const PosixFile& spool, const SpoolRecord& record);

}  // namespace kindred::record
