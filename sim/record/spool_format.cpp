#include "sim/record/spool_format.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <optional>
#include <type_traits>

#include "sim/core/errors.hpp"

namespace kindred::record {
namespace {

constexpr std::uint64_t header_magic = 0x4c4f4f5053444e4bULL;  // "KNDSPOOL"
constexpr std::uint32_t record_magic = 0x4345524bU;            // "KREC"
constexpr std::uint32_t spool_version = 2;

static_assert(std::endian::native == std::endian::little);
static_assert(std::is_trivially_copyable_v<SpoolHeader> && sizeof(SpoolHeader) == 40);
static_assert(std::is_trivially_copyable_v<RecordHeader> && sizeof(RecordHeader) == 80);

std::uint64_t check_of(const SpoolHeader& header) {
  return XXH3_64bits(&header, offsetof(SpoolHeader, check));
}

std::uint64_t check_of(const RecordHeader& header, std::span<const std::byte> stored) {
  const std::uint64_t fields = XXH3_64bits(&header, offsetof(RecordHeader, check));
  return XXH3_64bits_withSeed(stored.data(), stored.size(), fields);
}

/// The record at `offset`, or nothing when what stands there is not a whole, undamaged record.
std::optional<SpoolRecord> read_record(const PosixFile& spool, std::uint64_t offset, std::uint64_t end) {
  SpoolRecord record{{}, offset + sizeof(RecordHeader)};
  if (end - offset < sizeof(RecordHeader)) return std::nullopt;
  spool.read_at(offset, std::as_writable_bytes(std::span(&record.header, 1)));
  if (record.header.magic != record_magic) return std::nullopt;
  if (record.header.stored_length > end - record.offset) return std::nullopt;
  if (record.header.check != check_of(record.header, read_stored(spool, record))) return std::nullopt;
  return record;
}

}  // namespace

std::string spool_path(const std::string& output_path) { return output_path + ".spool"; }
std::string part_path(const std::string& output_path) { return output_path + ".part"; }

SpoolHeader make_header(const Digest& declaration, int compression_level) {
  SpoolHeader header{header_magic,    spool_version,    static_cast<std::uint32_t>(compression_level),
                     declaration.low, declaration.high, 0};
  header.check = check_of(header);
  return header;
}

void seal(RecordHeader& header, std::span<const std::byte> stored) {
  header.magic = record_magic;
  header.check = check_of(header, stored);
}

SpoolIndex read_spool(const PosixFile& spool, const Digest& declaration, std::uint64_t limit) {
  SpoolIndex index{};
  const std::uint64_t end = std::min(spool.size(), limit);
  if (end < sizeof(SpoolHeader)) throw IoError(spool.path(), "holds nothing yet: the run cannot be resumed");
  spool.read_at(0, std::as_writable_bytes(std::span(&index.header, 1)));
  if (index.header.magic != header_magic || index.header.check != check_of(index.header))
    throw IoError(spool.path(), "is not a spool of Kindred, or its beginning is damaged");
  if (index.header.version != spool_version)
    throw IoError(spool.path(), "was written by a version of Kindred with another spool format");
  if (index.header.compression_level < 1 || index.header.compression_level > 12)
    throw IoError(spool.path(), "is damaged: it names a compression level that there is not");
  if (Digest{index.header.declaration_low, index.header.declaration_high} != declaration)
    throw IoError(spool.path(), "belongs to another scenario or another build");
  index.good_length = sizeof(SpoolHeader);
  while (const std::optional<SpoolRecord> record = read_record(spool, index.good_length, end)) {
    index.records.push_back(*record);
    index.good_length = record->offset + record->header.stored_length;
  }
  index.torn_length = end - index.good_length;
  return index;
}

std::vector<std::byte> read_stored(const PosixFile& spool, const SpoolRecord& record) {
  std::vector<std::byte> stored(record.header.stored_length);
  spool.read_at(record.offset, stored);
  return stored;
}

}  // namespace kindred::record
