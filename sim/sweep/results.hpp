#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/sweep/folder.hpp"
#include "sim/sweep/shard_file.hpp"

/// What has been computed of a sweep so far, over all its shards.
namespace kindred::sweep {

/// By society, then noise within it; a hole = not there (yet).
struct PointResults {
  std::vector<std::optional<Result>> replicates;
  bool any_failure() const;
};

/// When a point has enough replicates. Reads the point's own replicates in order, so it does not matter who
/// computed them, or when.
class Enough {
 public:
  /// @param plan, measures  outlive it
  Enough(const SweepPlan& plan, const Measures& measures);
  /// Societies the point needs as far as can be told from what is there: more than it has when the rule
  /// cannot stop yet. A point with a failure needs no more.
  int societies_wanted(const PointResults& results) const;
  /// True when the results hold all that are wanted and none failed.
  bool is_complete(const PointResults& results) const;

 private:
  bool narrow_enough(const PointResults& results, int societies) const;
  const SweepPlan& plan_;
  const Measures& measures_;
  std::size_t watched_ = 0;  ///< place of the number that `until` looks at
};

/// [point] results with room for every replicate there may be.
using SweepResults = std::vector<PointResults>;
SweepResults no_results(const SweepPlan& plan);

/// What a plan has room for. Two rows of a design may be one point.
struct PointIndex {
  std::unordered_map<std::string, std::vector<std::size_t>> places;  ///< of the points, by hash
  std::size_t result_size;                                           ///< numbers of one record
};
PointIndex index_of_points(const SweepPlan& plan);

/// Lays the contents of a shard over what is there, all or nothing; numbers win over failures.
/// @throws ConfigError when the plan has no room for them, or two shards hold different numbers for the same
/// point and replicate
void add_results(SweepResults& into, const PointIndex& index, const ShardContents& contents,
                 const std::string& shard);

/// A shard's file, as `status` shows it.
struct ShardState {
  std::string file;
  bool is_done = false, is_running = false;
  std::size_t results = 0, failures = 0;
  std::uint64_t torn_bytes = 0, damaged_bytes = 0;
  std::string problem{};  ///< why nothing of it counts; empty = it counts
};

struct Gathered {
  SweepResults results;
  std::vector<ShardState> shards;
  /// One line for every file that does not count.
  std::vector<std::string> problems() const;
};

/// Reads every shard of the folder. One that cannot be read, or contradicts another, is named and left out.
/// @throws IoError when the folder cannot be listed
Gathered gather(const OpenSweep& sweep);

}  // namespace kindred::sweep
