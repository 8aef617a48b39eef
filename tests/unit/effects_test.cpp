#include "analysis/effects.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

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
  CHECK(comparator(plan, 4) == 5);   // no untreated arm: the other treated one
  CHECK(comparator(plan, 6) == -1);  // nothing to compare with
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

TEST_CASE("treated, partners and friends fall into the cells of the start") {
  // 0 treated, coupled with 1; 2 treated, single; 3 friend of 2; 4 friend of 0 and partner of nobody; 5 alone
  ModelDeclaration model{};
  const OutcomeDeclaration outcomes[] = {{0, false}, {1, true}};
  model.outcomes = outcomes;
  record::ArmSnapshots against;
  against.style = {1, 0, 3, 0, 0, 0};
  against.treated = {0, 0, 0, 0, 0, 0};
  against.partner = {{1, 0, -1, -1, -1, -1}, {1, 0, -1, -1, -1, -1}};
  against.strong_ties = {{0, 1}, {2, 3}, {0, 4}};
  against.outcome = {{0, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {1, 1, 0, 0, 0, 0}};
  record::ArmSnapshots course = against;
  course.treated = {1, 0, 1, 0, 0, 0};
  course.outcome[2] = {4, 2, 8, 1, 3, 0};
  course.outcome[3] = {2, 5, 9, 9, 9, 9};
  const record::ReplicateSnapshots replicate{{against, course}};
  const Plan plan = plan_of({arm({1}, 0), arm({1}, 1)});
  const auto at = [](Cell c) { return static_cast<std::size_t>(c); };

  const ArmEffects e = effects_of(plan, model, replicate, 1);
  REQUIRE(e.mean.size() == 1);
  const auto& mean = e.mean[0][0];
  CHECK(mean[at(Cell::treated)] == 6);
  CHECK(mean[at(Cell::treated_style_1)] == 4);
  CHECK(mean[at(Cell::treated_style_3)] == 8);
  CHECK(mean[at(Cell::treated_coupled)] == 4);
  CHECK(mean[at(Cell::treated_single)] == 8);
  CHECK(mean[at(Cell::untreated_partner)] == 2);
  CHECK(mean[at(Cell::untreated_friend)] == 2);  // 3 and 4; 1 is a partner, not a friend
  CHECK(mean[at(Cell::everyone)] == 3);
  CHECK(std::isnan(mean[at(Cell::treated_style_0)]));
  CHECK(e.persons[0][0][at(Cell::untreated_friend)] == 2);
  // an outcome of couples is read only where the bond lasts in both worlds
  CHECK(e.mean[0][1][at(Cell::treated)] == 1);
  CHECK(e.mean[0][1][at(Cell::everyone)] == 2.5);

  record::ReplicateSnapshots parted = replicate;
  parted.arms[1].partner[1] = {-1, -1, -1, -1, -1, -1};
  const ArmEffects p = effects_of(plan, model, parted, 1);
  CHECK(p.mean[0][0][at(Cell::treated_coupled)] == 4);  // still who they were at the start
  CHECK(std::isnan(p.mean[0][0][at(Cell::treated_bond_lasts)]));
  CHECK(std::isnan(p.mean[0][1][at(Cell::treated)]));
}
