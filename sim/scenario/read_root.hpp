#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/library.hpp"

namespace kindred::scenario {

/// The section that says which plans are made of a scenario; a single plan ignores it.
inline constexpr std::string_view sweep_key = "sweep";

/// The plan of a composed scenario; nothing when there is a problem, of this reading or before.
std::optional<Plan> read_root(Problems& problems, const Folders& folders,
                              std::span<const ModelDeclaration* const> models, const Node& root);

}  // namespace kindred::scenario
