#pragma once

#include "sim/app/verbs.hpp"
#include "sim/core/plan.hpp"

namespace kindred::app {

/// The checked plan of a scenario, with notes the user should see added.
/// @param output  replaced by the path of a `target=PATH` word, when there is one
Plan read_plan(const ScenarioOptions& scenario, std::string* output);

}  // namespace kindred::app
