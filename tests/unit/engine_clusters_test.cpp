// Allocation by community and by couple. Checks in standard errors allow 4: each fails by chance in 6e-5 of
// all seeds.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/allocation_cases.hpp"

using namespace kindred;
using namespace kindred::support;
namespace a = kindred::attachment;
using Kind = Allocation::Kind;
using Unit = Allocation::Unit;

namespace {

/// Communities in the order of their luck.
std::vector<std::int32_t> by_luck(std::vector<std::int32_t> numbers, const std::string& group = trial) {
  std::sort(numbers.begin(), numbers.end(), [&](std::int32_t x, std::int32_t y) {
    return luck(stream_cluster, static_cast<std::size_t>(x), group) <
           luck(stream_cluster, static_cast<std::size_t>(y), group);
  });
  return numbers;
}
std::vector<std::int32_t> sixteen() {
  std::vector<std::int32_t> numbers;
  for (std::int32_t c = 0; c < communities; ++c) numbers.push_back(c);
  return numbers;
}

}  // namespace

TEST_CASE("clusters by community: exactly the rounded share of communities, the same in every world") {
  const auto e = two_worlds();
  const auto order = by_luck(sixteen());
  const std::vector<Condition> anxious{above(a::attachment_anxiety, .4)};
  Flags fewer(persons);
  for (const double share : {0., .03, .04, .25, .5, .66, 1.}) {
    const Allocation how = by_community(share);
    const auto chosen = static_cast<std::ptrdiff_t>(std::floor(share * communities + .5));
    const auto in = [&](std::size_t i) {
      const auto end = order.begin() + chosen;
      return std::find(order.begin(), end, static_cast<std::int32_t>(i / 128)) != end;
    };
    INFO("share of clusters " << share << ": " << chosen << " communities");
    const Flags everybody = allot(e, 0, programme(how)).treated;
    CHECK(apart(everybody, those(in)) == "nobody");
    CHECK(apart(everybody, allot(e, 1, programme(how)).treated) == "nobody");
    CHECK(inside(fewer, everybody));
    for (const int world : {0, 1})
      CHECK(apart(allot(e, world, programme(how, 1, anxious)).treated, those([&](std::size_t i) {
                    return in(i) && value(e, world, a::attachment_anxiety, i) > .4;
                  })) == "nobody");
    fewer = everybody;
  }
  CHECK(count(fewer) == persons);
}

TEST_CASE("a file's own community numbers, with gaps and of any size, are clusters like any other") {
  Society society = community(persons, Seed{71});
  const std::vector<std::int32_t> numbers{3, 40, 7, 1'000'000, 12};  // 12 has the rest
  for (std::size_t i = 0; i < persons; ++i) society.community[i] = numbers[std::min<std::size_t>(i / 300, 4)];
  const auto e = two_worlds(society);
  const auto order = by_luck(numbers);
  for (const int chosen : {1, 2, 3}) {
    const Allocation how = by_community(chosen / 5.);
    CHECK(apart(allot(e, 0, programme(how)).treated, those([&](std::size_t i) {
                  const auto end = order.begin() + chosen;
                  return std::find(order.begin(), end, society.community[i]) != end;
                })) == "nobody");
  }
}

TEST_CASE("over many group labels every community is chosen as often as another") {
  const auto e = ensemble_of<float>(society_of_cases(), Seed{71}, {{hypothesis("none"), {}}});
  const auto furthest = [&](bool one_label) {
    constexpr int trials = 400;
    std::vector<double> chosen(communities);
    for (int t = 0; t < trials; ++t) {
      const std::string group = trial + std::to_string(one_label ? 0 : t);
      const Flags treated = allot(e, 0, programme(by_community(.25), 1, {}, group)).treated;
      for (std::size_t c = 0; c < communities; ++c) chosen[c] += treated[c * 128];
    }
    double errors = 0;
    for (const double n : chosen)
      errors = std::max(errors, std::abs(n - trials * .25) / std::sqrt(trials * .25 * .75));
    return errors;
  };
  CHECK(furthest(false) < 4);  // sixteen counts: by chance above it for one seed in 1,000
  CHECK(furthest(true) > 4);   // negative control: one luck for all trials
}

