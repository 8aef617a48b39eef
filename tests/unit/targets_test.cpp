#include "analysis/targets.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>

#include "analysis/target_watch.hpp"
#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "tests/support/hypotheses.hpp"

using namespace kindred;
using namespace kindred::analysis;
using Catch::Approx;

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

Target target(std::vector<Range> bands) {
  Target t;
  t.id = "C1";
  t.bands = std::move(bands);
  return t;
}

/// Societies whose quantity C1 has these numbers, [society][part].
std::vector<Quantities> societies(const std::vector<std::vector<double>>& values) {
  std::vector<Quantities> all;
  for (const auto& parts : values) all.push_back({{"C1", parts}});
  return all;
}

/// The small study of these tests: one hypothesis, its three worlds.
Plan study(std::int64_t persons, int burn_in) {
  const std::vector<double> doses(attachment::model().declaration->inputs.size(), .1);
  ProgrammePlan course;
  course.name = "course";
  course.weeks = 8;
  course.dose = doses;
  course.adherence_exponent = .25;
  course.drop_out = .02;
  course.maintained = .7;
  course.share = .4;
  ProgrammePlan online = course;
  online.weeks = 4;
  online.drop_out = .2;
  const std::vector<double> parameters = support::hypothesis("remediation");
  return {.title = "",
          .seed = Seed(3),
          .burn_in = burn_in,
          .run = 0,
          .model = "attachment",
          .society = {persons, {}},
          .arms = {{"waitlist", "remediation", parameters, {}},
                   {"course", "remediation", parameters, {course}},
                   {"online", "remediation", parameters, {online}}},
          .societies = 2,
          .per_society = 1,
          .record = {},
          .notes = {},
          .resolved = {}};
}

}  // namespace

TEST_CASE(
    "the distance to a band is zero inside and on its ends, signed outside and unknown without a value") {
  const Range band{-.34, -.24};
  CHECK(distance_out(band, -.30) == 0);
  CHECK(distance_out(band, -.34) == 0);
  CHECK(distance_out(band, -.24) == 0);
  CHECK(distance_out(band, -.14) == Approx(.10));
  CHECK(distance_out(band, -.40) == Approx(-.06));
  CHECK(std::isnan(distance_out(band, unknown)));
}

TEST_CASE("a target's value is the mean over societies, its error their standard error") {
  const TargetResult result = judged(target({{0, 1}}), "none", societies({{.2}, {.4}, {.9}}));
  REQUIRE(result.parts.size() == 1);
  CHECK(result.parts[0].value == Approx(.5));
  CHECK(result.parts[0].error == Approx(std::sqrt((.09 + .01 + .16) / 2 / 3)));
  CHECK(result.verdict == Verdict::in_band);
  CHECK(std::isnan(judged(target({{0, 1}}), "none", societies({{.2}})).parts[0].error));
}

TEST_CASE("every part is judged by its own band, and the farthest decides by how much") {
  const Target two = target({{.75, .90}, {.28, .53}});
  CHECK(judged(two, "none", societies({{.8, .3}})).verdict == Verdict::in_band);
  const TargetResult one_out = judged(two, "none", societies({{.8, .6}}));
  CHECK(one_out.verdict == Verdict::out_of_band);
  CHECK(one_out.parts[0].out_by == 0);
  CHECK(one_out.out_by == Approx(.07));
  CHECK(judged(two, "none", societies({{.7, .54}})).out_by == Approx(-.05));
  CHECK(judged(two, "none", societies({{.3, .8}})).verdict ==
        Verdict::out_of_band);  // the bands are not mixed up
}

TEST_CASE("without a value there is no verdict, whatever the other parts are") {
  const Target two = target({{0, 1}, {0, 1}});
  CHECK(judged(two, "none", societies({{.5, unknown}})).verdict == Verdict::no_data);
  CHECK(judged(two, "none", societies({{5, unknown}})).verdict == Verdict::no_data);
  // a society without a value is left out
  CHECK(judged(two, "none", societies({{.5, unknown}, {.5, .25}})).parts[1].value == .25);
}

TEST_CASE("a row is claimed unless the hypothesis is excepted or the failure is known") {
  Target row = target({{0, 1}});
  const auto values = societies({{2}});
  CHECK(judged(row, "none", values).claimed);
  row.not_claimed_by = {"none"};
  CHECK_FALSE(judged(row, "none", values).claimed);
  CHECK(judged(row, "none", values).verdict == Verdict::out_of_band);
  CHECK(judged(row, "marker", values).claimed);
  row.known_failure = "not tuned";
  CHECK_FALSE(judged(row, "marker", values).claimed);
}

