// Opinion averaging against its closed forms, in double (kernels one lane at a time) and in float lanes.
//   x' = x + y (m - x) + s n,  m the mean of the acquaintances' x;  z' = z + c (x' - z)
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/averaging/model.hpp"
#include "models/averaging/names.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "tests/reference/double_kernels.hpp"

using namespace kindred;
namespace v = kindred::averaging;
using graph::Edge;

namespace {

struct Setting {
  double slowest = .1, fastest = .1, noise = 0, copying = .05, lowest = 1, highest = 7;
};

World world_of(const Setting& s) {
  std::vector<double> p(v::model().declaration->parameters.size());
  const auto set = [&](Parameter which, double value) { p[static_cast<std::size_t>(which.index)] = value; };
  set(v::adaptation_lowest, s.slowest);
  set(v::adaptation_highest, s.fastest);
  set(v::opinion_noise, s.noise);
  set(v::copying_rate, s.copying);
  set(v::opinion_lowest, s.lowest);
  set(v::opinion_highest, s.highest);
  return {p, {}};
}

Society society_of(std::int64_t persons, std::vector<Edge> edges) {
  return {graph::from_edges(persons, std::move(edges)), society_key(Seed{31}, 0), {}};
}

std::vector<Edge> everybody_with_everybody(std::int32_t n) {
  std::vector<Edge> edges;
  for (std::int32_t i = 0; i < n; ++i)
    for (std::int32_t j = i + 1; j < n; ++j) edges.emplace_back(i, j);
  return edges;
}

/// Each with the two next on either side: connected, regular of degree 4, with odd circles.
std::vector<Edge> ring(std::int32_t n) {
  std::vector<Edge> edges;
  for (std::int32_t i = 0; i < n; ++i)
    for (std::int32_t k = 1; k <= 2; ++k) edges.emplace_back(i, (i + k) % n);
  return edges;
}

template <class Real>
Ensemble<Real> ensemble_of(const Society& society, const std::vector<Setting>& settings) {
  PhaseTable phases = &reference::averaging_in_double;
  if constexpr (std::is_same_v<Real, float>)
    phases = v::model().phase_table[static_cast<std::size_t>(instruction_set_in_use())];
  int width = 1;
  while (width < static_cast<int>(settings.size())) width *= 2;
  std::vector<World> worlds;
  for (const Setting& s : settings) worlds.push_back(world_of(s));
  return Ensemble<Real>({&v::model(), &society, noise_key(Seed{31}, 0, 0), 0, width, worlds, phases, false});
}

template <class Real>
std::vector<double> column(const Ensemble<Real>& e, RealColumn c, int world = 0) {
  std::vector<double> values;
  for (std::int64_t i = 0; i < e.persons(); ++i)
    values.push_back(static_cast<double>(e.person(c.index)(i, world)));
  return values;
}

double mean_of(const std::vector<double>& x, const std::vector<double>& weight = {}) {
  double sum = 0, weights = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double w = weight.empty() ? 1 : weight[i];
    sum += w * x[i];
    weights += w;
  }
  return sum / weights;
}

/// Largest distance of a column from `wanted(person)`.
template <class Real, class F>
double distance(const Ensemble<Real>& e, RealColumn c, int world, F wanted) {
  const std::vector<double> x = column(e, c, world);
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) largest = std::max(largest, std::abs(x[i] - wanted(i)));
  return largest;
}

template <class Real>
constexpr double tolerance = std::is_same_v<Real, float> ? 2e-5 : 1e-12;

/// On the complete graph m - x = -n/(n-1) (x - mean): x(t) = mean + r^t (x(0) - mean), r = 1 - y n/(n-1).
template <class Real>
void complete_graph_follows_its_closed_form() {
  constexpr std::int32_t n = 40;
  const Society society = society_of(n, everybody_with_everybody(n));
  const std::vector<Setting> settings{{.1, .1}, {.45, .45}};
  auto e = ensemble_of<Real>(society, settings);
  const std::vector<double> start[2] = {column(e, v::expressed_opinion, 0),
                                        column(e, v::expressed_opinion, 1)};
  for (int t = 1; t <= 60; ++t) {
    e.advance();
    for (const int world : {0, 1}) {
      const Setting& s = settings[static_cast<std::size_t>(world)];
      const double mean = mean_of(start[world]), r = 1 - s.slowest * n / (n - 1.0), keep = 1 - s.copying;
      // z = mean + f (x(0) - mean), f' = keep f + c r^t: a geometric sum
      const double f = std::pow(keep, t) + s.copying * r * (std::pow(keep, t) - std::pow(r, t)) / (keep - r);
      INFO("week " << t << ", world " << world);
      REQUIRE(distance(e, v::expressed_opinion, world, [&](std::size_t i) {
                return mean + std::pow(r, t) * (start[world][i] - mean);
              }) < tolerance<Real>);
      REQUIRE(distance(e, v::slow_opinion, world,
                       [&](std::size_t i) { return mean + f * (start[world][i] - mean); }) < tolerance<Real>);
    }
  }
  // negative control: the closed form at the other rate is not met
  const double wrong = std::pow(1 - .11 * n / (n - 1.0), 60), mean = mean_of(start[0]);
  CHECK(distance(e, v::expressed_opinion, 0,
                 [&](std::size_t i) { return mean + wrong * (start[0][i] - mean); }) > 10 * tolerance<Real>);
}

