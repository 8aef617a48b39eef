// What `kindred bench` prints besides times: counts, medians, answers, forms.
#include <algorithm>
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "models/averaging/model.hpp"
#include "sim/bench/count_unit.hpp"
#include "sim/bench/report.hpp"
#include "sim/core/errors.hpp"
#include "sim/random/seeds.hpp"

using namespace kindred;
using namespace kindred::bench;
using Catch::Approx;

namespace {

const ModelDeclaration& averaging_declared() { return *averaging::model().declaration; }

/// Opinion averaging: 5 ties per person, nothing stored once, nothing idle.
Shape averaging_shape(int width) { return {width, 5, {0, 0, 0, 0}, {}, {0, 0, 0, 0}}; }

/// SD of opinions after 100 weeks in one world of a society of 10,000.
double spread_of_opinions(std::uint32_t seed, const World& world) {
  const auto society = std::make_shared<const Society>(make_society(averaging_society(10000), Seed{seed}, 0));
  Runner runner(averaging::model(), society, noise_key(Seed{seed}, 0, 0), {world},
                averaging::model().phase_table[0], 0, false);
  runner.advance(averaging_weeks);
  const auto x = runner.ensemble().person(column_with(averaging_declared(), "x"));
  double sum = 0, squares = 0;
  for (std::int64_t i = 0; i < runner.persons(); ++i) {
    const auto value = static_cast<double>(x(i, 0));
    sum += value;
    squares += value * value;
  }
  const auto n = static_cast<double>(runner.persons());
  return std::sqrt(squares / n - sum / n * (sum / n));
}

/// A machine of round numbers: 1 ns a cycle, two operations on 16 lanes in it.
MachineRates round_rates() {
  MachineRates r;
  r.lanes = 16;
  r.cycle = 1;
  r.operation = .5;
  r.division = r.root = 8;
  r.uniform = .25;
  r.normal = r.exponential = 1;
  for (int level = 0; level < levels; ++level) {
    r.bandwidth[0][level] = std::pow(2, 7 - level);
    r.bandwidth[1][level] = 2 * r.bandwidth[0][level];
  }
  r.capacity[0] = 1000;
  r.capacity[1] = 100000;
  r.capacity[2] = 10000000;
  r.capacity[3] = std::numeric_limits<std::int64_t>::max();
  return r;
}

/// Something small with every kind of row.
const Result& small_result() {
  static const Result result = [] {
    Options o;
    o.averaging = {10000};
    o.attachment = {300};
    o.widths = {1, 8};
    o.rounds = 3;
    o.seconds = .0005;
    o.threads = 2;
    return measure(o, [](const std::string&) {});
  }();
  return result;
}

}  // namespace

TEST_CASE("a median is the middle value, or the mean of the two in the middle, beside lowest and highest") {
  const Spread odd = spread_of(std::vector<double>{5, 1, 3});
  CHECK(odd.median == 3);
  CHECK(odd.low == 1);
  CHECK(odd.high == 5);
  CHECK(spread_of(std::vector<double>{4, 1, 2, 100}).median == 3);
  CHECK(spread_of(std::vector<double>{7}).median == 7);
  CHECK_THROWS_AS(spread_of(std::vector<double>{}), Bug);
}

TEST_CASE("ratios are taken round by round, so what slows a whole round down cancels") {
  const Spread r = ratio_of(std::vector<double>{10, 40, 10}, std::vector<double>{5, 20, 5});
  CHECK(r.low == 2);
  CHECK(r.median == 2);
  CHECK(r.high == 2);
}

TEST_CASE("rounds are interleaved and every contender has one sample in each") {
  std::string order;
  std::vector<Contender> contenders;
  for (const char* name : {"a", "b", ""}) {
    Contender c{{"machine", name, 0, 0, 1, "draw", 1e9, 0, ""}, {}};
    if (*name != 0)
      c.sample = [&order, name] {
        order += name;
        return Times{2, 3};
      };
    contenders.push_back(c);
  }
  double share = 0;
  run_rounds(contenders, 3, [&](double s) { share = s; });
  CHECK(order == "ababab");
  CHECK(share == Approx(1));
  CHECK(contenders[0].row.nanoseconds() == std::vector<double>{3, 3, 3});  // one thread: CPU time
  contenders[0].row.threads = 2;
  CHECK(contenders[0].row.nanoseconds() == std::vector<double>{2, 2, 2});  // several: elapsed time
  CHECK(contenders[2].row.rounds.empty());
}

