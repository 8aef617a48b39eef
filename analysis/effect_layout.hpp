#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/layout.hpp"

/// Which variables the group `effects` has: names, dimensions, units and definitions of the estimands.
namespace kindred::analysis {

std::vector<std::int32_t> weeks_after_start(const Plan& plan);

/// Arms whose effect is taken apart by probes of a kind, ascending; empty = the study asks for none.
std::vector<int> probed_arms(const Plan& plan, ProbePlan::Kind kind);

/// Switches that are off in path probes, ascending parameter indices.
std::vector<int> probed_switches(const Plan& plan);

std::vector<record::Dataset> declare_effects(const Plan& plan, const ModelDeclaration& model);

}  // namespace kindred::analysis
