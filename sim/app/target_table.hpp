#pragma once

#include <string>
#include <vector>

#include "analysis/targets.hpp"
#include "sim/core/plan.hpp"
#include "sim/core/target.hpp"

namespace kindred::app {

/// What `kindred targets` shows: the rows of a file and the verdicts, [target][hypothesis].
struct TargetReport {
  std::string file;
  const Plan& study;
  const std::vector<Target>& targets;
  const std::vector<std::vector<analysis::TargetResult>>& results;
};

std::string target_table(const TargetReport& report);
std::string target_json(const TargetReport& report);

/// True when every row that a hypothesis claims is in band under it.
bool all_claims_hold(const TargetReport& report);

}  // namespace kindred::app
