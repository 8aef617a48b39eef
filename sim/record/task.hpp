#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/plan.hpp"

namespace kindred::record {

/// One ensemble of one replicate: consecutive arms (or probes) that advance together.
struct Task {
  int society;
  int noise;      ///< replicate within the society
  int first_arm;  ///< or first probe
  int worlds;
  int width;
  bool probes;  ///< worlds for an estimand only: nothing is recorded of them but their snapshots
  bool operator==(const Task&) const = default;
};

/// How far a task has come.
enum class TaskStage : std::uint8_t {
  running,  ///< between two weeks
  done,     ///< all weeks; its replicate waits for other tasks
  filled    ///< all weeks, and whatever is computed from its replicate is in the spool
};

/// The tasks of a plan, in order. Those that were begun keep their grouping; the others are grouped anew, in
/// ensembles of at most `widest` worlds.
/// @throws IoError when `begun` is not of this plan
std::vector<Task> tasks_of(const Plan& plan, int widest, const std::vector<Task>& begun = {});

/// Number of the replicate a task belongs to.
inline std::size_t replicate_of(const Plan& plan, const Task& task) {
  return static_cast<std::size_t>(task.society * plan.per_society + task.noise);
}

}  // namespace kindred::record
