#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/graph/generators.hpp"
#include "sim/graph/graph_file.hpp"
#include "sim/graph/metrics.hpp"

namespace {

using namespace kindred;
using namespace kindred::graph;

std::string karate_path() {
  const std::filesystem::path here = std::filesystem::path(__FILE__).parent_path();
  return (here.parent_path().parent_path() / "configs/networks/karate-club.csv").string();
}

// Zachary's club by networkx 2.8.8 (clustering, core_number, betweenness_centrality(normalized=False)).
const std::vector<int> karate_degree = {16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2,  2,
                                        2,  2, 3,  2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12, 17};
const std::vector<std::int32_t> karate_core = {4, 4, 4, 4, 3, 3, 3, 4, 4, 2, 3, 1, 2, 4, 2, 2, 2,
                                               2, 2, 3, 2, 2, 2, 3, 3, 3, 2, 3, 3, 3, 4, 3, 4, 4};
const std::vector<double> karate_clustering = {0.15,
                                               0.3333333333,
                                               0.2444444444,
                                               0.6666666667,
                                               0.6666666667,
                                               0.5,
                                               0.5,
                                               1,
                                               0.5,
                                               0,
                                               0.6666666667,
                                               0,
                                               1,
                                               0.6,
                                               1,
                                               1,
                                               1,
                                               1,
                                               1,
                                               0.3333333333,
                                               1,
                                               1,
                                               1,
                                               0.4,
                                               0.3333333333,
                                               0.3333333333,
                                               1,
                                               0.1666666667,
                                               0.3333333333,
                                               0.6666666667,
                                               0.5,
                                               0.2,
                                               0.196969697,
                                               0.1102941176};
const std::vector<double> karate_betweenness = {231.0714286,
                                                28.47857143,
                                                75.85079365,
                                                6.288095238,
                                                0.3333333333,
                                                15.83333333,
                                                15.83333333,
                                                0,
                                                29.52936508,
                                                0.4476190476,
                                                0.3333333333,
                                                0,
                                                0,
                                                24.21587302,
                                                0,
                                                0,
                                                0,
                                                0,
                                                0,
                                                17.1468254,
                                                0,
                                                0,
                                                0,
                                                9.3,
                                                1.166666667,
                                                2.027777778,
                                                0,
                                                11.79206349,
                                                0.9476190476,
                                                1.542857143,
                                                7.60952381,
                                                73.00952381,
                                                76.69047619,
                                                160.5515873};

bool close(const std::vector<double>& a, const std::vector<double>& b, double tolerance) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!(std::abs(a[i] - b[i]) <= tolerance)) return false;
  }
  return true;
}

using Matrix = std::vector<std::vector<double>>;

Matrix adjacency_of(const AcquaintanceGraph& graph) {
  const std::size_t n = slot(persons_of(graph));
  Matrix matrix(n, std::vector<double>(n, 0));
  for (std::int32_t tie = 0; tie < ties_of(graph); ++tie) {
    matrix[slot(graph.tie_low[slot(tie)])][slot(graph.tie_high[slot(tie)])] = 1;
    matrix[slot(graph.tie_high[slot(tie)])][slot(graph.tie_low[slot(tie)])] = 1;
  }
  return matrix;
}

/// Local clustering by looking at every triple.
std::vector<double> triple_clustering(const AcquaintanceGraph& graph) {
  const Matrix a = adjacency_of(graph);
  std::vector<double> local;
  for (std::size_t v = 0; v < a.size(); ++v) {
    double closed = 0, all = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        all += a[v][i] * a[v][j];
        closed += a[v][i] * a[v][j] * a[i][j];
      }
    }
    local.push_back(all > 0 ? closed / all : 0);
  }
  return local;
}

/// Core numbers by peeling: k = 1, 2, ... removes everybody with fewer than k friends left, again and again.
std::vector<std::int32_t> peeled_cores(const AcquaintanceGraph& graph) {
  const Matrix a = adjacency_of(graph);
  std::vector<std::int32_t> core(a.size(), 0);
  std::vector<char> present(a.size(), 1);
  for (std::int32_t k = 1; std::count(present.begin(), present.end(), 1) > 0; ++k) {
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i < a.size(); ++i) {
        double left = 0;
        for (std::size_t j = 0; j < a.size(); ++j) left += a[i][j] * present[j];
        if (present[i] == 0 || left >= k) continue;
        present[i] = 0;
        core[i] = k - 1;
        again = true;
      }
    }
  }
  return core;
}

struct Paths {
  Matrix length;  ///< persons x persons; infinite when apart
  Matrix count;   ///< number of shortest paths
};

/// Walks counted by powers of the adjacency matrix: the first power that reaches is the distance.
Paths paths_of(const AcquaintanceGraph& graph) {
  const Matrix a = adjacency_of(graph);
  const std::size_t n = a.size();
  Paths paths{Matrix(n, std::vector<double>(n, INFINITY)), Matrix(n, std::vector<double>(n, 0))};
  Matrix walks(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) walks[i][i] = 1;
  for (std::size_t power = 0; power < n; ++power) {
    Matrix longer(n, std::vector<double>(n, 0));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (walks[i][j] > 0 && std::isinf(paths.length[i][j])) {
          paths.length[i][j] = static_cast<double>(power);
          paths.count[i][j] = walks[i][j];
        }
        for (std::size_t k = 0; k < n; ++k) longer[i][j] += walks[i][k] * a[k][j];
      }
    }
    walks = std::move(longer);
  }
  return paths;
}

