#pragma once

#include <string_view>
#include <vector>

#include "sim/engine/contract.hpp"

namespace kindred::app {

/// Every model this program knows. To add one, include its header and name it here.
std::vector<const Model*> all_models();
std::vector<const ModelDeclaration*> all_declarations();

/// @throws ConfigError naming the models there are.
const Model& model_named(std::string_view name);

}  // namespace kindred::app
