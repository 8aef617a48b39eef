#include "sim/sweep/design.hpp"

#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <set>

#include "sim/random/seeds.hpp"
#include "sim/sweep/sequences.hpp"
#include "tests/unit/config_problems.hpp"

using namespace kindred;
using namespace kindred::sweep;
using namespace kindred::support;

namespace {

Factor factor(const std::string& path, int levels = 0) {
  Factor f;
  f.path = path;
  f.prior.high = 1;
  f.levels = levels;
  return f;
}

DesignPlan plan_of(DesignKind kind, std::int64_t n, int axes) {
  DesignPlan plan{.seed = Seed{7}};
  plan.kind = kind;
  plan.n = n;
  for (int i = 0; i < axes; ++i) plan.factors.push_back(factor("x" + std::to_string(i)));
  return plan;
}

/// Whether 2^m points have one in each of the 2^m boxes of side 2^-a times 2^-(m-a), for every a.
bool is_net(const std::vector<double>& xy, int m) {
  for (int a = 0; a <= m; ++a) {
    std::set<std::pair<int, int>> boxes;
    for (std::size_t i = 0; i < xy.size(); i += 2)
      boxes.insert({static_cast<int>(std::ldexp(xy[i], a)), static_cast<int>(std::ldexp(xy[i + 1], m - a))});
    if (boxes.size() != std::size_t{1} << m) return false;
  }
  return true;
}

/// Whether every stratum of every axis holds one point.
bool is_latin(const Design& design, std::size_t axes) {
  for (std::size_t a = 0; a < axes; ++a) {
    std::set<int> strata;
    for (const Point& p : design.points)
      strata.insert(static_cast<int>(p.unit[a] * static_cast<double>(design.points.size())));
    if (strata.size() != design.points.size()) return false;
  }
  return true;
}

std::vector<std::vector<double>> units(const DesignPlan& plan) {
  std::vector<std::vector<double>> all;
  for (const Point& p : make_design(plan).points) all.push_back(p.unit);
  return all;
}

}  // namespace

TEST_CASE("a grid combines all levels with the first factor slowest") {
  DesignPlan plan = plan_of(DesignKind::grid, 0, 0);
  plan.factors = {factor("slow"), factor("fast", 3)};
  plan.factors[0].prior = prior_named("choice", {}, {"low", "0.25"});
  const Design design = make_design(plan);
  REQUIRE(design.points.size() == 6);
  CHECK(point_count(plan) == 6);
  const char* const slow[] = {"low", "low", "low", "0.25", "0.25", "0.25"};
  for (std::size_t i = 0; i < 6; ++i) {
    const auto values = values_at(plan, design, design.points[i]);
    CHECK(design.points[i].row == static_cast<std::int64_t>(i));
    CHECK(values[0].text == slow[i]);
    CHECK(std::isnan(values[0].number) == (i < 3));
    CHECK(std::abs(values[1].number - (static_cast<double>(i % 3) + 0.5) / 3) < 1e-15);
  }
}

TEST_CASE("factors that move together are one axis") {
  DesignPlan plan = plan_of(DesignKind::grid, 0, 0);
  plan.factors = {factor("a", 2), factor("b", 3), factor("c", 2)};
  plan.factors[0].together = plan.factors[2].together = "pair";
  plan.factors[2].prior = prior_named("uniform", std::vector<double>{10, 20});
  const Design design = make_design(plan);
  REQUIRE(design.axes.size() == 2);
  CHECK(design.axes[0].name == "pair");
  REQUIRE(design.points.size() == 6);
  for (const Point& p : design.points) {
    const auto v = values_at(plan, design, p);
    CHECK(std::abs(v[2].number - (10 + 10 * v[0].number)) < 1e-12);
  }
  plan.factors[2].levels = 3;  // a pair cannot move together over unequal levels
  CHECK(contains(problems_of([&] { make_design(plan); }), "sweep.parameters.c: 3 level(s), but a has 2"));
  plan.kind = DesignKind::latin_hypercube;  // a coordinate they can always share
  plan.n = 4;
  CHECK(make_design(plan).points.front().unit.size() == 2);
}