TEST_CASE("the traffic of opinion averaging is what one counts by hand") {
  // listen reads x (own and the neighbours': one array), 11 indices a row (10 half-ties and the row's start),
  // writes m; move reads x, y, m, z and writes x and z.
  for (const int w : {1, 8, 16}) {
    const Traffic t = traffic_of(averaging_declared(), averaging_shape(w));
    CHECK(t.read == 4 * w + 11 * 4 + 4 * 4 * w);
    CHECK(t.written == 4 * w + 2 * 4 * w);
    CHECK(t.gathered == t.read + 10 * 4 * w);
    CHECK(t.held == 4 * 4 * w + 11 * 4);
  }
}

TEST_CASE("arrays that are stored once weigh once, and what stays zero weighs nothing") {
  Shape shape = averaging_shape(8);
  shape.person_once[1] = 1;  // y
  const Traffic once = traffic_of(averaging_declared(), shape),
                all = traffic_of(averaging_declared(), averaging_shape(8));
  CHECK(all.read - once.read == 7 * 4);
  shape.person_idle[1] = 1;
  CHECK(all.read - traffic_of(averaging_declared(), shape).read == 8 * 4);
}

TEST_CASE("opinion averaging needs one normal a person and week, and draws a block of four words") {
  const DrawCounts needed = draws_of(averaging_declared(), 5);
  CHECK(needed.normals == 1);
  CHECK(needed.uniforms + needed.exponentials == 0);
}

TEST_CASE("kernels over counting lanes report the operations that one counts by hand") {
  // A row with ten acquaintances. Listen: ten additions and a division (how many they are is the same in all
  // worlds). Move: y (m - x) is two, the noise times its size one, two additions, clamp two, z three.
  SocietyPlan plan = averaging_society(1024);
  plan.network.rewiring = 0;
  const auto society = std::make_shared<const Society>(make_society(plan, Seed{1}, 0));
  for (const int width : {8, 16}) {
    const std::vector<World> worlds(static_cast<std::size_t>(width), averaging_world());
    Runner runner(averaging::model(), society, noise_key(Seed{1}, 0, 0), worlds,
                  averaging::model().phase_table[0], 0, false);
    runner.keep();
    const OperationCounts o = counted_operations(runner, worlds, &averaging_counted, 0, 3);
    CHECK(o.simple == Approx(20));
    CHECK(o.divisions == Approx(1));
    CHECK(o.roots == 0);
    CHECK(o.drawn.normals == Approx(2));
    CHECK(o.drawn.uniforms == Approx(2));
  }
}

TEST_CASE("lanes that count compute the same bits as those that do not") {
  const auto society = std::make_shared<const Society>(make_society(averaging_society(500), Seed{3}, 0));
  const std::vector<World> worlds(2, World{default_parameters(averaging_declared()), {}});
  const PhiloxKey noise = noise_key(Seed{3}, 0, 0);
  Runner counted(averaging::model(), society, noise, worlds, &averaging_counted, 0, false);
  Runner plain(averaging::model(), society, noise, worlds, averaging::model().phase_table[0], 0, false);
  counted.advance(20);
  plain.advance(20);
  const auto a = counted.ensemble().person(0), b = plain.ensemble().person(0);
  bool same = true;
  for (std::int64_t i = 0; i < 500; ++i) same = same && a(i, 1) == b(i, 1);
  CHECK(same);
}

TEST_CASE("a floor is the largest of its three times on a machine of round numbers") {
  Traffic traffic{600, 200, 900, 50};
  const DrawCounts draws{8, 4, 2};
  const OperationCounts operations{640, 4, 2, {}};
  // working set 50 * 1000 bytes: L2, 64 bytes a ns; 8 worlds
  const Floor f = floor_of(traffic, draws, operations, round_rates(), 1000, 8, 1);
  CHECK(f.level == Level::l2);
  CHECK(f.bytes == Approx(800. / 64 / 8));
  CHECK(f.draws == Approx((8 * .25 + 4 + 2) / 8));
  CHECK(f.operations == Approx(640 * .5 / 16));
  CHECK(f.largest() == f.operations);
  CHECK(std::string(f.binding()) == "operations");
  CHECK(f.asked == Approx(1100. / 64 / 8));
  CHECK(f.largest_asked() == f.largest());
  const Floor two = floor_of(traffic, draws, operations, round_rates(), 1000, 8, 2);
  CHECK(two.bytes == Approx(f.bytes / 2));
  CHECK(two.operations == Approx(f.operations / 2));
  CHECK(floor_of(traffic, draws, operations, round_rates(), 10000000, 8, 1).level == Level::memory);
  // two threads have two caches of the second level
  CHECK(floor_of(traffic, draws, operations, round_rates(), 3000, 8, 1).level == Level::l3);
  CHECK(floor_of(traffic, draws, operations, round_rates(), 3000, 8, 2).level == Level::l2);
  // divisions bind when there are enough of them
  CHECK(floor_of(traffic, draws, {2, 400, 0, {}}, round_rates(), 1000, 8, 1).operations == Approx(200));
}

