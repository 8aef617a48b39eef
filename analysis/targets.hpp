#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/target_quantities.hpp"
#include "sim/core/plan.hpp"
#include "sim/core/target.hpp"
#include "sim/engine/contract.hpp"

/// The study behind the calibration targets, ensemble by ensemble, and the verdict on every row.
namespace kindred::analysis {

/// Consecutive arms of one society that advance together.
struct TargetTask {
  int society;
  int first_arm;
  int worlds;
  int width;
};

/// @param study arms in the order of TargetArm for each hypothesis
std::vector<TargetTask> target_tasks(const Plan& study);

/// Weeks after the start until the last quantity is read.
int target_weeks(const Plan& study);

/// Runs one task on one thread. Tasks share nothing: they may run side by side and in any order.
/// @param advanced called after every week
/// @return one record per world of the task
std::vector<WorldRecord> run_target_task(const Plan& study, const Model& model, InstructionSet isa,
                                         const TargetTask& task, const std::function<void()>& advanced);

enum class Verdict { in_band, out_of_band, no_data };

/// One number of a target under one hypothesis.
struct PartResult {
  double value;   ///< mean over societies; NaN when no society had a value
  double error;   ///< Monte-Carlo standard error over societies; NaN for one society
  double out_by;  ///< 0 inside the band; above 0 beyond its upper end, below 0 beyond its lower; NaN without
                  ///< value
};

/// One target under one hypothesis: in band when all its parts are.
struct TargetResult {
  std::vector<PartResult> parts;
  Verdict verdict;
  double out_by;  ///< of the part that is farthest out
  bool claimed;   ///< the hypothesis is meant to have it in band
};

/// Signed distance to a band; 0 inside, NaN for NaN.
double distance_out(Range band, double value);

/// @param values [part] of one society each
TargetResult judged(const Target& target, const std::string& hypothesis,
                    const std::vector<Quantities>& societies);

/// @param records [society][arm]
/// @return [target][hypothesis]
std::vector<std::vector<TargetResult>> judged(const Plan& study, const std::vector<Target>& targets,
                                              const std::vector<std::vector<WorldRecord>>& records);

}  // namespace kindred::analysis