TEST_CASE("a star has its centre once and moves one factor at a time") {
  DesignPlan plan = plan_of(DesignKind::star, 0, 0);
  plan.factors = {factor("a", 3), factor("b", 2)};
  plan.factors.push_back(factor("c"));
  plan.factors[2].prior = prior_named("integer", std::vector<double>{1, 4});
  const Design design = make_design(plan);
  CHECK(design.points.size() == 1 + 2 + 2 + 3);
  CHECK(point_count(plan) == 8);
  CHECK(design.points[0].role.axis == -1);
  for (std::size_t i = 1; i < design.points.size(); ++i)
    for (std::size_t a = 0; a < 3; ++a) {
      const bool is_moved = design.points[i].role.axis == static_cast<int>(a);
      CHECK((design.points[i].unit[a] != design.points[0].unit[a]) == is_moved);
    }
}

TEST_CASE("a Latin hypercube has one point in every stratum of every factor") {
  for (const int n : {1, 7, 1000}) {
    DesignPlan plan = plan_of(DesignKind::latin_hypercube, n, 5);
    CHECK(is_latin(make_design(plan), 5));
    plan.seed = Seed{8};
    CHECK(is_latin(make_design(plan), 5));
  }
  // the check sees what is no hypercube: a grid, and points that lie independently
  DesignPlan grid = plan_of(DesignKind::grid, 0, 2);
  for (Factor& f : grid.factors) f.levels = 4;
  CHECK_FALSE(is_latin(make_design(grid), 2));
  // factors are permuted independently: two columns of one order would lie on the diagonal
  double products = 0;
  for (const auto& u : units(plan_of(DesignKind::latin_hypercube, 1000, 2)))
    products += (u[0] - .5) * (u[1] - .5);
  CHECK(std::abs(products / 1000 * 12) < 4 / std::sqrt(1000.0));
  // the largest one keeps its points inside their strata
  const auto large = latin_hypercube(largest_latin_hypercube - 1, 1, {key_of(Seed{1}), stream_design});
  std::set<std::uint32_t> strata;
  for (const double u : large) {
    REQUIRE((u >= 0 && u < 1));
    strata.insert(static_cast<std::uint32_t>(u * (largest_latin_hypercube - 1)));
  }
  CHECK(strata.size() == largest_latin_hypercube - 1);
}

TEST_CASE("the plain Sobol' sequence begins as published") {
  const double known[8][3] = {{0, 0, 0},          {.5, .5, .5},       {.75, .25, .25},    {.25, .75, .75},
                              {.375, .375, .625}, {.875, .875, .125}, {.625, .125, .875}, {.125, .625, .375}};
  DesignPlan plan = plan_of(DesignKind::sobol, 8, 3);
  plan.is_scrambled = false;
  const Design design = make_design(plan);
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t a = 0; a < 3; ++a) CHECK(design.points[i].unit[a] == known[i][a]);
  CHECK(design.notes.size() == 1);
}

TEST_CASE("scrambling keeps every elementary interval at one point") {
  const DesignLuck luck{key_of(Seed{11}), stream_design};
  for (const int m : {1, 4, 10}) {
    const std::uint32_t n = 1u << m;
    CHECK(is_net(sobol_sequence(n, 2, std::nullopt), m));
    CHECK(is_net(sobol_sequence(n, 2, luck), m));
  }
  // the check fails for flips that do not respect the digits before them, and for a Latin hypercube
  auto broken = sobol_sequence(1024, 2, luck);
  broken[10] = std::fmod(broken[10] + 0.25, 1.0);
  CHECK_FALSE(is_net(broken, 10));
  CHECK_FALSE(is_net(latin_hypercube(1024, 2, luck), 10));
}