std::vector<double> path_betweenness(const AcquaintanceGraph& graph) {
  const Paths paths = paths_of(graph);
  const std::size_t n = paths.length.size();
  std::vector<double> between(n, 0);
  for (std::size_t v = 0; v < n; ++v) {
    for (std::size_t s = 0; s < n; ++s) {
      for (std::size_t t = 0; t < s; ++t) {
        if (s == v || t == v || std::isinf(paths.length[s][t])) continue;
        if (paths.length[s][v] + paths.length[v][t] != paths.length[s][t]) continue;
        between[v] += paths.count[s][v] * paths.count[v][t] / paths.count[s][t];
      }
    }
  }
  return between;
}

}  // namespace

TEST_CASE("the karate club has its known anatomy") {
  const GraphFile file = read_graph_file(karate_path());
  const AcquaintanceGraph& club = file.graph;
  CHECK(persons_of(club) == 34);
  CHECK(ties_of(club) == 78);
  CHECK(file.labels.front() == "1");
  CHECK(file.labels.back() == "34");
  CHECK(file.notes.empty());
  CHECK(integrity_problems(club).empty());
  for (std::int32_t i = 0; i < 34; ++i) CHECK(degree_of(club, i) == karate_degree[slot(i)]);
  const Clustering found = clustering(club);
  CHECK(std::abs(found.global - 0.2556818181818182) < 1e-12);
  CHECK(std::abs(found.mean_local - 0.5706384782076823) < 1e-12);
  CHECK(close(found.local, karate_clustering, 1e-9));
  CHECK(core_numbers(club) == karate_core);
  CHECK(close(betweenness(club), karate_betweenness, 1e-6));
  CHECK(components(club).size == std::vector<std::int32_t>{34});
}

TEST_CASE("one moved tie of the karate club is noticed") {
  AcquaintanceGraph club = read_graph_file(karate_path()).graph;
  std::vector<Edge> edges;
  for (std::int32_t tie = 0; tie < 78; ++tie) {
    edges.emplace_back(club.tie_low[slot(tie)], club.tie_high[slot(tie)]);
  }
  edges.front() = {11, 16};
  const AcquaintanceGraph other = from_edges(34, edges);
  CHECK_FALSE(close(clustering(other).local, karate_clustering, 1e-9));
  CHECK_FALSE(close(betweenness(other), karate_betweenness, 1e-6));
  CHECK(core_numbers(other) != karate_core);
}

TEST_CASE("clustering, cores and betweenness agree with brute force") {
  NetworkPlan plan;
  plan.block = 20;
  for (const auto kind :
       {NetworkPlan::Kind::community, NetworkPlan::Kind::erdos_renyi, NetworkPlan::Kind::scale_free}) {
    for (const int acquaintances : {2, 6}) {
      plan.kind = kind;
      plan.acquaintances = acquaintances;
      const AcquaintanceGraph graph = make(plan, 50, {5, 5});
      CHECK(close(clustering(graph).local, triple_clustering(graph), 1e-12));
      CHECK(core_numbers(graph) == peeled_cores(graph));
      CHECK(close(betweenness(graph), path_betweenness(graph), 1e-9));
    }
  }
}

TEST_CASE("betweenness survives more shortest paths than an integer can count") {
  constexpr std::int32_t width = 4, layers = 40;  // 4^38 paths from end to end, above 2^64
  std::vector<Edge> edges;
  for (std::int32_t i = 0; i < width * (layers - 1); ++i) {
    for (std::int32_t j = 0; j < width; ++j) edges.emplace_back(i, (i / width + 1) * width + j);
  }
  const std::vector<double> found = betweenness(from_edges(width * layers, edges));
  // each pair of persons d apart has d - 1 persons in between
  double expected = 0;
  for (int a = 0; a < layers; ++a) {
    for (int b = a + 1; b < layers; ++b) expected += width * width * (b - a - 1);
    expected += width * (width - 1) / 2.0;  // two of one layer are two apart
  }
  CHECK(std::abs(std::accumulate(found.begin(), found.end(), 0.0) - expected) < 1e-6);
}

TEST_CASE("betweenness refuses a large society by name") {
  try {
    betweenness(from_edges(20'001, {}));
    FAIL("accepted");
  } catch (const ConfigError& error) {
    CHECK(std::string(error.what()) ==
          "betweenness: 20001 persons are above the limit of 20000 (cost: persons x ties)");
  }
}

TEST_CASE("components and degrees of a small graph") {
  const AcquaintanceGraph graph = from_edges(6, {{0, 2}, {2, 4}, {3, 5}});
  CHECK(components(graph).component == std::vector<std::int32_t>{0, 1, 0, 2, 0, 2});
  CHECK(components(graph).size == std::vector<std::int32_t>{3, 1, 2});
  const DegreeStatistics degrees = degree_statistics(graph);
  CHECK(degrees.mean == 1);
  CHECK(std::abs(degrees.variance - 1.0 / 3) < 1e-15);
  CHECK(degrees.least == 0);
  CHECK(degrees.most == 2);
  CHECK(degrees.persons_with == std::vector<std::int64_t>{1, 4, 1});
  CHECK(components(from_edges(0, {})).size.empty());
  CHECK(core_numbers(from_edges(0, {})).empty());
  CHECK(clustering(from_edges(0, {})).global == 0);
}
