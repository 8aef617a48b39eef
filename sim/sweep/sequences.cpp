#include "sim/sweep/sequences.hpp"

#include <boost/random/sobol.hpp>
#include <utility>

#include "sim/core/errors.hpp"

namespace kindred::sweep {
namespace {

/// Last word but one of the counters of a design: what a draw is for.
enum Purpose : std::uint32_t { order = 0x80000000u, jitter = 0x90000000u };

constexpr std::uint32_t fraction_bits = 32;

}  // namespace

std::vector<std::uint32_t> permutation(std::uint32_t n, std::uint32_t which, const DesignLuck& luck) {
  std::vector<std::uint32_t> sequence(n);
  for (std::uint32_t i = 0; i < n; ++i) sequence[i] = i;
  for (std::uint32_t i = n; i > 1; --i) {
    const auto words = philox({i, which, Purpose::order, luck.stream}, luck.key);
    std::swap(sequence[i - 1], sequence[below(i, words[0])]);
  }
  return sequence;
}

std::vector<double> latin_hypercube(std::uint32_t n, std::uint32_t dimensions, const DesignLuck& luck) {
  if (n > largest_latin_hypercube)
    throw Bug("a Latin hypercube of more points than its strata can tell apart");
  std::vector<double> points(std::size_t{n} * dimensions);
  for (std::uint32_t d = 0; d < dimensions; ++d) {
    const auto stratum = permutation(n, d, luck);
    for (std::uint32_t i = 0; i < n; ++i) {
      const std::uint32_t word = philox({i, d, Purpose::jitter, luck.stream}, luck.key)[0];
      // 31 bits and a half: with n <= 2^20 the sum is exact and the quotient stays below the next stratum
      const double within = (static_cast<double>(word >> 1) + 0.5) * 0x1p-31;
      points[std::size_t{i} * dimensions + d] = (stratum[i] + within) / n;
    }
  }
  return points;
}

std::size_t most_sobol_dimensions() { return boost::random::default_sobol_table::max_dimension; }

double scrambled(std::uint32_t fraction, std::uint32_t dimension, const DesignLuck& luck) {
  std::uint32_t digits = fraction;
  for (std::uint32_t bit = 0; bit < fraction_bits; ++bit) {
    const std::uint32_t before = bit == 0 ? 0 : fraction >> (fraction_bits - bit);
    const std::uint32_t coin = philox({before, bit, dimension, luck.stream}, luck.key)[0] >> 31;
    digits ^= coin << (fraction_bits - 1 - bit);
  }
  const std::uint32_t rest = philox({fraction, fraction_bits, dimension, luck.stream}, luck.key)[0];
  return unit_from(digits, rest);
}

std::vector<double> sobol_sequence(std::uint32_t n, std::uint32_t dimensions,
                                   const std::optional<DesignLuck>& luck) {
  if (dimensions > most_sobol_dimensions()) throw Bug("more dimensions than there are direction numbers");
  std::vector<double> points;
  points.reserve(std::size_t{n} * dimensions);
  boost::random::sobol engine(dimensions);
  for (std::uint32_t i = 0; i < n; ++i)
    for (std::uint32_t d = 0; d < dimensions; ++d) {
      // the engine leaves out the origin, without which the first 2^m points are no net
      const auto fraction = i == 0 ? 0 : static_cast<std::uint32_t>(engine() >> 32);
      points.push_back(luck ? scrambled(fraction, d, *luck) : fraction * 0x1p-32);
    }
  return points;
}

}  // namespace kindred::sweep
