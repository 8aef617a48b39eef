#include "sim/scenario/targets_file.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

namespace {

constexpr std::string_view one[] = {""};
constexpr std::string_view two[] = {"upper", "lower"};
constexpr TargetQuantity quantities[] = {{"P1", one}, {"P2", two}};

const std::string course = "[{programme: watering, start: 0 weeks, share: 0.4}]";

std::string with_study(const std::string& hypotheses = "[sunny, cloudy]",
                       const std::string& offered = course) {
  return "schema: 1\nstudy:\n  seed: 5\n  persons: 100\n  societies: 2\n  burn_in: 1 year\n  hypotheses: " +
         hypotheses + "\n  course: " + offered + "\n  online: " + course + "\ntargets:\n";
}

std::string row(const std::string& fields) { return "  - {" + fields + "}\n"; }

const std::string good = row("id: P1, quantity: first, value: 0.5, band: [0, 1], confidence: read");

scenario::TargetsFile read(const std::string& text, std::vector<std::string> overrides = {}) {
  const Desk desk;
  const std::string file = desk.write("t.yaml", text);
  const std::string library = (std::filesystem::path(file).parent_path() / "library").string();
  return scenario::read_targets({file, std::move(overrides), {library}}, plants, quantities);
}

/// All problems, one a line, each without its folder; "" when there are none.
std::string problems(const std::string& text, std::vector<std::string> overrides = {}) {
  try {
    read(text, std::move(overrides));
  } catch (const ConfigError& error) {
    std::string all;
    for (Problem problem : error.problems()) {
      problem.file = std::filesystem::path(problem.file).filename().string();
      all += problem.text() + "\n";
    }
    return all;
  }
  return "";
}

/// Of a row that follows the good one.
std::string problems_of_row(const std::string& fields) { return problems(with_study() + good + row(fields)); }

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a file of targets gives a study of three worlds for each hypothesis") {
  const scenario::TargetsFile file = read(with_study() + good);
  CHECK(file.study.seed.value == 5);
  CHECK(file.study.society.persons == 100);
  CHECK(file.study.societies == 2);
  CHECK(file.study.burn_in == 52);
  REQUIRE(file.study.arms.size() == 6);
  for (std::size_t a = 0; a < 6; ++a) {
    const ArmPlan& arm = file.study.arms[a];
    CHECK(arm.hypothesis == (a < 3 ? "sunny" : "cloudy"));
    CHECK(arm.parameters ==
          (a < 3 ? std::vector<double>{.3, .2, .2, 1, 1} : std::vector<double>{.1, .9, .05, 1, 1}));
    CHECK(arm.programmes.size() == (a % 3 == 0 ? 0u : 1u));
  }
  CHECK(file.study.arms[1].programmes[0].share == .4);
  CHECK(file.study.arms[1].programmes[0].weeks == 8);
}

TEST_CASE("bands are read in all their forms") {
  const scenario::TargetsFile file =
      read(with_study() + good +
           row("id: P2, quantity: q, value: [0.7, 0.4], band: 0.1, confidence: inferred, rows: [E1, F], "
               "note: n, not_claimed_by: [sunny], known_failure: k, source: s"));
  const Target& first = file.targets.at(0);
  CHECK(first.published == std::vector<double>{.5});
  REQUIRE(first.bands.size() == 1);
  CHECK(first.bands[0].high == 1);
  const Target& second = file.targets.at(1);
  REQUIRE(second.bands.size() == 2);
  CHECK(second.bands[0].low == .7 - .1);
  CHECK(second.bands[1].high == .4 + .1);
  CHECK(second.rows == std::vector<std::string>{"E1", "F"});
  CHECK(second.not_claimed_by == std::vector<std::string>{"sunny"});
  CHECK(second.note == "n");
  CHECK(second.known_failure == "k");
  const auto bands_of = [&](const std::string& value, const std::string& band) {
    return read(with_study() +
                row("id: P2, quantity: q, confidence: read, value: " + value + ", band: " + band))
        .targets.at(0)
        .bands;
  };
  CHECK(bands_of("1", "[0, 2]").at(1).high == 2);  // one for all
  CHECK(bands_of("[1, 5]", "[[0, 2], [4, 6]]").at(1).low == 4);
}

