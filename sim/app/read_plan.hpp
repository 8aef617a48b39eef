#pragma once

#include "sim/app/verbs.hpp"
#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::app {

/// Where a scenario comes from, for the reader.
scenario::Sources scenario_sources(const ScenarioOptions& scenario);

/// The checked plan of a scenario, with notes the user should see added.
/// @param output  replaced by the path of a `target=PATH` word, when there is one
Plan read_plan(const ScenarioOptions& scenario, std::string* output);

/// A mechanism that is switched off changes everybody from the programmes' start on, so a switched arm can
/// only be compared with an untreated arm that has the same switches.
/// @throws ConfigError naming the arms without one; `file` is where to say so
void require_matching_controls(const Plan& plan, const ModelDeclaration& model, const std::string& file);

}  // namespace kindred::app
