#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/record/layout.hpp"
#include "sim/record/spool.hpp"

/// The table `closeness`: how close the two ends of every acquaintance tie are when the first programme of
/// any arm starts, before anybody is allotted. From it follow the kinds of ties that effects are told apart
/// by.
namespace kindred::record {

/// True when the plan asks for it, a programme starts, and the model has a column that tells kinds of ties
/// apart.
bool records_closeness(const Plan& plan, const ModelDeclaration& model);

/// Row coordinate `tie` and the columns replicate, arm, tail, head, closeness; none when it is not recorded.
std::vector<Dataset> closeness_datasets(const Plan& plan, const ModelDeclaration& model,
                                        std::int64_t persons);

/// Submits the ties of the ensemble's worlds, which are consecutive arms from `first_arm` on: one segment per
/// (replicate, arm), in it the ties in the order of the graph. Call it once, in the week of the start.
void record_closeness(const Plan& plan, const File& file, Spool& spool, const Ensemble<float>& ensemble,
                      int first_arm, int replicate);

}  // namespace kindred::record
