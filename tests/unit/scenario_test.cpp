#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

TEST_CASE("a small scenario gives the plan it says, with the defaults of the plan's own types") {
  const Desk desk;
  const Plan plan = desk.read(head + model_line + arms_line);
  CHECK(plan.title.empty());
  CHECK(plan.seed.value == 7);
  CHECK(plan.burn_in == 52);
  CHECK(plan.run == 104);
  CHECK(plan.model == "plants");
  CHECK(plan.society.persons == 1000);
  CHECK(same(plan.society.network, NetworkPlan{}));
  REQUIRE(plan.arms.size() == 1);
  CHECK(plan.arms[0].name == "control");
  CHECK(plan.arms[0].hypothesis == "sunny");
  CHECK(plan.arms[0].parameters == std::vector<double>{0.3, 0.2, 0.2, 1, 1});
  CHECK(plan.notes.empty());
  RecordPlan expected;
  expected.person_columns = {0, 1};  // the model's outcomes, each once
  CHECK(same(plan.record, expected));
  CHECK(plan.societies == 1);
  CHECK(plan.per_society == 1);
}

TEST_CASE("a programme's dose per week is its total over the course by weeks, plus what it gives per week") {
  const Desk desk;
  const Plan plan = desk.read(with_use("programme: watering, start: 10 weeks, share: 0.2, group: g"));
  const ProgrammePlan& use = plan.arms.at(0).programmes.at(0);
  CHECK(use.name == "watering");
  CHECK(use.start == 10);
  CHECK(use.weeks == 8);
  CHECK(use.dose == std::vector<double>{0.25, 0.5});
  CHECK(use.adherence_exponent == 0.25);
  CHECK(use.drop_out == 0.02);
  CHECK(use.maintained == 0.7);
  CHECK(use.share == 0.2);
  CHECK(use.group == "g");
}

TEST_CASE("an arm's use replaces single fields of its programme") {
  const Desk desk;
  const Plan plan = desk.read(with_use(
      "programme: watering, start: 1 week, weeks: 4, drop_out: 0, maintained: 1, dose: {plant_food: 8}"));
  const ProgrammePlan& use = plan.arms.at(0).programmes.at(0);
  CHECK(use.weeks == 4);
  CHECK(use.dose == std::vector<double>{0.5, 2});  // the total is spread over the new length
  CHECK(use.drop_out == 0);
  CHECK(use.maintained == 1);
  CHECK(use.adherence_exponent == 0.25);
}

TEST_CASE("parameters come from defaults, hypothesis, model and arm, each over the one before") {
  const Desk desk;
  const Plan plan =
      desk.read(head + "model: {plants: {hypothesis: H1, parameters: {leaf_growth: 0.5}}}\n"
                       "arms:\n"
                       "  plain: {}\n"
                       "  other: {hypothesis: cloudy}\n"
                       "  tuned: {hypothesis: cloudy, parameters: {leaf_growth: 0.6, root_growth: -1}}\n");
  CHECK(plan.arms.at(0).parameters == std::vector<double>{0.5, 0.2, 0.2, 1, 1});
  CHECK(plan.arms.at(1).parameters == std::vector<double>{0.5, 0.9, 0.05, 1, 1});
  CHECK(plan.arms.at(2).parameters == std::vector<double>{0.6, -1, 0.05, 1, 1});
  CHECK(plan.arms.at(1).hypothesis == "cloudy");
  const std::string tail = "; the targets were not re-checked";
  CHECK(plan.notes ==
        std::vector<std::string>{
            "arm 'plain': parameters leave the calibrated set 'sunny': leaf_growth" + tail,
            "arm 'other': parameters leave the calibrated set 'cloudy': leaf_growth" + tail,
            "arm 'tuned': parameters leave the calibrated set 'cloudy': leaf_growth, root_growth" + tail});
}

TEST_CASE("a parameter set to the value its hypothesis has leaves no calibrated set") {
  const Desk desk;
  const std::string same_value = "model: {plants: {hypothesis: sunny, parameters: {leaf_growth: 0.3}}}\n";
  const std::string other_value = "model: {plants: {hypothesis: sunny, parameters: {leaf_growth: 0.31}}}\n";
  CHECK(desk.read(head + same_value + arms_line).notes.empty());
  CHECK(desk.read(head + other_value + arms_line).notes ==
        std::vector<std::string>{
            "parameters leave the calibrated set 'sunny': leaf_growth; the targets were not re-checked"});
}

