#include "sim/sweep/study.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "models/attachment/model.hpp"
#include "sim/random/philox.hpp"
#include "tests/unit/config_problems.hpp"
#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;
using support::contains;
using support::problems_of;
using Words = std::vector<std::pair<std::string, std::string>>;

namespace {

const ModelDeclaration* const models[] = {&plants, &stones};

const std::string course = head + model_line +
                           "arms:\n"
                           "  control: {}\n"
                           "  course:\n"
                           "    - {programme: watering, start: 1 week, share: 0.5}\n";
const std::string two_factors = "    model.plants.parameters.leaf_growth: {prior: uniform}\n"
                                "    arms.course.0.share: {values: [0.1, 0.2, 0.5]}\n";

scenario::Sources sources_in(const Desk& desk, const std::string& text, const std::string& name = "x.yaml") {
  return {desk.write(name, text), {}, {(desk.folder() / "library").string()}};
}

sweep::Study study_of(const Desk& desk, const std::string& sweep) {
  return sweep::read_study(sources_in(desk, course + "sweep:\n" + sweep), models);
}

std::string study_problems(const Desk& desk, const std::string& sweep) {
  return desk.without_folder(problems_of([&] { study_of(desk, sweep); }));
}

std::vector<std::string> resolved_points(const sweep::Study& study, const sweep::PointPlans& plans) {
  std::vector<std::string> all;
  for (const sweep::Point& point : study.design.points)
    all.push_back(plans.plan(study.overrides(point)).resolved);
  return all;
}

}  // namespace

TEST_CASE("every design of a scenario gives its number of points, and their values their keys") {
  const Desk desk;
  const std::string factors = "  parameters:\n" + two_factors;
  const auto points = [&](const std::string& design) {
    return study_of(desk, design + factors).design.points.size();
  };
  CHECK(points("  design: lhs\n  points: 10\n") == 10);
  CHECK(points("  design: sobol\n  points: 8\n  scrambled: false\n") == 8);
  CHECK(points("  design: morris\n  points: 5\n") == 15);
  CHECK(points("  design: saltelli\n  points: 4\n") == 16);
  const sweep::Study grid =
      study_of(desk, "  design: grid\n  parameters:\n"
                     "    arms.course.0.share: {values: [0.1, 0.2, 0.5], together: dose}\n"
                     "    arms.course.0.weeks: {values: [4, 8, 12], together: dose}\n"
                     "    arms.course.0.start: {prior: integer, low: 0 weeks, high: 1 week}\n");
  REQUIRE(grid.design.points.size() == 6);
  CHECK(grid.design.axes.size() == 2);
  CHECK(grid.paths ==
        std::vector<std::string>{"arms.course.0.share", "arms.course.0.weeks", "arms.course.0.start"});
  CHECK(grid.overrides(grid.design.points[3]) == Words{{"arms.course.0.share", "0.2"},
                                                       {"arms.course.0.weeks", "8"},
                                                       {"arms.course.0.start", "1 week"}});
  const sweep::Study star =
      study_of(desk, "  design: star\n  parameters:\n"
                     "    model.plants.parameters.root_growth: {prior: uniform, centre: 0.5, levels: 2}\n");
  REQUIRE(star.design.points.size() == 3);
  CHECK(star.values(star.design.points[0]).at(0).number == 0);
  CHECK(star.values(star.design.points[1]).at(0).number == -0.5);
}

TEST_CASE("a design draws from the scenario's seed") {
  const Desk desk;
  const std::string sweep =
      "sweep: {design: lhs, points: 5, parameters: {society.persons: {prior: integer, low: "
      "500, high: 2000}}}\n";
  auto sources = sources_in(desk, course + sweep);
  const auto first = sweep::read_study(sources, models);
  CHECK(first.plan.seed.value == 7);
  sources.overrides = {"seed=8"};
  const auto second = sweep::read_study(sources, models);
  CHECK(second.plan.seed.value == 8);
  CHECK(first.design.points[0].unit != second.design.points[0].unit);
}

