#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "sim/record/checkpoint_folder.hpp"
#include "sim/record/spool.hpp"

namespace kindred::record {

/// When states are saved, and that they go with a spool that is on the disk. Each task is saved alone,
/// between two of its weeks: tasks never wait for each other. Thread safe.
class Checkpoints {
 public:
  using Clock = std::chrono::steady_clock;

  /// @param every  wall time between two states of a task; without it only a request to stop saves
  /// @param stop   set from outside; may be nullptr
  /// @param say    told when a checkpoint could not be written while the run goes on
  Checkpoints(CheckpointFolder folder, Spool& spool, std::optional<std::chrono::duration<double>> every,
              const std::atomic<bool>* stop, std::function<void(const std::string&)> say);

  const CheckpointFolder& folder() const { return folder_; }
  bool due(Clock::time_point last) const { return every_ && Clock::now() - last >= *every_; }
  bool periodic() const { return every_.has_value(); }
  /// Every task is to save its state and return: because of a request, or because another one failed.
  bool stopping() const { return halted_ || asked(); }
  bool asked() const { return stop_ != nullptr && *stop_; }
  void halt() { halted_ = true; }
  /// Whether something is kept that a later session can go on from.
  bool kept() const { return kept_; }
  void mark_kept() { kept_ = true; }

  /// Makes everything submitted so far durable. @returns the spool's length then
  std::uint64_t sync() { return spool_.sync(); }
  /// Saves a state that goes with a spool of at least the length in `progress`.
  void write(const TaskProgress& progress, const std::function<void(StateWriter&)>& state);
  /// Makes the folder, though no task may have begun.
  void begin();
  /// Calls `save`, and lets a full disk pass: there will be another time.
  void try_to(const std::function<void()>& save);

 private:
  CheckpointFolder folder_;
  Spool& spool_;
  std::optional<std::chrono::duration<double>> every_;
  const std::atomic<bool>* stop_;
  std::function<void(const std::string&)> say_;
  std::atomic<bool> halted_{false}, kept_{false}, warned_{false};
  std::mutex mutex_;  ///< guards the making of the folder
};

}  // namespace kindred::record