TEST_CASE("clusters by couple: both partners or neither, by the couple's luck, and never a single") {
  const auto e = two_worlds();
  for (const int world : {0, 1}) {
    Flags fewer(persons);
    double couples = 0;
    for (std::size_t i = 0; i < persons; ++i) couples += bond(e, world, i) >= 0 ? .5 : 0;
    REQUIRE(couples > 150);
    for (const double share : {.1, .35, .6, 1.}) {
      const Flags treated = allot(e, world, programme(by_couple(share))).treated;
      CHECK(apart(treated, those([&](std::size_t i) {
                    const std::int32_t tie = bond(e, world, i);
                    return tie >= 0 && luck(stream_cluster, static_cast<std::size_t>(tie)) < share;
                  })) == "nobody");
      for (std::size_t i = 0; i < persons; ++i)
        if (bond(e, world, i) >= 0) REQUIRE(treated[i] == treated[partner(e, world, i)]);
        else REQUIRE(treated[i] == 0);
      CHECK(inside(fewer, treated));
      const double found = count(treated) / 2, error = std::sqrt(couples * share * (1 - share));
      INFO(found << " of " << couples << " couples at " << share);
      CHECK(std::abs(found - couples * share) <= 4 * error);
      if (share < 1) CHECK(std::abs(found - couples * (share + .25)) > 4 * error);  // negative control
      fewer = treated;
    }
    const Flags simple = allot(e, world, programme({}, .5)).treated;  // negative control: parts couples
    double parted = 0;
    for (std::size_t i = 0; i < persons; ++i)
      parted += bond(e, world, i) >= 0 && simple[i] != simple[partner(e, world, i)] ? .5 : 0;
    CHECK(std::abs(parted - couples / 2) < 4 * std::sqrt(couples / 4));
  }
}

TEST_CASE("one of each couple: the eligible partner with the smaller draw, and no other") {
  const auto e = two_worlds();
  const Condition anxious = above(a::attachment_anxiety, .2);
  for (const int world : {0, 1})
    for (const double share : {.4, 1.}) {
      const Allocation how = by_couple(share, true);
      const auto chosen = [&](std::size_t i) {
        const std::int32_t tie = bond(e, world, i);
        return tie >= 0 && luck(stream_cluster, static_cast<std::size_t>(tie)) < share;
      };
      const Flags one = allot(e, world, programme(how)).treated;
      CHECK(apart(one, those([&](std::size_t i) {
                    return chosen(i) && draw(i) < draw(partner(e, world, i));
                  })) == "nobody");
      const auto meets_it = [&](std::size_t i) { return value(e, world, a::attachment_anxiety, i) > .2; };
      const Allotment found = allot(e, world, programme(how, 1, {anxious}));
      int alone = 0, first = 0;
      for (std::size_t i = 0; i < persons; ++i) {
        if (!chosen(i)) {
          REQUIRE(found.treated[i] == 0);
          continue;
        }
        const std::size_t other = partner(e, world, i);
        REQUIRE(found.treated[i] == (meets_it(i) && (!meets_it(other) || draw(i) < draw(other)) ? 1 : 0));
        REQUIRE(found.eligible[i] == (meets_it(i) ? 1 : 0));  // who is passed over was eligible
        alone += found.treated[i] && !meets_it(other);
        first += one[i] && i < other;
      }
      CHECK(alone > 15);
      CHECK(std::abs(first - count(one) / 2) < 4 * std::sqrt(count(one) / 4));
      // negative control: that the lower number would always be the one is not within the error
      CHECK(count(one) / 2 > 4 * std::sqrt(count(one) / 4));
    }
}

TEST_CASE("one of each couple leaves singles to themselves where they can be treated") {
  const auto e = two_worlds();
  const Flags simple = allot(e, 0, programme({}, .5)).treated;
  Allocation how = by_couple(1, true);
  how.kind = Kind::simple;
  const Flags found = allot(e, 0, programme(how, .5)).treated;
  CHECK(apart(found, those([&](std::size_t i) {
                if (bond(e, 0, i) < 0) return simple[i] != 0;
                const std::size_t other = partner(e, 0, i);
                return simple[i] && (!simple[other] || draw(i) < draw(other));
              })) == "nobody");
}

