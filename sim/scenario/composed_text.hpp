#pragma once

#include <span>
#include <string>

#include "sim/core/declarations.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::scenario {

/// YAML of a document: comments are gone, all else is read back as it is.
std::string yaml_of(const Node& root);

/// A scenario in one file: includes merged, overrides applied, programmes and hypotheses that are not in the
/// library written in place, the points of a list as `rows`. Read alone in another folder, with the same
/// library, it is the same scenario with the same sweep; a network outside the library has its absolute path.
/// @throws ConfigError with everything wrong in the scenario; also for a sweep over files beside the
/// scenario,
///         which cannot be carried along
std::string composed_text(const Sources& sources, std::span<const ModelDeclaration* const> models);

}  // namespace kindred::scenario
