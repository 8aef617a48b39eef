#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "sim/scenario/composed_text.hpp"
#include "sim/scenario/keys.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/sweep_draft.hpp"
#include "sim/sweep/design.hpp"
#include "sim/sweep/priors.hpp"
#include "tests/unit/config_problems.hpp"
#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;
using support::contains;

namespace {

const ModelDeclaration* const models[] = {&plants, &stones};

const std::string course =
    head + model_line +
    "arms:\n"
    "  control: {}\n"
    "  course:\n"
    "    - {programme: watering, start: 1 week, share: 0.5, who: {leaf: {above: 0}}}\n";

std::string with_sweep(const std::string& lines) { return course + "sweep:\n" + lines; }
std::string with_factor(const std::string& factor) {
  return with_sweep("  design: lhs\n  points: 4\n  parameters:\n    " + factor + "\n");
}

scenario::SweepDraft draft_of(const Desk& desk, const std::string& text) {
  scenario::Problems problems;
  const scenario::Sources sources{desk.write("x.yaml", text), {}, {(desk.folder() / "library").string()}};
  auto swept = scenario::read_swept(problems, scenario::folders_of(sources), sources, models);
  scenario::throw_if_any(problems);
  REQUIRE(swept.sweep);
  CHECK(swept.sweep->sound);
  return *swept.sweep;
}

scenario::FactorDraft factor_of(const Desk& desk, const std::string& factor) {
  return draft_of(desk, with_factor(factor)).factors.at(0);
}

}  // namespace

TEST_CASE("the words of designs and priors are those of the design library") {
  const auto& sweep = *scenario::find_key(scenario::scenario_keys(), "sweep");
  const auto designs = scenario::find_key(sweep.children, "design")->words;
  const auto known = sweep::design_names();
  CHECK(std::equal(designs.begin(), designs.end(), known.begin(), known.end()));
  const auto& factors = *scenario::find_key(sweep.children, "parameters");
  const auto priors = scenario::find_key(factors.children, "prior")->words;
  const auto all = sweep::prior_names();  // the last, choice, is written as values
  CHECK(std::equal(priors.begin(), priors.end(), all.begin(), all.end() - 1));
}

TEST_CASE("a run ignores the section sweep, says so, and its resolved text is that without it") {
  const Desk desk;
  const Plan with = desk.read(with_factor("society.persons: {prior: integer, low: 500, high: 2000}"));
  const Plan without = desk.read(course);
  CHECK(with.resolved == without.resolved);
  REQUIRE(with.notes.size() == without.notes.size() + 1);
  CHECK(contains(with.notes.back(), "'sweep' is ignored"));
  CHECK(without.notes.empty());
}

TEST_CASE("bounds, means and spreads that are left out come from what the key declares") {
  const Desk desk;
  const std::string leaf = "model.plants.parameters.leaf_growth: ";
  const auto uniform = factor_of(desk, leaf + "{prior: uniform}");
  CHECK((uniform.low == 0 && uniform.high == 0.6));
  const auto part = factor_of(desk, leaf + "{prior: uniform, low: 0.2}");
  CHECK((part.low == 0.2 && part.high == 0.6));
  const auto normal = factor_of(desk, leaf + "{prior: normal}");
  CHECK((normal.mean == 0.1 && normal.sd == 0.6 / 4 && normal.low == 0 && normal.high == 0.6));
  const auto share = factor_of(desk, "arms.course.0.share: {prior: normal, sd: 0.1}");
  CHECK((share.mean == 1 && share.sd == 0.1 && share.low == 0 && share.high == 1));
  const auto dose = factor_of(desk, "arms.course.0.dose.rain_water: {prior: uniform}");
  CHECK((dose.low == 0 && dose.high == 1000));
  const auto bound = factor_of(desk, "arms.course.0.who.leaf.above: {prior: uniform}");
  CHECK((bound.low == -6 && bound.high == 6));
  const auto start = factor_of(desk, "arms.course.0.start: {prior: integer}");
  CHECK((start.low == 0 && start.high == 103 && start.in_weeks));  // the run has 104 weeks
  const auto written = factor_of(desk, "arms.course.0.start: {prior: integer, low: 2 weeks, high: 1 year}");
  CHECK((written.low == 2 && written.high == 52));
  const auto heavy = factor_of(desk, leaf + "{prior: lognormal, mean: -2, sd: 0.5}");
  CHECK((heavy.mean == -2 && heavy.sd == 0.5 && heavy.low == 0));
  const auto cut = factor_of(desk, leaf + "{prior: lognormal, low: 0.05, high: 0.4}");
  CHECK(cut.mean == std::log(0.1));
  CHECK(std::abs(cut.sd - std::log(8.0) / 4) < 1e-12);
}