TEST_CASE("correlations are Pearson's, and nothing is known of what does not vary") {
  const std::vector<float> x{1, 2, 3, 4}, y{2, 1, 4, 3}, flat{7, 7, 7, 7};
  CHECK(correlation(values_of(x), values_of(x)) == Approx(1));
  CHECK(correlation(values_of(x), values_of(y)) == Approx(.6));
  CHECK(std::isnan(correlation(values_of(x), values_of(flat))));
  CHECK(standard_deviation(values_of(x)) == Approx(std::sqrt(5. / 3)));
  CHECK(mean_of_flagged(values_of(x), {0, 1, 0, 1}) == 3);
  CHECK(std::isnan(mean_of_flagged(values_of(x), {0, 0, 0, 0})));
}

TEST_CASE("a world is read from its own lane, and from the only one of a column stored once") {
  const std::vector<float> lanes{1, 10, 2, 20, 3, 30};  // [row][world]
  CHECK(values_of(ColumnView<float>{lanes.data(), false, 2}, 1, 3)[2] == 30);
  CHECK(values_of(ColumnView<float>{lanes.data(), false, 2}, 0, 3)[1] == 2);
  CHECK(values_of(ColumnView<float>{lanes.data(), true, 2}, 1, 3)[1] == 10);
}

TEST_CASE("hazards count the bonds at risk when a week begins by the years they have lasted") {
  // persons: single, new, one week before a year, after a year, nine years, committed for nine years
  const std::vector<std::int32_t> partner{-1, 1, 1, 1, 1, 1};
  const std::vector<float> weeks{0, 0, 51, 52, 470, 470}, committed{0, 0, 0, 0, 0, 1};
  BondHazards hazards;
  hazards.begin_week(values_of(partner), values_of(weeks), values_of(committed));
  hazards.end_week(
      values_of(std::vector<float>{2, 1, 0, 1, 0, 0}));  // the single person's bond forms only now
  hazards.begin_week(values_of(partner), values_of(weeks), values_of(committed));
  hazards.end_week(values_of(std::vector<float>{0, 0, 0, 0, 1, 0}));
  CHECK(hazards.uncommitted(0) == Approx(1 - std::pow(.75, 52)));  // 1 of 4 person-weeks
  CHECK(hazards.uncommitted(1) == Approx(1 - std::pow(.5, 52)));   // 1 of 2
  CHECK(std::isnan(hazards.uncommitted(2)));                       // nobody at risk
  CHECK(hazards.uncommitted(5) == Approx(1 - std::pow(.5, 52)));
  CHECK(hazards.committed() == 0);
  CHECK(within_a_year(.01) == Approx(1 - std::pow(.99, 52)));
}

TEST_CASE("established bonds are uncommitted ones of two years, and each breaks once") {
  // persons: single, young, established (two), committed
  const std::vector<std::int32_t> partner{-1, 1, 1, 1, 1};
  const std::vector<float> weeks{0, 103, 104, 300, 300}, committed{0, 0, 0, 0, 1};
  EstablishedBonds bonds;
  bonds.start(values_of(partner), values_of(weeks), values_of(committed));
  CHECK(bonds.share_broken() == 0);
  bonds.see_week(values_of(std::vector<float>{2, 1, 1, 2, 1}));
  bonds.see_week(values_of(std::vector<float>{0, 0, 2, 0, 0}));
  bonds.see_week(values_of(std::vector<float>{0, 0, 1, 0, 0}));  // the next bond of the same person
  CHECK(bonds.share_broken() == .5);
  CHECK(std::isnan(EstablishedBonds().share_broken()));
}

TEST_CASE("effects are course minus waitlist in SDs of the waitlist, and falling criticism is a gain") {
  WorldRecord waitlist, course, online;
  waitlist.compassion_sd = 2;
  waitlist.criticism_sd = 4;
  waitlist.distress_sd = 1;
  course.compassion_sd = course.criticism_sd = course.distress_sd = 100;  // not used
  waitlist.treated = {{1, 1, 2}, 1, .5};
  course.treated = {{3, 2, 3}, -1, .25};
  course.completed = .8;
  online.completed = .4;
  const Quantities q = quantities_of(waitlist, course, online);
  CHECK(q.at("C11a") == std::vector<double>{1});
  CHECK(q.at("C11b") == std::vector<double>{.5});
  CHECK(q.at("C11c") == std::vector<double>{.25});
  CHECK(q.at("C12") == std::vector<double>{.5, .5});
  CHECK(q.at("C13") == std::vector<double>{.8, .4});
}

