// The statistical helpers of the other tests are themselves tested: a true value passes, one too low and one
// too high are told apart, and the standard errors have the size they claim.
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <string>

#include "sim/random/philox.hpp"
#include "sim/random/seeds.hpp"
#include "tests/support/statistics.hpp"

using namespace kindred;
using namespace kindred::support;

namespace {

constexpr int size = 4'000;
constexpr int samples = 400;
constexpr double rho = .6;

/// Pairs of standard exponentials less 1 (skewed, long-tailed) with correlation rho: y = rho x + rest.
struct Sample {
  std::vector<double> x, y;
};

double exponential(std::uint32_t word) {
  return -std::log((static_cast<double>(word) + .5) / 4294967296.0) - 1;
}

Sample sample(std::uint32_t number) {
  Sample s;
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto words = philox({i, number, 0, 1}, key_of(Seed{20'251}));
    s.x.push_back(exponential(words[0]));
    s.y.push_back(rho * s.x.back() + std::sqrt(1 - rho * rho) * exponential(words[1]));
  }
  return s;
}

struct Helper {
  std::string name;
  std::function<Estimate(const Sample&)> estimate;
  double truth;
};

const std::vector<Helper>& helpers() {
  static const std::vector<Helper> all{
      {"mean", [](const Sample& s) { return mean_of(s.x); }, 0},
      {"variance", [](const Sample& s) { return variance_of(s.x); }, 1},
      {"covariance", [](const Sample& s) { return covariance_of(s.x, s.y); }, rho},
      {"correlation", [](const Sample& s) { return correlation_of(s.x, s.y); }, rho},
      {"autocorrelation", [](const Sample& s) { return autocorrelation_of(s.x, s.y); }, rho},
      {"share",
       [](const Sample& s) {
         double above = 0;
         for (const double x : s.x) above += x > 1 ? 1 : 0;
         return share_of(above, static_cast<double>(s.x.size()));
       },
       std::exp(-2.0)}};
  return all;
}

}  // namespace

TEST_CASE("an estimate agrees with the truth and neither with a value too low nor with one too high") {
  for (const Helper& h : helpers()) {
    const Estimate e = h.estimate(sample(0));
    INFO(h.name << ": measured " << e << ", truth " << h.truth);
    CHECK(agrees(e, h.truth));
    CHECK_FALSE(agrees(e, h.truth - 9 * e.error));
    CHECK_FALSE(agrees(e, h.truth + 9 * e.error));
    CHECK(errors_from(e, h.truth - 9 * e.error) > allowed_errors);
    CHECK(errors_from(e, h.truth + 9 * e.error) < -allowed_errors);
  }
}

TEST_CASE("standard errors are neither too small nor too large: deviations over samples have variance 1") {
  for (const Helper& h : helpers()) {
    std::vector<double> deviations;
    for (std::uint32_t k = 1; k <= samples; ++k)
      deviations.push_back(errors_from(h.estimate(sample(k)), h.truth));
    const Estimate bias = mean_of(deviations), spread = variance_of(deviations);
    INFO(h.name << ": mean deviation " << bias << ", variance of deviations " << spread
                << ", expected 0 and 1");
    // in finite samples of a skewed law an error is itself an estimate: .05 for that, and four errors
    CHECK(std::abs(bias.value) < .05 + allowed_errors * bias.error);
    CHECK(std::abs(spread.value - 1) < .05 + allowed_errors * spread.error);
    CHECK(std::abs(spread.value - 4) > .05 + allowed_errors * spread.error);  // errors half as large: noticed
    CHECK(std::abs(spread.value - .25) > .05 + allowed_errors * spread.error);  // twice as large: noticed
  }
}
