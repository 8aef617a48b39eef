#pragma once

#include <cstdint>

#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"

namespace kindred {

/// Whether a person of a world meets one condition of `who` now: on latent values, or on what an instrument
/// reads of them with its measurement error, or by place in the acquaintance network.
template <class Real>
bool meets(const Ensemble<Real>& ensemble, int world, std::int64_t person, const Condition& condition);

}  // namespace kindred
