#pragma once

#include "sim/engine/contract.hpp"

namespace kindred::averaging {

/// Opinion averaging, the engine's yardstick: see phases.hpp.
const Model& model();

}  // namespace kindred::averaging
