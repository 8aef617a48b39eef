#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/core/state_stream.hpp"
#include "sim/record/carry_out.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/task.hpp"

/// `out.h5.checkpoint/`, beside the spool of a run that is not finished:
///   run        what the run is; written last when the folder is made and removed first: without it there is
///   no
///              checkpoint
///   plan.yaml  the scenario, resolved
///   task-...   one file for each task that was begun: its state at the end of a week, or what a finished one
///   is
///              still needed for
/// Each file is replaced whole, made durable before it gets its name, and carries a checksum.
namespace kindred::record {

/// "out.h5" -> "out.h5.checkpoint"
std::string checkpoint_path(const std::string& output);

/// What must be equal for a run to go on.
struct RunIdentity {
  Build build;
  std::string plan;          ///< the scenario, resolved
  std::string network_path;  ///< absolute; empty when networks are drawn
  Digest network;            ///< of the network file's bytes
  Digest declaration;        ///< of what the output file will hold
  int weeks;                 ///< of a task
  std::int64_t world_weeks;  ///< of the run
  bool burn_in_only = false;
  std::string branch_path = {};  ///< absolute; of the stored burn-in; empty when there is none
  std::string branch_hash = {};  ///< its content_hash
  bool operator==(const RunIdentity& other) const;
};
/// @throws IoError when the network file cannot be read
RunIdentity identify(const Plan& plan, const File& file, const RunOptions& options);

/// World-weeks of all arms and probes on all replicates.
std::int64_t world_weeks_of(const Plan& plan);

/// @throws ConfigError saying in what the two differ
void require_same_run(const std::string& output, const RunIdentity& stored, const RunIdentity& now);

/// Whether an unfinished run of this output can be resumed.
bool has_checkpoint(const std::string& output);

/// @throws IoError when there is none, or it is damaged
RunIdentity read_identity(const std::string& output);

/// Path of the scenario in the folder, put there again if it is missing.
/// @throws ConfigError when it was changed
std::string stored_plan(const std::string& output, const RunIdentity& identity);

struct TaskProgress {
  Task task;
  TaskStage stage;
  int weeks_done;
  std::uint64_t spool_length;  ///< bytes of the spool that go with it
};

struct StoredTask {
  TaskProgress progress;
  std::string path;
  Digest owner;  ///< digest of the run's identity
};

struct StoredTasks {
  std::vector<StoredTask> whole;     ///< by society, replicate, arms before probes, first arm
  std::vector<std::string> damaged;  ///< paths
};

class CheckpointFolder {
 public:
  CheckpointFolder(std::string output, const RunIdentity& identity);

  /// Makes the folder, unless it is there.
  void begin() const;
  /// Replaces what is stored of a task.
  /// @throws IoError; what was stored before is unharmed then
  void write(const TaskProgress& progress, const std::function<void(StateWriter&)>& state) const;
  /// Verifies every file.
  StoredTasks read() const;
  /// Removes files for good, so that a crash does not bring them back.
  void discard(const std::vector<std::string>& paths) const;
  void remove() const noexcept;

 private:
  std::string output_;
  RunIdentity identity_;
  Digest digest_;  // of the identity; part of every task's file
};

/// Removes a checkpoint, whatever run it belongs to.
void remove_checkpoint(const std::string& output) noexcept;

/// The state that write() was given, from its beginning.
StateReader open_state(const StoredTask& stored);

}  // namespace kindred::record
