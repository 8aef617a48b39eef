#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/sweep/folder.hpp"
#include "sim/sweep/merge.hpp"
#include "sim/sweep/results.hpp"

using namespace kindred;
using namespace kindred::sweep;

namespace {

namespace fs = std::filesystem;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

class Folder {
 public:
  Folder() : path_((fs::temp_directory_path() / "kindred-results-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Three points with one number per replicate; two replicates per society.
SweepPlan three_points(std::optional<Until> until = std::nullopt) {
  SweepPlan plan{.title = "t",
                 .model = "m",
                 .version = "1",
                 .commit = "c",
                 .design = "list",
                 .factors = {"a.b"},
                 .axes = {},
                 .arms = {"one"},
                 .weeks = {8},
                 .variables = {{"mean", "mean"}},
                 .outcomes = {"o"},
                 .units = {"SD"},
                 .societies = 2,
                 .per_society = 2,
                 .until = std::move(until),
                 .seed = Seed(5),
                 .kinds = {{100, 50, ""}},
                 .points = {}};
  for (const char c : {'a', 'b', 'c'})
    plan.points.push_back({std::string(32, c), 0, {}, {}, {Value{"1.5", 1.5}}});
  return plan;
}

/// An interval as wide as the range of the values.
Measures range_as_width() {
  Measures measures{{{"mean", "mean"}}, {"o"}, {"SD"}, {}, {}};
  measures.halfwidth = [](std::span<const double> values, int) {
    const bool unknown =
        values.size() < 4 || std::any_of(values.begin(), values.end(), [](double x) { return x != x; });
    return unknown ? none
                   : *std::max_element(values.begin(), values.end()) -
                         *std::min_element(values.begin(), values.end());
  };
  return measures;
}

void give(PointResults& point, const std::vector<double>& values) {
  for (std::size_t r = 0; r < values.size(); ++r) point.replicates[r] = Result{{values[r]}, ""};
}

std::string problem_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}
bool says(const std::string& text, const std::string& word) { return text.find(word) != std::string::npos; }

ShardContents holding(const std::string& point, int replicate, Result result) {
  ShardContents contents;
  contents.results[{point, replicate}] = std::move(result);
  return contents;
}

const std::string a(32, 'a');

}  // namespace

TEST_CASE("without a rule a point needs all its replicates, and a failed one no more") {
  const SweepPlan plan = three_points();
  const Measures measures = range_as_width();
  const Enough enough(plan, measures);
  PointResults point = no_results(plan)[0];
  REQUIRE(point.replicates.size() == 4);
  CHECK(enough.societies_wanted(point) == 2);
  give(point, {1, 2, 3});
  CHECK_FALSE(enough.is_complete(point));
  give(point, {1, 2, 3, 4});
  CHECK(enough.is_complete(point));
  point.replicates[1] = Result{{}, "left the range"};
  CHECK((point.any_failure() && !enough.is_complete(point) && enough.societies_wanted(point) == 0));
}

TEST_CASE("with a rule a point stops at the first batch whose interval is narrow enough") {
  const SweepPlan plan = three_points(Until{
      .halfwidth = 1, .arm = "one", .outcome = "o", .variable = "mean", .week = 8, .batch = 1, .most = 4});
  const Measures measures = range_as_width();
  const Enough enough(plan, measures);
  const auto wanted = [&](const std::vector<double>& values) {
    PointResults point = no_results(plan)[0];
    give(point, values);
    return std::pair(enough.societies_wanted(point), enough.is_complete(point));
  };
  using Wanted = std::pair<int, bool>;
  CHECK(wanted({}) == Wanted{1, false});
  CHECK(wanted({5}) == Wanted{1, false});
  CHECK(wanted({5, 5}) == Wanted{2, false});  // the interval of one society is unknown
  CHECK(wanted({5, 5, 5, 6}) == Wanted{2, true});
  CHECK(wanted({5, 5, 5, 6.1}) == Wanted{3, false});
  CHECK(wanted({5, 5, 5, 6.1, 5, 5, 5, 5}) == Wanted{4, true});  // wide, but there may be no more
  CHECK(wanted({5, 5, none, 6}) == Wanted{3, false});
  CHECK(wanted({5, 5, 5, 6, 9, 9, 9, 9}) == Wanted{2, true});  // later numbers change nothing
}

TEST_CASE("numbers win over failures whatever comes first, and equal ones may come twice") {
  const SweepPlan plan = three_points();
  const PointIndex index = index_of_points(plan);
  const auto failed = holding(a, 0, {{}, "no"}), good = holding(a, 0, {{none}, ""});
  using Order = std::vector<const ShardContents*>;
  for (const Order& order : {Order{&failed, &good, &good}, Order{&good, &failed}}) {
    SweepResults results = no_results(plan);
    for (const ShardContents* contents : order) add_results(results, index, *contents, "x.shard");
    REQUIRE(results[0].replicates[0]);
    CHECK(results[0].replicates[0]->failure.empty());
    CHECK_FALSE(results[1].replicates[0]);
  }
}

TEST_CASE("what a plan has no room for, or contradicts what is there, is refused as a whole") {
  const SweepPlan plan = three_points();
  const PointIndex index = index_of_points(plan);
  SweepResults results = no_results(plan);
  add_results(results, index, holding(a, 0, {{1}, ""}), "x.shard");
  const auto refusal = [&](ShardContents contents) {
    contents.results[{a, 2}] = {{4}, ""};  // good by itself
    const std::string text = problem_of([&] { add_results(results, index, contents, "y.shard"); });
    CHECK(says(text, "y.shard"));
    CHECK_FALSE(results[0].replicates[2]);
    return text;
  };
  CHECK(says(refusal(holding(std::string(32, 'z'), 0, {{1}, ""})), "which the plan does not have"));
  CHECK(says(refusal(holding(a, 4, {{1}, ""})), "replicate 4"));
  CHECK(says(refusal(holding(a, 1, {{1, 2}, ""})), "holds 2 numbers"));
  CHECK(says(refusal(holding(a, 0, {{1.0000000000000002}, ""})), "other numbers here"));
  add_results(results, index, holding(a, 2, {{4}, ""}), "y.shard");
  CHECK(results[0].replicates[2]);
}

TEST_CASE("two rows of a design that are one point share its results") {
  SweepPlan plan = three_points();
  plan.points[2].hash = a;
  SweepResults results = no_results(plan);
  add_results(results, index_of_points(plan), holding(a, 0, {{1}, ""}), "x.shard");
  CHECK((results[0].replicates[0] && results[2].replicates[0] && !results[1].replicates[0]));
}

TEST_CASE("gaps say what is missing and what failed") {
  const SweepPlan plan = three_points();
  const Measures measures = range_as_width();
  SweepResults results = no_results(plan);
  give(results[0], {1, 2, 3, 4});
  give(results[1], {1});
  results[2].replicates[3] = Result{{}, "left the range"};
  const auto gaps = gaps_of(plan, results, Enough(plan, measures));
  REQUIRE(gaps.size() == 2);
  CHECK((gaps[0].point == 1 && gaps[0].why == "3 of 4 replicates are missing"));
  CHECK((gaps[1].point == 2 && gaps[1].why == "failed: left the range"));
}

TEST_CASE("a folder gives its plan back, and refuses a changed plan or scenario") {
  const Folder desk;
  const std::string folder = desk.file("S");
  const SweepPlan plan = three_points(Until{
      .halfwidth = .25, .arm = "one", .outcome = "o", .variable = "mean", .week = 8, .batch = 1, .most = 4});
  begin_folder(folder, "schema: 1\n");
  CHECK(says(problem_of([&] { read_folder(folder); }), "planning was interrupted"));
  CHECK(says(problem_of([&] { begin_folder(folder, ""); }), "not an empty folder"));
  write_plan(folder, plan);
  const OpenSweep open = read_folder(folder);
  CHECK(open.plan.points.size() == 3);
  CHECK((open.plan.points[1].hash == std::string(32, 'b') && open.plan.points[1].values[0].text == "1.5"));
  CHECK((open.plan.until && open.plan.until->halfwidth == .25 && open.plan.most_societies() == 4));
  CHECK((open.plan.kind_of(2).persons == 100 && open.plan.kind_of(2).weeks == 50));
  CHECK(open.plan.seed.value == 5);
  std::ofstream(folder + "/scenario.yaml") << "schema: 1 \n";
  CHECK(says(problem_of([&] { read_folder(folder); }), "has changed since the sweep was planned"));
  std::ofstream(folder + "/scenario.yaml") << "schema: 1\n";
  CHECK(read_folder(folder).digest == open.digest);
  std::ofstream(folder + "/plan.json") << "{";
  CHECK(says(problem_of([&] { read_folder(folder); }), "is damaged"));
}

TEST_CASE("every machine has an unfinished file of its own") {
  const Folder desk;
  const std::string file = desk.file("0001-of-0002.shard");
  CHECK(part_path(file) == file + "." + machine_name() + ".part");
  CHECK(machine_name().find_first_of("/. \n") == std::string::npos);
  for (const char* name : {".b.part", ".a.part", ".a.part.more", ".part"}) std::ofstream(file + name) << "";
  std::ofstream(desk.file("0001-of-0002.shards.a.part")) << "";
  CHECK(parts_of(file) == std::vector<std::string>{file + ".a.part", file + ".b.part", file + ".part"});
}
