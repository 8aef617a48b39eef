// Is luck shared? Worlds of an ensemble are counterfactuals of each other only if an intervention reaches
// nobody it cannot reach, equal worlds stay equal, and a world never notices who shares its ensemble.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <string>

#include "tests/support/experiment.hpp"
#include "tests/support/same_bits.hpp"

using namespace kindred;
using namespace kindred::support;
namespace a = kindred::attachment;

namespace {

constexpr int burn_in = 40;

/// Everybody is available in every single week, most bonds are short, and warmth counts: so that whom
/// somebody chooses changes who somebody else is with. Influence of friends is raised to where float still
/// sees it.
std::vector<double> lively(const std::string& name) {
  return with(hypothesis(name), {{a::dating_availability, 1},
                                 {a::avoidance_on_availability, 0},
                                 {a::hazard_early, .4},
                                 {a::warmth_in_choice, 3},
                                 {a::disclosure_on_warmth, .6},
                                 {a::responsiveness_on_warmth, .6},
                                 {a::friends_on_attachment, .25},
                                 {a::support_saturation, 2},
                                 {a::closeness_return_per_week, .2}});
}

/// Everybody of age 25 but the treated, who are 26 (and 26 nobody else): the allotment then needs no luck.
void mark(Society& society, const std::vector<std::int32_t>& treated) {
  for (const std::int32_t i : treated) society.attributes["age"][static_cast<std::size_t>(i)] = 26;
}

/// A strong programme for those who are marked.
ProgrammePlan for_the_marked() {
  ProgrammePlan p = course(0, 10);
  p.dose[static_cast<std::size_t>(a::security_boost.index)] = .66;
  p.share = 1;
  p.drop_out = 0;
  Condition age;
  age.index = a::start_age.index;
  age.above = 25.5;
  p.who = {age};
  return p;
}

/// Steps along a ring of `size` persons from `row` to the nearest person at one of the multiples of
/// `spacing`.
std::int64_t steps_to_treated(std::int64_t row, std::int64_t spacing) {
  const std::int64_t ahead = row % spacing;
  return std::min(ahead, spacing - ahead);
}

/// The furthest cell that differs between two worlds, in steps from the nearest treated person; a tie is as
/// far as its further end. -1 = none differs.
template <class Real>
std::int64_t furthest_difference(const Ensemble<Real>& e, std::int64_t spacing) {
  const auto& g = e.society().graph;
  std::int64_t furthest = -1;
  for_each_difference(Lane{e, 1}, Lane{e, 0}, [&](const Cell& c) {
    const auto at = static_cast<std::size_t>(c.row);
    const std::int64_t steps = c.of_tie ? std::max(steps_to_treated(g.tie_low[at], spacing),
                                                   steps_to_treated(g.tie_high[at], spacing))
                                        : steps_to_treated(c.row, spacing);
    furthest = std::max(furthest, steps);
  });
  return furthest;
}

/// Sixteen worlds that differ in hypothesis, programme and dose.
std::vector<World> sixteen_worlds() {
  std::vector<World> worlds;
  for (int k = 0; k < 16; ++k) {
    const char* names[] = {"none", "remediation", "marker", "common-cause", "relational", "reciprocal"};
    World w{lively(names[k % 6]), {}};
    if (k % 3 != 0) w.programmes.push_back(course(k % 5, .5 + k % 4));
    if (k % 4 == 1) w.programmes.push_back(course_of(a::security_boost, .3, 3));
    worlds.push_back(std::move(w));
  }
  return worlds;
}

/// Worlds [first, first + count) of a list.
std::vector<World> some_of(const std::vector<World>& all, int first, int count) {
  return {all.begin() + first, all.begin() + first + count};
}

Ensemble<float> on_instruction_set(const Society& society, std::vector<World> worlds, InstructionSet isa) {
  const int width = width_for(worlds.size());
  return Ensemble<float>({&a::model(), &society, noise_key(Seed{955}, 0, 0), burn_in, width,
                          std::move(worlds), a::model().phase_table[static_cast<int>(isa)], false});
}

/// Persons who were ever allotted to a slot of a world.
template <class Real>
double treated_in(const Ensemble<Real>& e, int world) {
  double n = 0;
  for (int s = 0; s < e.slots(); ++s)
    for (std::int64_t i = 0; i < e.persons(); ++i) n += static_cast<double>(e.treated(s)(i, world));
  return n;
}

}  // namespace

