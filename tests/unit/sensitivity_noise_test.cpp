#include <catch2/catch_test_macros.hpp>
#include <cmath>

#include "analysis/sensitivity.hpp"
#include "tests/unit/sensitivity_samples.hpp"

using namespace kindred;
using namespace kindred::support;

TEST_CASE("luck of each point's own is taken out of the indices") {
  constexpr double sd = 4;
  const auto design = design_of(sweep::DesignKind::saltelli, 4096, 3, 5);
  const auto noisy = [](const Units& u, std::uint32_t row, std::uint32_t r) {
    return Ishigami::at(u) + sd * luck(row, r, 1);
  };
  const SobolIndices found = indices_of(3, outcomes_of(design, 3, noisy), 1, 300);
  check_near(found.first, Ishigami::first(), 0.05);
  check_near(found.total, Ishigami::total(), 0.05);
  CHECK(std::abs(found.noise.within - sd * sd) < 4 * sd * sd / std::sqrt(2 * 4096.0));  // standard errors
  CHECK(std::abs(found.noise.share - sd * sd / (sd * sd + Ishigami::variance())) < 0.01);
  CHECK(found.noise.is_corrected);
  // what would be said of the means: (T + s^2 / 3) / (V + s^2 / 3), far off
  const double rest = sd * sd / 3, variance = Ishigami::variance();
  for (std::size_t i = 0; i < 3; ++i) {
    const double wrong = (Ishigami::total()[i] * variance + rest) / (variance + rest);
    CHECK(std::abs(found.total[i].uncorrected - wrong) < 0.05);
    CHECK_FALSE(covers(found.total[i], found.total[i].uncorrected));
    CHECK(std::abs(found.total[i].uncorrected - Ishigami::total()[i]) > 0.1);
  }
}

TEST_CASE("one replicate of independent luck is called what it is") {
  const auto design = design_of(sweep::DesignKind::saltelli, 4096, 3, 5);
  const auto noisy = [](const Units& u, std::uint32_t row, std::uint32_t r) {
    return Ishigami::at(u) + 3 * luck(row, r, 2);
  };
  const SobolIndices found = indices_of(3, outcomes_of(design, 1, noisy), 1, 300);
  const double v = Ishigami::variance();
  std::vector<double> first, total;
  for (std::size_t i = 0; i < 3; ++i) {
    first.push_back(Ishigami::first()[i] * v / (v + 9));
    total.push_back((Ishigami::total()[i] * v + 9) / (v + 9));
  }
  check_near(found.first, first, 0.05);
  check_near(found.total, total, 0.05);
  CHECK(found.notes.at(0).find("single runs") != std::string::npos);
}

TEST_CASE("luck that moves all points of a replicate alike changes no index") {
  const auto design = design_of(sweep::DesignKind::saltelli, 256, 3, 5);
  const auto with = [&](double sd) {
    return indices_of(3, outcomes_of(design, 4, [sd](const Units& u, std::uint32_t row, std::uint32_t r) {
                        return Ishigami::at(u) + 0.5 * luck(row, r, 3) + sd * luck(r, 0, 4);
                      }));
  };
  const SobolIndices without = with(0), found = with(50);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(std::abs(found.first[i].value - without.first[i].value) < 1e-10);
    CHECK(std::abs(found.total[i].value - without.total[i].value) < 1e-10);
    CHECK(std::abs(found.total[i].low - without.total[i].low) < 1e-10);
  }
  CHECK(found.noise.share > without.noise.share + 0.5);  // but it is noise all the same
}

TEST_CASE("shared luck that acts through a factor is taken out, and its uncertainty is in the interval") {
  // y = f + w (x3 - 1/2): a mean over R replicates keeps a slope of variance s^2 / R, an index of its own for
  // x3
  constexpr double slope = 12;
  constexpr int worlds = 24, replicates = 12;
  const auto design = design_of(sweep::DesignKind::saltelli, 1024, 3, 5);
  int covered = 0, covered_by_points_alone = 0;
  double removed = 0, mean = 0;
  for (std::uint32_t world = 0; world < worlds; ++world) {
    double sum = 0, squares = 0;
    for (std::uint32_t r = 0; r < replicates; ++r) {
      const double w = slope * luck(r, world, 5);
      sum += w, squares += w * w;
    }
    const auto y = outcomes_of(design, replicates, [world](const Units& u, std::uint32_t, std::uint32_t r) {
      return Ishigami::at(u) + slope * luck(r, world, 5) * (u[2] - 0.5);
    });
    const SobolIndices found = indices_of(3, y, 1, 200);
    const Estimate& third = found.first[2];
    // given these twelve slopes: their mean product over pairs, whose expectation is zero
    const double left = (sum * sum - squares) / (replicates * (replicates - 1)) / 12;
    CHECK(std::abs(third.value - left / (Ishigami::variance() + left)) < 0.03);
    mean += third.value / worlds;
    removed += (third.uncorrected - third.value) / worlds;
    covered += covers(third, 0);
    Outcomes means;  // an interval that knows only the luck of the points
    for (const auto& values : y) {
      means.emplace_back(1, 0.0);
      for (const double v : values) means.back()[0] += v / replicates;
    }
    covered_by_points_alone += covers(indices_of(3, means, 1, 200).first[2], 0);
  }
  CHECK(std::abs(mean) < 4 * 0.107 / std::sqrt(1.0 * worlds));  // sd of `left` over variance: 1.48 / 13.8
  CHECK(std::abs(removed - 1 / (1 + Ishigami::variance())) < 0.02);  // s^2 / 12 / R = 1
  INFO(covered << " against " << covered_by_points_alone << " of " << worlds);
  CHECK(covered >= 19);  // nominally 95 %; twelve replicates are few
  CHECK(covered_by_points_alone < covered);
}

TEST_CASE("intervals cover the truth about as often as they say") {
  // 60 designs of independent luck; nominal 57, and more because points of a sequence are even
  int covered = 0, all = 0;
  for (std::uint32_t world = 0; world < 60; ++world) {
    const auto design = design_of(sweep::DesignKind::saltelli, 256, 3, 100 + world);
    const SobolIndices found =
        indices_of(3,
                   outcomes_of(design, 3,
                               [world](const Units& u, std::uint32_t row, std::uint32_t r) {
                                 return Ishigami::at(u) + 2 * luck(row, r, 1000 + world);
                               }),
                   world, 200);
    for (std::size_t i = 0; i < 3; ++i) {
      covered += covers(found.first[i], Ishigami::first()[i]) + covers(found.total[i], Ishigami::total()[i]);
      all += 2;
    }
  }
  INFO(covered << " of " << all);
  CHECK(covered >= all * 90 / 100);
}