TEST_CASE("a list comes from a file or is written in place") {
  const Desk desk;
  desk.write("points.csv", "arms.course.0.share,model.plants.hypothesis\r\n0.1,sunny\r\n 0.2 ,H2\r\n");
  const sweep::Study from = study_of(desk, "  design: list\n  from: points.csv\n");
  CHECK(from.paths == std::vector<std::string>{"arms.course.0.share", "model.plants.hypothesis"});
  REQUIRE(from.design.points.size() == 2);
  CHECK(from.overrides(from.design.points[1]) ==
        Words{{"arms.course.0.share", "0.2"}, {"model.plants.hypothesis", "H2"}});
  const sweep::Study rows =
      study_of(desk, "  design: list\n  rows: |\n    arms.course.0.share,model.plants.hypothesis\n"
                     "    0.1,sunny\n    0.2,H2\n");
  CHECK(rows.paths == from.paths);
  CHECK(rows.overrides(rows.design.points[1]) == from.overrides(from.design.points[1]));
}

TEST_CASE("what is wrong in a list is reported beside what is wrong in the scenario") {
  const Desk desk;
  desk.write("points.csv", "arms.course.0.shar,seed\n0.1,1\n0.1\n");
  CHECK(contains(study_problems(desk, "  design: list\n  weeks: 3\n  from: points.csv\n"),
                 "x.yaml:12:10: sweep.weeks"));
  CHECK(contains(study_problems(desk, "  design: list\n  from: points.csv\n"),
                 "points.csv:3:1: 1 cell(s) where the header has 2"));
  desk.write("points.csv", "arms.course.0.shar,seed\n0.1,1\n");
  const std::string header = study_problems(desk, "  design: list\n  from: points.csv\n");
  CHECK(contains(
      header, "points.csv:1:1: arms.course.0.shar: no key 'shar' in 'arms.course.0'; did you mean 'share'?"));
  CHECK(contains(header, "points.csv:1:1: seed: 'seed' cannot vary"));
  CHECK(contains(study_problems(desk, "  design: list\n  rows: |\n    society.persons\n    500,1\n"),
                 "x.yaml:12:9: sweep.rows: line 2, column 5: 2 cell(s)"));
}

TEST_CASE("a scenario without a sweep says what to add") {
  const Desk desk;
  CHECK(contains(
      problems_of([&] { sweep::read_study(sources_in(desk, course), models); }),
      "x.yaml:1:1: sweep: required but missing (what varies); add it, such as 'sweep: {design: lhs"));
}

TEST_CASE("problems of the design stand among those of the scenario") {
  const Desk desk;
  const std::string all =
      study_problems(desk, "  design: grid\n  weeks: [8, 8]\n  parameters:\n"
                           "    arms.course.0.share: {values: [0.1, 0.1]}\n"
                           "    model.plants.parameters.leaf_growth: {prior: uniform, low: 0.5, high: 0.2}\n"
                           "    model.plants.parameters.shade_loss: {prior: uniform}\n");
  CHECK(contains(all, "x.yaml:12:14: sweep.weeks.1: 8 is listed twice"));
  CHECK(contains(all, "x.yaml:14:5: sweep.parameters.arms.course.0.share: '0.1' is listed twice"));
  CHECK(contains(all,
                 "x.yaml:15:5: sweep.parameters.model.plants.parameters.leaf_growth: low 0.5 is not below"));
  CHECK(contains(all, "shade_loss: levels: say how many"));
  CHECK(contains(study_problems(desk, "  design: saltelli\n  points: 1\n  parameters:\n" + two_factors),
                 "x.yaml:10:1: sweep.points: 1 is below 2"));
  CHECK(contains(
      study_problems(desk, "  design: morris\n  points: 3\n  levels: 3\n  parameters:\n" + two_factors),
      "sweep.levels: 3 is not an even number"));
  // A factor that is wrong is not missed by the design as well.
  CHECK_FALSE(
      contains(study_problems(desk, "  design: lhs\n  points: 2\n  parameters: {nothing: {values: [1]}}\n"),
               "at least one"));
  CHECK_FALSE(study_of(desk, "  design: sobol\n  points: 6\n  parameters:\n" + two_factors).notes.empty());
}