TEST_CASE("treating persons far apart changes nobody further than two steps per week from them, and two are "
          "reached") {
  constexpr std::int32_t spacing = 40, size = 4'000;
  for (const char* name : {"remediation", "relational"}) {
    Society society = rings(1, size, Seed{951});
    std::vector<std::int32_t> treated;
    for (std::int32_t i = 0; i < size; i += spacing) treated.push_back(i);
    mark(society, treated);
    auto e = ensemble_of<float>(society, Seed{951}, {{lively(name), {}}, {lively(name), {for_the_marked()}}},
                                burn_in);
    run(e, burn_in);
    CHECK(furthest_difference(e, spacing) == -1);  // equal until somebody is treated
    int weeks_beyond_one = 0;
    for (int week = 1; week <= 9; ++week) {
      e.advance();
      const std::int64_t furthest = furthest_difference(e, spacing);
      INFO(name << ", week " << week << ": furthest difference " << furthest << " steps away, bound "
                << 2 * week);
      CHECK(furthest <= 2 * week);
      if (week == 1)
        CHECK(furthest == 2);  // the bound is met: I choose otherwise, so my choice's other suitor is alone
      weeks_beyond_one += furthest > week ? 1 : 0;
    }
    INFO("negative control: a bound of one step per week fails in " << weeks_beyond_one << " of 9 weeks");
    CHECK(weeks_beyond_one > 0);
    CHECK(treated_in(e, 1) > 99);
    CHECK_FALSE(treated_in(e, 0) > 0);
  }
}

TEST_CASE("treating one person changes nobody outside that person's reach") {
  constexpr std::int32_t size = 300;
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    Society society = rings(1, size, Seed{seed});
    mark(society, {0});
    // in double the influence of a person is seen further than in float, where rounding swallows it sooner
    auto e = ensemble_of<double>(society, Seed{seed},
                                 {{lively("relational"), {}}, {lively("relational"), {for_the_marked()}}},
                                 burn_in);
    run(e, burn_in);
    std::int64_t furthest = 0;
    for (int week = 1; week <= 60; ++week) {
      e.advance();
      const std::int64_t now = furthest_difference(e, size);
      furthest = std::max(furthest, now);
      INFO("seed " << seed << ", week " << week << ": furthest difference " << now << ", bound " << 2 * week);
      CHECK(now <= 2 * week);
    }
    INFO("seed " << seed << ": furthest in 60 weeks " << furthest << " of " << size / 2);
    CHECK(furthest >= 8);
    CHECK(furthest < size / 2);
    CHECK(treated_in(e, 1) > .5);
    CHECK(treated_in(e, 1) < 1.5);
  }
}

