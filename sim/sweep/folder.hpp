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
  int society;                ///< points of equal number may share an ensemble
  Role role;                  ///< in its design
  std::vector<double> unit;   ///< [axis] coordinate in the design; empty in a list
  std::vector<Value> values;  ///< [factor]
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
  std::int64_t persons;  ///< of the largest point
  std::int64_t weeks_in_all;
  std::vector<PlannedPoint> points;

  int most_societies() const { return until ? until->most : societies; }
};

/// Makes the folder with its scenario.
/// @throws ConfigError when the folder exists and holds anything; IoError
void begin_folder(const std::string& folder, const std::string& scenario);
/// Adds the manifest and, last, the plan.
void write_plan(const std::string& folder, const SweepPlan& plan);

struct OpenSweep {
  std::string folder;
  SweepPlan plan;
  record::Digest digest;  ///< of plan.json: results of another plan are refused
};

/// @throws ConfigError when the folder holds no sweep, or one of another version of the format; IoError
OpenSweep read_folder(const std::string& folder);

std::string scenario_path(const std::string& folder);
std::string shards_path(const std::string& folder);
/// "S/shards/0003-of-0007.shard"; with ".part" while it is being written.
std::string shard_path(const std::string& folder, int shard, int shards);

}  // namespace kindred::sweep
