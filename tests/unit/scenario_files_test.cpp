#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "sim/core/errors.hpp"
#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

TEST_CASE(
    "problems inside a programme or hypothesis file are reported there, once, after the scenario's own") {
  const Desk desk;
  desk.write("library/programmes/odd.yaml", "schema: 1\nprogramme: even\nweeks: 0\ntotal: {sun: 1}\n");
  desk.write("library/hypotheses/dark.yaml", "schema: 1\nhypothesis: dark\nparameters: {leaf_growth: 9}\n");
  CHECK(
      desk.problems(
          head + "model: {plants: {hypothesis: dark}}\n" +
          "arms: {a: [{programme: odd, start: 1 week}], b: [{programme: odd, start: 1 week, share: 2}]}\n") ==
      "x.yaml:6:89: arms.b.0.share: 2 is outside [0, 1]\n"
      "library/hypotheses/dark.yaml:3:27: parameters.leaf_growth: 9 is outside [0, 0.6] per week (assumption "
      "A-1)\n"
      "library/programmes/odd.yaml:2:12: programme: the file is found as 'odd' but calls itself 'even'\n"
      "library/programmes/odd.yaml:3:8: weeks: 0 is outside [1, 520] weeks\n"
      "library/programmes/odd.yaml:4:9: total.sun: no such input of the model 'plants'; allowed here: "
      "rain_water, "
      "plant_food");
}

TEST_CASE("what is missing in a file that two arms use is said once") {
  const Desk desk;
  desk.write("library/hypotheses/bare.yaml", "title: nothing else\n");
  CHECK(desk.problems(head + "model: {plants: {}}\narms: {a: {hypothesis: bare}, b: {hypothesis: bare}}\n") ==
        "library/hypotheses/bare.yaml:1:1: schema: required but missing (version of the file's language)\n"
        "library/hypotheses/bare.yaml:1:1: hypothesis: required but missing (name of the hypothesis)");
}

TEST_CASE("programmes are found beside the scenario, in its parents' folders and by path") {
  const Desk desk;
  const std::string mist = "schema: 1\nprogramme: mist\nweeks: 2\ntotal: {rain_water: 1}\n";
  desk.write("programmes/mist.yaml", mist);
  desk.write("deep/down/own.yaml", mist);
  const auto use = [](const std::string& name) { return with_use("programme: " + name + ", start: 1 week"); };
  CHECK(desk.read(use("mist"), {}, "deep/down/x.yaml").arms.at(0).programmes.at(0).weeks == 2);
  CHECK(desk.read(use("own.yaml"), {}, "deep/down/x.yaml").arms.at(0).programmes.at(0).name == "mist");
  CHECK(desk.problems(use("../../programmes/mist.yaml"), {}, "deep/down/x.yaml").empty());
  CHECK(desk.problems(use("../down/own.yaml"), {}, "deep/up/x.yaml") ==
        "deep/up/x.yaml:8:19: arms.course.0.programme: '../down/own.yaml' lies outside the scenario's folder "
        "and the "
        "library; files are read only from there");
}

TEST_CASE("an including file wins key by key over what it includes; lists are replaced") {
  const Desk desk;
  desk.write("base.yaml", "society: {persons: 500, network: {kind: blocks, block: 60}}\nreplicates: "
                          "{societies: 4, per_society: 3}\n"
                          "arms:\n  control: {}\n  course:\n    - {programme: watering, start: 1 week}\n"
                          "    - {programme: watering, start: 2 weeks}\n");
  desk.write("late.yaml", "replicates: {societies: 5}\n");
  const Plan plan =
      desk.read("schema: 1\nseed: 7\ninclude: [base.yaml, late.yaml]\ntime: {burn_in: 1 year, run: 2 years}\n"
                "society: {network: {acquaintances: 10}}\n" +
                model_line + "arms: {course: [{programme: watering, start: 9 weeks}]}\n");
  CHECK(plan.society.persons == 500);
  CHECK(plan.society.network.kind == NetworkPlan::Kind::blocks);
  CHECK(plan.society.network.block == 60);
  CHECK(plan.society.network.acquaintances == 10);
  CHECK(plan.societies == 5);
  CHECK(plan.per_society == 3);
  REQUIRE(plan.arms.size() == 2);
  CHECK(plan.arms[0].name == "control");
  REQUIRE(plan.arms[1].programmes.size() == 1);
  CHECK(plan.arms[1].programmes[0].start == 9);
}

TEST_CASE("a problem in an included file is reported with that file's name") {
  const Desk desk;
  desk.write("base.yaml", "replicates:\n  societies: none\n");
  CHECK(desk.problems(head + "include: base.yaml\n" + model_line + arms_line) ==
        "base.yaml:2:14: replicates.societies: 'none' is not a plain whole number; write digits only, such "
        "as 1000");
}

TEST_CASE("missing, circular and foreign includes are refused by name") {
  const Desk desk;
  desk.write("a.yaml", "include: b.yaml\n");
  desk.write("b.yaml", "include: a.yaml\n");
  const std::string rest = head.substr(10) + model_line + arms_line;
  CHECK(desk.problems("include: a.yml\nschema: 1\n" + rest) ==
        "x.yaml:1:10: include: no file 'a.yml'; did you mean 'a.yaml'? (searched: a.yml, library/a.yml)");
  CHECK(desk.problems("include: a.yaml\nschema: 1\n" + rest) ==
        "b.yaml:1:10: include: the files include each other in a circle: a.yaml -> b.yaml -> a.yaml");
  CHECK(desk.problems("include: ../../etc/hostname\nschema: 1\n" + rest) ==
        "x.yaml:1:10: include: '../../etc/hostname' lies outside the scenario's folder and the library; "
        "files are read "
        "only from there");
  CHECK(desk.problems("include: {a: b}\nschema: 1\n" + rest) ==
        "x.yaml:1:10: include: expected the path of a file, found a map");
}

