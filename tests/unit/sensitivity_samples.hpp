#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <numbers>

#include "analysis/sensitivity.hpp"
#include "sim/random/seeds.hpp"
#include "sim/sweep/design.hpp"

/// Functions whose sensitivity is known, run on real designs.
namespace kindred::support {

using namespace kindred::analysis;

using Units = std::vector<double>;
using Function = std::function<double(const Units&)>;
/// Outcome of a point under one replicate's luck. @param row  of the design, to draw luck of its own from
using Run = std::function<double(const Units&, std::uint32_t row, std::uint32_t replicate)>;

inline sweep::Design design_of(sweep::DesignKind kind, int n, int axes, std::uint64_t seed) {
  sweep::DesignPlan plan{.seed = Seed{seed}};
  plan.kind = kind;
  plan.n = n;
  for (int i = 0; i < axes; ++i) {
    sweep::Factor factor;
    factor.path = "x" + std::to_string(i);
    factor.prior.high = 1;
    plan.factors.push_back(factor);
  }
  return sweep::make_design(plan);
}

inline Outcomes outcomes_of(const sweep::Design& design, int replicates, const Run& run) {
  Outcomes y;
  for (const sweep::Point& p : design.points) {
    y.emplace_back();
    for (int r = 0; r < replicates; ++r)
      y.back().push_back(run(p.unit, static_cast<std::uint32_t>(p.row), static_cast<std::uint32_t>(r)));
  }
  return y;
}

inline Outcomes outcomes_of(const sweep::Design& design, const Function& f) {
  return outcomes_of(design, 1, [&](const Units& u, std::uint32_t, std::uint32_t) { return f(u); });
}

inline SobolIndices indices_of(int axes, const Outcomes& y, std::uint64_t seed = 1, int resamples = 500) {
  return std::get<SobolIndices>(sobol_indices(axes, y, {Seed{seed}, resamples}));
}

/// Standard normal that belongs to (a, b) of a test's own stream.
inline double luck(std::uint32_t a, std::uint32_t b, std::uint32_t stream) {
  const auto w = philox({a, b, 0, stream}, key_of(Seed{99}));
  const double u = (w[0] + 0.5) * 0x1p-32, turn = w[1] * 0x1p-32;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * turn);
}

/// Ishigami & Homma (1990) with a = 7, b = 0.1; variances in closed form.
struct Ishigami {
  static constexpr double a = 7, b = 0.1;
  static double at(const Units& u) {
    const auto x = [&](std::size_t i) { return std::numbers::pi * (2 * u[i] - 1); };
    return std::sin(x(0)) + a * std::pow(std::sin(x(1)), 2) + b * std::pow(x(2), 4) * std::sin(x(0));
  }
  static double v1() { return 0.5 * std::pow(1 + b * std::pow(std::numbers::pi, 4) / 5, 2); }
  static double v2() { return a * a / 8; }
  static double v13() { return b * b * std::pow(std::numbers::pi, 8) * (1.0 / 18 - 1.0 / 50); }
  static double variance() { return v1() + v2() + v13(); }
  static std::vector<double> first() { return {v1() / variance(), v2() / variance(), 0}; }
  static std::vector<double> total() {
    return {(v1() + v13()) / variance(), v2() / variance(), v13() / variance()};
  }
};

inline bool covers(const Estimate& e, double truth) { return e.low <= truth && truth <= e.high; }

/// Within the interval, and nearer than `tolerance`.
inline void check_near(const std::vector<Estimate>& found, const std::vector<double>& truth,
                       double tolerance) {
  REQUIRE(found.size() == truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    INFO("axis " << i << ": " << found[i].value << " [" << found[i].low << ", " << found[i].high
                 << "], truth " << truth[i]);
    CHECK(covers(found[i], truth[i]));
    CHECK(std::abs(found[i].value - truth[i]) < tolerance);
  }
}

inline std::vector<Step> steps_of(const sweep::Design& design) {
  std::vector<Step> steps;
  for (const sweep::Point& p : design.points) {
    const auto axis = static_cast<std::size_t>(p.role.axis);
    const auto row = static_cast<std::size_t>(p.row);
    if (p.role.step == 0) steps.push_back({-1, 0});
    else steps.push_back({p.role.axis, p.unit[axis] - design.points[row - 1].unit[axis]});
  }
  return steps;
}

inline MorrisMeasures measures_of(const sweep::Design& design, const Outcomes& y) {
  const int axes = static_cast<int>(design.axes.size());
  return std::get<MorrisMeasures>(morris_measures(axes, steps_of(design), y, {Seed{1}, 400}));
}

}  // namespace kindred::support
