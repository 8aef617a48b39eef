#pragma once

#include "models/attachment/draws.hpp"
#include "sim/engine/kernel_loops.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// What a loop needs of a declared draw block.
constexpr DrawBlock block_of(const DrawBlockDeclaration& d) {
  return {d.stream, {d.distribution[0], d.distribution[1], d.distribution[2], d.distribution[3]}};
}

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
