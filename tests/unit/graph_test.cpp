#include <algorithm>
#include <boost/graph/graph_concepts.hpp>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/graph/acquaintance_graph.hpp"
#include "sim/graph/boost_graph.hpp"
#include "sim/graph/generators.hpp"
#include "sim/graph/metrics.hpp"

namespace {

using namespace kindred;
using namespace kindred::graph;
using Kind = NetworkPlan::Kind;

using HasVertexIndex =
    boost::ReadablePropertyGraphConcept<AcquaintanceGraph, std::int32_t, boost::vertex_index_t>;
using HasEdgeIndex = boost::ReadablePropertyGraphConcept<AcquaintanceGraph, TieView, boost::edge_index_t>;

// One assertion a line: each names a type after its line.
BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<AcquaintanceGraph>));
BOOST_CONCEPT_ASSERT((boost::EdgeListGraphConcept<AcquaintanceGraph>));
BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<AcquaintanceGraph>));
BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<AcquaintanceGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<AcquaintanceGraph>));
BOOST_CONCEPT_ASSERT((boost::AdjacencyMatrixConcept<AcquaintanceGraph>));
BOOST_CONCEPT_ASSERT((HasVertexIndex));
BOOST_CONCEPT_ASSERT((HasEdgeIndex));

constexpr PhiloxKey key{20261124, 7};

/// Two triangles that share person 2, and the loner 5: 0-1, 0-2, 1-2, 2-3, 2-4, 3-4.
AcquaintanceGraph bow_tie() { return from_edges(6, {{4, 3}, {0, 1}, {2, 0}, {1, 2}, {2, 3}, {4, 2}}); }

NetworkPlan plan_of(Kind kind, int acquaintances = 24) {
  NetworkPlan plan;
  plan.kind = kind;
  plan.acquaintances = acquaintances;
  return plan;
}

const std::vector<Kind> generated = {Kind::community, Kind::watts_strogatz, Kind::erdos_renyi,
                                     Kind::scale_free, Kind::blocks};

std::set<Edge> ties_as_set(const AcquaintanceGraph& graph) {
  std::set<Edge> ties;
  for (std::int32_t tie = 0; tie < ties_of(graph); ++tie) {
    ties.emplace(graph.tie_low[slot(tie)], graph.tie_high[slot(tie)]);
  }
  return ties;
}

std::string bug_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const Bug& bug) {
    return bug.what();
  }
  return "no bug";
}

std::string config_error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

/// Whether the check says exactly this (among what follows from the same fault).
bool finds(const AcquaintanceGraph& graph, const std::string& text) {
  const std::vector<std::string> problems = integrity_problems(graph);
  for (const std::string& problem : problems) UNSCOPED_INFO(problem);
  return std::find(problems.begin(), problems.end(), text) != problems.end();
}

}  // namespace

TEST_CASE("ties get sorted rows and ranks whatever the order they are given in") {
  const AcquaintanceGraph graph = bow_tie();
  CHECK(graph.row_offset == std::vector<std::int32_t>{0, 2, 4, 8, 10, 12, 12});
  CHECK(graph.neighbour == std::vector<std::int32_t>{1, 2, 0, 2, 0, 1, 3, 4, 2, 4, 2, 3});
  CHECK(graph.half_tie_tie == std::vector<std::int32_t>{0, 1, 0, 2, 1, 2, 3, 4, 3, 5, 4, 5});
  CHECK(graph.tie_low == std::vector<std::int32_t>{0, 0, 1, 2, 2, 3});
  CHECK(graph.tie_high == std::vector<std::int32_t>{1, 2, 2, 3, 4, 4});
  CHECK(integrity_problems(graph).empty());
}

TEST_CASE("no persons and no ties are sound graphs") {
  CHECK(integrity_problems(from_edges(0, {})).empty());
  CHECK(integrity_problems(from_edges(3, {})).empty());
}

TEST_CASE("a tie that cannot be is refused by name") {
  CHECK(bug_of([] { from_edges(3, {{1, 1}}); }) == "person 1 is tied to itself");
  CHECK(bug_of([] { from_edges(3, {{0, 3}}); }) == "tie 0-3 joins a person outside 0..2");
  CHECK(bug_of([] { from_edges(3, {{0, 2}, {2, 0}}); }) == "tie 0-2 is given twice");
  CHECK(bug_of([] { from_edges(3, {}, {0.5F}); }) == "1 positions for 3 persons");
  const AcquaintanceGraph merged = from_edges(3, {{0, 2}, {2, 0}, {1, 2}}, ring_positions(3), Repeats::merge);
  CHECK(merged == from_edges(3, {{0, 2}, {1, 2}}));
}

