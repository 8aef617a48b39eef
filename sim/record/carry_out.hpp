#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/contract.hpp"
#include "sim/record/population.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/task.hpp"

/// Carries a plan out: every arm on every replicate, recorded to one file.
namespace kindred::record {

class StoredBurnIn;

/// Datasets that somebody else adds to the file: declared before the run, filled replicate by replicate.
struct Addition {
  std::vector<Dataset> datasets;
  /// Called once per replicate, from any thread, when all its arms are done. `first` is the place of the
  /// first of `datasets` in the file's declaration.
  std::function<void(int replicate, const ReplicateSnapshots&, Spool&, std::size_t first)> fill;
  /// Called once before the first week: what belongs to no replicate.
  std::function<void(Spool&, std::size_t first)> begin;
  std::int64_t bytes_per_person = 0;  ///< memory that `fill` takes while it works
};

struct RunOptions {
  std::string output;  ///< path of the HDF5 file
  InstructionSet isa;
  Build build;
  int threads = 1;  ///< that loops will use; decides how tasks are shared out, never a result
  int widest = 16;  ///< widest ensemble; results do not depend on it
  std::function<void(std::int64_t done, std::int64_t all)> progress;  ///< world-weeks; called from any thread
  Addition addition;
  const std::atomic<bool>* stop = nullptr;  ///< set from outside: save every state and leave
  /// Wall time between two checkpoints of a task; nothing = only when `stop` is set.
  std::optional<std::chrono::duration<double>> checkpoint_every = std::chrono::minutes(10);
  bool resume = false;                               ///< go on from the checkpoint beside `output`
  std::function<void(const std::string&)> say = {};  ///< warnings; called from any thread
  /// The plan is a burn_in_alone(): its worlds are written as they are at its end, and nothing is recorded.
  bool burn_in_only = false;
  /// Where the worlds begin instead of living through their burn-in; it has no problems() with the plan.
  StoredBurnIn* burn_in = nullptr;
};

/// The last recorded frame of every replicate: [replicate][arm]. Empty when the population is not recorded.
struct RunResult {
  int week = 0;
  std::vector<std::vector<PopulationFrame>> last;
  WriterFigures writer;
};

/// Thrown when a run ended before its output was written and can be resumed: on request, or because the
/// machine failed it.
struct Stopped {
  std::string output;
  std::string why;
  std::optional<double>
      share;  ///< of all weeks that is kept; nothing when it is that of an earlier checkpoint
};

/// Weeks that are simulated of every world: a stored burn-in is not.
int weeks_to_live(const Plan& plan);

/// Whether these tasks run beside each other; otherwise the rows of one after the other are shared out.
bool run_side_by_side(const std::vector<Task>& tasks, std::int64_t persons, int threads);

/// @throws ConfigError (network file; a checkpoint of another run), IoError (output), Stopped.
RunResult carry_out(const Plan& plan, const Model& model, const RunOptions& options);

}  // namespace kindred::record