TEST_CASE("a model that lacks a column is told which") {
  CHECK_NOTHROW(target_columns(*attachment::model().declaration));
  try {
    target_columns(*averaging::model().declaration);
    FAIL("opinion averaging has no attachment");
  } catch (const Bug& bug) {
    CHECK(std::string(bug.what()).find("trait_neuroticism") != std::string::npos);
  }
}

TEST_CASE("tasks cover every arm of every society once") {
  Plan plan = study(100, 0);
  for (int copies = 0; copies < 5; ++copies)
    for (int arm = 0; arm < 3; ++arm) plan.arms.push_back(plan.arms[static_cast<std::size_t>(arm)]);
  std::set<std::pair<int, int>> covered;
  for (const TargetTask& task : target_tasks(plan))
    for (int w = 0; w < task.worlds; ++w) {
      CHECK(task.worlds <= task.width);
      CHECK(covered.insert({task.society, task.first_arm + w}).second);
    }
  CHECK(covered.size() == plan.arms.size() * 2);
  CHECK(target_weeks(plan) == 60);
}

TEST_CASE("what is watched in an ensemble is what its columns hold at the start of the study") {
  const Plan plan = study(200, 30);
  const Model& model = attachment::model();
  const InstructionSet isa = instruction_set_in_use();
  const TargetTask task{1, 0, 3, 4};
  int weeks = 0;
  const auto records = run_target_task(plan, model, isa, task, [&] { ++weeks; });
  CHECK(weeks == 90);
  REQUIRE(records.size() == 3);

  const Society society = make_society(plan.society, plan.seed, 1);
  Ensemble<float> alone({&model,
                         &society,
                         replicate_noise(plan.seed, 1, 0),
                         plan.burn_in,
                         1,
                         {{plan.arms[0].parameters, {}}},
                         model.phase_table[static_cast<int>(isa)],
                         false});
  for (int week = 0; week < plan.burn_in; ++week) alone.advance();
  const TargetColumns columns = target_columns(*model.declaration);
  const auto closeness = alone.tie(columns.friends.column);
  int friends = 0, strong = 0, coupled = 0;
  for (std::int64_t i = 0; i < alone.persons(); ++i) {
    if (alone.person_index(columns.partner)(i, 0) >= 0) ++coupled;
    for (auto h = society.graph.row_offset[static_cast<std::size_t>(i)];
         h < society.graph.row_offset[static_cast<std::size_t>(i) + 1]; ++h) {  // each person's own count
      const float c = closeness(society.graph.half_tie_tie[static_cast<std::size_t>(h)], 0);
      friends += c > .32f ? 1 : 0;
      strong += c > .67f ? 1 : 0;
    }
  }
  const Quantities& own = records[0].own;
  CHECK(own.at("C15") == std::vector<double>{friends / 200., strong / 200.});
  CHECK(friends > strong);
  CHECK(strong > 0);
  CHECK(own.at("C10") == std::vector<double>{coupled / 200.});
  CHECK(coupled > 0);

  // every quantity is there with all its parts
  const Quantities all = quantities_of(records[0], records[1], records[2]);
  for (const TargetQuantity& quantity : target_quantities()) {
    INFO(quantity.id);
    REQUIRE(all.count(quantity.id) == 1);
    CHECK(all.find(quantity.id)->second.size() == quantity.parts.size());
  }
  CHECK(all.size() == target_quantities().size());
}

TEST_CASE("records do not depend on which worlds advance together") {
  const Plan plan = study(150, 20);
  const Model& model = attachment::model();
  const auto together = run_target_task(plan, model, instruction_set_in_use(), {0, 0, 3, 8}, [] {});
  for (int arm = 0; arm < 3; ++arm) {
    const auto alone = run_target_task(plan, model, instruction_set_in_use(), {0, arm, 1, 1}, [] {});
    const WorldRecord& other = together[static_cast<std::size_t>(arm)];
    CHECK(alone[0].treated.compassion == other.treated.compassion);
    CHECK(alone[0].criticism_sd == other.criticism_sd);
    CHECK(alone[0].completed == other.completed);
    if (arm == 0) CHECK(alone[0].own.at("C1") == other.own.at("C1"));
  }
  CHECK(together[0].treated.compassion != together[1].treated.compassion);  // the course does something
}