TEST_CASE("saturation treats its share inside the chosen clusters and the other share outside, by the draws "
          "of simple allocation") {
  const auto e = two_worlds();
  const std::vector<Condition> anxious{above(a::attachment_anxiety, .2)};
  for (const int world : {0, 1})
    for (const Unit unit : {Unit::communities, Unit::couples})
      for (const auto& [within, otherwise] : {std::pair{.6, .1}, {.6, 0.}, {1., .5}}) {
        const Allocation all = unit == Unit::couples ? by_couple(.5) : by_community(.5);
        const Allocation how = saturation(all, otherwise);
        const Flags chosen = allot(e, world, programme(all)).treated;
        const Flags clustered =
            those([&](std::size_t i) { return unit == Unit::communities || bond(e, world, i) >= 0; });
        const Flags inner = allot(e, world, programme({}, within, anxious)).treated;
        const Flags outer = allot(e, world, programme({}, otherwise, anxious)).treated;
        const Flags meets_it = allot(e, world, programme({}, 1, anxious)).treated;
        const Allotment found = allot(e, world, programme(how, within, anxious));
        INFO("world " << world << ", couples " << (unit == Unit::couples) << ", " << within << " and "
                      << otherwise);
        CHECK(apart(found.treated, those([&](std::size_t i) {
                      return clustered[i] && (chosen[i] ? inner[i] : outer[i]);
                    })) == "nobody");
        CHECK(apart(found.eligible, those([&](std::size_t i) { return chosen[i] && meets_it[i]; })) ==
              "nobody");
        double treated = 0;
        for (std::size_t i = 0; i < persons; ++i) treated += found.treated[i] && chosen[i] ? 1 : 0;
        const double n =
            count(found.eligible);  // the luck of a cluster says nothing about that of its persons
        CHECK(n > 50);
        CHECK(std::abs(treated - n * within) <= 4 * std::sqrt(n * within * (1 - within)));
        CHECK(std::abs(treated - n * (within - .35)) > 4 * std::sqrt(n * .6 * .4));  // negative control
      }
}

TEST_CASE("the steps of a stepped wedge partition the communities, and treat everybody exactly once") {
  const auto e = two_worlds();
  const auto order = by_luck(sixteen());
  for (const int steps : {1, 2, 3, 5, 7, 16, 20}) {
    std::vector<int> times(persons);
    std::size_t place = 0;  // steps follow each other in the order of luck
    int smallest = communities, largest = 0;
    for (int step = 0; step < steps; ++step) {
      const Allocation how = wedge(step, steps);
      const Flags treated = allot(e, 0, programme(how)).treated;
      CHECK(apart(treated, allot(e, 1, programme(how)).treated) == "nobody");
      int size = 0;
      for (std::int32_t c = 0; c < communities; ++c) size += treated[static_cast<std::size_t>(c) * 128];
      for (std::size_t i = 0; i < persons; ++i) {
        REQUIRE(treated[i] == treated[i / 128 * 128]);
        times[i] += treated[i];
      }
      for (int k = 0; k < size; ++k, ++place)
        REQUIRE(treated[static_cast<std::size_t>(order.at(place)) * 128]);
      smallest = std::min(smallest, size);
      largest = std::max(largest, size);
    }
    INFO(steps << " steps of " << smallest << " to " << largest << " communities");
    CHECK(largest - smallest <= 1);
    CHECK(std::count(times.begin(), times.end(), 1) == static_cast<std::ptrdiff_t>(persons));
  }
  Allocation odd = wedge(1, 4);
  odd.unit = Unit::couples;  // a wedge is of communities, whatever the unit says
  CHECK(apart(allot(e, 0, programme(odd)).treated, allot(e, 0, programme(wedge(1, 4))).treated) == "nobody");
}
