#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

namespace {

const std::string use = "{programme: watering, start: 1 week}";
const std::string two_arms = head + model_line + "arms: {wait: {}, course: [" + use + "]}\n";

std::string effects(const std::string& text) { return two_arms + "effects: " + text + "\n"; }

}  // namespace

TEST_CASE("each person treated alone is a world of its own") {
  const Desk desk;
  const Plan plan = desk.read(effects("{direct: {arms: [course], persons: 3}}"));
  REQUIRE(plan.arms.size() == 2);
  REQUIRE(plan.probes.size() == 3);
  for (int k = 0; k < 3; ++k) {
    const ProbePlan& probe = plan.probes[static_cast<std::size_t>(k)];
    CHECK(probe.kind == ProbePlan::Kind::alone);
    CHECK(probe.of == 1);
    CHECK(probe.parameter == -1);
    CHECK(probe.world.name == "course/alone-" + std::to_string(k));
    REQUIRE(probe.world.programmes.size() == 1);
    CHECK(probe.world.programmes[0].only_place == k);
    ArmPlan world = probe.world;
    world.name = "course";
    world.programmes[0].only_place = -1;
    CHECK(same(world, plan.arms[1]));
  }
  CHECK(plan.notes.empty());
}

TEST_CASE("each mechanism is a pair of worlds without it, treated and untreated") {
  const Desk desk;
  const Plan plan = desk.read(effects("{mediated: {arms: [course], mechanisms: [water_path]}}"));
  REQUIRE(plan.probes.size() == 2);
  std::vector<double> without = plan.arms[1].parameters;
  REQUIRE(without[4] == 1);
  without[4] = 0;
  for (const ProbePlan& probe : plan.probes) {
    CHECK(probe.kind == ProbePlan::Kind::path);
    CHECK(probe.of == 1);
    CHECK(probe.parameter == 4);
    CHECK(probe.world.parameters == without);
    CHECK(probe.world.hypothesis == "sunny");
  }
  CHECK(plan.probes[0].world.name == "course/without-water_path");
  CHECK(plan.probes[0].world.programmes.size() == 1);
  CHECK(plan.probes[1].world.name == "course/without-water_path/untreated");
  CHECK(plan.probes[1].world.programmes.empty());
  CHECK(plan.arms[1].parameters[4] == 1);
}

TEST_CASE("mechanisms left out are every switch of the model; direct worlds come first, in order of arms") {
  const Desk desk;
  const Plan plan =
      desk.read(head + model_line + "arms: {a: [" + use + "], wait: {}, b: [" + use +
                "]}\neffects: {mediated: {arms: [b, a]}, direct: {persons: 1, arms: [b, a]}}\n");
  std::vector<std::string> names;
  for (const ProbePlan& probe : plan.probes) names.push_back(probe.world.name);
  CHECK(names == std::vector<std::string>{"a/alone-0", "b/alone-0", "a/without-light_path",
                                          "a/without-light_path/untreated", "a/without-water_path",
                                          "a/without-water_path/untreated", "b/without-light_path",
                                          "b/without-light_path/untreated", "b/without-water_path",
                                          "b/without-water_path/untreated"});
  CHECK(plan.probes[2].of == 0);
  CHECK(plan.probes[9].of == 2);
  CHECK(plan.notes == std::vector<std::string>{"effects: 10 worlds are run on top of the 3 of the arms, in "
                                               "each replicate"});
}

TEST_CASE("the resolved scenario asks for the same effects") {
  const Desk desk;
  const Plan first = desk.read(effects("{direct: {arms: [course], persons: 5}, mediated: {arms: [course]}}") +
                               "record: {closeness: true}\n");
  const Plan again = desk.read(first.resolved, {}, "resolved.yaml");
  INFO(first.resolved);
  INFO(again.resolved);
  CHECK(first.probes.size() == 9);
  CHECK(again.probes.size() == 9);
  CHECK(first.record.closeness);
  CHECK(same(first, again));
  CHECK_FALSE(same(first, desk.read(first.resolved, {"effects.direct.persons=4"}, "resolved.yaml")));
  CHECK(desk.read(two_arms).resolved.find("effects") == std::string::npos);
  CHECK(desk.read(two_arms).resolved.find("closeness") == std::string::npos);
}

TEST_CASE("an empty section of effects asks for none") {
  const Desk desk;
  for (const std::string text : {"", "{}", "{direct: , mediated: }"})
    CHECK(desk.read(effects(text)).probes.empty());
}

