#pragma once

#include "sim/engine/ensemble.hpp"

namespace kindred {

/// Who is enrolled when a programme begins: judged once, in each world on its own state. The luck of
/// enrolment belongs to the society and the programme's group label, so arms that are equal until then
/// treat the same people.
/// @return 1 per allotted person, [person].
template <class Real>
std::vector<std::uint8_t> allot(const Ensemble<Real>& ensemble, int world, const ProgrammePlan& programme);

/// What an instrument reads of a latent value: raw points, clipped to the instrument's range. The
/// measurement error is keyed by (person, week, instrument) and is the same in every world.
double observed_score(const InstrumentDeclaration& instrument, double latent, double error);

/// Standard normal measurement error of a person in a week, under the noise key.
double measurement_error(PhiloxKey noise, std::int64_t person, std::uint32_t week, int instrument);

/// Which of the four labels a pair of values falls into.
int quadrant(const QuadrantDeclaration& declaration, double first, double second);

}  // namespace kindred
