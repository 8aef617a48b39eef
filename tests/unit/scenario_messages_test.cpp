#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "sim/scenario/suggest.hpp"
#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

TEST_CASE("who is checked against the ranges and names of the model") {
  const Desk desk;
  const auto who = [&](const std::string& text) {
    return desk.problems(with_use("programme: watering, start: 1 week, who: " + text));
  };
  CHECK(who("{leaf: {above: 12}}") == "x.yaml:8:64: arms.course.0.who.leaf.above: 12 is outside [-6, 6] SD");
  CHECK(who("{by: score, leaf: {above: 25}}") ==
        "x.yaml:8:75: arms.course.0.who.leaf.above: 25 is outside [0, 20] cm (raw points of leaf_ruler)");
  CHECK(who("{leaf_ruler: {above: 12}}") == "x.yaml:8:50: arms.course.0.who.leaf_ruler: is a questionnaire; "
                                            "to select people by what they score, add by: "
                                            "score beside it");
  CHECK(who("{leef: {above: 1}}") ==
        "x.yaml:8:50: arms.course.0.who.leef: nothing to select people by; did you mean 'leaf'?");
  CHECK(who("{leaf: 1}") ==
        "x.yaml:8:56: arms.course.0.who.leaf: expected bounds such as {above: 0.5} or {below: 0}, "
        "found '1'");
  CHECK(who("{leaf: {above: 1, below: 1}}") ==
        "x.yaml:8:56: arms.course.0.who.leaf: nobody is above 1 and below 1");
  CHECK(who("{leaf: {above: 1}, leaf_area: {below: 2}}") ==
        "x.yaml:8:68: arms.course.0.who.leaf_area: bounds something that is bounded already; write one "
        "condition");
  CHECK(who("{shape: [leafy, huge, leafy]}") ==
        "x.yaml:8:65: arms.course.0.who.shape.1: 'huge' is not known; allowed here: small, leafy, rooty, "
        "large\n"
        "x.yaml:8:71: arms.course.0.who.shape.2: 'leafy' is written twice; keep one");
  CHECK(who("{partnered: yes}") == "x.yaml:8:61: arms.course.0.who.partnered: expected true or false, found "
                                   "'yes' (yes, no, on and off are not "
                                   "accepted: they mean different things to different programs)");
  CHECK(who("{by: points}") ==
        "x.yaml:8:54: arms.course.0.who.by: 'points' is not known; allowed here: latent, score");
  CHECK(who("[leaf]") ==
        "x.yaml:8:49: arms.course.0.who: expected conditions such as {column: {above: 0.5}}, found a list");
}

TEST_CASE("numbers are plain decimals inside their range") {
  const Desk desk;
  const auto growth = [&](const std::string& value) {
    return desk.problems(head + "model: {plants: {parameters: {leaf_growth: " + value + "}}}\n" + arms_line);
  };
  const std::string at = "x.yaml:5:44: model.plants.parameters.leaf_growth: ";
  CHECK(growth("0.6").empty());
  CHECK(growth("+.5e0").empty());
  CHECK(growth("7.2") == at + "7.2 is outside [0, 0.6] per week (assumption A-1)");
  CHECK(growth(".nan") == at + ".nan is outside [0, 0.6] per week (assumption A-1)");
  CHECK(growth("-.inf") == at + "-.inf is outside [0, 0.6] per week (assumption A-1)");
  CHECK(growth("1e999") == at + "1e999 is outside [0, 0.6] per week (assumption A-1)");
  CHECK(growth("00.5") == at + "00.5 begins with 0, which some programs read as octal; write 0.5");
  CHECK(growth("0x1") == at + "0x1 is not a decimal number; write it with the digits 0 to 9");
  CHECK(growth("\"0.5\"") == at + "\"0.5\" is text because of its quotes; write 0.5 without them");
  CHECK(growth("much") == at + "'much' is not a number; write a decimal with a point, such as 0.5");
  CHECK(growth("20%") == at + "'20%' is not a number; write 20% as 0.2");
  CHECK(growth("[0.5]") == at + "expected a number, found a list");
  CHECK(growth("") == at + "has no value; write a number");
}

