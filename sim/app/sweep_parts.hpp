#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/engine/contract.hpp"
#include "sim/sweep/folder.hpp"
#include "sim/sweep/measures.hpp"
#include "sim/sweep/point_plans.hpp"

/// What the verbs of a sweep share.
namespace kindred::app {

/// Variables, outcomes and estimands of a model, as a sweep stores them.
sweep::Measures measures_for(const ModelDeclaration& model);

/// The checked plan of any point of an open sweep, read from the folder's own scenario.
std::function<Plan(std::size_t point)> plans_of(const sweep::OpenSweep& sweep);

/// Key paths and values of a point, as overrides.
std::vector<scenario::Override> overrides_of(const std::vector<std::string>& factors,
                                             const std::vector<sweep::Value>& values);

}  // namespace kindred::app
