#pragma once

#include <string>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/carry_out.hpp"

/// The group `effects` of a study file: written while a run goes on. Reading is in effect_data.hpp.
namespace kindred::analysis {

/// What a run adds to its file: effects of every arm that has a comparator, per replicate. Empty when no arm
/// has a programme. `plan` and `model` must outlive the run.
record::Addition effects_addition(const Plan& plan, const ModelDeclaration& model);

/// Copies the group `effects` of a finished study into a file of its own, with the study's root attributes.
/// @throws IoError; ConfigError when the study holds no effects
void copy_effects(const std::string& study, const std::string& output);

}  // namespace kindred::analysis
