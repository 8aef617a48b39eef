#include "sim/sweep/shard_file.hpp"

#include <cstring>
#include <span>

#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"

namespace kindred::sweep {

namespace {

constexpr std::uint64_t file_magic = 0x31445248535f444bU;  // "KD_SHRD1" in the machine's order
constexpr std::uint32_t record_magic = 0x53524453U;
constexpr std::size_t hash_digits = 32;
constexpr std::uint64_t longest_payload = std::uint64_t{1} << 32U;

enum Kind : std::uint32_t { values = 1, failure = 2, done = 3 };

struct FileHeader {
  std::uint64_t magic;
  std::uint64_t plan_low, plan_high;
};

struct RecordHeader {
  std::uint32_t magic;
  std::uint32_t kind;
  char point[hash_digits];
  std::int64_t replicate;
  std::uint64_t length;                 ///< bytes of the payload that follows
  std::uint64_t check_low, check_high;  ///< of the fields above and the payload
};

template <class T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

record::Digest check_of(const RecordHeader& header, std::span<const std::byte> payload) {
  constexpr std::size_t checked = offsetof(RecordHeader, check_low);
  std::vector<std::byte> all(checked + payload.size());
  std::memcpy(all.data(), &header, checked);
  std::copy(payload.begin(), payload.end(), all.begin() + checked);
  return record::digest_of(all);
}

/// The next record, when a whole and sound one is there.
struct Record {
  RecordHeader header;
  std::vector<std::byte> payload;
};
std::optional<Record> record_at(const record::PosixFile& file, std::uint64_t offset, std::uint64_t size) {
  if (size - offset < sizeof(RecordHeader)) return std::nullopt;
  Record record{};
  file.read_at(offset, std::as_writable_bytes(std::span(&record.header, 1)));
  const RecordHeader& h = record.header;
  if (h.magic != record_magic || h.length > longest_payload ||
      h.length > size - offset - sizeof(RecordHeader))
    return std::nullopt;
  record.payload.resize(h.length);
  file.read_at(offset + sizeof(RecordHeader), record.payload);
  if (check_of(h, record.payload) != record::Digest{h.check_low, h.check_high}) return std::nullopt;
  return record;
}

void keep(ShardContents& contents, const Record& record) {
  if (record.header.kind == Kind::done) {
    contents.is_done = true;
    return;
  }
  contents.is_done = false;  // somebody went on after the shard was done
  const ResultKey key{std::string(record.header.point, hash_digits),
                      static_cast<int>(record.header.replicate)};
  Result& result = contents.results[key];
  result = {};
  if (record.header.kind == Kind::failure) {
    result.failure.assign(reinterpret_cast<const char*>(record.payload.data()), record.payload.size());
  } else {
    result.values.resize(record.payload.size() / sizeof(double));
    std::memcpy(result.values.data(), record.payload.data(), result.values.size() * sizeof(double));
  }
}

ShardContents contents_of(const record::PosixFile& file, const record::Digest& plan) {
  ShardContents contents;
  const std::uint64_t size = file.size();
  FileHeader header{};
  if (size < sizeof(FileHeader)) {  // begun and cut short: nothing is lost
    contents.torn_length = size;
    return contents;
  }
  file.read_at(0, std::as_writable_bytes(std::span(&header, 1)));
  if (header.magic != file_magic)
    throw IoError(file.path(), "is no shard of a sweep, or its beginning is damaged");
  if (record::Digest{header.plan_low, header.plan_high} != plan)
    throw IoError(file.path(), "holds results of another plan than the one in this folder");
  contents.good_length = sizeof(FileHeader);
  while (const auto record = record_at(file, contents.good_length, size)) {
    keep(contents, *record);
    contents.good_length += sizeof(RecordHeader) + record->payload.size();
  }
  contents.torn_length = size - contents.good_length;
  return contents;
}

}  // namespace

ShardContents read_shard(const std::string& path, const record::Digest& plan) {
  return contents_of(record::PosixFile::open_for_reading(path), plan);
}

ShardWriter::ShardWriter(const std::string& path, const record::Digest& plan)
    : file_(record::PosixFile::open_for_writing(path)), found_(contents_of(file_, plan)),
      length_(found_.good_length) {
  file_.cut(length_);
  if (length_ != 0) return;
  const FileHeader header{file_magic, plan.low, plan.high};
  file_.write_at(0, bytes_of(header));
  length_ = sizeof(FileHeader);
}

void ShardWriter::append(std::uint32_t kind, const ResultKey& key, std::span<const std::byte> payload) {
  RecordHeader header{record_magic, kind, {}, key.replicate, payload.size(), 0, 0};
  std::memcpy(header.point, key.point.data(), std::min(key.point.size(), hash_digits));
  const record::Digest check = check_of(header, payload);
  header.check_low = check.low;
  header.check_high = check.high;
  std::vector<std::byte> all(sizeof(header) + payload.size());
  std::memcpy(all.data(), &header, sizeof(header));
  std::copy(payload.begin(), payload.end(), all.begin() + sizeof(header));
  const std::lock_guard lock(mutex_);
  try {
    file_.write_at(length_, all);
  } catch (...) {
    file_.cut(length_);  // a full disk leaves half a record: take it back
    throw;
  }
  length_ += all.size();
}

void ShardWriter::add(const ResultKey& key, const Result& result) {
  if (result.failure.empty()) append(Kind::values, key, std::as_bytes(std::span(result.values)));
  else append(Kind::failure, key, std::as_bytes(std::span(result.failure)));
}

void ShardWriter::finish() {
  append(Kind::done, {std::string(hash_digits, '0'), 0}, {});
  sync();
}

void ShardWriter::sync() {
  const std::lock_guard lock(mutex_);
  file_.sync();
}

}  // namespace kindred::sweep
