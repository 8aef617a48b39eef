#pragma once

#include <string>

#include "sim/engine/ensemble.hpp"

namespace kindred::record {

/// Looks for a state that has left its declared range or is not a number: what follows from it would be wrong
/// without a sign.
/// @return week, person, quantity, value and range of the first one; empty when all is well
std::string unsound_state(const Ensemble<float>& ensemble, int world);

}  // namespace kindred::record