TEST_CASE("opinion averaging is the published workload: the SD of opinions lies in the published range") {
  // .321 to .332 in the engines compared; one run of 10,000 scatters by .0044, the mean of 12 by .0013
  World other = averaging_world();
  other.parameters = default_parameters(averaging_declared());
  double sum = 0;
  for (std::uint32_t seed = 1; seed <= 12; ++seed) sum += spread_of_opinions(seed, averaging_world());
  CHECK(sum / 12 > .321);
  CHECK(sum / 12 < .332);
  CHECK(spread_of_opinions(1, other) < .25);  // negative control: faster people differ less
}

TEST_CASE("all programs for opinion averaging arrive at the same spread of opinions") {
  int programs = 0;
  for (const Answer& a : small_result().answers) {
    if (a.section != "averaging") continue;
    INFO(a.label);
    ++programs;
    CHECK(a.weeks == averaging_weeks);
    CHECK(std::abs(a.sd - .3275) < 4 * .0044);  // false alarms: 6e-5
    CHECK(std::abs(a.mean - 4) < .08);          // means of starts scatter by .017
  }
  CHECK(programs >= 2);  // Python may lack NumPy
}

TEST_CASE("the naive programs arrive where the engine does: with its luck in double, nearly in float") {
  const auto answer = [](const std::string& label) {
    for (const Answer& a : small_result().answers)
      if (a.section == "attachment" && a.label == label) return a;
    throw Bug("no answer of " + label);
  };
  const Answer engine = answer("W = 1");
  for (const char* label : {"naive C++", "naive C++, float"}) {
    const Answer naive = answer(label);
    INFO(label);
    CHECK(naive.mean == Approx(engine.mean).margin(1e-4));
    CHECK(naive.sd == Approx(engine.sd).margin(1e-4));
    CHECK(naive.share == Approx(engine.share).margin(.02));
    CHECK(naive.share > .05);  // so that the phases of bonds have work
  }
}

TEST_CASE("every row has its rounds, ensembles have floors, and JSON holds it all") {
  const Result& result = small_result();
  const auto told = nlohmann::json::parse(json_of(result, {"0", "abc", "GNU"}));
  CHECK(told["rows"].size() == result.rows.size());
  int floors = 0;
  for (const auto& row : told["rows"]) {
    if (row.contains("skipped")) continue;
    CHECK(row["rounds"].size() == 3);
    CHECK(row["ns_per_unit"]["median"].get<double>() > 0);
    CHECK(row["ns_per_unit"]["lowest"].get<double>() <= row["ns_per_unit"]["highest"].get<double>());
    if (row["section"] != "machine") CHECK(row.contains("times_naive"));
    if (!row.contains("floor_ns")) continue;
    ++floors;
    CHECK(row["floor_ns"]["largest"].get<double>() > 0);
  }
  CHECK(floors == 8);  // two models, two widths, one and two threads
  CHECK(told["machine"]["cores"].get<int>() >= 1);
  CHECK(told["compiler"] == "GNU");
}

TEST_CASE("text and Markdown show the same tables, and a busy machine is said to be one") {
  Result result = small_result();
  result.others_during = 1.5;
  const Program program{"0", "abc", "GNU"};
  const std::string text = text_of(result, program), markdown = markdown_of(result, program);
  for (const char* part :
       {"averaging, 10,000 persons", "attachment, 300 persons", "naive C++, float", "NOT idle"}) {
    CHECK(text.find(part) != std::string::npos);
    CHECK(markdown.find(part) != std::string::npos);
  }
  CHECK(text.find(" ?") != std::string::npos);
  CHECK(markdown.find("| --- |") != std::string::npos);
  result.others_during = result.others_before = 0;
  CHECK(text_of(result, program).find("NOT idle") == std::string::npos);
  CHECK(text_of(result, program).find("] ?") == std::string::npos);
}
