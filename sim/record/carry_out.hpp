#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/contract.hpp"
#include "sim/record/population.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"

/// Carries a plan out: every arm on every replicate, recorded to one file.
namespace kindred::record {

/// Datasets that somebody else adds to the file: declared before the run, filled replicate by replicate.
struct Addition {
  std::vector<Dataset> datasets;
  /// Called once per replicate, from any thread, when all its arms are done. `first` is the place of the
  /// first of `datasets` in the file's declaration.
  std::function<void(int replicate, const ReplicateSnapshots&, Spool&, std::size_t first)> fill;
  /// Called once before the first week: what belongs to no replicate.
  std::function<void(Spool&, std::size_t first)> begin;
};

struct RunOptions {
  std::string output;  ///< path of the HDF5 file
  InstructionSet isa;
  Build build;
  int threads = 1;  ///< that loops will use; decides how tasks are shared out, never a result
  int widest = 16;  ///< widest ensemble; results do not depend on it
  std::function<void(std::int64_t done, std::int64_t all)> progress;  ///< world-weeks; called from any thread
  Addition addition;
  const std::atomic<bool>* stop = nullptr;  ///< set from outside: give up, leaving no file behind
};

/// One ensemble of one replicate: consecutive arms that advance together.
struct Task {
  int society;
  int noise;  ///< replicate within the society
  int first_arm;
  int worlds;
  int width;
};

/// What a run is going to cost, known beforehand.
struct Forecast {
  std::vector<Task> tasks;
  bool side_by_side;  ///< ensembles run beside each other; otherwise rows share the threads
  std::int64_t persons;
  double ties_per_person;
  std::int64_t person_weeks;  ///< over all worlds and replicates
  std::int64_t memory_bytes;  ///< columns, graph and recording buffers at the peak
  std::int64_t file_bytes;    ///< upper estimate of the finished file; the spool takes as much again
};

/// The last recorded frame of every replicate: [replicate][arm]. Empty when the population is not recorded.
struct RunResult {
  int week = 0;
  std::vector<std::vector<PopulationFrame>> last;
};

/// Thrown when `stop` was set; the output file was not written.
struct Stopped {};

Forecast forecast(const Plan& plan, const Model& model, int threads, int widest = 16);

/// @throws ConfigError (network file), IoError (output), Stopped.
RunResult carry_out(const Plan& plan, const Model& model, const RunOptions& options);

}  // namespace kindred::record