TEST_CASE("listed values keep their words, and quotes where text needs them") {
  const Desk desk;
  CHECK(factor_of(desk, "arms.course.0.start: {values: [0 weeks, 26 weeks]}").values ==
        std::vector<std::string>{"0 weeks", "26 weeks"});
  CHECK(factor_of(desk, "model.plants.hypothesis: {values: [sunny, H2]}").values ==
        std::vector<std::string>{"sunny", "H2"});
  CHECK(factor_of(desk, "arms.course.0.group: {values: [a, \"b: c\"]}").values ==
        std::vector<std::string>{"a", "\"b: c\""});
  CHECK(factor_of(desk, "arms.course.0.share: {values: [0.1, 1], together: dose, levels: 2, centre: 0.25}")
            .together == "dose");
}

TEST_CASE("the whole section is read") {
  const Desk desk;
  const auto sweep = draft_of(
      desk,
      with_sweep("  design: morris\n  points: 6\n  levels: 8\n  weeks: [60, 8]\n"
                 "  parameters: {society.network.rewiring: {prior: uniform}}\n"
                 "  until: {halfwidth: 0.01, of: {arm: course, outcome: leaf, variable: effect_treated, "
                 "week: 8}, batch: 2, most: 64}\n"));
  CHECK(sweep.design == "morris");
  CHECK((sweep.points == 6 && sweep.levels == 8));
  CHECK(sweep.weeks == std::vector<int>{8, 60});
  REQUIRE(sweep.until);
  CHECK(sweep.until->halfwidth == 0.01);
  CHECK(sweep.until->arm == "course");
  CHECK(sweep.until->outcome == "leaf_area");  // written by its short name
  CHECK(sweep.until->variable == "effect_treated");
  CHECK((sweep.until->week == 8 && sweep.until->batch == 2 && sweep.until->most == 64));
}

TEST_CASE("outcomes are kept in the usual weeks that fit and in the last") {
  const Desk desk;
  const Plan plan = desk.read(course);  // begins in week 1 of 104
  CHECK(scenario::kept_weeks({}, plan) == std::vector<int>{8, 34, 60, 103});
  CHECK(scenario::kept_weeks({3}, plan) == std::vector<int>{3});
  CHECK(scenario::kept_weeks({}, desk.read(head + model_line + arms_line)) ==
        std::vector<int>{8, 34, 60, 104});
}

TEST_CASE("paths that lead nowhere, and what belongs to the sweep as a whole, are refused with a hint") {
  const Desk desk;
  const auto said = [&](const std::string& path) {
    return desk.problems(with_factor(path + ": {values: [1, 2]}"));
  };
  const std::string at = "x.yaml:14:5: sweep.parameters.";
  CHECK(contains(said("model.plants.parameters.leaf_grow"),
                 at + "model.plants.parameters.leaf_grow: no parameter 'leaf_grow' in "
                      "'model.plants.parameters'; did you mean 'leaf_growth'?"));
  CHECK(contains(said("societi.persons"), "no key 'societi'; did you mean 'society'?"));
  CHECK(contains(said("society.person"), "no key 'person' in 'society'; did you mean 'persons'?"));
  CHECK(contains(said("model.stones.parameters.x"), "no model 'stones' in 'model'; allowed here: plants"));
  CHECK(contains(said("arms.cours.0.share"), "no arm 'cours' in 'arms'; did you mean 'course'?"));
  CHECK(contains(said("arms.course.1.share"), "no programme '1' in 'arms.course'; allowed here: 0"));
  CHECK(contains(said("arms.course.00.share"), "no programme '00' in 'arms.course'"));
  CHECK(contains(said("arms.course.share"), "no programme 'share' in 'arms.course'; allowed here: 0"));
  CHECK(contains(said("arms.control.programmes.0.share"), "there is no list of programmes"));
  CHECK(contains(said("arms.course.0.dose.rain"), "no input 'rain'"));
  CHECK(contains(said("arms.course.0.who.leaf.over"), "no bound 'over'"));
  CHECK(contains(said("arms.course.0.programme.weeks"), "'arms.course.0.programme' is a name here"));
  CHECK(contains(said("arms.course.0.share.x"), "'arms.course.0.share' is a single value"));
  CHECK(contains(said("arms.course.0"), "is no single value; name one inside it, such as arms.course.0.pro"));
  CHECK(contains(said("record.persons.columns"), "'record' cannot vary: what is kept"));
  CHECK(contains(said("effects.direct.arms"), "is a list; what varies is a single value"));
  CHECK(contains(said("a..b"), "is no path of keys"));
  for (const std::string key :
       {"seed", "replicates.societies", "sweep.points", "record.population", "time.run"})
    CHECK(contains(said(key), "cannot vary"));
  CHECK(said("arms.course.0.weeks").empty());  // a good one
}

