#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/folder.hpp"
#include "sim/sweep/results.hpp"
#include "sim/sweep/run_chunk.hpp"

namespace kindred::sweep {

struct ShardRun {
  int shard = 0, shards = 1;
  std::string file;                          ///< empty = shard_path(...); retries write files of their own
  std::optional<std::vector<int>> points{};  ///< instead of the shard's own: only these
  std::optional<SweepResults> known{};       ///< results in other files, which count (failures do not)
  std::optional<double> seconds{};           ///< stop, resumable, after this time
  std::optional<int> most_failures{};        ///< stop when more points than this have failed
  std::function<void(std::int64_t done, std::int64_t all)> progress;  ///< world-weeks; from any thread
};

struct ShardReport {
  std::size_t points = 0;    ///< of the shard
  std::size_t complete = 0;  ///< with all the replicates they need
  std::size_t failed = 0;
  std::int64_t person_weeks = 0;  ///< simulated now
  bool is_stopped = false;        ///< by a signal or the time limit: resumable
  bool has_given_up = false;      ///< more failures than allowed
};

/// Points of shard `shard` of `shards`: whole chunks, dealt out in turn.
std::vector<int> points_of_shard(const SweepPlan& plan, int shard, int shards);

/// Computes what is missing of a shard and appends it to the shard's file. Results that are there are
/// verified and kept. While it is written the file ends in ".part"; the finished one is renamed.
/// @param plan_of  the checked plan of a point
/// @throws ConfigError when a point's plan has changed since the sweep was planned; IoError
ShardReport run_shard(const OpenSweep& sweep, const ShardRun& run, const Engine& engine,
                      const Measures& measures, const std::function<Plan(std::size_t point)>& plan_of);

}  // namespace kindred::sweep
