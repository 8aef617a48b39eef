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
  std::optional<std::vector<int>> points{};  ///< instead of the shard's own: only these, failed ones again
  std::optional<SweepResults> known{};       ///< results in other files, which count
  bool afresh = false;                       ///< whatever the file holds
  std::optional<double> seconds{};           ///< stop, resumable, after this time
  std::optional<int> most_failures{};        ///< stop when more points than this have failed
  std::function<void(std::int64_t done, std::int64_t all)> progress;  ///< world-weeks; from any thread
};

struct ShardReport {
  std::size_t points = 0;    ///< of the shard
  std::size_t complete = 0;  ///< with all the replicates they need
  std::size_t failed = 0;
  std::int64_t person_weeks = 0;  ///< simulated now
  std::string stopped;            ///< why it stopped early, resumable; empty = it did not
  bool has_given_up = false;      ///< more failures than allowed

  bool is_over() const { return complete + failed == points; }
};

/// Points of shard `shard` of `shards`: whole chunks, dealt out in turn.
std::vector<int> points_of_shard(const SweepPlan& plan, int shard, int shards);

/// Computes what is missing of a shard. Results that are there, in the finished file or in unfinished ones of
/// any machine, are verified and kept. New ones go to this machine's part_path(file); when nothing is missing
/// it takes the name of the file, and only then unfinished ones of other machines go. So a shard that runs
/// twice at once, as on clusters that lost touch with a node, costs time and loses nothing.
/// A full disk stops the run like a signal.
/// @param plan_of  the checked plan of a point
/// @throws ConfigError when a point's plan has changed since the sweep was planned, or a file holds something
/// else; IoError, also when another process runs the shard
ShardReport run_shard(const OpenSweep& sweep, const ShardRun& run, const Engine& engine,
                      const Measures& measures, const std::function<Plan(std::size_t point)>& plan_of);

}  // namespace kindred::sweep