TEST_CASE("one value is set once: by one path, and not by the command line as well") {
  const Desk desk;
  CHECK(contains(
      desk.problems(with_sweep("  design: grid\n  parameters:\n    society.persons: {values: [500]}\n"
                               "    society.persons: {values: [600]}\n")),
      "sweep.parameters.society.persons: written twice, first on line 13 and again on line 14"));
  const std::string text = with_factor("society.persons: {values: [500, 600]}");
  CHECK(contains(desk.problems(text, {"society.persons=700"}),
                 "command line: society.persons: is set here and varied by the sweep "
                 "(sweep.parameters.society.persons)"));
  CHECK(contains(desk.problems(text, {"society={persons: 700}"}), "is set here and varied by the sweep"));
  CHECK(desk.problems(text, {"society.network.rewiring=0.1"}).empty());
}

TEST_CASE("a path inside another that varies is refused") {
  const Desk desk;
  const std::string inner = "arms.course.0.programme.weeks";
  const std::string in_place = head + model_line +
                               "arms:\n  course:\n    - {start: 1 week, programme: {programme: mist, "
                               "weeks: 4}}\nsweep:\n  design: grid\n  parameters:\n";
  const std::string both =
      "    arms.course.0.programme: {values: [watering]}\n    " + inner + ": {values: [4, 6]}\n";
  CHECK(desk.problems(in_place + "    " + inner + ": {values: [4, 6]}\n").empty());
  CHECK(desk.problems(in_place + both) ==
        "x.yaml:13:5: sweep.parameters." + inner +
            ": lies inside 'arms.course.0.programme', which varies as a whole");
}

TEST_CASE("a week is judged against those that are kept") {
  const Desk desk;
  const auto until = [&](const std::string& week) {
    return desk.problems(with_sweep("  design: grid\n  parameters: {society.persons: {values: [500]}}\n"
                                    "  until: {halfwidth: 1, of: {arm: course, outcome: leaf_area, variable: "
                                    "effect_everyone, week: " +
                                    week + "}, most: 2}\n"));
  };
  CHECK(until("103").empty());
  CHECK(
      contains(until("9"), "outcomes are not kept in week 9; they are in 8, 34, 60, 103; write sweep.weeks"));
}

