// The laws of the draws with a magnifying glass: 1e8 draws of every kind, binned. A million in everyday runs
// (tag [million]), a hundred million by command (tag [soak]).
//
// Every check is a chi-square, standardised, against k = 4 in both directions: too even is as wrong as too
// uneven. A right program fails one with probability 6e-5; there are 15 in each size, so one choice of seed
// in 1,100 would fail somewhere. The seeds are fixed.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

using namespace kindred;
using enum Distribution;

namespace {

constexpr double limit = 4;
constexpr PhiloxKey key{0xACE, 0x2611};
constexpr std::int64_t persons = 10'000;  // per week; weeks go on until there are enough draws

/// Position of a draw in its law, in (0, 1).
double below(Distribution kind, double x) {
  switch (kind) {
  case uniform:
    return x;
  case normal:
    return .5 * std::erfc(-x / std::sqrt(2.0));
  case exponential:
    return 1 - std::exp(-x);
  }
  return x;
}

/// Four decisions of everybody in one week, decision by decision.
std::vector<float> week_of(Distribution kind, std::uint32_t week, std::uint32_t stream = 1,
                           PhiloxKey with = key) {
  std::vector<float> draws(static_cast<std::size_t>(4 * persons));
  fill_person_block<float, 4>(philox_keys(with), stream, week, {kind, kind, kind, kind}, 0, persons,
                              draws.data(), persons);
  return draws;
}

std::uint32_t weeks_for(std::int64_t draws) { return static_cast<std::uint32_t>(draws / (4 * persons)); }

/// (chi-square - its expectation) in its own standard deviations; counts of equally likely cells.
double chi_square_error(const std::vector<std::int64_t>& counts) {
  std::int64_t n = 0;
  for (const std::int64_t c : counts) n += c;
  const double cells = static_cast<double>(counts.size()), expected = static_cast<double>(n) / cells;
  double chi = 0;
  for (const std::int64_t c : counts)
    chi += (static_cast<double>(c) - expected) * (static_cast<double>(c) - expected);
  return (chi / expected - (cells - 1)) / std::sqrt(2 * (cells - 1));
}

std::size_t bin(double position, std::size_t bins) {
  return std::min(bins - 1, static_cast<std::size_t>(std::max(0.0, position) * static_cast<double>(bins)));
}

/// One draw, as a planted fault would change it.
using Fault = std::function<double(double)>;
double as_drawn(double x) { return x; }

double law_error(Distribution kind, std::int64_t draws, const Fault& fault = as_drawn) {
  constexpr std::size_t bins = 1024;
  std::vector<std::int64_t> counts(bins);
  for (std::uint32_t week = 0; week < weeks_for(draws); ++week)
    for (const float x : week_of(kind, week)) ++counts[bin(below(kind, fault(static_cast<double>(x))), bins)];
  return chi_square_error(counts);
}

/// Two draws of each person that must not know of each other, in 32 x 32 cells.
/// @param other  the second draws of a week, in the order of the first
double pair_error(std::int64_t draws, const std::function<std::vector<float>(std::uint32_t week)>& other) {
  constexpr std::size_t bins = 32;
  std::vector<std::int64_t> counts(bins * bins);
  for (std::uint32_t week = 0; week < weeks_for(draws); ++week) {
    const std::vector<float> first = week_of(uniform, week), second = other(week);
    for (std::size_t i = 0; i < first.size(); ++i)
      ++counts[bin(static_cast<double>(first[i]), bins) * bins + bin(static_cast<double>(second[i]), bins)];
  }
  return chi_square_error(counts);
}

void check_laws(std::int64_t draws) {
  for (const auto& [kind, name] :
       {std::pair{uniform, "uniform"}, {normal, "normal"}, {exponential, "exponential"}}) {
    const double error = law_error(kind, draws);
    fmt::print("{} draws, {}: {:+.2f} standard deviations from the law\n", draws, name, error);
    CHECK(std::abs(error) <= limit);
  }
}

std::vector<float> neighbours(std::uint32_t week) {
  std::vector<float> draws = week_of(uniform, week);
  std::rotate(draws.begin(), draws.begin() + 1, draws.end());
  return draws;
}

void check_independence(std::int64_t draws) {
  const std::array<std::pair<const char*, std::function<std::vector<float>(std::uint32_t)>>, 5> pairs{{
      {"streams", [](std::uint32_t week) { return week_of(uniform, week, 2); }},
      {"people", neighbours},
      {"weeks", [](std::uint32_t week) { return week_of(uniform, week + 1); }},
      {"societies", [](std::uint32_t week) { return week_of(uniform, week, 1, society_key(Seed{1}, 1)); }},
      {"neighbouring keys",
       [](std::uint32_t week) {
         return week_of(uniform, week, 1, {0xACF, 0x2611});
       }},
  }};
  for (const auto& [name, other] : pairs) {
    const double error = pair_error(draws, other);
    fmt::print("{} pairs across {}: {:+.2f} standard deviations\n", draws, name, error);
    CHECK(std::abs(error) <= limit);
  }
}

/// Faults of the size that many draws must show.
void check_faults(std::int64_t draws, double size) {
  CHECK(law_error(normal, draws, [&](double x) { return x + size; }) > limit);        // off its mean
  CHECK(law_error(normal, draws, [&](double x) { return x * (1 + size); }) > limit);  // too wide
  CHECK(law_error(exponential, draws, [&](double x) { return x * (1 - size); }) > limit);
  CHECK(law_error(uniform, draws, [&](double x) { return x + 3 * size * x * (1 - x); }) > limit);
  CHECK(pair_error(draws, [](std::uint32_t week) { return week_of(uniform, week); }) >
        limit);                                 // the same draws
  const auto mixed = [&](std::uint32_t week) {  // now and then the other's draw
    std::vector<float> own = week_of(uniform, week), second = week_of(uniform, week, 2);
    const auto step = static_cast<std::size_t>(1 / (20 * size));
    for (std::size_t i = 0; i < own.size(); i += step) second[i] = own[i];
    return second;
  };
  CHECK(pair_error(draws, mixed) > limit);
  // too even: the draws of a lattice instead of luck
  std::vector<std::int64_t> even(1024, draws / 1024);
  CHECK(chi_square_error(even) < -limit);
}

}  // namespace

TEST_CASE("a million draws of every kind keep their law and know nothing of each other", "[million]") {
  check_laws(1'000'000);
  check_independence(1'000'000);
}

TEST_CASE("a million draws show a fault of two hundredths", "[million]") { check_faults(1'000'000, .02); }

TEST_CASE("a hundred million draws of every kind keep their law and know nothing of each other", "[soak]") {
  check_laws(100'000'000);
  check_independence(100'000'000);
}

TEST_CASE("a hundred million draws show a fault of two thousandths", "[soak]") {
  check_faults(100'000'000, .002);
}
