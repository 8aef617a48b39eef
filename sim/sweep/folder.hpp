#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/record/content_hash.hpp"
#include "sim/sweep/design.hpp"
#include "sim/sweep/measures.hpp"
#include "sim/sweep/study.hpp"

/// The folder of a sweep: everything a shard needs on any machine with the same program.
///
///     S/scenario.yaml   the composed scenario, includes merged
///     S/plan.json       what is planned; written last, so that a folder with it is whole
///     S/manifest.csv    the points for people and spreadsheets
///     S/shards/         results, one file per shard
namespace kindred::sweep {

struct PlannedPoint {
  std::string hash;           ///< of the resolved scenario: what a point is
  int society;                ///< kind of society: points of one kind may share an ensemble
  Role role;                  ///< in its design
  std::vector<double> unit;   ///< [axis] coordinate in the design; empty in a list
  std::vector<Value> values;  ///< [factor]
};

/// What one world of a kind of society costs.
struct SocietyKind {
  std::int64_t persons;
  int weeks;            ///< burn-in and run
  std::string network;  ///< network_hash
};

struct SweepPlan {
  std::string title, model, version, commit;
  std::string design;
  std::vector<std::string> factors;  ///< paths
  std::vector<std::string> axes;
  std::vector<std::string> arms;
  std::vector<int> weeks;  ///< after the programmes' start
  std::vector<Variable> variables;
  std::vector<std::string> outcomes, units;
  int societies;  ///< when nothing stops early
  int per_society;
  std::optional<Until> until;
  Seed seed;
  std::vector<SocietyKind> kinds;  ///< [PlannedPoint::society]
  std::vector<PlannedPoint> points;

  int most_societies() const { return until ? until->most : societies; }
  /// Numbers of one point and replicate: [variable][arm][outcome][week].
  std::size_t result_size() const { return variables.size() * arms.size() * outcomes.size() * weeks.size(); }
  const SocietyKind& kind_of(std::size_t point) const {
    return kinds[static_cast<std::size_t>(points[point].society)];
  }
};

/// Makes the folder with its scenario.
/// @throws ConfigError when the folder exists and holds anything; IoError
void begin_folder(const std::string& folder, const std::string& scenario);
/// Adds the manifest and, last, the plan. It remembers the scenario that is in the folder.
void write_plan(const std::string& folder, const SweepPlan& plan);

struct OpenSweep {
  std::string folder;
  SweepPlan plan;
  record::Digest digest;  ///< of plan.json: results of another plan are refused
};

/// @throws ConfigError when the folder holds no sweep, one of another version of the format, a damaged plan,
/// or a scenario that is not the planned one; IoError
OpenSweep read_folder(const std::string& folder);

std::string scenario_path(const std::string& folder);
std::string shards_path(const std::string& folder);
/// "S/shards/0003-of-0007.shard".
std::string shard_path(const std::string& folder, int shard, int shards);

/// Name of the running system, the same for all its processes and no other's: host and boot.
std::string machine_name();
/// Where this machine writes `file` until it is finished: "FILE.MACHINE.part". Locks keep the processes of
/// one machine apart on every file system; on some network file systems they do not reach other machines.
std::string part_path(const std::string& file);
/// Unfinished files of `file`, of every machine, in order.
std::vector<std::string> parts_of(const std::string& file);

}  // namespace kindred::sweep
