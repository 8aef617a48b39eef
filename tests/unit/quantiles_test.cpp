// Quantiles of groups against brute force.
#include "sim/record/quantiles.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <vector>

#include "sim/random/philox.hpp"
#include "sim/random/seeds.hpp"
#include "tests/unit/brute_force_quantile.hpp"

using namespace kindred;
using kindred::record::GroupedQuantiles;
using support::brute_force_quantile;
using support::same;

namespace {

const std::vector<double> many_shares{0, .05, .1, .25, 1 / 3.0, .5, .75, .95, .999, 1};

/// Checks every group and everybody. @return number of quantiles that differ.
int differing_quantiles(GroupedQuantiles& quantiles, const std::vector<std::vector<float>>& groups) {
  std::vector<float> everybody;
  for (std::size_t g = 0; g < groups.size(); ++g)
    for (const float x : groups[g]) {
      quantiles.add(x, g);
      everybody.push_back(x);
    }
  const auto got = quantiles.of_everybody_and_groups(many_shares);
  int differ = got.size() == groups.size() + 1 ? 0 : 1000;
  for (std::size_t k = 0; k < many_shares.size(); ++k) {
    differ += same(got[0][k], brute_force_quantile(everybody, many_shares[k])) ? 0 : 1;
    for (std::size_t g = 0; g < groups.size(); ++g)
      differ += same(got[g + 1][k], brute_force_quantile(groups[g], many_shares[k])) ? 0 : 1;
  }
  return differ;
}

/// A keyed group: its size from 0 up, its values normal, tied to a grid, far beyond +-16, or all in one bin.
std::vector<float> keyed_group(std::uint32_t number, std::uint32_t g) {
  const auto w = philox({number, g, 0, 1}, {0x9A, 0});
  const std::uint32_t size = g == 0 ? w[0] % 3 : w[0] % 400;
  std::vector<float> x;
  for (std::uint32_t i = 0; i < size; ++i) {
    const auto v = philox({number, g, i, 2}, {0x9A, 0});
    const float u = single_uniform(v[0]), sign = v[1] % 2 == 0 ? 1.0f : -1.0f;
    switch (w[1] % 5) {
    case 0:
      x.push_back(sign * -std::log(u));
      break;
    case 1:
      x.push_back(static_cast<float>(v[0] % 3));
      break;
    case 2:
      x.push_back(sign * 16.0f + 40.0f * (u - .5f));
      break;
    case 3:
      x.push_back(sign * std::exp(80.0f * u));
      break;
    default:
      x.push_back(.001f * u);
      break;
    }
  }
  return x;
}

}  // namespace

TEST_CASE(
    "quantiles of groups are the type-7 quantiles, for random, tied, extreme, empty and single values") {
  for (std::uint32_t number = 0; number < 200; ++number) {
    std::vector<std::vector<float>> groups;
    for (std::uint32_t g = 0; g < 4; ++g) groups.push_back(keyed_group(number, g));
    GroupedQuantiles quantiles(4);
    INFO("case " << number);
    CHECK(differing_quantiles(quantiles, groups) == 0);
    quantiles.clear();  // used again, nothing of before is left
    std::reverse(groups.begin(), groups.end());
    CHECK(differing_quantiles(quantiles, groups) == 0);
  }
}

TEST_CASE("quantiles of nobody are NaN, of one person that person, and a value on a bin's edge counts once") {
  GroupedQuantiles quantiles(3);
  CHECK(differing_quantiles(quantiles, {{}, {}, {}}) == 0);
  CHECK(differing_quantiles(quantiles, {{}, {2.5f}, {}}) == 0);
  quantiles.clear();
  CHECK(differing_quantiles(quantiles, {{-16, 16, 0, -0.0f}, {1 / 128.0f, 2 / 128.0f, -17}, {16, 16, 16}}) ==
        0);
  const auto answer = quantiles.of_everybody_and_groups(std::vector<double>{.5});
  CHECK(answer[3][0] == 16);
  CHECK(brute_force_quantile({1, 2, 3, 4}, .25) == 1.75);  // as R and NumPy answer
  CHECK(brute_force_quantile({1, 2, 3, 4}, .5) == 2.5);
}

TEST_CASE("negative control: one value of a hundred, off by one last place, is seen in the quantiles") {
  std::vector<float> x = keyed_group(1, 1), bent = x;
  REQUIRE(x.size() > 20);
  bent[x.size() / 2] = std::nextafter(bent[x.size() / 2], 1e30f);
  GroupedQuantiles quantiles(1);
  for (const float value : bent) quantiles.add(value, 0);
  std::vector<double> every_rank;
  for (std::size_t i = 0; i < x.size(); ++i)
    every_rank.push_back(static_cast<double>(i) / static_cast<double>(x.size() - 1));
  const auto got = quantiles.of_everybody_and_groups(every_rank);
  int differ = 0;
  for (std::size_t k = 0; k < every_rank.size(); ++k)
    differ += same(got[1][k], brute_force_quantile(x, every_rank[k])) ? 0 : 1;
  CHECK(differ > 0);
}
