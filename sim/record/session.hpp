#pragma once

#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <vector>

#include "sim/record/carry_out.hpp"
#include "sim/record/checkpoints.hpp"
#include "sim/record/finished_tasks.hpp"
#include "sim/record/task_watch.hpp"

namespace kindred::record {

/// One sitting of a run: from its beginning, or from where an earlier one was stopped, to the end or to the
/// next stop.
class Session {
 public:
  /// Opens the spool, which keeps other processes away, and takes in what earlier sittings have left.
  /// @throws ConfigError, IoError
  Session(const Plan& plan, const Model& model, const RunOptions& options);
  /// @throws Stopped when it ends early and can be resumed; else what went wrong, leaving nothing behind
  RunResult run();

 private:
  void take_in_earlier_sittings();
  void group_tasks();
  void begin();
  void fill(std::size_t replicate, const ReplicateSnapshots& snapshots);
  void fill_what_waits();
  void carry_out_tasks();
  void attempt(const Task& task, const Society& society, bool threads);
  void carry(const Task& task, const Society& society, bool threads);
  void set_out(const Task& task, Ensemble<float>& ensemble, TaskWatch& watch);
  bool advance(const Task& task, Ensemble<float>& ensemble, TaskWatch& watch);
  void observe(const Ensemble<float>& ensemble, TaskWatch& watch);
  bool finished_are_due();
  void failed(std::exception_ptr error);
  void save_finished_before_layout();
  [[noreturn]] void leave();
  [[noreturn]] void stop(const std::string& why, std::optional<double> share = std::nullopt);
  int weeks() const { return plan_.burn_in + plan_.run; }
  Society draw_society(int s) const;

  const Plan& plan_;
  const Model& model_;
  const RunOptions& options_;
  Society first_society_;
  StudyFile study_;
  std::size_t first_addition_;
  RunIdentity identity_;
  Spool spool_;
  Checkpoints checkpoints_;
  std::vector<StoredTask> stored_;
  std::vector<Task> tasks_;
  std::vector<Task> left_;  // those that are not finished
  std::optional<FinishedTasks> finished_;
  std::int64_t all_world_weeks_ = 0, done_earlier_ = 0;
  std::atomic<std::int64_t> done_{0};
  Checkpoints::Clock::time_point begun_ = Checkpoints::Clock::now();
  std::atomic<bool> hopeless_{false};  // the states themselves are wrong: nothing is worth keeping
  std::mutex mutex_;                   ///< guards what follows
  Checkpoints::Clock::time_point finished_saved_ = begun_;
  std::exception_ptr error_;
};

}  // namespace kindred::record
