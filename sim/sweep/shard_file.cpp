#include "sim/sweep/shard_file.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <thread>

#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"

namespace kindred::sweep {

namespace {

constexpr std::uint64_t file_magic = 0x32445248535f444bU;    // "KD_SHRD2" in the machine's order
constexpr std::uint64_t record_magic = 0x54534c525f53444bU;  // "KDS_RLST"
constexpr std::size_t hash_digits = 32;
constexpr auto sync_period = std::chrono::seconds(60);

enum Kind : std::uint64_t { values = 1, failure = 2, done = 3 };

struct FileHeader {
  std::uint64_t magic;
  std::uint64_t plan_low, plan_high;
};

/// The checksum comes first, so that all it vouches for lies in one piece behind it.
struct RecordHeader {
  std::uint64_t check_low, check_high;  ///< of everything after these two, with the payload
  std::uint64_t magic;
  std::uint64_t kind;
  char point[hash_digits];
  std::int64_t replicate;
  std::uint64_t length;  ///< bytes of the payload that follows
};
constexpr std::size_t checked_from = offsetof(RecordHeader, magic);

template <class T>
std::span<const std::byte> bytes_of(const T& value) {
  return std::as_bytes(std::span(&value, 1));
}

record::Digest check_of(std::span<const std::byte> record) {
  return record::digest_of(record.subspan(checked_from));
}

/// A sound record at the beginning of these bytes.
struct Record {
  RecordHeader header;
  std::span<const std::byte> payload;
  std::size_t size() const { return sizeof(RecordHeader) + payload.size(); }
};
std::optional<Record> record_at(std::span<const std::byte> bytes) {
  if (bytes.size() < sizeof(RecordHeader)) return std::nullopt;
  RecordHeader header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  const bool fits = header.magic == record_magic && header.length <= bytes.size() - sizeof(header) &&
                    header.kind >= Kind::values && header.kind <= Kind::done && header.replicate >= 0 &&
                    header.replicate <= std::numeric_limits<int>::max();
  if (!fits) return std::nullopt;
  const auto whole = bytes.first(sizeof(header) + header.length);
  if (check_of(whole) != record::Digest{header.check_low, header.check_high}) return std::nullopt;
  return Record{header, whole.subspan(sizeof(header))};
}

/// Where the next sound record begins; the end when there is none.
std::size_t next_record(std::span<const std::byte> bytes, std::size_t from) {
  const auto magic = bytes_of(record_magic);
  for (auto at = bytes.begin() + static_cast<std::ptrdiff_t>(from); at != bytes.end(); ++at) {
    at = std::search(at, bytes.end(), magic.begin(), magic.end());
    if (at == bytes.end()) break;
    const auto place = static_cast<std::size_t>(at - bytes.begin());
    if (place >= from + checked_from && record_at(bytes.subspan(place - checked_from)))
      return place - checked_from;
  }
  return bytes.size();
}

void keep(ShardContents& contents, const Record& record) {
  contents.is_done = record.header.kind == Kind::done;  // not, when somebody went on afterwards
  if (contents.is_done) return;
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

/// @throws ConfigError
void check_header(std::span<const std::byte> bytes, const std::string& path, const record::Digest& plan) {
  FileHeader header{};
  std::memcpy(&header, bytes.data(), sizeof(header));
  const auto refuse = [&](const char* what) {
    throw ConfigError(Problem{
        path, 0, 0, std::string(what) + "; move it out of the folder (its points are then computed again)"});
  };
  if (header.magic != file_magic) refuse("is no shard of a sweep, or its beginning is damaged");
  if (record::Digest{header.plan_low, header.plan_high} != plan)
    refuse("holds results of another plan than the one in this folder, or its beginning is damaged");
}

ShardContents contents_of(const record::PosixFile& file, const record::Digest& plan) {
  ShardContents contents;
  std::vector<std::byte> all(file.size());
  if (all.size() < sizeof(FileHeader)) {  // begun and cut short: nothing is lost
    contents.torn_length = all.size();
    return contents;
  }
  file.read_at(0, all);
  check_header(all, file.path(), plan);
  contents.good_length = sizeof(FileHeader);
  for (std::size_t at = sizeof(FileHeader); at < all.size();) {
    const auto record = record_at(std::span(all).subspan(at));
    if (!record) {
      at = next_record(all, at);
      continue;
    }
    keep(contents, *record);
    contents.damaged_length += at - contents.good_length;
    at += record->size();
    contents.good_length = at;
  }
  contents.torn_length = all.size() - contents.good_length;
  return contents;
}

/// Somebody who asks whether the file is being written holds it for a moment.
record::PosixFile opened(const std::string& path) {
  constexpr int tries = 20;
  constexpr auto pause = std::chrono::milliseconds(10);
  for (int i = 1; i < tries; ++i) {
    try {
      return record::PosixFile::open_for_writing(path);
    } catch (const IoError& error) {
      if (error.error_number() != 0) throw;
      std::this_thread::sleep_for(pause);
    }
  }
  return record::PosixFile::open_for_writing(path);
}

}  // namespace

ShardContents read_shard(const std::string& path, const record::Digest& plan) {
  return contents_of(record::PosixFile::open_for_reading(path), plan);
}

ShardWriter::ShardWriter(const std::string& path, const record::Digest& plan, bool afresh)
    : file_(opened(path)), next_sync_(std::chrono::steady_clock::now() + sync_period) {
  if (!afresh) found_ = contents_of(file_, plan);
  length_ = found_.good_length;
  file_.cut(length_);
  if (length_ != 0) return;
  const FileHeader header{file_magic, plan.low, plan.high};
  file_.write_at(0, bytes_of(header));
  length_ = sizeof(FileHeader);
}

void ShardWriter::append(std::uint64_t kind, const ResultKey& key, std::span<const std::byte> payload) {
  RecordHeader header{0, 0, record_magic, kind, {}, key.replicate, payload.size()};
  std::memcpy(header.point, key.point.data(), std::min(key.point.size(), hash_digits));
  std::vector<std::byte> all(sizeof(header) + payload.size());
  std::memcpy(all.data(), &header, sizeof(header));
  std::copy(payload.begin(), payload.end(), all.begin() + sizeof(header));
  const record::Digest check = check_of(all);
  const std::array words{check.low, check.high};
  std::memcpy(all.data(), words.data(), checked_from);
  const std::lock_guard lock(mutex_);
  try {
    file_.write_at(length_, all);
  } catch (const IoError&) {
    try {
      file_.cut(length_);       // a full disk leaves half a record: take it back
    } catch (const IoError&) {  // then the next reader skips it
    }
    throw;
  }
  length_ += all.size();
  const auto now = std::chrono::steady_clock::now();
  if (now < next_sync_) return;
  file_.sync();
  next_sync_ = now + sync_period;
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
