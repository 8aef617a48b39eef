#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "sim/record/checkpoints.hpp"
#include "sim/record/population.hpp"
#include "sim/record/snapshots.hpp"

namespace kindred::record {

/// What finished tasks leave behind: the last frames for the final table, and the snapshots of their worlds
/// until the last task of the replicate has come in. Thread safe.
class FinishedTasks {
 public:
  /// @param gathers  false: nothing is computed from snapshots, so none are kept
  FinishedTasks(const Plan& plan, const std::vector<Task>& tasks, bool gathers);

  /// @param graph  of the task's society
  /// @returns the replicate's snapshots when this task was its last, else nothing; filled() must follow
  std::optional<ReplicateSnapshots> add(const Task& task, const graph::AcquaintanceGraph& graph,
                                        std::vector<PopulationFrame> last,
                                        std::vector<ArmSnapshots> snapshots);
  /// What was computed from the snapshots has been submitted.
  void filled(std::size_t replicate);

  /// Takes a finished task of an earlier session in.
  void restore(const TaskProgress& progress, StateReader& in);
  /// A replicate whose tasks have all come in though nothing was computed from them yet; add() gave none of
  /// it.
  std::optional<ReplicateSnapshots> take_complete(std::size_t replicate,
                                                  const graph::AcquaintanceGraph& graph);
  bool is_complete(std::size_t replicate);

  /// Saves what has come in since the last call.
  /// @param weeks  of a whole task
  void save_new(Checkpoints& checkpoints, int weeks);

  /// [replicate][arm] the last frame; call when all is done.
  std::vector<std::vector<PopulationFrame>> last_frames() const;

 private:
  enum class Gathering { waiting, filling, filled };
  struct Replicate {
    ReplicateSnapshots snapshots;
    int missing = 0;
    Gathering stage = Gathering::waiting;
  };
  struct Finished {
    Task task;
    std::vector<PopulationFrame> last;
    bool saved;
  };
  void keep(const Task& task, std::vector<ArmSnapshots> snapshots);
  ReplicateSnapshots take(Replicate& replicate, const graph::AcquaintanceGraph& graph);
  bool save(Checkpoints& checkpoints, const Finished& finished, Gathering stage, int weeks,
            std::uint64_t length);

  const Plan& plan_;
  std::vector<Replicate> replicates_;
  std::vector<Finished> finished_;
  std::mutex mutex_;   ///< guards everything above
  std::mutex saving_;  ///< one at a time; taken first
};

}  // namespace kindred::record
