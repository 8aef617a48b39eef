#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/record/snapshots.hpp"

namespace kindred::sweep {

/// One variable of a sweep's result, over (arm, outcome, week).
struct Variable {
  std::string name;
  std::string long_name;
};

/// What is kept of every point and replicate. Who knows estimands gives it; a sweep only stores the numbers.
struct Measures {
  std::vector<Variable> variables;
  std::vector<std::string> outcomes, units;  ///< [outcome]
  /// [variable][arm][outcome][week] of one replicate, row-major; NaN where there is nothing.
  /// @param snapshots  the point's arms at the start and in the kept weeks, in order
  std::function<std::vector<double>(const Plan& point, const record::ReplicateSnapshots& snapshots)> of;

  /// Half the width of the 95 % interval of the mean, noise nested in societies.
  /// @param values  [society * per_society + noise]
  std::function<double(std::span<const double> values, int per_society)> halfwidth;

  std::size_t size(std::size_t arms, std::size_t weeks) const {
    return variables.size() * arms * outcomes.size() * weeks;
  }
};

}  // namespace kindred::sweep
