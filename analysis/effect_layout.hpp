#pragma once

#include <cstdint>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/layout.hpp"

/// Which variables the group `effects` has: names, dimensions, units and definitions of the estimands.
namespace kindred::analysis {

std::vector<std::int32_t> weeks_after_start(const Plan& plan);

/// The first questionnaire that reads a column in points of its own; null when none does.
const InstrumentDeclaration* scale_of(const ModelDeclaration& model, int column);

/// Whether every eligible person of the arm had the same chance to be treated, strictly between 0 and 1, in
/// one programme. Only then are the treated and untreated alike but for the draw.
bool decided_by_one_chance(const ArmPlan& arm);

/// Arms whose effect is taken apart by probes of a kind, ascending; empty = the study asks for none.
std::vector<int> probed_arms(const Plan& plan, ProbePlan::Kind kind);

/// Switches that are off in path probes, ascending parameter indices.
std::vector<int> probed_switches(const Plan& plan);

std::vector<record::Dataset> declare_effects(const Plan& plan, const ModelDeclaration& model);

}  // namespace kindred::analysis
