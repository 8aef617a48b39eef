#include "analysis/effects.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "analysis/hedges.hpp"
#include "analysis/intervals.hpp"

using namespace kindred;
using namespace kindred::analysis;

namespace {

Plan plan_of(std::vector<ArmPlan> arms) {
  Plan plan{.title = "",
            .seed = Seed{1},
            .model = "",
            .society = {},
            .arms = std::move(arms),
            .record = {},
            .notes = {},
            .resolved = ""};
  return plan;
}

ArmPlan arm(std::vector<double> parameters, int programmes) {
  ArmPlan a;
  a.parameters = std::move(parameters);
  a.programmes.resize(static_cast<std::size_t>(programmes));
  return a;
}

}  // namespace

TEST_CASE("an arm is compared with the first untreated arm of equal parameters") {
  const Plan plan =
      plan_of({arm({1}, 0), arm({1}, 1), arm({2}, 1), arm({2}, 0), arm({3}, 1), arm({3}, 2), arm({4}, 1)});
  CHECK(comparator(plan, 0) == -1);  // nobody is treated there
  CHECK(comparator(plan, 1) == 0);
  CHECK(comparator(plan, 2) == 3);   // not arm 0: another population
  CHECK(comparator(plan, 4) == -1);  // no untreated arm: another treated one would not do
  CHECK(comparator(plan, 6) == -1);  // nothing to compare with
  Plan late = plan;
  late.arms[1].programmes[0].start = 9;
  CHECK(comparator(late, 1) == -1);  // weeks count from the start of the others
  CHECK(untreated_counterpart(late, 1) == 0);
}

TEST_CASE("noise is averaged within societies before the interval is taken over them") {
  const double values[] = {1, 3, 5, 7, 3, 5};  // society means 2, 6, 4
  const Interval i = nested_interval(values, 2);
  CHECK(std::abs(i.mean - 4) < 1e-12);
  CHECK(std::abs(i.standard_error - 2 / std::sqrt(3.0)) < 1e-12);
  CHECK(std::abs(i.high - (4 + 4.302652729911275 * 2 / std::sqrt(3.0))) < 1e-9);  // t(.975, 2)
  CHECK(i.societies == 3);
  // taken for independent, the six values would claim a narrower interval
  CHECK(nested_interval(values, 1).standard_error < i.standard_error);
}

TEST_CASE("empty cells are left out, one society has no interval, equal values have none of width") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double holes[] = {nan, nan, 2, nan, 4, 6};
  const Interval i = nested_interval(holes, 2);
  CHECK(i.societies == 2);
  CHECK(std::abs(i.mean - 3.5) < 1e-12);
  const double one[] = {2, 3};
  CHECK(std::isnan(nested_interval(one, 2).low));
  CHECK(std::abs(nested_interval(one, 2).mean - 2.5) < 1e-12);
  const double zero[] = {0, 0, 0, 0};
  CHECK(nested_interval(zero, 1).low == 0);
  CHECK(nested_interval(zero, 1).high == 0);
  const double none[] = {nan, nan};
  CHECK(std::isnan(nested_interval(none, 1).mean));
}

TEST_CASE("the correction of Hedges' g is the exact gamma form") {
  CHECK(std::abs(hedges_correction(10) - 24 / (std::sqrt(5.0) * std::tgamma(4.5))) < 1e-12);
  CHECK(std::abs(hedges_correction(2) - 1 / std::tgamma(.5)) < 1e-12);
  CHECK(std::abs(hedges_correction(50) - (1 - 3.0 / (4 * 50 - 1))) < 1e-4);  // the usual approximation
  CHECK(hedges_correction(1e6) > .9999);
}

TEST_CASE("the luck of societies is told from the luck of noise") {
  const double values[] = {1, 3, 5, 7, 3, 5};  // within-society variance 2; society means 2, 6, 4
  const Spread s = nested_spread(values, 2);
  CHECK(std::abs(s.within_society - std::sqrt(2.0)) < 1e-12);
  CHECK(std::abs(s.between_societies - std::sqrt(4 - 2.0 / 2)) < 1e-12);
  CHECK(std::isnan(nested_spread(values, 1).within_society));  // one noise replicate each cannot tell
  const double noise_only[] = {0, 4, 4, 0};                    // equal societies
  CHECK(nested_spread(noise_only, 2).between_societies == 0);
}

