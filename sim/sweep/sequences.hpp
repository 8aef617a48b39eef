#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "sim/random/philox.hpp"

/// Points of the unit cube, as integers scaled by a power of two or divided once: the same seed gives the
/// same bits on every machine (no function of the mathematics library is called).
namespace kindred::sweep {

/// Whose luck a design draws from: the seed's key and the stream of the design's kind.
struct DesignLuck {
  PhiloxKey key;
  std::uint32_t stream;
};

/// 53 bits of two words as a number in [0, 1).
constexpr double unit_from(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 11;
  return static_cast<double>(bits) * 0x1p-53;
}

/// A whole number in 0 .. n-1; no number is more likely than another by more than n / 2^32 of its share.
constexpr std::uint32_t below(std::uint32_t n, std::uint32_t word) {
  return static_cast<std::uint32_t>(std::uint64_t{n} * word >> 32);
}

/// 0 .. n-1 in an order of its own for every `which` (Fisher & Yates).
std::vector<std::uint32_t> permutation(std::uint32_t n, std::uint32_t which, const DesignLuck& luck);

/// One point per stratum [k/n, (k+1)/n) in every dimension, jittered within it (McKay, Beckman & Conover
/// 1979). @param n  1 .. 2^20: beyond, rounding could move a point over its stratum's edge
/// @return [point * dimensions + dimension] in [0, 1)
std::vector<double> latin_hypercube(std::uint32_t n, std::uint32_t dimensions, const DesignLuck& luck);

inline constexpr std::uint32_t largest_latin_hypercube = 1u << 20;

/// Dimensions for which direction numbers are at hand (Joe & Kuo 2008, as shipped with Boost.Random).
std::size_t most_sobol_dimensions();

/// Nested uniform scrambling of a base-2 fraction (Owen 1998): bit b is flipped or not by a coin that belongs
/// to (dimension, the b bits before it), so that points that shared an interval still share one.
/// @param fraction  32 bits, the first binary digit highest.
/// @return in [0, 1), 53 bits: the last 21 belong to the 32-bit prefix, which no two of the first 2^32
///         points of a Sobol' sequence share.
double scrambled(std::uint32_t fraction, std::uint32_t dimension, const DesignLuck& luck);

/// The first n points of the Sobol' sequence in Gray-code order, beginning with the origin.
/// @param luck  scrambles; nothing = the plain sequence, as multiples of 2^-32
/// @return [point * dimensions + dimension] in [0, 1)
std::vector<double> sobol_sequence(std::uint32_t n, std::uint32_t dimensions,
                                   const std::optional<DesignLuck>& luck);

}  // namespace kindred::sweep
