#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <numbers>

#include "analysis/sensitivity.hpp"
#include "sim/core/errors.hpp"
#include "tests/unit/sensitivity_samples.hpp"

using namespace kindred;
using namespace kindred::support;

TEST_CASE("Morris finds a linear function exactly") {
  const std::vector<double> slopes{3, -2, 0, 0.5};
  const auto linear = [&](const Units& u) {
    double sum = 10;
    for (std::size_t i = 0; i < slopes.size(); ++i) sum += slopes[i] * u[i];
    return sum;
  };
  const auto design = design_of(sweep::DesignKind::morris, 10, 4, 5);
  const MorrisMeasures found = measures_of(design, outcomes_of(design, linear));
  for (std::size_t i = 0; i < slopes.size(); ++i) {
    CHECK(std::abs(found.mu[i].value - slopes[i]) < 1e-12);
    CHECK(std::abs(found.mu_star[i].value - std::abs(slopes[i])) < 1e-12);
    CHECK(found.sigma[i].value < 1e-12);
    CHECK(found.mu[i].high - found.mu[i].low < 1e-12);
  }
}

TEST_CASE("Morris tells curvature and interaction by sigma and mu*") {
  // u0 (1 - u0) has effects of both signs that cancel; u1 u2 interact
  const auto f = [](const Units& u) { return 4 * u[0] * (1 - u[0]) + 5 * u[1] * u[2]; };
  const auto design = design_of(sweep::DesignKind::morris, 200, 3, 5);
  const MorrisMeasures found = measures_of(design, outcomes_of(design, f));
  // levels 0, 1/3, 2/3, 1: effects of u0 are +4/3 and -4/3, each of probability 1/2
  CHECK(std::abs(found.mu_star[0].value - 4.0 / 3) < 1e-12);
  CHECK(covers(found.mu[0], 0));
  CHECK(std::abs(found.sigma[0].value - 4.0 / 3) < 0.02);
  // effect of u1 is 5 u2, u2 uniform over the levels: mean 5/2, standard deviation 5 sqrt(5) / 6
  CHECK(covers(found.mu[1], 2.5));
  CHECK(covers(found.sigma[1], 5 * std::sqrt(5.0) / 6));
}

TEST_CASE("noise is taken out of sigma, and mu* is bracketed") {
  const auto design = design_of(sweep::DesignKind::morris, 400, 2, 5);
  const auto y = outcomes_of(design, 4, [](const Units& u, std::uint32_t row, std::uint32_t r) {
    return 3 * u[0] + luck(row, r, 7) + 20 * luck(r, 1, 8);
  });
  const MorrisMeasures found = measures_of(design, y);
  // an effect's noise: two points' variance / R / delta^2 = 1.125
  CHECK(std::abs(found.sigma[0].uncorrected - std::sqrt(1.125)) < 0.1);
  CHECK(found.sigma[0].value < 0.4);
  CHECK(covers(found.mu[0], 3));
  CHECK(covers(found.mu[1], 0));
  // a factor without effect: sqrt(2/pi) standard errors of noise if taken from means
  CHECK(std::abs(found.mu_star[1].uncorrected - std::sqrt(1.125 * 2 / std::numbers::pi)) < 0.1);
  CHECK(std::abs(found.mu_star[1].value) < 0.15);
  CHECK(covers(found.mu_star[1], 0));
  CHECK(found.mu_star[0].value <= found.mu_star[0].uncorrected);
  CHECK(std::abs(found.mu_star[0].value - 3) < 0.15);
}

TEST_CASE("Morris refuses holes and rows that are no trajectories") {
  const auto design = design_of(sweep::DesignKind::morris, 3, 2, 5);
  Outcomes y = outcomes_of(design, [](const Units& u) { return u[0]; });
  auto steps = steps_of(design);
  y[4][0] = NAN;
  const auto found = morris_measures(2, steps, y, {Seed{1}});
  REQUIRE(std::holds_alternative<Holes>(found));
  CHECK(std::get<Holes>(found).points == std::vector<std::int64_t>{4});
  steps[2].axis = steps[1].axis;
  CHECK_THROWS_AS(morris_measures(2, steps, y, {Seed{1}}), Bug);
  CHECK_THROWS_AS(morris_measures(2, std::span(steps).first(8), y, {Seed{1}}), Bug);
}