TEST_CASE("whole numbers are digits only") {
  const Desk desk;
  const auto persons = [&](const std::string& value) {
    return desk.problems("schema: 1\nseed: 7\ntime: {burn_in: 1 year, run: 2 years}\nsociety: {persons: " +
                         value + "}\n" + model_line + arms_line);
  };
  const std::string at = "x.yaml:4:20: society.persons: ";
  CHECK(persons("89000000").empty());
  CHECK(persons("100000000") ==
        at + "100000000 persons with 24 acquaintances each have 2400000000 in all, and one society holds at "
             "most 2147483647; lower one of the two");
  CHECK(persons("1e3") == at + "'1e3' is not a plain whole number; write digits only, such as 1000");
  CHECK(persons("1000.0") == at + "'1000.0' is not a plain whole number; write digits only, such as 1000");
  CHECK(persons("1_000") == at + "'1_000' is not a plain whole number; write digits only, such as 1000");
  CHECK(persons("010") == at + "010 begins with 0, which some programs read as octal; write 10");
  CHECK(persons("100000001") == at + "100000001 is outside [2, 100000000] persons");
  CHECK(persons("99999999999999999999") == at + "99999999999999999999 is outside [2, 100000000] persons");
  CHECK(persons("-5") == at + "-5 is outside [2, 100000000] persons");
  CHECK(persons("{a: 1}") == at + "expected a whole number, found a map");
  CHECK(persons("20") ==
        at + "20 persons cannot have 24 acquaintances each; lower society.network.acquaintances");
}

TEST_CASE("a seed is required, whole and never negative") {
  const Desk desk;
  const auto seed = [&](const std::string& line) {
    return desk.problems("schema: 1\n" + line +
                         "time: {burn_in: 1 year, run: 2 years}\nsociety: {persons: 1000}\n" + model_line +
                         arms_line);
  };
  CHECK(seed("seed: 0\n").empty());
  CHECK(seed("") == "x.yaml:1:1: seed: required but missing (whole number from which all luck is drawn)");
  CHECK(seed("seed: -1\n") == "x.yaml:2:7: seed: -1 is outside [0, 18446744073709551615]");
  CHECK(seed("seed: 18446744073709551616\n") ==
        "x.yaml:2:7: seed: 18446744073709551616 is outside [0, 18446744073709551615]");
  CHECK(seed("seed: 7.5\n") ==
        "x.yaml:2:7: seed: '7.5' is not a plain whole number; write digits only, such as 20261124");
}

TEST_CASE("durations are whole weeks or years") {
  const Desk desk;
  const auto run = [&](const std::string& value) {
    return desk.problems("schema: 1\nseed: 7\ntime: {burn_in: 0 weeks, run: " + value +
                         "}\nsociety: {persons: 1000}\n" + model_line + arms_line);
  };
  const std::string at = "x.yaml:3:31: time.run: ";
  const std::string help = "; write weeks or years, such as '8 weeks' or '1 year' (1 year = 52 weeks)";
  CHECK(run("1 week").empty());
  CHECK(run("0.25 years").empty());
  CHECK(run("6 months") == at + "the unit 'months' is not known" + help);
  CHECK(run("6") == at + "6 has no unit" + help);
  CHECK(run("8weeks") == at + "'8weeks' is not a duration" + help);
  CHECK(run("long") == at + "'long' is not a duration" + help);
  CHECK(run("[8]") == at + "expected a duration, found a list" + help);
  CHECK(run("0.1 years") == at + "0.1 years is not a whole number of weeks, and time goes in whole weeks");
  CHECK(run("0 weeks") == at + "0 weeks is outside [1, 52000] weeks");
  CHECK(run("-1 year") == at + "-1 year is outside [1, 52000] weeks");
}

TEST_CASE("mistyped names suggest the nearest, and list what is allowed when none is near") {
  const Desk desk;
  CHECK(desk.problems(head + model_line + arms_line + "recrod: {}\n") ==
        "x.yaml:7:1: recrod: no such key; did you mean 'record'?");
  CHECK(desk.problems(head + model_line + arms_line + "replicates: {zebra: 1}\n") ==
        "x.yaml:7:14: replicates.zebra: no such key; allowed here: societies, per_society");
  CHECK(desk.problems(head + "model: {plants: {parameters: {laef_growth: 0.1, s: 0.1, zebra: 1}}}\n" +
                      arms_line) ==
        "x.yaml:5:31: model.plants.parameters.laef_growth: no such parameter of the model 'plants'; did you "
        "mean "
        "'leaf_growth'?\n"
        "x.yaml:5:49: model.plants.parameters.s: no such parameter of the model 'plants'; did you mean "
        "'shade_loss'?\n"
        "x.yaml:5:57: model.plants.parameters.zebra: no such parameter of the model 'plants'; allowed here: "
        "leaf_growth, root_growth, shade_loss, light_path, water_path");
  CHECK(desk.problems(head + "model: {plant: {}}\n" + arms_line) ==
        "x.yaml:5:9: model.plant: no such model; did you mean 'plants'?");
  CHECK(desk.problems(head + "model: {plants: {}, stones: {}}\n" + arms_line) ==
        "x.yaml:5:8: model: expected one model, found 2; there are: plants, stones");
  CHECK(desk.problems(head + model_line + "arms: {a: [{programme: wateringg, start: 1 week}]}\n") ==
        "x.yaml:6:24: arms.a.0.programme: no programme 'wateringg'; did you mean 'watering'? (searched: "
        "library/programmes)");
  CHECK(desk.problems(head + "model: {plants: {hypothesis: H7}}\n" + arms_line) ==
        "x.yaml:5:30: model.plants.hypothesis: no hypothesis 'H7'; there are: cloudy, sunny (searched: "
        "library/hypotheses)");
  CHECK(desk.problems(with_use("programme: watering, start: 1 week, dose: {rain: 1, plant_food: 2000}")) ==
        "x.yaml:8:51: arms.course.0.dose.rain: no such input of the model 'plants'; did you mean "
        "'rain_water'?\n"
        "x.yaml:8:72: arms.course.0.dose.plant_food: 2000 is outside [0, 1000] grams over the whole course");
}