TEST_CASE("bad points are told by row, path and value, ten of them, and the others counted") {
  const Desk desk;
  const std::string text =
      course + "sweep:\n  design: list\n  rows: |\n    arms.course.0.share,society.persons\n";
  std::string rows = "    0.5,500\n    1.5,500\n    0.5,20\n";
  for (int i = 0; i < 20; ++i) rows += "    -1,500\n";
  const auto sources = sources_in(desk, text + rows);
  const sweep::Study study = sweep::read_study(sources, models);
  const auto found = sweep::check_points(study, sweep::PointPlans(sources, models));
  REQUIRE(found.size() == sweep::most_bad_points + 1);
  CHECK(desk.without_folder(found[0].text()) ==
        "x.yaml:10:1: sweep: point 1: arms.course.0.share=1.5: 1.5 is outside [0, 1]");
  CHECK(contains(found[1].text(),
                 "sweep: point 2: society.persons=20: 20 persons cannot have 24 acquaintances"));
  CHECK(contains(found[10].text(), "12 more of the 23 points cannot be run"));
  CHECK(sweep::check_points(study_of(desk, "  design: lhs\n  points: 20\n  parameters:\n" + two_factors),
                            sweep::PointPlans(sources_in(desk, course), models))
            .empty());
}

TEST_CASE("a point whose run ends before a week that is kept is a bad one") {
  const Desk desk;
  const sweep::Study study = study_of(
      desk,
      "  design: grid\n  weeks: [60]\n  parameters: {arms.course.0.start: {values: [1 week, 1 year]}}\n");
  const auto found = sweep::check_points(study, sweep::PointPlans(sources_in(desk, course), models));
  REQUIRE(found.size() == 1);
  CHECK(
      contains(found[0].message, "sweep: point 1: outcomes are kept in week 60 after the programmes' start"));
}

TEST_CASE("a problem that no value has alone is told with all values of its point") {
  const Desk desk;
  const std::string blocks =
      "schema: 1\nseed: 7\ntime: {burn_in: 1 year, run: 2 years}\n"
      "society:\n  persons: 1000\n  network: {kind: blocks, block: 60, within: 0.8}\n" +
      model_line + arms_line +
      "sweep: {design: grid, parameters: {society.persons: "
      "{values: [1000, 50]}}}\n";
  const auto sources = sources_in(desk, blocks);
  const auto found =
      sweep::check_points(sweep::read_study(sources, models), sweep::PointPlans(sources, models));
  REQUIRE(found.size() == 1);
  CHECK(contains(found[0].message, "point 1: with society.persons=50: "));
  CHECK(contains(found[0].message, "society.network.block: 50 persons do not fill a second block of 60"));
}

TEST_CASE("plans of points equal those of the same words on the command line") {
  const Desk desk;
  const std::string source = KINDRED_SOURCE;
  std::ifstream common(source + "/configs/trials/common.yaml");
  desk.write("common.yaml", {std::istreambuf_iterator<char>(common), {}});
  const std::string file =
      desk.write("trial.yaml", "include: common.yaml\nschema: 1\narms:\n  course:\n"
                               "    - {programme: mindful-self-compassion, start: 0 weeks, "
                               "who: {anxiety: {above: 0.5}}, share: 0.5}\n");
  const ModelDeclaration* const real[] = {attachment::model().declaration};
  const scenario::Sources sources{file, {"replicates.societies=3"}, {source + "/configs"}};
  const sweep::PointPlans plans(sources, real);
  std::set<std::string> different;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const auto draw = philox({i, 0, 0, 0}, {1, 2});
    const auto unit = [&](int k) { return std::to_string(draw[static_cast<std::size_t>(k)] * 0x1p-32); };
    const char* const hypotheses[] = {"none", "remediation", "H2", "common-cause"};
    const Words words{{"model.attachment.hypothesis", hypotheses[draw[0] % 4]},
                      {"model.attachment.parameters.self_soothing", unit(1).replace(0, 1, "0")},
                      {"arms.course.0.share", unit(2)},
                      {"arms.course.0.start", std::to_string(draw[3] % 40) + " weeks"},
                      {"arms.course.0.dose.mindfulness_practice", unit(3)},
                      {"society.persons", std::to_string(100 + draw[1] % 1000)},
                      {"arms.waitlist.parameters.self_soothing", "0.1"}};
    scenario::Sources same = sources;
    for (const auto& [path, value] : words) same.overrides.push_back(path + "=" + value);
    std::string expected, got;
    const std::string refused = problems_of([&] { expected = scenario::read(same, real).resolved; });
    const std::string refused_too = problems_of([&] { got = plans.plan(words).resolved; });
    CHECK((refused == "no problem") == (refused_too == "no problem"));
    CHECK(got == expected);
    different.insert(got);
  }
  CHECK(different.size() > 100);
}

