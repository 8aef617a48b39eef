#pragma once

#include <string>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/snapshots.hpp"

/// What a sweep keeps of every point and replicate.
namespace kindred::analysis {

struct MeasureVariable {
  std::string name, long_name;
};
/// mean, sd, and the effects on the treated, their untreated partners and friends, and everyone.
std::vector<MeasureVariable> measure_variables();

/// [variable][arm][outcome][week] of one replicate, row-major. Levels are over all persons (couples'
/// outcomes: over persons with a bond that week); effects are NaN for arms that are compared with none.
std::vector<double> measure_point(const Plan& point, const ModelDeclaration& model,
                                  const record::ReplicateSnapshots& snapshots);

}  // namespace kindred::analysis
