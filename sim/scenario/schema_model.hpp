#pragma once

#include "sim/core/declarations.hpp"
#include "sim/scenario/json.hpp"

namespace kindred::scenario {

/// Adds what depends on a model: "NAME.parameters", "NAME.inputs", "NAME.who" and so on.
void define_model(json::Members& definitions, const ModelDeclaration& model);

}  // namespace kindred::scenario
