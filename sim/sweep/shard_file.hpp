#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/record/content_hash.hpp"
#include "sim/record/posix_file.hpp"

/// One shard's results on the disk: records in order of arrival, each with its checksum, and a last one that
/// says the shard is done. A file that was cut short or damaged keeps every record that is whole.
namespace kindred::sweep {

/// A point is named by the hash of its resolved scenario, a replicate by its number.
struct ResultKey {
  std::string point;  ///< 32 hexadecimal digits
  int replicate;
  auto operator<=>(const ResultKey&) const = default;
};

/// Numbers, or why there are none.
struct Result {
  std::vector<double> values;
  std::string failure;  ///< empty = values count
};

struct ShardContents {
  std::map<ResultKey, Result> results;  ///< the last record of a key counts
  bool is_done = false;
  std::uint64_t good_length = 0;     ///< bytes up to the end of the last sound record
  std::uint64_t torn_length = 0;     ///< bytes after it: what a crash left unfinished
  std::uint64_t damaged_length = 0;  ///< bytes before it that no checksum vouches for
};

/// Reads what is there and verifies every record.
/// @param plan  digest of the sweep's plan: results of another plan are refused
/// @throws IoError when the file cannot be read; ConfigError when it is no shard or of another plan
ShardContents read_shard(const std::string& path, const record::Digest& plan);

/// Appends results. Thread safe. Another process that writes the same file is refused.
class ShardWriter {
 public:
  /// Opens or begins the file; what a crash left unfinished at its end is cut off.
  /// @param afresh  forget what the file holds
  /// @throws as read_shard; IoError also when it cannot be written
  ShardWriter(const std::string& path, const record::Digest& plan, bool afresh = false);

  /// What the file held when it was opened.
  const ShardContents& found() const { return found_; }

  void add(const ResultKey& key, const Result& result);
  /// Says that nothing is missing and makes everything durable.
  void finish();
  /// Makes what was added so far durable; add() does so by itself now and then.
  void sync();

 private:
  void append(std::uint64_t kind, const ResultKey& key, std::span<const std::byte> payload);
  std::mutex mutex_;
  record::PosixFile file_;
  ShardContents found_;
  std::uint64_t length_ = 0;
  std::chrono::steady_clock::time_point next_sync_;
};

}  // namespace kindred::sweep