TEST_CASE("arms of the effects are known, treated and comparable") {
  const Desk desk;
  const auto direct = [&](const std::string& text) {
    return desk.problems(effects("{direct: {" + text + "}}"));
  };
  const std::string at = "x.yaml:7:";
  const std::string path = ": effects.direct.";
  CHECK(direct("arms: [cuorse], persons: 3") ==
        at + "27" + path + "arms.0: no arm 'cuorse'; did you mean 'course'?");
  CHECK(direct("arms: [course, course], persons: 3") ==
        at + "35" + path + "arms.1: 'course' is listed twice; keep one");
  CHECK(direct("arms: course, persons: 3") ==
        at + "26" + path + "arms: expected a list of names such as [a, b], found 'course'");
  CHECK(direct("arms: [], persons: 3") ==
        at + "26" + path + "arms: the list is empty; name an arm with a programme");
  CHECK(direct("arms: [wait], persons: 3") ==
        at + "27" + path + "arms: the arm 'wait' has no programme, so it has no effect to measure");
  CHECK(direct("arms: [course]") ==
        at + "19" + path +
            "persons: required but missing (persons treated alone, each in a world of their own)");
  CHECK(direct("persons: 2") ==
        at + "19" + path +
            "arms: required but missing (arms with one programme whose direct effect is measured)");
  CHECK(direct("arms: [course], persons: 0") == at + "45" + path + "persons: 0 is outside [1, 1000] persons");
  CHECK(direct("arms: [course], person: 2") ==
        at + "19" + path +
            "persons: required but missing (persons treated alone, each in a world of their own)\n" + at +
            "36" + path + "person: no such key; did you mean 'persons'?");
  CHECK(desk.problems(effects("{indirect: {}}")) ==
        at + "11: effects.indirect: no such key; did you mean 'direct'?");
  CHECK(desk.problems(two_arms + "effects: {direct: {arms: [course], persons: 1000}}\n",
                      {"society.persons=500"}) ==
        at + "45" + path + "persons: 1000 persons where the society has 500");
}

TEST_CASE("an effect needs an untreated arm with equal parameters") {
  const Desk desk;
  const std::string other = "arms: {wait: {hypothesis: cloudy}, course: [" + use + "]}\n";
  const std::string both = "effects: {direct: {arms: [course], persons: 3}, mediated: {arms: [course]}}\n";
  const std::string nothing = "there is nothing to compare the arm 'course' with: no arm without a programme "
                              "has its parameters; add one";
  CHECK(desk.problems(head + model_line + other + both) ==
        "x.yaml:7:27: effects.direct.arms: " + nothing + "\nx.yaml:7:67: effects.mediated.arms: " + nothing);
  // While an arm is wrong its effects are not judged.
  CHECK(desk.problems(head + model_line + "arms: {wait: {hypothesis: nobody}, course: [" + use + "]}\n" +
                      both) ==
        "x.yaml:6:27: arms.wait.hypothesis: no hypothesis 'nobody'; there are: cloudy, sunny (searched: "
        "library/hypotheses)");
}

TEST_CASE("effects are of arms that begin no later than others") {
  const Desk desk;
  const auto with = [&](const std::string& start, const std::string& part) {
    return desk.problems(head + model_line + "arms: {wait: {}, late: [{programme: watering, start: " + start +
                         "}], course: [" + use + "]}\neffects: {" + part + ": {arms: [late]" +
                         (part == "direct" ? ", persons: 1" : "") + "}}\n");
  };
  const std::string why =
      "the arm 'late' begins in week 2, later than others (week 1), so it gets no effects; "
      "take it out of the list or give it a scenario of its own";
  CHECK(with("2 weeks", "direct") == "x.yaml:7:27: effects.direct.arms: " + why);
  CHECK(with("2 weeks", "mediated") == "x.yaml:7:29: effects.mediated.arms: " + why);
  CHECK(with("1 week", "direct").empty());
  CHECK(with("0 weeks", "direct").empty());
}

TEST_CASE("the direct effect is of one programme, a step of a stepped wedge being one") {
  const Desk desk;
  const auto with = [&](const std::string& uses, const std::string& persons) {
    return desk.problems(head + model_line + "arms: {wait: {}, course: [" + uses +
                         "]}\neffects: {direct: {arms: [course], persons: " + persons + "}}\n");
  };
  const std::string one = "{programme: watering, start: 1 week, allocation: ";
  CHECK(
      with(use + ", " + one + "{kind: everyone}}", "1") ==
      "x.yaml:7:27: effects.direct.arms: the arm 'course' uses 2 programmes (each step of a stepped wedge is "
      "one); the direct effect is measured of one");
  CHECK(
      with(one + "{kind: stepped-wedge, steps: 2, every: 1 week}}", "1") ==
      "x.yaml:7:27: effects.direct.arms: the arm 'course' uses 2 programmes (each step of a stepped wedge is "
      "one); the direct effect is measured of one");
  CHECK(with(one + "{kind: stepped-wedge, steps: 2, step: 1}}", "1").empty());
  CHECK(with(one + "{kind: person, person: 4}}", "1").empty());
  CHECK(with(one + "{kind: person, person: 4}}", "2") ==
        "x.yaml:7:45: effects.direct.persons: the arm 'course' treats one person only; write 1");
}