TEST_CASE("a ratio of means has the interval of the delta method") {
  const double above[] = {1, 2, 3, 4}, below[] = {2, 4, 6, 8};
  const Interval exact = ratio_interval(above, below, 1);
  CHECK(exact.mean == .5);
  CHECK(exact.standard_error < 1e-15);  // the ratio is the same in every society
  const double other[] = {2, 2, 3, 3};
  const Interval r = ratio_interval(other, below, 1);  // residuals (x - .5 y) / 5: .2, 0, 0, -.2
  CHECK(std::abs(r.mean - .5) < 1e-12);
  CHECK(std::abs(r.standard_error - std::sqrt(.08 / 3 / 4)) < 1e-12);
  const double zero[] = {0, 0, 0, 0};
  CHECK(std::isnan(ratio_interval(above, zero, 1).mean));
}

TEST_CASE("Hedges' g of two groups has its sampling interval") {
  const HedgesG g = hedges_g({10, 2, 20}, {9, 3, 30});
  const double pooled = std::sqrt((19 * 4.0 + 29 * 9.0) / 48), d = 1 / pooled;
  CHECK(std::abs(g.g - d * hedges_correction(48)) < 1e-12);
  CHECK(std::abs(g.variance - (1.0 / 20 + 1.0 / 30 + g.g * g.g / 100)) < 1e-12);
  CHECK(std::abs((g.high - g.low) / 2 - 1.959963984540054 * std::sqrt(g.variance)) < 1e-12);
  CHECK(std::isnan(hedges_g({1, 1, 1}, {0, 1, 5}).g));
}

namespace {

/// 0 treated, coupled with 1; 2 treated, single; 3 strong friend of 2; 4 friend of 0; 5 acquainted with 4
/// only; 6 acquainted with nobody.
struct SmallWorld {
  ModelDeclaration model{};
  const OutcomeDeclaration outcomes[2] = {{0, false}, {1, true}};
  const TieReadoutDeclaration kinds[2] = {{"friend", 0, .3, ""}, {"strong tie", 0, .6, ""}};
  const BandDeclaration ages[1] = {{"age", 0, {25, 30, 35}, {"a", "b", "c", "d"}}};
  record::ArmSnapshots against, course;
  record::ReplicateSnapshots replicate;

  SmallWorld() {
    model.outcomes = outcomes;
    model.tie_readouts = kinds;
    model.bands = ages;
    against.style = {1, 0, 3, 0, 0, 0, 0};
    against.band = {0, 1, 3, 0, 0, 0, 0};
    against.treated = against.eligible = {0, 0, 0, 0, 0, 0, 0};
    against.partner = {{1, 0, -1, -1, -1, -1, -1}, {1, 0, -1, -1, -1, -1, -1}};
    against.tie_kind = {2, 2, 1, 0};
    against.outcome = {
        {0, 0, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0, 0}};
    course = against;
    course.treated = {1, 0, 1, 0, 0, 0, 0};
    course.eligible = {1, 1, 1, 0, 0, 0, 0};
    course.outcome[2] = {4, 2, 8, 1, 3, -1, 0};
    course.outcome[3] = {2, 5, 9, 9, 9, 9, 9};
    replicate.tie_low = {0, 2, 0, 4};
    replicate.tie_high = {1, 3, 4, 5};
    replicate.arms = {against, course};
  }
  ArmEffects effects() const {
    return effects_between(model, replicate, replicate.arms[1], replicate.arms[0]);
  }
};

}  // namespace

TEST_CASE("treated, partners, friends and those farther off fall into the cells of the start") {
  const ArmEffects e = SmallWorld().effects();
  REQUIRE(e.effect.size() == 1);
  const auto& cell = e.effect[0][0];
  const auto mean = [&](Cell c) { return cell[at(c)].mean; };
  CHECK(mean(Cell::treated) == 6);
  CHECK(mean(Cell::treated_style_1) == 4);
  CHECK(mean(Cell::treated_style_3) == 8);
  CHECK(mean(Cell::treated_band_0) == 4);
  CHECK(mean(Cell::treated_band_3) == 8);
  CHECK(mean(Cell::treated_coupled) == 4);
  CHECK(mean(Cell::treated_single) == 8);
  CHECK(mean(Cell::untreated_partner) == 2);
  CHECK(mean(Cell::untreated_friend) == 1);        // 3; 1 has a strong tie too, but is a partner
  CHECK(mean(Cell::untreated_loose_friend) == 3);  // 4
  CHECK(std::isnan(mean(Cell::untreated_acquaintance)));
  CHECK(mean(Cell::untreated_distance_1) == 2);  // 1, 3 and 4
  CHECK(mean(Cell::untreated_distance_2) == -1);
  CHECK(mean(Cell::untreated_distance_3) == 0);  // out of reach
  CHECK(mean(Cell::untreated) == 1);             // 2 + 1 + 3 - 1 + 0 over five
  CHECK(mean(Cell::eligible_treated) == 6);
  CHECK(mean(Cell::eligible_untreated) == 2);
  CHECK(std::abs(mean(Cell::eligible) - 14.0 / 3) < 1e-12);
  CHECK(std::abs(mean(Cell::everyone) - 17.0 / 7) < 1e-12);
  CHECK(std::isnan(mean(Cell::treated_style_0)));
  CHECK(cell[at(Cell::treated_style_0)].persons == 0);
}

