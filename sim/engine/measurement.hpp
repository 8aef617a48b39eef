#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/random/philox.hpp"

/// Reading states as a study would: scores, labels, samples. Reading never changes a world.
namespace kindred {

/// What an instrument reads of a latent value: raw points, clipped to the instrument's range. The
/// measurement error is keyed by (person, week, instrument) and is the same in every world.
double observed_score(const InstrumentDeclaration& instrument, double latent, double error);

/// Standard normal measurement error of a person in a week, under the noise key.
double measurement_error(PhiloxKey noise, std::int64_t person, std::uint32_t week, int instrument);

/// The same of several persons at once, [person].
std::vector<double> measurement_errors(PhiloxKey noise, std::span<const std::int32_t> persons,
                                       std::uint32_t week, int instrument);

/// Which of the four labels a pair of values falls into.
int quadrant(const QuadrantDeclaration& declaration, double first, double second);

/// A sample of `size` out of `persons`, ascending: the persons with the smallest keyed words.
std::vector<std::int32_t> panel_sample(PhiloxKey society, std::int64_t persons, std::int64_t size);

}  // namespace kindred
