#pragma once

#include "sim/engine/ensemble.hpp"

namespace kindred {

/// Who is enrolled when a programme begins: judged once, in each world on its own state. The luck of
/// enrolment belongs to the society and the programme's group label, so arms that are equal until then
/// treat the same people.
/// @return 1 per allotted person, [person].
template <class Real>
std::vector<std::uint8_t> allot(const Ensemble<Real>& ensemble, int world, const ProgrammePlan& programme);

}  // namespace kindred
