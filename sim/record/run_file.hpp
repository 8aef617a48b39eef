#pragma once

#include <string>

#include "sim/core/plan.hpp"
#include "sim/engine/contract.hpp"
#include "sim/engine/society.hpp"
#include "sim/record/carry_out.hpp"
#include "sim/record/study_file.hpp"

namespace kindred::record {

/// What the output file of a run holds: a study with its additions, or a stored burn-in.
/// @param society  any society of the plan   @param branch_hash  of the stored burn-in; empty when there is
/// none
StudyFile describe_run(const Plan& plan, const Model& model, const Society& society,
                       const RunOptions& options, const std::string& branch_hash);

}  // namespace kindred::record