TEST_CASE("mechanisms are switches of the model that are on in the arm") {
  const Desk desk;
  const auto mediated = [&](const std::string& mechanisms, std::vector<std::string> words = {}) {
    return desk.problems(effects("{mediated: {arms: [course]" + mechanisms + "}}"), std::move(words));
  };
  const std::string at = "x.yaml:7:";
  const std::string path = ": effects.mediated.";
  CHECK(mediated(", mechanisms: [water_pth]") ==
        at + "51" + path + "mechanisms.0: no switch 'water_pth'; did you mean 'water_path'?");
  CHECK(mediated(", mechanisms: [leaf_growth]") ==
        at + "51" + path +
            "mechanisms.0: 'leaf_growth' is a number, not a switch; allowed here: light_path, "
            "water_path");
  CHECK(mediated(", mechanisms: []") ==
        at + "50" + path + "mechanisms: the list is empty; leave the key out for every switch");
  const std::string off = "model.plants.parameters.light_path=0";
  CHECK(mediated(", mechanisms: [water_path]", {off}).empty());
  CHECK(mediated(", mechanisms: [light_path]", {off}) ==
        at + "51" + path +
            "mechanisms: the arm 'course' has light_path at 0 instead of 1; take one of the two "
            "out");
  CHECK(mediated("", {off}) ==
        at + "29" + path +
            "arms: the arm 'course' has light_path at 0 instead of 1; take the arm out or list "
            "the other mechanisms");
  desk.write("library/programmes/rest.yaml", "schema: 1\nprogramme: rest\nweeks: 2\n");
  CHECK(desk.problems(head +
                      "model: {stones: {}}\narms: {wait: {}, course: [{programme: rest, start: 1 week}]}\n"
                      "effects: {mediated: {arms: [course]}}\n") ==
        at + "11: effects.mediated: the model 'stones' has no mechanism that can be switched off");
}

TEST_CASE("closeness is recorded when a programme starts, so one must") {
  const Desk desk;
  CHECK(desk.read(two_arms + "record: {closeness: true}\n").record.closeness);
  CHECK_FALSE(desk.read(two_arms).record.closeness);
  CHECK(desk.problems(head + model_line + arms_line + "record: {closeness: false}\n").empty());
  CHECK(desk.problems(head + model_line + arms_line + "record: {closeness: true}\n") ==
        "x.yaml:7:21: record.closeness: no arm has a programme, so there is no start of a programme at which "
        "to "
        "record it");
  CHECK(desk.problems(head + model_line + arms_line + "record: {closeness: all}\n") ==
        "x.yaml:7:21: record.closeness: expected true or false, found 'all'");
}

TEST_CASE("the schema knows allocations, effects and the names they take") {
  const Desk desk;
  const ModelDeclaration* const models[] = {&plants, &stones};
  const std::string schema = scenario::schema_json(models, {(desk.folder() / "library").string()});
  for (const std::string_view name :
       {"\"allocation\"", "\"stepped-wedge\"", "\"couples\"", "\"otherwise\"", "\"every\"",
        "\"plants.strata\"", "\"is_potted\", \"pot\", \"shape\", \"partnered\"", "\"plants.switches\"",
        "[\"light_path\", \"water_path\"]", "\"direct\"", "\"mediated\"", "\"closeness\"",
        "\"acquaintances\"", "\"community\""})
    CHECK(schema.find(name) != std::string::npos);
}

TEST_CASE("the arms of a scenario, the programmes of an arm and the worlds of its effects are bounded") {
  const Desk desk;
  const auto with_arms = [&](std::size_t n) {
    std::string arms = "arms: {wait: {}";
    for (std::size_t i = 1; i < n; ++i) arms += ", a" + std::to_string(i) + ": [" + use + "]";
    return head + model_line + arms + "}\n";
  };
  CHECK(desk.problems(with_arms(256)).empty());
  CHECK(desk.problems(with_arms(257)).find("arms.a256: 257 arms; a scenario has at most 256") !=
        std::string::npos);
  const auto with_uses = [&](std::size_t n) {
    std::string uses = use;
    for (std::size_t i = 1; i < n; ++i) uses += ", " + use;
    return desk.problems(head + model_line + "arms: {course: [" + uses + "]}\n");
  };
  CHECK(with_uses(200).empty());
  CHECK(with_uses(201).find("arms.course.200: an arm uses at most 200 programmes") != std::string::npos);
  const auto with_worlds = [&](int n) {
    std::string direct;
    for (int i = 1; i <= n; ++i) direct += (i == 1 ? "a" : ", a") + std::to_string(i);
    return desk.problems(with_arms(21) + "effects: {direct: {arms: [" + direct + "], persons: 500}}\n",
                         {"society.persons=1000"});
  };
  CHECK(with_worlds(19).empty());
  CHECK(with_worlds(20) ==
        "x.yaml:7:1: effects: asks for 10021 worlds in each history; at most 10000 are run: "
        "lower the number of arms or persons");
}
