#include "analysis/sensitivity.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "sim/core/errors.hpp"
#include "tests/unit/sensitivity_samples.hpp"

using namespace kindred;
using namespace kindred::support;

TEST_CASE("the Ishigami function has its indices") {
  const auto design = design_of(sweep::DesignKind::saltelli, 2048, 3, 5);
  const SobolIndices found = indices_of(3, outcomes_of(design, Ishigami::at));
  check_near(found.first, Ishigami::first(), 0.01);
  check_near(found.total, Ishigami::total(), 0.01);
  CHECK(std::abs(found.mean - 3.5) < 0.02);
  CHECK(std::abs(found.noise.expectation - Ishigami::variance()) < 0.1);
  CHECK(std::isnan(found.noise.share));
  CHECK_FALSE(found.noise.is_corrected);
  CHECK(found.notes.size() == 1);
  CHECK(found.first_sum.high < 1);  // factors 1 and 3 interact
  CHECK(found.total_sum.low > 1);
  for (const Estimate& e : found.total) CHECK(e.uncorrected == e.value);
}

TEST_CASE("the g-function of eight factors has its indices") {
  const std::vector<double> a{0, 1, 4.5, 9, 99, 99, 99, 99};
  const auto g = [&](const Units& u) {
    double product = 1;
    for (std::size_t i = 0; i < a.size(); ++i) product *= (std::abs(4 * u[i] - 2) + a[i]) / (1 + a[i]);
    return product;
  };
  const auto part = [&](std::size_t i) { return 1.0 / 3 / ((1 + a[i]) * (1 + a[i])); };
  double all = 1;
  for (std::size_t i = 0; i < a.size(); ++i) all *= 1 + part(i);
  std::vector<double> first, total;
  for (std::size_t i = 0; i < a.size(); ++i) {
    first.push_back(part(i) / (all - 1));
    total.push_back(part(i) * all / (1 + part(i)) / (all - 1));
  }
  CHECK(std::abs(first[0] - 0.716) < 5e-4);  // as tabulated for this choice of a
  CHECK(std::abs(total[0] - 0.787) < 5e-4);
  const auto design = design_of(sweep::DesignKind::saltelli, 4096, 8, 3);
  const SobolIndices found = indices_of(8, outcomes_of(design, g), 1, 300);
  int covered = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(std::abs(found.first[i].value - first[i]) < 0.01);
    CHECK(std::abs(found.total[i].value - total[i]) < 0.01);
    covered += covers(found.first[i], first[i]) + covers(found.total[i], total[i]);
  }
  CHECK(covered >= 15);  // of 16 intervals at 95 %
  // a swapped A and B, or a shuffled block, is far off
  Outcomes shuffled = outcomes_of(design, g);
  std::rotate(shuffled.begin(), shuffled.begin() + 1, shuffled.end());
  const SobolIndices wrong = indices_of(8, shuffled, 1, 2);
  double farthest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    farthest = std::max(farthest, std::abs(wrong.total[i].value - total[i]));
  CHECK(farthest > 0.1);
}

TEST_CASE("without interactions first-order and total indices agree and sum to one") {
  const auto additive = [](const Units& u) { return 3 * u[0] + 2 * std::sin(6 * u[1]) + u[2] * u[2] + 1000; };
  const auto design = design_of(sweep::DesignKind::saltelli, 1024, 3, 2);
  const SobolIndices found = indices_of(3, outcomes_of(design, additive));
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(found.first[i].value - found.total[i].value) < 0.01);
  CHECK(std::abs(found.first_sum.value - 1) < 0.01);
  CHECK(std::abs(found.total_sum.value - 1) < 0.01);
  CHECK(covers(found.first_sum, 1));
  CHECK(covers(found.total_sum, 1));
}

TEST_CASE("holes are refused and the points to run again are named") {
  const auto design = design_of(sweep::DesignKind::saltelli, 8, 3, 5);
  Outcomes y = outcomes_of(design, Ishigami::at);
  y[7][0] = std::numeric_limits<double>::quiet_NaN();
  y[12].clear();
  y[30].push_back(std::numeric_limits<double>::infinity());
  const auto found = sobol_indices(3, y, {Seed{1}});
  REQUIRE(std::holds_alternative<Holes>(found));
  CHECK(std::get<Holes>(found).points == std::vector<std::int64_t>{7, 12, 30});
  CHECK(std::get<Holes>(found).message.find("3 of 40 point(s)") == 0);
  CHECK(std::get<Holes>(found).message.find("run again 7, 12, 30") != std::string::npos);
}

TEST_CASE("unequal numbers of replicates are used as far as all points have them") {
  const auto design = design_of(sweep::DesignKind::saltelli, 64, 3, 5);
  const auto noisy = [](const Units& u, std::uint32_t row, std::uint32_t r) {
    return Ishigami::at(u) + luck(row, r, 6);
  };
  const Outcomes two = outcomes_of(design, 2, noisy);
  Outcomes more = outcomes_of(design, 5, noisy);
  more[9].resize(2);
  const SobolIndices a = indices_of(3, two), b = indices_of(3, more);
  for (std::size_t i = 0; i < 3; ++i) CHECK(std::abs(a.total[i].value - b.total[i].value) < 1e-12);
  CHECK(b.notes.at(0).find("2 replicate(s) of up to 5 are used, because point(s) 9 ") == 0);
  CHECK(a.noise.within != b.noise.within);
  CHECK_FALSE(a.noise.is_resampled);
}

TEST_CASE("an outcome that does not vary has no indices") {
  const auto design = design_of(sweep::DesignKind::saltelli, 16, 2, 5);
  const SobolIndices found = indices_of(2, outcomes_of(design, [](const Units&) { return 0.1; }));
  CHECK(std::isnan(found.first[0].value));
  CHECK(std::isnan(found.total[1].low));
  CHECK(found.notes.back().find("does not vary") != std::string::npos);
  CHECK_THROWS_AS(sobol_indices(3, Outcomes(7, {1.0}), {Seed{1}}), Bug);
}

TEST_CASE("the bootstrap of a seed is the same each time") {
  const auto design = design_of(sweep::DesignKind::saltelli, 64, 3, 5);
  const Outcomes y = outcomes_of(design, Ishigami::at);
  const SobolIndices a = indices_of(3, y, 1), b = indices_of(3, y, 1), other = indices_of(3, y, 2);
  CHECK(a.total[0].low == b.total[0].low);
  CHECK(a.total[0].low != other.total[0].low);
  CHECK(a.total[0].value == other.total[0].value);
}
