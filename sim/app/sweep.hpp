#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "sim/app/verbs.hpp"

/// Parameter sweeps on the command line: plan, run, status, script, retry, merge, sensitivity.
namespace kindred::app {

struct SweepPlanVerb {
  ScenarioOptions scenario;
  std::string folder;
};
int sweep_plan(const SweepPlanVerb& verb, const CommonOptions& common);

struct SweepRunVerb {
  std::string folder;
  std::string shard;     ///< "3/7"; empty = the batch system's index, or everything
  int shards = 0;        ///< of how many, when the batch system's index says which
  std::string point;     ///< hash, or its beginning: only this point, printed
  std::string max_time;  ///< "90s", "30m", "2h"
  bool fail_fast = false;
  std::optional<int> max_failures;
  int widest = 16;
};
int sweep_run(const SweepRunVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop);
/// Runs again what failed or is missing, in a shard file of its own.
int sweep_retry(const SweepRunVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop);

int sweep_status(const std::string& folder, const CommonOptions& common);

struct SweepScriptVerb {
  std::string folder, output, time, memory, partition, account, program;
  int shards = 16, cpus = 2, most_tasks = 1000;
};
int sweep_script(const SweepScriptVerb& verb);

struct SweepMergeVerb {
  std::string folder, output;
  bool allow_missing = false;
  bool force = false;
};
int sweep_merge(const SweepMergeVerb& verb, const CommonOptions& common);

}  // namespace kindred::app