TEST_CASE("everything wrong in the section is said at once, in reading order") {
  const Desk desk;
  CHECK(
      desk.problems("schema: 1\nseed: -7\n" + course.substr(std::string("schema: 1\nseed: 7\n").size()) +
                    "sweep:\n"
                    "  design: sobl\n"
                    "  points: 0\n"
                    "  parameters:\n"
                    "    model.plants.parameters.leaf_growth: {prior: uniform, low: -1, high: 7}\n"
                    "    society.persons: {prior: uniform}\n"
                    "    model.plants.hypothesis: {values: [suny]}\n"
                    "    arms.course.0.weeks: {prior: normal}\n"
                    "    arms.course.0.share: {values: [0.5, 2, [1]], low: 0}\n"
                    "    arms.course.0.drop_out: {}\n"
                    "    arms.course.0.maintained: {prior: lognormal, levls: 2}\n"
                    "  weeks: [8, 8, 1.5]\n"
                    "  until: {halfwidth: 0, of: {arm: nobody, outcome: bark, variable: effect, week: 9}, "
                    "most: 2}\n") ==
      "x.yaml:2:7: seed: -7 is outside [0, 18446744073709551615]\n"
      "x.yaml:11:11: sweep.design: 'sobl' is not known; did you mean 'sobol'?\n"
      "x.yaml:12:11: sweep.points: 0 is outside [1, 1048576]\n"
      "x.yaml:14:64: sweep.parameters.model.plants.parameters.leaf_growth.low: -1 is outside [0, 0.6] per "
      "week (assumption A-1)\n"
      "x.yaml:14:74: sweep.parameters.model.plants.parameters.leaf_growth.high: 7 is outside [0, 0.6] per "
      "week (assumption A-1)\n"
      "x.yaml:15:30: sweep.parameters.society.persons.prior: the key takes whole numbers; write the prior "
      "integer, or list them with values:\n"
      "x.yaml:16:40: sweep.parameters.model.plants.hypothesis.values.0: no hypothesis 'suny'; did you mean "
      "'sunny'? (searched: library/hypotheses)\n"
      "x.yaml:17:34: sweep.parameters.arms.course.0.weeks.prior: the key takes whole numbers; write the "
      "prior integer, or list them with values:\n"
      "x.yaml:18:41: sweep.parameters.arms.course.0.share.values.1: 2 is outside [0, 1]\n"
      "x.yaml:18:44: sweep.parameters.arms.course.0.share.values.2: expected a single value, found a list\n"
      "x.yaml:18:50: sweep.parameters.arms.course.0.share.low: belongs to a prior; listed values have none\n"
      "x.yaml:19:5: sweep.parameters.arms.course.0.drop_out: says not how it varies; write a prior, such as "
      "{prior: uniform}, or values: [...]\n"
      "x.yaml:20:31: sweep.parameters.arms.course.0.maintained.mean: required but missing: the range "
      "reaches 0, so it cannot be taken from there; write it in natural logarithms\n"
      "x.yaml:20:31: sweep.parameters.arms.course.0.maintained.sd: required but missing: the range reaches "
      "0, so it cannot be taken from there; write it in natural logarithms\n"
      "x.yaml:20:50: sweep.parameters.arms.course.0.maintained.levls: no such key; did you mean 'levels'?\n"
      "x.yaml:21:14: sweep.weeks.1: 8 is listed twice; keep one\n"
      "x.yaml:21:17: sweep.weeks.2: '1.5' is not a plain whole number; write digits only, such as 1000\n"
      "x.yaml:22:22: sweep.until.halfwidth: 0 is outside [1e-09, 1000000000]\n"
      "x.yaml:22:35: sweep.until.of.arm: no arm 'nobody'; allowed here: control, course\n"
      "x.yaml:22:52: sweep.until.of.outcome: no outcome 'bark'; allowed here: root_depth, leaf_area\n"
      "x.yaml:22:68: sweep.until.of.variable: 'effect' is not known; did you mean 'effect_treated', "
      "'effect_untreated_partner' or 'effect_everyone'?");
}

TEST_CASE("keys that a design does not know, or lacks, are reported") {
  const Desk desk;
  const std::string all = desk.problems(with_sweep("  design: grid\n  points: 3\n  scrambled: true\n"));
  CHECK(contains(all, "sweep.points: does not belong to the kind 'grid'; it belongs to lhs, sobol"));
  CHECK(contains(all, "sweep.scrambled: does not belong"));
  CHECK(contains(all, "sweep.parameters: required but missing"));
  CHECK(
      contains(desk.problems(with_sweep("  design: sobol\n  parameters: {society.persons: {values: [9]}}\n")),
               "sweep.points: required but missing for the kind 'sobol'"));
  const std::string list = desk.problems(with_sweep("  design: list\n  parameters: {}\n"));
  CHECK(contains(list, "sweep.parameters: does not belong to the kind 'list'"));
  CHECK(contains(list, "sweep.from: required but missing for the kind 'list'"));
  CHECK(contains(desk.problems(with_sweep("  design: list\n  from: a.csv\n  rows: b\n")), "keep one"));
  CHECK(
      contains(desk.problems(with_sweep("  design: list\n  from: a.csv\n")), "sweep.from: no file 'a.csv'"));
  CHECK(contains(desk.problems(with_sweep("  design: list\n  from: ../../etc/passwd\n")), "lies outside"));
  CHECK(desk.problems(course + "sweep:\n") ==
        "x.yaml:10:1: sweep.design: required but missing (how points are chosen)");
  CHECK(contains(desk.problems(course + "sweep: 3\n"), "sweep: expected a map of design, points"));
}