TEST_CASE("scrambled coordinates are uniform over seeds and differ between dimensions") {
  // the coordinate of one fixed point over 4000 seeds: mean 1/2, variance 1/12, within 4 standard errors
  constexpr int seeds = 4000;
  double sum = 0, squares = 0, crossed = 0;
  for (std::uint64_t s = 0; s < seeds; ++s) {
    const DesignLuck luck{key_of(Seed{s}), stream_design};
    const double u = scrambled(0x60000000u, 0, luck) - .5, v = scrambled(0x60000000u, 1, luck) - .5;
    sum += u, squares += u * u, crossed += u * v;
  }
  CHECK(std::abs(sum / seeds) < 4 * std::sqrt(1.0 / 12 / seeds));
  CHECK(std::abs(squares / seeds - 1.0 / 12) < 4 * std::sqrt(1.0 / 180 / seeds));
  CHECK(std::abs(crossed / seeds) < 4.0 / 12 / std::sqrt(1.0 * seeds));
  // negative control in both directions: left unscrambled the point lies below the middle, its mirror above
  const double plain = 0x60000000u * 0x1p-32 - .5;
  CHECK(plain < -4 * std::sqrt(1.0 / 12 / seeds));
  CHECK(-plain > 4 * std::sqrt(1.0 / 12 / seeds));
  CHECK(plain * plain < 1.0 / 12 - 4 * std::sqrt(1.0 / 180 / seeds));  // one point has no spread
  CHECK(squares / seeds > 4.0 / 12 / std::sqrt(1.0 * seeds));          // a dimension against itself
  CHECK(-squares / seeds < -4.0 / 12 / std::sqrt(1.0 * seeds));        // and against its mirror
}

TEST_CASE("a Morris trajectory moves each factor once by half its levels") {
  DesignPlan plan = plan_of(DesignKind::morris, 50, 4);
  plan.morris_levels = 6;
  const double delta = 6.0 / (2 * 5);
  const Design design = make_design(plan);
  REQUIRE(design.points.size() == 50 * 5);
  std::vector<int> visits(6);
  int rises = 0;
  for (std::size_t row = 0; row < design.points.size(); ++row) {
    const Point& p = design.points[row];
    CHECK(p.role.block == static_cast<std::int64_t>(row / 5));
    CHECK(p.role.step == static_cast<int>(row % 5));
    for (const double u : p.unit) {
      const double level = u * 5;
      REQUIRE(std::abs(level - std::round(level)) < 1e-12);
      ++visits[static_cast<std::size_t>(std::round(level))];
    }
    if (p.role.step == 0) continue;
    for (std::size_t a = 0; a < 4; ++a) {
      const double change = p.unit[a] - design.points[row - 1].unit[a];
      const bool is_moved = p.role.axis == static_cast<int>(a);
      CHECK(std::abs(std::abs(change) - (is_moved ? delta : 0)) < 1e-15);
      if (change > 0) ++rises;
    }
  }
  for (const int n : visits) CHECK(n > 0);
  CHECK((rises > 60 && rises < 140));  // of 200 fair coins
  for (std::size_t t = 0; t < 50; ++t) {
    std::set<int> moved;
    for (std::size_t s = 1; s < 5; ++s) moved.insert(design.points[t * 5 + s].role.axis);
    CHECK(moved == std::set<int>{0, 1, 2, 3});
  }
}

TEST_CASE("a Saltelli base row is A, B and A with one coordinate of B") {
  const Design design = make_design(plan_of(DesignKind::saltelli, 16, 3));
  REQUIRE(design.points.size() == 16 * 5);
  std::set<double> firsts;
  for (std::size_t j = 0; j < 16; ++j) {
    const Point &a = design.points[j * 5], &b = design.points[j * 5 + 1];
    CHECK(a.role.matrix == Matrix::a);
    CHECK(b.role.matrix == Matrix::b);
    firsts.insert(a.unit[0]), firsts.insert(b.unit[0]);
    for (std::size_t i = 0; i < 3; ++i) {
      const Point& mixed = design.points[j * 5 + 2 + i];
      CHECK(mixed.role.matrix == Matrix::a_with_b);
      CHECK(mixed.role.axis == static_cast<int>(i));
      CHECK(mixed.role.block == static_cast<std::int64_t>(j));
      for (std::size_t k = 0; k < 3; ++k) CHECK(mixed.unit[k] == (k == i ? b : a).unit[k]);
    }
  }
  CHECK(firsts.size() == 32);  // A and B share nothing
}

TEST_CASE(
    "the same seed gives the same points, another one others, and a larger design begins with the smaller") {
  for (const DesignKind kind : {DesignKind::sobol, DesignKind::morris, DesignKind::saltelli}) {
    const auto small = units(plan_of(kind, 8, 3)), large = units(plan_of(kind, 16, 3));
    CHECK(std::equal(small.begin(), small.end(), large.begin()));
    DesignPlan other = plan_of(kind, 8, 3);
    other.seed = Seed{8};
    CHECK(units(other) != small);
    CHECK(units(plan_of(kind, 8, 3)) == small);
  }
}

