#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "sim/app/verbs.hpp"
#include "sim/core/plan.hpp"

namespace kindred::record {
class StoredBurnIn;
}

namespace kindred::app {

/// What `run` and `resume` have in common: one sitting of a run, and what is printed of it.
struct Sitting {
  std::string output;
  int widest = 16;
  std::optional<std::chrono::duration<double>> checkpoint_every;
  bool resume = false;
  bool burn_in_only = false;                                ///< the plan is that of a burn-in alone
  std::shared_ptr<record::StoredBurnIn> burn_in = nullptr;  ///< of plan.branch
};

/// Simulates and prints the tables. @returns the exit code
int sit(const Plan& plan, const Sitting& sitting, const CommonOptions& common, const std::atomic<bool>& stop);

/// "90s", "10m", "1h"; nothing for "never".
/// @throws ConfigError
std::optional<std::chrono::duration<double>> checkpoint_period(const std::string& text);

}  // namespace kindred::app