/// Two persons with rates a, b: the matrix [[1-a, a], [b, 1-b]] has the eigenvalues 1 and 1 - a - b, so its
/// power is the limit plus exp(t ln(1 - a - b)) times the rest.
template <class Real>
void two_persons_follow_the_matrix_power() {
  const Society society = society_of(2, {{0, 1}});
  auto e = ensemble_of<Real>(society, {{.05, .5}});
  const std::vector<double> x = column(e, v::expressed_opinion), rate = column(e, v::adaptation_rate);
  const double a = rate[0], b = rate[1], limit = (b * x[0] + a * x[1]) / (a + b);
  for (int t = 1; t <= 80; ++t) {
    e.advance();
    const double left = std::exp(t * std::log(1 - a - b)) * (x[0] - x[1]) / (a + b);
    const std::vector<double> wanted{limit + a * left, limit - b * left};
    REQUIRE(distance(e, v::expressed_opinion, 0, [&](std::size_t i) { return wanted[i]; }) < tolerance<Real>);
  }
}

/// x after many weeks, and how far persons still are apart.
std::vector<double> consensus(Ensemble<double>& e, double& apart) {
  for (int t = 0; t < 6000; ++t) e.advance();
  const std::vector<double> x = column(e, v::expressed_opinion);
  apart = *std::max_element(x.begin(), x.end()) - *std::min_element(x.begin(), x.end());
  return x;
}

std::vector<double> degrees(const Society& society) {
  std::vector<double> d;
  for (std::int32_t i = 0; i < persons_of(society.graph); ++i)
    d.push_back(static_cast<double>(degree_of(society.graph, i)));
  return d;
}

/// How far the persons who start far from both bounds have moved after `weeks` weeks.
struct Walk {
  int weeks;
  std::vector<double> moved;
  double mean, square;
};
Walk walk(Ensemble<float>& e, const std::vector<double>& start, int weeks) {
  while (e.weeks_done() < weeks) e.advance();
  const std::vector<double> x = column(e, v::expressed_opinion);
  Walk w{weeks, {}, 0, 0};
  for (std::size_t i = 0; i < x.size(); ++i)
    if (std::abs(start[i]) < 800) w.moved.push_back(x[i] - start[i]);
  for (const double step : w.moved) w.mean += step, w.square += step * step;
  w.mean /= static_cast<double>(w.moved.size());
  w.square /= static_cast<double>(w.moved.size());
  return w;
}

}  // namespace

TEST_CASE(
    "everybody with everybody, without noise: every person approaches the mean as the closed form says") {
  complete_graph_follows_its_closed_form<double>();
  complete_graph_follows_its_closed_form<float>();
}

TEST_CASE("two persons with rates of their own follow the power of their matrix") {
  two_persons_follow_the_matrix_power<double>();
  two_persons_follow_the_matrix_power<float>();
}

TEST_CASE("any small society without noise follows the power of its matrix") {
  constexpr std::size_t n = 6;
  const Society society = society_of(6, {{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}});  // person 5 knows nobody
  auto e = ensemble_of<double>(society, {{.1, .9}});
  std::vector<double> x = column(e, v::expressed_opinion);
  const std::vector<double> rate = column(e, v::adaptation_rate), d = degrees(society);
  for (int t = 0; t < 50; ++t) {
    std::vector<double> next(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        const auto who = neighbours_of(society.graph, static_cast<std::int32_t>(i));
        const bool tied = std::find(who.begin(), who.end(), static_cast<std::int32_t>(j)) != who.end();
        const double stay = d[i] > 0 ? 1 - rate[i] : 1;
        next[i] += x[j] * (i == j ? stay : tied ? rate[i] / d[i] : 0);
      }
    x = next;
    e.advance();
    REQUIRE(distance(e, v::expressed_opinion, 0, [&](std::size_t i) { return x[i]; }) < 1e-12);
  }
}

TEST_CASE("a connected regular graph agrees on the mean of the first opinions") {
  const Society society = society_of(30, ring(30));
  auto e = ensemble_of<double>(society, {{.3, .3}});
  const double mean = mean_of(column(e, v::expressed_opinion));
  double apart = 1;
  const std::vector<double> x = consensus(e, apart);
  CHECK(apart < 1e-10);
  CHECK(std::abs(x[0] - mean) < 1e-10);
}