TEST_CASE("the points of a seed are these on every machine") {
  // bits, not digits: nothing but whole numbers and one division or scaling goes into a coordinate
  const auto first = [](DesignKind kind) { return make_design(plan_of(kind, 8, 2)).points[3].unit; };
  CHECK(first(DesignKind::latin_hypercube) == std::vector<double>{0x1.005e31b74p-1, 0x1.f5df07dacp-1});
  CHECK(first(DesignKind::sobol) == std::vector<double>{0x1.5f9e9b6eb60e6p-1, 0x1.2cfcbbdf10224p-2});
  CHECK(first(DesignKind::saltelli) == std::vector<double>{0x1.1b13745def5ecp-1, 0x1.972834200a32p-1});
}

TEST_CASE("every problem of a design is told at its place") {
  DesignPlan plan = plan_of(DesignKind::grid, 0, 3);
  plan.factors[0].levels = 2;
  plan.factors[0].written = {"s.yaml", 4, 7};
  plan.factors[1].path = "x0";
  plan.factors[1].prior.low = 2;
  plan.factors[2].prior = prior_named("integer", std::vector<double>{1, 3});
  plan.factors[2].levels = 9;
  const std::string text = problems_of([&] { make_design(plan); });
  CHECK(contains(text, "sweep.parameters.x0: is declared twice"));
  CHECK(contains(text, "sweep.parameters.x0: low 2 is not below high 1"));
  CHECK(contains(text, "sweep.parameters.x2: levels: 9 of only 3 value(s)"));
  CHECK(contains(problems_of([] { make_design(plan_of(DesignKind::sobol, 0, 2)); }),
                 "sweep.points: 0 is below 1"));
  CHECK(contains(problems_of([] { make_design(plan_of(DesignKind::saltelli, 1, 2)); }),
                 "sweep.points: 1 is below 2"));
  CHECK(contains(problems_of([] { make_design(plan_of(DesignKind::sobol, 4, 0)); }), "at least one"));
  CHECK(contains(problems_of([] { make_design(plan_of(DesignKind::sobol, 1 << 30, 1)); }),
                 "more than 1048576 points"));
  CHECK(
      contains(problems_of([] { make_design(plan_of(DesignKind::saltelli, 2, 2000)); }), "4000 dimensions"));
  DesignPlan morris = plan_of(DesignKind::morris, 4, 2);
  morris.morris_levels = 5;
  morris.factors[1].prior = prior_named("lognormal", std::vector<double>{0, 1});
  const std::string both = problems_of([&] { make_design(morris); });
  CHECK(contains(both, "5 is not an even number"));
  CHECK(contains(both, "both ends"));
  DesignPlan huge = plan_of(DesignKind::grid, 0, 8);
  for (Factor& f : huge.factors) f.levels = 1000000;
  CHECK(contains(problems_of([&] { make_design(huge); }), "more than 1048576 points"));
  CHECK(make_design(plan_of(DesignKind::sobol, 100, 2)).notes.at(0).find("64 and 128") != std::string::npos);
  CHECK(make_design(plan_of(DesignKind::sobol, 128, 2)).notes.empty());
}

TEST_CASE("rows of a list keep their words and numbers") {
  DesignPlan plan = plan_of(DesignKind::list, 0, 0);
  plan.rows = parse_design_rows("\xEF\xBB\xBF"
                                "a.rate, b.kind\r\n0.10,ring\r\n-3e2 , blocks\r\n\r\n",
                                "rows.csv");
  const Design design = make_design(plan);
  REQUIRE(design.points.size() == 2);
  CHECK(plan.rows.paths == std::vector<std::string>{"a.rate", "b.kind"});
  const auto second = values_at(plan, design, design.points[1]);
  CHECK(second[0].number == -300);
  CHECK(second[1].text == "blocks");
  CHECK(values_at(plan, design, design.points[0])[0].text == "0.10");
  CHECK(contains(problems_of([&] {
                   DesignPlan none = plan;
                   none.rows = {};
                   make_design(none);
                 }),
                 "without rows"));
}
