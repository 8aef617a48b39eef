#pragma once

#include <span>

#include "sim/core/declarations.hpp"

namespace kindred::attachment {

/// The phases in the order of their numbers (phases.hpp), with what each may read and write.
std::span<const PhaseDeclaration> schedule();

/// The draw blocks in the order of their streams; phases refer to them by index.
std::span<const DrawBlockDeclaration> draw_blocks();

}  // namespace kindred::attachment
