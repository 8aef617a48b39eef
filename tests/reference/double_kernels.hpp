#pragma once

#include "sim/engine/contract.hpp"

namespace kindred::reference {

/// Phase tables for Ensemble<double>.
PhaseFunction attachment_in_double(int phase, int width);
PhaseFunction averaging_in_double(int phase, int width);

}  // namespace kindred::reference