TEST_CASE("a word of a longer name is enough to suggest it, unless it stands in many names") {
  const std::vector<std::string> known{
      "guided_reflection", "self_kind_journaling", "security_boost", "self_boost", "self_care", "self_help"};
  CHECK(scenario::suggestion("reflexion", known) == "did you mean 'guided_reflection'?");
  CHECK(scenario::suggestion("boost", known) == "did you mean 'security_boost' or 'self_boost'?");
  CHECK(scenario::guess("self", known) == std::nullopt);
  CHECK(scenario::guess("boo", known) == std::nullopt);
  CHECK(scenario::guess("kind", known) == "did you mean 'self_kind_journaling'?");
}

TEST_CASE("edit distance counts a swap of neighbours as one slip") {
  CHECK(scenario::edit_distance("", "abc") == 3);
  CHECK(scenario::edit_distance("form", "from") == 1);
  CHECK(scenario::edit_distance("Seed", "seed") == 0);
  CHECK(scenario::edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("keys and kinds of value are checked where they stand") {
  const Desk desk;
  CHECK(desk.problems(head + model_line + arms_line + "seed: 8\n") ==
        "x.yaml:7:1: seed: written twice, first on line 2 and again on line 7; keep one");
  CHECK(desk.problems(head + model_line + "arms: [a, b]\n") ==
        "x.yaml:6:7: arms: expected a map of arm names to what they offer, found a list");
  CHECK(desk.problems(head + model_line + "arms: {}\n") ==
        "x.yaml:6:7: arms: at least one arm is needed, such as 'waitlist: {}'");
  CHECK(desk.problems(head + model_line + "arms: {a: watering}\n") ==
        "x.yaml:6:11: arms.a: expected {}, a list of programmes or a map, found 'watering'");
  CHECK(desk.problems(head + model_line + "arms: {a: {programme: watering, start: 1 week}}\n") ==
        "x.yaml:6:11: arms.a: programmes are items of a list: begin the line with '- ', as in '- {programme: "
        "..., "
        "start: ...}'");
  CHECK(desk.problems(head + model_line + "arms: {a/b: {}}\n") ==
        "x.yaml:6:8: arms.a/b: an arm's name is made of letters a to z, digits, '-' and '_', at most 64");
  CHECK(desk.problems(head + model_line + arms_line + "replicates: [1, 2]\n") ==
        "x.yaml:7:13: replicates: expected a map of societies, per_society, found a list");
  CHECK(desk.problems(head + model_line + arms_line + "title: [a]\n") ==
        "x.yaml:7:8: title: expected a text, found a list");
  CHECK(desk.problems(head + model_line + arms_line + "title: !!str x\n") ==
        "x.yaml:7:8: title: the YAML tag '!!str' is not accepted; write the plain value without it");
  CHECK(desk.problems(head + model_line + arms_line + "record: {styles: on, ties: all}\n") ==
        "x.yaml:7:18: record.styles: expected true or false, found 'on' (yes, no, on and off are not "
        "accepted: they "
        "mean different things to different programs)\n"
        "x.yaml:7:28: record.ties: 'all' is not known; allowed here: events, none");
  CHECK(desk.problems("schema: 2\nseed: 7\n" + head.substr(18) + model_line + arms_line) ==
        "x.yaml:1:9: schema: expected 1, found '2'; this program reads schema 1 only");
  CHECK(desk.problems("title: x\n") ==
        "x.yaml:1:1: schema: required but missing (version of the scenario language)\n"
        "x.yaml:1:1: seed: required but missing (whole number from which all luck is drawn)\n"
        "x.yaml:1:1: time: required but missing (how long)\n"
        "x.yaml:1:1: society: required but missing (who)\n"
        "x.yaml:1:1: model: required but missing (the model's name and its numbers)\n"
        "x.yaml:1:1: arms: required but missing (worlds that are compared, by name)");
}

TEST_CASE("what is recorded is named from the model and fits the run") {
  const Desk desk;
  const auto record = [&](const std::string& text) {
    return desk.problems(head + model_line + arms_line + "record: " + text + "\n");
  };
  CHECK(record("{persons: none}").empty());
  CHECK(record("{persons: some}") ==
        "x.yaml:7:19: record.persons: expected a map of every, sample, columns, instruments, found 'some'");
  CHECK(record("{persons: {sample: everyone}}") == "x.yaml:7:28: record.persons.sample: 'everyone' is not a "
                                                   "plain whole number; write digits only, such as 1000; or "
                                                   "write 'all'");
  CHECK(
      record("{persons: {columns: [leaf, leaf_area, bark], instruments: leaf_ruler}}") ==
      "x.yaml:7:36: record.persons.columns.1: 'leaf_area' is listed twice; keep one\n"
      "x.yaml:7:47: record.persons.columns.2: 'bark' is not known; allowed here: leaf_area, root_depth, "
      "plant_age, is_potted, vine_tie\n"
      "x.yaml:7:67: record.persons.instruments: expected a list of names such as [a, b], found 'leaf_ruler'");
  CHECK(record("{population: 3 years}") ==
        "x.yaml:7:22: record.population: 3 years is longer than what is recorded, 104 weeks");
  CHECK(record("{population: 3 years, from: burn-in}").empty());
}

TEST_CASE("network keys belong to kinds of network") {
  const Desk desk;
  const auto network = [&](const std::string& text) {
    return desk.problems(
        "schema: 1\nseed: 7\ntime: {burn_in: 1 year, run: 2 years}\nsociety: {persons: 1000, network: " +
        text + "}\n" + model_line + arms_line);
  };
  CHECK(network("{kind: scale-free, exponent: 3}").empty());
  CHECK(network("{kind: erdos-renyi, block: 10}") ==
        "x.yaml:4:55: society.network.block: does not belong to the kind 'erdos-renyi'; it belongs to "
        "community, blocks");
  CHECK(network("{kind: scalefree}") ==
        "x.yaml:4:42: society.network.kind: 'scalefree' is not known; did you mean 'scale-free'?");
  CHECK(network("{acquaintances: 7}") == "x.yaml:4:51: society.network.acquaintances: 7 is odd; a ring has "
                                         "as many neighbours on each side, so write an "
                                         "even number");
  CHECK(network("{kind: scale-free, acquaintances: 7}").empty());
  CHECK(network("{block: 20}") ==
        "x.yaml:4:43: society.network.block: a community of 20 persons is too small for 24 "
        "acquaintances each; make it larger");
  CHECK(network("{kind: file, path: none.csv}") ==
        "x.yaml:4:54: society.network.path: no file 'none.csv' (searched: none.csv, "
        "library/none.csv)");
  CHECK(network("{kind: blocks, block: 1000}") ==
        "x.yaml:4:57: society.network.block: 1000 persons do not fill a second block of 1000; make blocks "
        "smaller");
  CHECK(network("{kind: blocks, block: 20, within: 1}") ==
        "x.yaml:4:69: society.network.within: 24 of 24 acquaintances lie inside the own block, which holds "
        "19 others; make blocks larger or lower within");
  CHECK(network("{kind: blocks, block: 990, within: 0.5}") ==
        "x.yaml:4:70: society.network.within: 12 of 24 acquaintances lie outside the own block, where 10 "
        "persons are; make blocks smaller or raise within");
  CHECK(network("{kind: blocks, block: 25, within: 1}").empty());
  CHECK(network("{kind: file}") == "x.yaml:4:35: society.network.path: required but missing for the kind "
                                   "'file' (edge list (CSV or GraphML), "
                                   "relative to the file that names it or in a networks folder)");
}

TEST_CASE("a course begins inside the run, and a note says when it ends after it") {
  const Desk desk;
  CHECK(desk.problems(with_use("programme: watering, start: 2 years")) ==
        "x.yaml:8:36: arms.course.0.start: 2 years is not before the end of the run, which lasts 2 years");
  CHECK(desk.read(with_use("programme: watering, start: 96 weeks")).notes.empty());
  CHECK(desk.read(with_use("programme: watering, start: 97 weeks")).notes ==
        std::vector<std::string>{"arm 'course', programme 'watering': the course ends in week 105, after the "
                                 "end of the run in week 104"});
}