TEST_CASE("the resolved scenario, read again from the same folder, is the same plan") {
  const Desk desk;
  desk.write("nets/ties.csv", "0,1\n");
  const std::string full =
      "schema: 1\n"
      "title: \"Quotes \\\" and \\\\, a tab \\t, a line\\nand umlauts \xC3\xA4\"\n"
      "seed: 18446744073709551615\n"
      "time: {burn_in: 0 weeks, run: 1.5 years}\n"
      "society: {network: {kind: file, path: nets/ties.csv}}\n"
      "model: {plants: {hypothesis: sunny, parameters: {shade_loss: 0.1234567890123456}}}\n"
      "arms:\n"
      "  waitlist:\n"
      "  null-like: {hypothesis: H2}\n"
      "  tuned: {parameters: {root_growth: -3e-7}}\n"
      "  course:\n"
      "    - {programme: watering, start: 1 year, weeks: 40, who: {leaf: {above: 0.5, below: 2},"
      " shape: [large, leafy], partnered: false}, share: 0.1, group: g}\n"
      "    - {programme: watering, start: 0 weeks, who: {by: score, leaf: {above: 12}, age: {below: 40}}}\n"
      "replicates: {societies: 3, per_society: 2}\n"
      "record: {population: none, persons: {every: 1 year, sample: all, columns: [age, leaf_area],"
      " instruments: [leaf_scan, leaf_ruler]}, styles: false, ties: none, society: false, from: burn-in}\n";
  const Plan first = desk.read(full);
  const Plan again = desk.read(first.resolved, {}, "resolved.yaml");
  INFO(first.resolved);
  INFO(again.resolved);
  CHECK(same(first, again));
  // A course that ends late, an age no instrument reads, three groups of arms off their sets.
  CHECK(first.notes.size() == 5);
  CHECK(first.society.network.path == (desk.folder() / "nets/ties.csv").string());
  CHECK(first.resolved.find(desk.folder().string()) == std::string::npos);

  // Negative control: another number is another plan and another text.
  const Plan other = desk.read(full, {"arms.course.0.share=0.2"});
  CHECK_FALSE(same(first, other));
  CHECK(first.resolved != other.resolved);
}

TEST_CASE("the resolved scenario needs no file beside it") {
  const Desk desk;
  const Plan first = desk.read(with_use("programme: watering, start: 1 week"));
  const ModelDeclaration* const models[] = {&plants};
  const Plan again = scenario::read({desk.write("alone.yaml", first.resolved), {}, {}}, models);
  CHECK(same(first, again));
}

TEST_CASE("who is written by name, alias, quadrant, bond or score, in any order") {
  const Desk desk;
  const auto who = [&](const std::string& text) {
    return desk.read(with_use("programme: watering, start: 1 week, who: " + text))
        .arms.at(0)
        .programmes.at(0)
        .who;
  };
  const auto latent = who("{partnered: true, shape: leafy, root_depth: {below: 0}, leaf: {above: -1}}");
  REQUIRE(latent.size() == 4);
  CHECK(same(latent[0], {Condition::Kind::column, 0, -1.0, {}, {}}));
  CHECK(same(latent[1], {Condition::Kind::column, 1, {}, 0.0, {}}));
  CHECK(same(latent[2], {Condition::Kind::quadrant, 0, {}, {}, {1}}));
  CHECK(same(latent[3], {Condition::Kind::coupled, 0, {}, {}, {1}}));
  const auto score = who("{by: score, leaf_scan: {above: 150}, leaf: {above: 12}}");
  REQUIRE(score.size() == 2);
  CHECK(same(score[0], {Condition::Kind::instrument, 0, 12.0, {}, {}}));  // the first that reads the column
  CHECK(same(score[1], {Condition::Kind::instrument, 1, 150.0, {}, {}}));
  CHECK(who("{}").empty());
}

TEST_CASE("the schema names every key, parameter, input, column and known file") {
  const Desk desk;
  const ModelDeclaration* const models[] = {&plants};
  const std::string schema = scenario::schema_json(models, {(desk.folder() / "library").string()});
  for (const std::string_view name :
       {"\"schema\"", "\"seed\"", "\"burn_in\"", "\"acquaintances\"", "\"programmes\"", "\"per_society\"",
        "\"leaf_growth\"", "\"rain_water\"", "\"leaf\"", "\"leaf_area\"", "\"leaf_ruler\"", "\"leafy\"",
        "\"watering\"", "\"sunny\"", "\"partnered\"", "https://json-schema.org/draft/2020-12/schema"})
    CHECK(schema.find(name) != std::string::npos);
  CHECK(schema.find("zebra") == std::string::npos);
  CHECK(std::count(schema.begin(), schema.end(), '{') == std::count(schema.begin(), schema.end(), '}'));
}