TEST_CASE(
    "an irregular graph agrees on the mean weighted by degree, also at rate one, not on the plain mean") {
  std::vector<Edge> edges = ring(20);
  for (std::int32_t i = 4; i < 17; ++i) edges.emplace_back(0, i);
  const Society society = society_of(20, edges);
  for (const double rate : {.2, 1.0}) {
    auto e = ensemble_of<double>(society, {{rate, rate}});
    const std::vector<double> start = column(e, v::expressed_opinion);
    double apart = 1;
    const std::vector<double> x = consensus(e, apart);
    CHECK(apart < 1e-10);
    CHECK(std::abs(x[0] - mean_of(start, degrees(society))) < 1e-10);
    CHECK(std::abs(x[0] - mean_of(start)) > 1e-3);
  }
}

TEST_CASE("with rates of their own, persons weigh in the agreement by degree over rate") {
  // x' = (I - Y + Y P) x keeps w x when w Y P = w Y, so w Y is the degree and w the degree over the rate
  const Society society = society_of(20, ring(20));
  auto e = ensemble_of<double>(society, {{.05, .8}});
  const std::vector<double> start = column(e, v::expressed_opinion), rate = column(e, v::adaptation_rate);
  std::vector<double> weight = degrees(society);
  for (std::size_t i = 0; i < weight.size(); ++i) weight[i] /= rate[i];
  double apart = 1;
  const std::vector<double> x = consensus(e, apart);
  CHECK(apart < 1e-10);
  CHECK(std::abs(x[0] - mean_of(start, weight)) < 1e-10);
  CHECK(std::abs(x[0] - mean_of(start)) > 1e-3);
}

TEST_CASE("two persons at rate one swap their opinions for ever: a bipartite graph never agrees") {
  const Society society = society_of(2, {{0, 1}});
  auto e = ensemble_of<float>(society, {{1, 1}});
  const std::vector<double> start = column(e, v::expressed_opinion);
  for (int t = 1; t <= 20; ++t) {
    e.advance();
    CHECK(distance(e, v::expressed_opinion, 0, [&](std::size_t i) { return start[t % 2 == 0 ? i : 1 - i]; }) <
          2e-5);
  }
}

TEST_CASE("without ties opinions are random walks: variance s^2 t, mean 0, steps unrelated, in every world") {
  const Society society = society_of(20'000, {});
  for (const double noise : {.5, 2.0}) {
    auto e = ensemble_of<float>(society, {{.1, .5, noise, .05, -1000, 1000}});
    const std::vector<double> start = column(e, v::expressed_opinion);
    const Walk at_1 = walk(e, start, 1), at_50 = walk(e, start, 50), at_100 = walk(e, start, 100);
    const auto n = static_cast<double>(at_1.moved.size());
    REQUIRE(n > 15'000);
    for (const Walk& w : {at_1, at_50, at_100}) {
      const double variance = noise * noise * w.weeks;
      INFO("noise " << noise << ", week " << w.weeks);
      CHECK(std::abs(w.mean) < 4 * std::sqrt(variance / n));  // fails by chance once in 16,000
      CHECK(std::abs(w.square / variance - 1) < 4 * std::sqrt(2 / n));
      CHECK(std::abs(w.square / (1.1 * variance) - 1) >
            4 * std::sqrt(2 / n));  // a tenth off either way is found
      CHECK(std::abs(w.square / (.9 * variance) - 1) > 4 * std::sqrt(2 / n));
    }
    double products = 0;
    for (std::size_t i = 0; i < at_50.moved.size(); ++i)
      products += at_50.moved[i] * (at_100.moved[i] - at_50.moved[i]);
    CHECK(std::abs(products / n / (noise * noise * 50)) < 4 / std::sqrt(n));
  }
}

TEST_CASE("a person without ties never moves without noise, bit for bit, whatever the others do") {
  const Society society = society_of(23, ring(20));  // persons 20, 21 and 22 know nobody
  auto e = ensemble_of<float>(society, {{.1, .9}, {.9, .9}});
  const std::vector<double> start[2] = {column(e, v::expressed_opinion, 0),
                                        column(e, v::expressed_opinion, 1)};
  for (int t = 0; t < 200; ++t) e.advance();
  for (const int world : {0, 1})
    for (const std::size_t i : {20u, 21u, 22u}) {
      CHECK(column(e, v::expressed_opinion, world)[i] == start[world][i]);
      CHECK(column(e, v::slow_opinion, world)[i] == start[world][i]);
      CHECK(column(e, v::opinion_around, world)[i] == start[world][i]);
    }
  CHECK(column(e, v::expressed_opinion)[0] != start[0][0]);  // the others do move
}