TEST_CASE("weeks beyond the run, and effects of arms that have none, are refused") {
  const Desk desk;
  const auto until = [&](const std::string& arm, const std::string& variable) {
    return desk.problems(with_sweep(
        "  design: grid\n  parameters: {society.persons: {values: [500, 600]}}\n  until: {halfwidth: 1, of: "
        "{arm: " +
        arm + ", outcome: leaf_area, variable: " + variable + ", week: 103}, batch: 3, most: 2}\n"));
  };
  CHECK(contains(until("course", "mean"), "sweep.until.most: 2 is fewer than the 3 of batch"));
  CHECK(contains(until("control", "effect_treated"), "the arm 'control' has no programme"));
  CHECK_FALSE(contains(until("course", "effect_untreated_partner"), "of.arm"));
  CHECK(contains(desk.problems(with_sweep("  design: grid\n  parameters: {society.persons: {values: [500]}}\n"
                                          "  weeks: [103, 104]\n")),
                 "x.yaml:13:16: sweep.weeks.1: 104 is outside [0, 103] weeks; the run ends 103 weeks after"));
}

TEST_CASE("the JSON Schema knows the section") {
  const Desk desk;
  const std::string schema = scenario::schema_json(models, {});
  for (const std::string word : {"\"saltelli\"", "\"lognormal\"", "\"halfwidth\"", "\"together\"", "\"rows\"",
                                 "\"effect_untreated_partner\""})
    CHECK(contains(schema, word));
}

TEST_CASE("a document written as YAML reads back as it was") {
  const Desk desk;
  const std::string texts[] = {
      "a: 1\nb: [x, 2, [], {}, [[1], {c: ~}]]\n\"null\": \"null\"\n\"a: b\": \"x # y\"\n",
      "text: |\n  one\n\n   two: 3\n  four\nfolded: >\n  a\n  b\n\nkept: |+\n  a\n\nplain: a\n  b\n",
      "n:\ne: \"\"\nq: '0.5'\nu: \"\\u00e9\\x01\\ttab\"\nd: '---'\nlist:\n  - a: 1\n    b: 2\n  -\n    - 1\n",
  };
  const auto same = [](const auto& self, const scenario::Node& a, const scenario::Node& b) -> bool {
    return a.kind == b.kind && a.key == b.key && a.text == b.text &&
           (a.quoted == b.quoted || a.text.find('\n') != std::string::npos) &&
           std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(),
                      [&](const auto& x, const auto& y) { return self(self, x, y); });
  };
  for (const std::string& text : texts) {
    scenario::Problems problems;
    const auto root = scenario::parse(problems, text, {"a", 0, 0});
    REQUIRE(root);
    const auto again = scenario::parse(problems, scenario::yaml_of(*root), {"b", 0, 0});
    INFO(scenario::yaml_of(*root));
    REQUIRE(again);
    CHECK(same(same, *root, *again));
    CHECK(problems.found.empty());
  }
}

TEST_CASE("words of the command line are read as the YAML library reads them") {
  for (const std::string word :
       {"0.5",  "-1e-3", "+4",  ".5",  "26 weeks", "a-b_c", "null", "Null", "~",
        "",     "-",     "--",  "---", "- a",      "a  b",  "a ",   " a",   "...",
        "true", "x: y",  "[1]", "a#b", "1 #c",     "1.",    "nULL", "0x1F", "2026-11-24"}) {
    scenario::Problems alone, inside;
    const auto as_word = scenario::parse(alone, word, {std::string(scenario::command_line), 0, 0});
    // "word" behind a comment line goes the long way.
    const auto as_text = scenario::parse(inside, "#\n" + word, {std::string(scenario::command_line), 0, 0});
    INFO(word);
    REQUIRE(as_word.has_value() == as_text.has_value());
    if (!as_word) continue;
    CHECK(as_word->kind == as_text->kind);
    CHECK(as_word->text == as_text->text);
    CHECK(as_word->quoted == as_text->quoted);
  }
}