TEST_CASE("words of the command line replace values and are named when wrong") {
  const Desk desk;
  const std::string text = with_use("programme: watering, start: 1 week");
  const Plan plan = desk.read(text, {"model.plants.parameters.leaf_growth=0.4", "replicates.societies=2",
                                     "arms.course.0.share=0.5", "arms.extra={}", "title=a"});
  CHECK(plan.arms.at(0).parameters.at(0) == 0.4);
  CHECK(plan.societies == 2);
  CHECK(plan.arms.at(0).programmes.at(0).share == 0.5);
  CHECK(plan.arms.size() == 2);
  CHECK(plan.title == "a");

  CHECK(desk.problems(text, {"model.plants.parameters.leaf_growth=7"}) ==
        "command line: model.plants.parameters.leaf_growth: 7 is outside [0, 0.6] per week (assumption A-1)");
  CHECK(desk.problems(text, {"replicates.socities=2"}) ==
        "command line: replicates.socities: no such key; did you mean 'societies'?");
  CHECK(desk.problems(text, {"arms.course.1.share=0.5"}) ==
        "command line: arms.course.1.share: a list has no item '1'; write a number from 0 to 0");
  CHECK(desk.problems(text, {"seed.x=1"}) ==
        "command line: seed.x: 'seed' is the single value '7', so nothing can be set inside it");
  CHECK(desk.problems(text, {"seed"}) ==
        "command line: 'seed' is not of the form path.to.key=value, such as replicates.societies=2");
  CHECK(desk.problems(text, {"time..run=1 week"}) == "command line: 'time..run=1 week' is not of the form "
                                                     "path.to.key=value, such as replicates.societies=2");
  CHECK(desk.problems(text, {"include=b.yaml"}) ==
        "command line: include: files can be included only in a file");
  CHECK(desk.problems(text, {"time={burn_in: 1 year"}) ==
        "command line: time: a '{' here or above is not closed by '}', or a comma is missing between two "
        "entries");
  CHECK(desk.problems("seed: 8\n" + text, {"time.run=6 months"}) ==
        "x.yaml:3:1: seed: written twice, first on line 1 and again on line 3; keep one\n"
        "command line: time.run: the unit 'months' is not known; write weeks or years, such as '8 weeks' or "
        "'1 year' (1 "
        "year = 52 weeks)");
}

TEST_CASE("files that hold no scenario are named with the reason") {
  const Desk desk;
  CHECK(desk.problems("") == "x.yaml:1:1: is empty; it must begin with 'schema: 1'");
  CHECK(desk.problems("# only a comment\n") == "x.yaml:1:1: is empty; it must begin with 'schema: 1'");
  CHECK(desk.problems("- a\n") == "x.yaml:1:1: expected 'key: value' lines, found a list");
  CHECK(desk.problems("a: {b: 1\nc: 2\n") ==
        "x.yaml:2:2: a '{' here or above is not closed by '}', or a comma is missing between two entries");
  CHECK(desk.problems("a:\n\tb: 1\n") ==
        "x.yaml:2:1: a tab is used for indentation; YAML allows only spaces there");
  CHECK(desk.problems("a: 'x\n") ==
        "x.yaml:1:6: a quote is opened but not closed before the end of the text");
  CHECK(desk.problems("a: *b\n") ==
        "x.yaml:1:4: an alias (*name) refers to an anchor (&name) that is not defined");
  CHECK(desk.problems("a: 1\n---\nb: 2\n") == "x.yaml:2:1: a second document begins here ('---'); write one");
  for (const std::string stray :
       {", a: 1\n", "{a: 1} b\n", "{a: 1} {b: 2}\n"})  // some readers never end here
    CHECK(desk.problems(stray).find("this does not belong to what stands before it") != std::string::npos);
  CHECK(desk.problems("a: \xFF\n") == "x.yaml:1:4: is not UTF-8 text; save the file as UTF-8");
  CHECK(desk.problems("[a, b]: 1\n").find("x.yaml:1:1: a key must be a single word\n") == 0);
  CHECK(desk.problems(std::string(5u << 20, '#')) == "x.yaml: is larger than 4 MB; this is not a scenario");
  const ModelDeclaration* const models[] = {&plants};
  CHECK_THROWS_AS(scenario::read({desk.folder().string(), {}, {}}, models), ConfigError);
  CHECK_THROWS_AS(scenario::read({desk.folder().string() + "/none.yaml", {}, {}}, models), ConfigError);
}

TEST_CASE("aliases may repeat a value but not grow without end") {
  const Desk desk;
  const std::string twice = "arms:\n  a: [&use {programme: watering, start: 1 week}]\n  b: [*use]\n";
  const Plan plan = desk.read(head + model_line + twice);
  CHECK(same(plan.arms.at(0).programmes.at(0), plan.arms.at(1).programmes.at(0)));

  std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
  for (int i = 1; i < 9; ++i) {
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 10; ++k) bomb += (k ? ", *a" : "*a") + std::to_string(i - 1);
    bomb += "]\n";
  }
  CHECK(desk.problems(bomb) ==
        "x.yaml:1:1: holds more than 100000 values once its aliases (*name) are written out");
  CHECK(desk.problems("a: &a [*a]\n") ==
        "x.yaml:1:1: maps and lists lie more than 64 deep inside each other");
  CHECK_FALSE(desk.problems("a: " + std::string(100000, '[') + "\n").empty());
}