TEST_CASE("several threads make the same plans as one") {
  const Desk desk;
  const auto sources =
      sources_in(desk, course + "sweep:\n  design: lhs\n  points: 60\n  parameters:\n" + two_factors +
                           "    model.plants.hypothesis: {values: [sunny, H1, H2, cloudy]}\n");
  const sweep::Study study = sweep::read_study(sources, models);
  const auto expected = resolved_points(study, sweep::PointPlans(sources, models));
  const sweep::PointPlans shared(sources, models);
  std::vector<std::vector<std::string>> got(4);
  std::vector<std::thread> threads;
  for (auto& own : got) threads.emplace_back([&] { own = resolved_points(study, shared); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& own : got) CHECK(own == expected);
}

TEST_CASE("the composed text alone in another folder gives the same study and the same points") {
  const Desk desk;
  desk.write("parts/base.yaml", course + "sweep:\n  design: lhs\n  points: 9\n");
  desk.write("programmes/mist.yaml", "schema: 1\nprogramme: mist\nweeks: 2\ntotal: {rain_water: 1}\n");
  desk.write("own.yaml", "schema: 1\nhypothesis: own\ntitle: \"a: b\"\nparameters: {leaf_growth: 0.2}\n");
  desk.write("points.csv", "arms.course.0.share,society.persons\n0.1,500\n0.2,600\n");
  const std::string top =
      "include: parts/base.yaml\ntitle: A study\nmodel: {plants: {hypothesis: own.yaml}}\n"
      "arms: {course: [{programme: mist, start: 2 weeks}]}\n";
  const std::string sweeps[] = {"sweep:\n  weeks: [8]\n  parameters:\n" + two_factors,
                                "sweep: {design: list, from: points.csv}\n"};
  for (const std::string& sweep : sweeps) {
    auto sources = sources_in(desk, top + sweep);
    sources.overrides = {"seed=11"};
    if (contains(sweep, "list")) desk.write("parts/base.yaml", course);
    const std::string text = sweep::composed_text(sources, models);
    CHECK_FALSE(contains(text, "include"));
    CHECK_FALSE(contains(text, "points.csv"));
    const auto alone = sources_in(desk, text, "far/away/scenario.yaml");
    const sweep::Study first = sweep::read_study(sources, models), second = sweep::read_study(alone, models);
    CHECK(second.plan.seed.value == 11);
    CHECK(first.paths == second.paths);
    CHECK(first.weeks == second.weeks);
    REQUIRE(first.design.points.size() == second.design.points.size());
    CHECK(resolved_points(first, sweep::PointPlans(sources, models)) ==
          resolved_points(second, sweep::PointPlans(alone, models)));
    CHECK(sweep::composed_text(alone, models) == text);
  }
}

TEST_CASE("a sweep over files beside the scenario cannot be carried along, and says so") {
  const Desk desk;
  desk.write("hypotheses/misty.yaml", "schema: 1\nhypothesis: misty\n");
  const auto sources = sources_in(
      desk,
      course + "sweep: {design: grid, parameters: {model.plants.hypothesis: {values: [sunny, misty]}}}\n");
  CHECK(sweep::read_study(sources, models).design.points.size() == 2);
  CHECK(contains(problems_of([&] { sweep::composed_text(sources, models); }),
                 "'misty' lies beside the scenario, and a sweep must stand alone"));
}

TEST_CASE("a study is summed up in one line") {
  const Desk desk;
  CHECK(sweep::summary_of(study_of(desk, "  design: saltelli\n  points: 4\n  parameters:\n" + two_factors)) ==
        "16 points of 2 parameters (saltelli, 4 base rows)");
}