TEST_CASE("overrides reach the study") {
  const scenario::TargetsFile file =
      read(with_study() + good, {"study.persons=7", "study.seed=8", "study.hypotheses=['H2']"});
  CHECK(file.study.society.persons == 7);
  CHECK(file.study.seed.value == 8);
  CHECK(file.study.arms.size() == 3);
  CHECK(file.study.arms[0].hypothesis == "cloudy");
}

TEST_CASE("the study of a file of targets is checked") {
  CHECK(problems(with_study() + good).empty());
  CHECK(problems("schema: 1\n") == "t.yaml:1:1: study: required but missing (where targets are computed)\n"
                                   "t.yaml:1:1: targets: required but missing (list of targets)\n");
  CHECK(holds(problems(with_study("[sunny, cloudyy]") + good),
              "t.yaml:7:23: study.hypotheses.1: no hypothesis "
              "'cloudyy'; did you mean 'cloudy'?"));
  CHECK(holds(problems(with_study("[sunny, H1]") + good),
              "study.hypotheses.1: 'sunny' is in the list already"));
  CHECK(holds(problems(with_study("[]") + good), "study.hypotheses: at least one hypothesis is needed"));
  CHECK(holds(problems(with_study("sunny") + good), "study.hypotheses: expected a list of hypotheses"));
  CHECK(holds(problems(with_study("[sunny]", "[]") + good), "study.course: expected one programme, found 0"));
  CHECK(holds(problems(with_study("[sunny]", "") + good), "study.course: expected one programme, found 0"));
  CHECK(holds(problems(with_study("[sunny]", "[{programme: watering, start: 1 week}]") + good),
              "study.course: must start at '0 weeks'"));
  CHECK(
      holds(problems(with_study() + good, {"study.persons=1"}), "command line: study.persons: 1 is outside"));
  CHECK(holds(problems(with_study() + good, {"study.person=9"}), "did you mean 'persons'?"));
}

TEST_CASE("rows are checked, each with its place") {
  const std::string rest = "quantity: q, value: 1, confidence: read";
  CHECK(problems_of_row("id: P1, band: [0, 2], " + rest) ==
        "t.yaml:12:10: targets.1.id: 'P1' has a row already\n");
  CHECK(problems_of_row("id: P3, band: [0, 2], " + rest) ==
        "t.yaml:12:10: targets.1.id: no quantity 'P3' can be computed; did you mean 'P1'?\n");
  CHECK(
      holds(problems_of_row("id: P2, band: [2, 0], " + rest), "the lower end comes first: 2 is not below 0"));
  CHECK(holds(problems_of_row("id: P2, band: [0, 1, 2], " + rest), "expected [low, high], found a list"));
  CHECK(holds(problems_of_row("id: P2, band: [[0, 1]], " + rest), "1 bands for the 2 parts (upper, lower)"));
  CHECK(holds(problems_of_row("id: P2, band: 0.1, " + rest),
              "a half-width needs a published value for each of the 2"));
  CHECK(holds(problems_of_row("id: P2, band: [0, x], " + rest), "targets.1.band.1: "));
  CHECK(holds(problems_of_row("id: P2, band: [0, .nan], " + rest), "targets.1.band.1: "));
  CHECK(holds(problems_of_row("id: P2, " + rest), "targets.1.band: required but missing"));
  CHECK(holds(problems_of_row("id: P2, band: [0, 2], quantity: q, confidence: read, value: [1, 2, 3]"),
              "3 values for the 2 parts"));
  CHECK(holds(problems_of_row("id: P2, band: -0.1, quantity: q, confidence: read, value: [1, 2]"),
              "a half-width must be above 0"));
  CHECK(holds(problems_of_row("id: P2, band: [0, 2], quantity: q, value: 1, confidence: reed"),
              "targets.1.confidence: 'reed' is not known; did you mean 'read'?"));
  CHECK(holds(problems_of_row("id: P2, band: [0, 2], not_claimed_by: [suny], " + rest),
              "targets.1.not_claimed_by.0: no hypothesis 'suny'; did you mean 'sunny'?"));
  CHECK(holds(problems(with_study() + "  []\n"), "targets: at least one target is needed"));
}