TEST_CASE("the integrity check names the row of every planted fault") {
  AcquaintanceGraph graph = bow_tie();
  SECTION("a neighbour without a mate") {
    graph.neighbour[1] = 3;
    CHECK(finds(graph, "row 0: neighbour 3 has no mate"));
    CHECK(finds(graph, "row 2: neighbour 0 has no mate"));
  }
  SECTION("an unsorted row") {
    std::swap(graph.neighbour[8], graph.neighbour[9]);
    CHECK(finds(graph, "row 3: neighbour 2 stands after 4: not ascending"));
  }
  SECTION("a neighbour out of range") {
    graph.neighbour[11] = 99;
    CHECK(finds(graph, "row 4: neighbour 99 is outside 0..5"));
  }
  SECTION("a repeated neighbour") {
    graph.neighbour[1] = 1;
    CHECK(finds(graph, "row 0: neighbour 1 appears twice"));
  }
  SECTION("a self-tie") {
    graph.neighbour[2] = 1;
    CHECK(finds(graph, "row 1: neighbour 1 is the person itself"));
  }
  SECTION("falling offsets") {
    graph.row_offset[2] = 1;
    CHECK(finds(graph, "row 1: offset 2 is followed by the smaller 1"));
  }
  SECTION("a wrong tie id") {
    graph.half_tie_tie[3] = 5;
    CHECK(finds(graph, "row 1: the half-tie to 2 names tie 5, which joins 3 and 4"));
  }
  SECTION("unsorted ties") {
    std::swap(graph.tie_high[3], graph.tie_high[4]);
    CHECK(finds(graph, "tie 4: 2-3 does not come after 2-4"));
  }
  SECTION("a position that is no number") {
    graph.position[4] = std::nanf("");
    CHECK(finds(graph, "row 4: position nan is outside [0, 1)"));
  }
}

TEST_CASE("positions follow the blocks and stay below one") {
  const std::vector<float> blocks = ring_positions(300, 128);
  CHECK(blocks[0] == 0.0F);
  CHECK(blocks[129] == 1.0F / 128);
  CHECK(blocks[256] == 0.0F);
  CHECK(blocks[257] == 1.0F / 44);  // the last block holds 44
  CHECK(ring_positions(4) == std::vector<float>{0.125F, 0.375F, 0.625F, 0.875F});
  CHECK(ring_positions(17'000'000).back() < 1.0F);
}

TEST_CASE("Boost.Graph sees each tie once and from both ends") {
  const AcquaintanceGraph graph = bow_tie();
  CHECK(num_vertices(graph) == 6);
  CHECK(num_edges(graph) == 6);
  std::int32_t rank = 0;
  for (auto [tie, end] = edges(graph); tie != end; ++tie) {
    CHECK(get(boost::edge_index, graph, *tie) == rank++);
  }
  CHECK(rank == 6);
  for (std::int32_t a = 0; a < 6; ++a) {
    for (auto [tie, end] = out_edges(a, graph); tie != end; ++tie) {
      CHECK(source(*tie, graph) == a);
      CHECK(*tie == edge(target(*tie, graph), a, graph).first);
    }
    for (auto [tie, end] = in_edges(a, graph); tie != end; ++tie) CHECK(target(*tie, graph) == a);
    for (std::int32_t b = 0; b < 6; ++b) {
      CHECK(edge(a, b, graph).second == ties_as_set(graph).contains({std::min(a, b), std::max(a, b)}));
    }
  }
}

TEST_CASE("every kind of network is sound, repeatable and moved by its key") {
  for (const Kind kind : generated) {
    CAPTURE(static_cast<int>(kind));
    const AcquaintanceGraph graph = make(plan_of(kind), 3000, key);
    CHECK(integrity_problems(graph).empty());
    CHECK(graph == make(plan_of(kind), 3000, key));
    CHECK(ties_as_set(graph) != ties_as_set(make(plan_of(kind), 3000, {key.lo + 1, key.hi})));
    CHECK(ties_as_set(graph) != ties_as_set(make(plan_of(kind), 3000, {key.lo, key.hi + 1})));
  }
}

TEST_CASE("the mean degree is the one aimed at") {
  // standard error of the mean at 10,000 persons: below 0.05 except where noted; four of them
  const auto mean = [](Kind kind) { return degree_statistics(make(plan_of(kind), 10'000, key)).mean; };
  CHECK(std::abs(mean(Kind::community) - 23.6) < 0.05);  // dropped targets inside blocks of 128
  CHECK(std::abs(mean(Kind::watts_strogatz) - 24) < 0.05);
  CHECK(std::abs(mean(Kind::scale_free) - 24) < 0.05);
  CHECK(std::abs(mean(Kind::erdos_renyi) - 24) < 4 * std::sqrt(2 * 24.0 / 10'000));
  CHECK(std::abs(mean(Kind::blocks) - 24) < 4 * std::sqrt(2 * 24.0 / 10'000));
}

TEST_CASE("isolation and completeness are kept exactly") {
  for (const Kind kind : generated) {
    CAPTURE(static_cast<int>(kind));
    CHECK(ties_of(make(plan_of(kind, 0), 200, key)) == 0);
  }
  CHECK(ties_of(make(plan_of(Kind::erdos_renyi, 39), 40, key)) == 40 * 39 / 2);
  CHECK(ties_of(make(plan_of(Kind::community, 24), 20, key)) == 20 * 19 / 2);  // a block below 25
}

TEST_CASE("impossible settings are all listed") {
  NetworkPlan plan = plan_of(Kind::community, 23);
  plan.rewiring = std::nan("");
  plan.block = 0;
  CHECK(config_error_of([&] { make(plan, 100, key); }) ==
        "society.network.acquaintances: 23 is odd; a ring needs an even number\n"
        "society.network.rewiring: nan is outside [0, 1]\n"
        "society.network.block: 0 is not a positive number of persons");
  CHECK(config_error_of([] { make(plan_of(Kind::erdos_renyi), 24, key); }) ==
        "society.network.acquaintances: 24 others cannot be found among 24 persons");
  CHECK(config_error_of([] { make(plan_of(Kind::community), 100'000'000, key); }) ==
        "society: 100000000 persons with 24 acquaintances make 2400000000 half-ties, above the limit of "
        "2147483647");
  CHECK(config_error_of([] {
          make(plan_of(Kind::blocks), 128, key);
        }).starts_with("society.network.block: 128 persons do not fill a second block of 128"));
}
