// How those who are treated are chosen among the eligible, person by person: every kind of allocation against
// a choice made anew from the published luck.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/unit/allocation_cases.hpp"

using namespace kindred;
using namespace kindred::support;
namespace a = kindred::attachment;
using Kind = Allocation::Kind;

namespace {

/// The stratum of a person, read from the states; bits of `which`: style, partnership, sex.
int stratum(const Ensemble<float>& e, int world, std::size_t i, unsigned which) {
  int label = 0;
  if (which & 1u)
    label += (value(e, world, a::attachment_anxiety, i) > .65 ? 1 : 0) +
             (value(e, world, a::attachment_avoidance, i) > .65 ? 2 : 0);
  if (which & 2u) label += bond(e, world, i) >= 0 ? 4 : 0;
  if (which & 4u) label += value(e, world, a::is_man, i) > .5 ? 8 : 0;
  return label;
}

/// Strata in which the number of treated is not exactly the rounded share.
int inexact_strata(const Ensemble<float>& e, int world, unsigned which, double share,
                   const Allotment& found) {
  std::map<int, std::pair<int, int>> strata;
  for (std::size_t i = 0; i < persons; ++i) {
    auto& [eligible, treated] = strata[stratum(e, world, i, which)];
    eligible += found.eligible[i];
    treated += found.treated[i];
  }
  int wrong = 0;
  for (const auto& [label, n] : strata) wrong += n.second != std::floor(share * n.first + .5) ? 1 : 0;
  return wrong;
}

std::string refused(const Ensemble<float>& e, const ProgrammePlan& p) {
  try {
    allot(e, 0, p);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("simple allocation: one draw per person, the same in every world, for every share and whoever else "
          "is eligible") {
  const auto e = two_worlds();
  const std::vector<Condition> anxious{above(a::attachment_anxiety, .4)};
  Flags smaller(persons);
  for (const double share : {.1, .4, .8}) {
    const Flags everybody = allot(e, 0, programme({}, share)).treated;
    CHECK(apart(everybody, those([&](std::size_t i) { return draw(i) < share; })) == "nobody");
    CHECK(apart(everybody, allot(e, 1, programme({}, share)).treated) == "nobody");
    CHECK(inside(smaller, everybody));
    for (const int world : {0, 1}) {
      const Allotment some = allot(e, world, programme({}, share, anxious));
      const Flags wanted =
          those([&](std::size_t i) { return value(e, world, a::attachment_anxiety, i) > .4; });
      CHECK(some.eligible == wanted);
      CHECK(apart(some.treated, those([&](std::size_t i) { return wanted[i] && everybody[i]; })) == "nobody");
      CHECK(count(some.treated) > 20);
    }
    CHECK(everybody != allot(e, 0, programme({}, share, {}, "another trial")).treated);
    smaller = everybody;
  }
  CHECK(allot(e, 0, programme({}, 1, anxious)).treated != allot(e, 1, programme({}, 1, anxious)).treated);
}

TEST_CASE("stratified allocation treats exactly the rounded share of every stratum, in the order of luck") {
  const auto e = two_worlds();
  const std::vector<Condition> strata = three_strata();
  for (const int world : {0, 1})
    for (const unsigned which : {1u, 2u, 4u, 7u}) {
      Allocation how = of_kind(Kind::stratified);
      for (unsigned k = 0; k < 3; ++k)
        if (which & 1u << k) how.strata.push_back(strata[k]);
      for (const auto& who : {std::vector<Condition>{}, {above(a::self_compassion, 0)}}) {
        Flags smaller(persons);
        for (const double share : {0., .1, .25, .5, .73, 1.}) {
          const Allotment found = allot(e, world, programme(how, share, who));
          INFO("world " << world << ", strata " << which << ", share " << share);
          CHECK(inexact_strata(e, world, which, share, found) == 0);
          CHECK(inside(found.treated, found.eligible));
          CHECK(inside(smaller, found.treated));
          std::map<int, double> last;  // nobody is passed over for somebody of worse luck
          for (std::size_t i = 0; i < persons; ++i)
            if (found.treated[i])
              last[stratum(e, world, i, which)] = std::max(last[stratum(e, world, i, which)], draw(i));
          for (std::size_t i = 0; i < persons; ++i)
            if (found.eligible[i] && !found.treated[i]) REQUIRE(draw(i) >= last[stratum(e, world, i, which)]);
          smaller = found.treated;
        }
        CHECK(apart(smaller, allot(e, world, programme({}, 1, who)).eligible) == "nobody");
      }
      const Allotment simple = allot(e, world, programme({}, .5));  // negative control
      CHECK(inexact_strata(e, world, which, .5, simple) > 0);
    }
}

TEST_CASE("everyone is all who are eligible; person is one of them, or nobody") {
  const auto e = two_worlds();
  const std::vector<Condition> anxious{above(a::attachment_anxiety, .4)};
  for (const int world : {0, 1}) {
    const Allotment all =
        allot(e, world, programme(of_kind(Kind::everyone), .1, anxious));  // a share says nothing
    CHECK(apart(all.treated, allot(e, world, programme({}, 1, anxious)).treated) == "nobody");
    CHECK(apart(all.eligible, all.treated) == "nobody");
    for (const std::size_t person : {std::size_t{0}, std::size_t{500}, std::size_t{977}, persons - 1}) {
      const Allocation how = only_person(static_cast<std::int64_t>(person));
      CHECK(apart(allot(e, world, programme(how)).treated,
                  those([&](std::size_t i) { return i == person; })) == "nobody");
      CHECK(apart(allot(e, world, programme(how, 1, anxious)).treated,
                  those([&](std::size_t i) { return i == person && all.eligible[i]; })) == "nobody");
    }
  }
  const auto numbered = [](std::int64_t person) { return programme(only_person(person)); };
  for (const std::int64_t person : {std::int64_t{-1}, std::int64_t{2000}, std::int64_t{1} << 40}) {
    const std::string text = "programme 'course': allocation.person is " + std::to_string(person) +
                             "; persons of this society are numbered 0 to 1999";
    CHECK(refused(e, numbered(person)).find(text) != std::string::npos);
  }
  CHECK(refused(e, numbered(1999)) == "accepted");
}

TEST_CASE("the places of a sample are those who are treated, one by one; beyond the last is nobody") {
  const auto e = two_worlds();
  const std::vector<Condition> anxious{above(a::attachment_anxiety, .4)};
  const std::vector<Allocation> hows{
      {}, {.kind = Kind::stratified, .strata = three_strata()}, by_community(.25), by_couple(1, true)};
  for (const Allocation& how : hows) {
    ProgrammePlan p = programme(how, .1, anxious);
    const Allotment all = allot(e, 0, p);
    const int n = static_cast<int>(count(all.treated));
    REQUIRE(n > 15);
    Flags together(persons);
    double first_half = 0,
           second_half = 0;  // enrolment draws: the first places must not have the smaller ones
    for (p.only_place = 0; p.only_place < n; ++p.only_place) {
      const Allotment one = allot(e, 0, p);
      REQUIRE(count(one.treated) == 1);
      REQUIRE(apart(one.eligible, all.eligible) == "nobody");
      const auto i = static_cast<std::size_t>(std::find(one.treated.begin(), one.treated.end(), 1) -
                                              one.treated.begin());
      (2 * p.only_place < n ? first_half : second_half) += draw(i);
      together[i] = 1;
    }
    CHECK(apart(together, all.treated) == "nobody");
    // in the order of enrolment the second half would sum to three times the first
    CHECK(second_half < 2 * first_half);
    for (p.only_place = n; p.only_place < n + 3; ++p.only_place) CHECK(count(allot(e, 0, p).treated) == 0);
  }
}

TEST_CASE("worlds that differ in allocation only are equal to the bit until their programmes start") {
  constexpr int start = 12, burn_in = 30;
  std::vector<Allocation> hows{{},
                               {.kind = Kind::stratified, .strata = three_strata()},
                               by_community(.5),
                               by_couple(1, true),
                               saturation(by_community(.5), .1),
                               wedge(1, 4),
                               of_kind(Kind::everyone),
                               only_person(5)};
  std::vector<World> worlds;
  for (const Allocation& how : hows) {
    ProgrammePlan p = course(start, 2);
    p.allocation = how;
    worlds.push_back({hypothesis("remediation"), {p}});
  }
  const Society society = community(384, Seed{72});
  auto e = ensemble_of<float>(society, Seed{72}, worlds, burn_in);
  for (int week = 0; week < burn_in + start; ++week) {
    e.advance();
    for (int w = 1; w < e.worlds(); ++w) {
      const Differences d = differences(Lane{e, w}, Lane{e, 0});
      INFO("world " << w << ", week " << week << ", first " << d.first);
      REQUIRE(d.cells == 0);
      REQUIRE(e.eligible(0, w).empty());
    }
  }
  run(e, 3);
  for (int w = 1; w < e.worlds(); ++w) {  // negative control: from then on all differ
    CHECK(differences(Lane{e, w}, Lane{e, 0}).cells > 100);
    CHECK(e.eligible(0, w).size() == 384);
  }
}
