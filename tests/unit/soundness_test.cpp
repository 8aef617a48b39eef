// A run that comes to a state that means nothing stops in the week in which it does, says what and why, and
// leaves nothing behind.
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>
#include <optional>

#include "sim/core/errors.hpp"
#include "sim/record/carry_out.hpp"
#include "sim/record/soundness.hpp"
#include "tests/support/experiment.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::StartsWith;
using test::message_of;
using test::TemporaryFolder;

namespace {

constexpr int weeks = 40;

/// Two arms, the second with settings that no scenario may have.
Plan plan_with(std::initializer_list<support::Setting> settings) {
  Plan plan{.title = "overflow",
            .seed = Seed{4},
            .burn_in = 10,
            .run = weeks,
            .model = "attachment",
            .society = {.persons = 200, .network = {}},
            .arms = {},
            .record = {},
            .notes = {},
            .resolved = "schema: 1\n"};
  plan.arms.push_back({"calm", "remediation", support::hypothesis("remediation"), {}});
  plan.arms.push_back(
      {"wild", "remediation", support::with(support::hypothesis("remediation"), settings), {}});
  plan.record.population_every = 4;
  plan.record.person_columns = {attachment::attachment_anxiety.index};
  return plan;
}

/// Study week after which the first value of the second arm is not finite, looked for in every column.
std::optional<int> overflow_week(const Plan& plan) {
  const Society society = make_society(plan.society, plan.seed, 0);
  std::vector<World> worlds;
  for (const ArmPlan& arm : plan.arms) worlds.push_back({arm.parameters, {}});
  Ensemble<float> e({&attachment::model(), &society, replicate_noise(plan.seed, 0, 0), plan.burn_in, 2,
                     worlds, support::kernels<float>(), false});
  while (e.study_week() < plan.run) {
    e.advance();
    if (first_unsound(e, 1, Bounds::finite)) return e.study_week();
  }
  return std::nullopt;
}

RunOptions options_for(const TemporaryFolder& folder) {
  return {folder / "out.h5", instruction_set_in_use(), {"test", "none"}, 1, 16, {}, {}};
}

}  // namespace

TEST_CASE("a planted overflow stops the run in the very week in which it appears, named in one message") {
  const TemporaryFolder folder;
  const Plan plan = plan_with({{attachment::distress_inertia, 1e5}, {attachment::conflict_size, .123}});
  const std::optional<int> week = overflow_week(plan);
  REQUIRE(week.has_value());
  CHECK(*week % 52 != 0);
  CHECK(*week < weeks);
  const std::string message =
      message_of<RunFailed>([&] { carry_out(plan, attachment::model(), options_for(folder)); });
  CHECK_THAT(message, StartsWith("arm 'wild', replicate 0, week " + std::to_string(*week) + ", person "));
  CHECK_THAT(message, ContainsSubstring(", not a finite number\n"));
  CHECK_THAT(message, ContainsSubstring("  distress_inertia = 100000 (0.6)\n"));
  CHECK_THAT(message, ContainsSubstring("  conflict_size = 0.123 ("));
  CHECK_THAT(message, ContainsSubstring("nothing to resume"));
  CHECK(folder.entries() == 0);
}

TEST_CASE("a value outside its declared range stops the run at the end of the year or of the study") {
  const TemporaryFolder folder;
  const Plan plan = plan_with({{attachment::anxiety_state_sd, 40}});
  CHECK_FALSE(overflow_week(plan).has_value());
  const std::string message =
      message_of<RunFailed>([&] { carry_out(plan, attachment::model(), options_for(folder)); });
  CHECK_THAT(message, StartsWith("arm 'wild', replicate 0, week 0, person "));
  CHECK_THAT(message, ContainsSubstring("attachment_anxiety is "));
  CHECK_THAT(message, ContainsSubstring(", outside [-12, 12] SD\n"));
  CHECK(folder.entries() == 0);
}

TEST_CASE("a sound run is carried out") {
  const TemporaryFolder folder;
  CHECK(message_of<RunFailed>([&] {
          carry_out(plan_with({}), attachment::model(), options_for(folder));
        }).empty());
  CHECK(folder.entries() == 1);
}

TEST_CASE("a value of a tie that is no number is found, and named as one") {
  const Society society = support::community(200, Seed{4});
  Ensemble<float> e = support::ensemble_of<float>(society, Seed{4}, {World{support::hypothesis("none"), {}}});
  e.advance();
  CHECK_FALSE(first_unsound(e, 0, Bounds::declared).has_value());
  const_cast<float&>(e.tie(attachment::tie_closeness.index).data[17]) = std::nanf("");
  const auto found = first_unsound(e, 0, Bounds::finite);
  REQUIRE(found.has_value());
  CHECK(found->of_tie);
  CHECK(found->row == 17);
}

TEST_CASE("parameters are listed by how far they are from their defaults, and the rest is counted") {
  const ModelDeclaration& model = *attachment::model().declaration;
  std::vector<double> parameters;
  for (const ParameterDeclaration& p : model.parameters) parameters.push_back(p.default_value);
  CHECK(unusual_parameters(model, parameters) == "  none\n");
  CHECK(unusual_parameters(model, support::with(parameters, {{attachment::distress_inertia, .61},
                                                             {attachment::dating_availability, .2}})) ==
        "  dating_availability = 0.2 (0.085)\n  distress_inertia = 0.61 (0.6)\n");
  for (std::size_t p = 0; p < 20; ++p) parameters[p] += .001 * static_cast<double>(p + 1);
  const std::string many = unusual_parameters(model, parameters);
  CHECK(std::count(many.begin(), many.end(), '\n') == 13);
  CHECK_THAT(many, ContainsSubstring("  and 8 more; `kindred check` shows all\n"));
}