TEST_CASE("individual effects are told apart: how much they differ, and how many go which way") {
  const ArmEffects e = SmallWorld().effects();
  const CellEffect all = e.effect[0][0][at(Cell::everyone)];
  CHECK(all.persons == 7);
  CHECK(std::abs(all.up - 5.0 / 7) < 1e-12);
  CHECK(std::abs(all.down - 1.0 / 7) < 1e-12);
  CHECK(std::abs(e.effect[0][0][at(Cell::treated)].sd - std::sqrt(8.0)) < 1e-12);  // 4 and 8
  CHECK(std::isnan(e.effect[0][0][at(Cell::untreated_friend)].sd));                // one person
}

TEST_CASE("an outcome of couples is read only where the bond lasts in both worlds") {
  SmallWorld world;
  const ArmEffects e = world.effects();
  CHECK(e.effect[0][1][at(Cell::treated)].mean == 1);
  CHECK(e.effect[0][1][at(Cell::everyone)].mean == 2.5);
  CHECK(e.effect[0][0][at(Cell::treated_bond_lasts)].mean == 4);
  CHECK(e.effect[0][0][at(Cell::untreated_partner_bond_lasts)].mean == 2);
  world.replicate.arms[1].partner[1] = {-1, -1, -1, -1, -1, -1, -1};
  const ArmEffects parted = world.effects();
  CHECK(parted.effect[0][0][at(Cell::treated_coupled)].mean == 4);  // still who they were at the start
  CHECK(std::isnan(parted.effect[0][0][at(Cell::treated_bond_lasts)].mean));
  CHECK(std::isnan(parted.effect[0][1][at(Cell::treated)].mean));
}

TEST_CASE("a direct effect compares the person treated alone with the same person among the treated") {
  SmallWorld world;
  Plan plan = plan_of({arm({1}, 0), arm({1}, 1)});
  for (const std::size_t person : {std::size_t{0}, std::size_t{2}, std::size_t{9}}) {
    plan.probes.push_back({ProbePlan::Kind::alone, 1, -1, plan.arms[1]});
    record::ArmSnapshots alone = world.against;
    alone.outcome[2] = {3, 0, 5, 0, 0, 0, 0};
    alone.outcome[3] = {1.5, 1, 0, 0, 0, 0, 0};
    if (person < alone.treated.size())
      alone.treated[person] = 1;  // the last probe finds nobody left to treat
    world.replicate.probes.push_back(alone);
  }
  const DirectEffects d = direct_effects(plan, world.model, world.replicate, 1);
  CHECK(d.persons[0][0] == 2);
  CHECK(d.alone[0][0] == 4);     // 3 and 5
  CHECK(d.together[0][0] == 6);  // 4 and 8
  CHECK(d.persons[0][1] == 1);   // only person 0 is in a bond
  CHECK(d.alone[0][1] == .5);
  CHECK(d.together[0][1] == 1);
}

TEST_CASE("an arm that begins later than others has no direct effect") {
  SmallWorld world;
  Plan plan = plan_of({arm({1}, 0), arm({1}, 1), arm({1}, 1)});
  plan.arms[1].programmes[0].start = 9;
  plan.probes.push_back({ProbePlan::Kind::alone, 1, -1, plan.arms[1]});
  world.replicate.arms.push_back(world.course);
  world.replicate.probes.push_back(world.course);
  const DirectEffects late = direct_effects(plan, world.model, world.replicate, 1);
  REQUIRE(late.alone.size() == 1);
  REQUIRE(late.alone[0].size() == 2);
  for (std::size_t o = 0; o < 2; ++o) {
    CHECK(std::isnan(late.alone[0][o]));
    CHECK(std::isnan(late.together[0][o]));
    CHECK(late.persons[0][o] == 0);
  }
  plan.arms[1].programmes[0].start = 0;  // the control: begun with the other, it has one
  CHECK(direct_effects(plan, world.model, world.replicate, 1).persons[0][0] == 1);
}