TEST_CASE("what happens in one component changes no bit in another") {
  constexpr std::int32_t size = 150;
  Society society = rings(2, size, Seed{953});
  mark(society, {10, 50, 90});
  auto e = ensemble_of<float>(
      society, Seed{953}, {{lively("relational"), {}}, {lively("relational"), {for_the_marked()}}}, burn_in);
  run(e, burn_in);
  Differences here, there;
  for (int week = 0; week < 100; ++week) {
    e.advance();
    const auto in_second = [&](const Cell& c) { return c.row >= size; };  // ring r has ties r * size and up
    add(there, differences(Lane{e, 1}, Lane{e, 0}, in_second));
    add(here, differences(Lane{e, 1}, Lane{e, 0}, [&](const Cell& c) { return !in_second(c); }));
  }
  CHECK(society.graph.tie_high[size - 1] < size);
  CHECK(society.graph.tie_low[size] >= size);
  INFO("cells that differ in the treated component " << here.cells << ", in the other " << there.cells
                                                     << " (first " << there.first << "), expected 0");
  CHECK(there.cells == 0);
  CHECK(here.cells > 20'000);
}

TEST_CASE("arms with equal parameters and programmes stay equal to the bit, and part only when one of them "
          "starts") {
  const Society society = community(384, Seed{954});
  const World course_now{lively("reciprocal"), {course(0)}}, course_later{lively("reciprocal"), {course(20)}};
  auto e =
      ensemble_of<float>(society, Seed{954}, {course_now, course_later, course_now, course_later}, burn_in);
  Differences equal, early, late;
  for (int week = 0; week < burn_in + 40; ++week) {
    e.advance();
    add(equal, differences(Lane{e, 2}, Lane{e, 0}));
    add(equal, differences(Lane{e, 3}, Lane{e, 1}));
    add(week < burn_in ? early : late, differences(Lane{e, 1}, Lane{e, 0}));
  }
  INFO("cells that differ between equal arms "
       << equal.cells << " (first " << equal.first << "), expected 0; between "
       << "different arms before the first starts " << early.cells << ", expected 0, and after "
       << late.cells);
  CHECK(equal.cells == 0);
  CHECK(early.cells == 0);
  CHECK(late.cells > 1'000);
}

TEST_CASE("a world alone equals its lane among 1, 2, 4, 8 and 16 worlds, on every instruction set") {
  const Society society = community(300, Seed{955});  // fills neither a block nor a register
  const auto all = sixteen_worlds();
  constexpr int weeks = burn_in + 20;
  auto together = on_instruction_set(society, all, InstructionSet::v2);
  run(together, weeks);
  for (const InstructionSet isa : {InstructionSet::v2, InstructionSet::v3, InstructionSet::v4}) {
    if (!machine_has(isa)) continue;
    for (const int width : {1, 2, 4, 8, 16})
      for (int first = 0; first < 16; first += width) {
        auto e = on_instruction_set(society, some_of(all, first, width), isa);
        run(e, weeks);
        for (int k = 0; k < width; ++k) {
          const Differences d = differences(Lane{e, k}, Lane{together, first + k});
          INFO(name_of(isa) << ", world " << first + k << " at W = " << width << ": cells that differ "
                            << d.cells << " (first " << d.first << "), expected 0");
          CHECK(d.cells == 0);
        }
      }
  }
  CHECK(differences(Lane{together, 0}, Lane{together, 6}).cells == 0);     // negative controls: equal worlds,
  CHECK(differences(Lane{together, 0}, Lane{together, 1}).cells > 1'000);  // and worlds that do differ
}

TEST_CASE("a world fills spare lanes without being changed by them") {
  const Society society = community(300, Seed{956});
  const auto all = sixteen_worlds();
  const World& one = all[5];
  auto alone = ensemble_of<float>(society, Seed{956}, {one}, burn_in);
  auto spare =
      ensemble_of<float>(society, Seed{956}, {all[1], all[2], one}, burn_in);  // width 4, three worlds
  CHECK(spare.width() == 4);
  run(alone, burn_in + 30);
  run(spare, burn_in + 30);
  const Differences d = differences(Lane{spare, 2}, Lane{alone, 0});
  const Differences repeated = differences(Lane{spare, 3}, Lane{spare, 2});
  INFO("cells that differ " << d.cells << " (first " << d.first << "), in the spare lane " << repeated.cells
                            << ", expected 0");
  CHECK(d.cells == 0);
  CHECK(repeated.cells == 0);
}

TEST_CASE(
    "a world does not notice which other worlds share its ensemble, nor how derived columns are stored") {
  const Society society = community(300, Seed{957});
  const World one{lively("remediation"), {course(0)}};
  // every parameter that a derived column follows from, moved: each such column is then stored per world
  const World stranger{with(lively("common-cause"), {{a::neuroticism_adverse_care_correlation, .1},
                                                     {a::neuroticism_on_avoidance, .3},
                                                     {a::consolidation_rate, .006},
                                                     {a::compatibility_skew, 3},
                                                     {a::anxiety_residual, .7}}),
                       {course_of(a::security_boost, .66, 5)}};
  const World relative{with(one.parameters, {{a::self_soothing, .5}}), {}};  // derives the same columns
  auto among_relatives = ensemble_of<float>(society, Seed{957}, {one, relative, relative, relative}, burn_in);
  auto among_strangers = ensemble_of<float>(society, Seed{957}, {stranger, relative, one, stranger}, burn_in);
  auto at_the_end = ensemble_of<float>(society, Seed{957}, {stranger, one}, burn_in);
  const DerivedColumn derived[] = {a::adverse_care, a::anxiety_trait, a::avoidance_trait,
                                   a::self_compassion_trait, a::personal_consolidation};
  for (const DerivedColumn c : derived) {
    CHECK(among_relatives.person(c.index).once);
    CHECK_FALSE(among_strangers.person(c.index).once);
  }
  CHECK(among_relatives.tie(a::tie_compatibility.index).once);
  CHECK_FALSE(among_strangers.tie(a::tie_compatibility.index).once);
  Differences among, end, other;
  for (int week = 0; week < burn_in + 40; ++week) {
    among_relatives.advance();
    among_strangers.advance();
    at_the_end.advance();
    add(among, differences(Lane{among_strangers, 2}, Lane{among_relatives, 0}));
    add(end, differences(Lane{at_the_end, 1}, Lane{among_relatives, 0}));
    add(other, differences(Lane{among_relatives, 1}, Lane{among_relatives, 0}));
  }
  INFO("cells that differ among strangers " << among.cells << " (first " << among.first
                                            << "), in an ensemble of two " << end.cells << " (first "
                                            << end.first << "), expected 0; from a relative " << other.cells);
  CHECK(among.cells == 0);
  CHECK(end.cells == 0);
  CHECK(other.cells > 1'000);
}
