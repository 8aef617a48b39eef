#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <set>
#include <vector>

#include "sim/graph/acquaintance_graph.hpp"
#include "sim/graph/generators.hpp"
#include "sim/graph/metrics.hpp"
#include "sim/random/philox.hpp"

/// The rules of generators.hpp, followed naively or judged by their distributions.
namespace {

using namespace kindred;
using namespace kindred::graph;
using Kind = NetworkPlan::Kind;

constexpr PhiloxKey key{424242, 1};

std::set<Edge> ties_as_set(const AcquaintanceGraph& graph) {
  std::set<Edge> ties;
  for (std::int32_t tie = 0; tie < ties_of(graph); ++tie) {
    ties.emplace(graph.tie_low[slot(tie)], graph.tie_high[slot(tie)]);
  }
  return ties;
}

Edge pair_of(std::int64_t a, std::int64_t b) {
  return {static_cast<std::int32_t>(std::min(a, b)), static_cast<std::int32_t>(std::max(a, b))};
}

/// The person k places further round in the block of i.
std::int64_t further_round(std::int64_t i, int k, std::int64_t persons, std::int64_t block) {
  const std::int64_t first = i / block * block;
  return first + (i - first + k) % std::min(block, persons - first);
}

struct Decision {
  bool rewired;
  std::int64_t target;
};

Decision decision_of(std::int64_t i, int k, std::int64_t persons, const NetworkPlan& plan) {
  const auto word =
      philox({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(k), 0, 0x47520001}, key);
  const std::int64_t first = i / plan.block * plan.block;
  const std::int64_t size = std::min<std::int64_t>(plan.block, persons - first);
  const double share = word[2] / 4294967296.0;
  const bool inside = word[1] < 0x80000000;
  return {((word[0] >> 9) + 0.5) / 8388608 < plan.rewiring,
          inside ? first + static_cast<std::int64_t>(share * static_cast<double>(size))
                 : static_cast<std::int64_t>(share * static_cast<double>(persons))};
}

/// One tie at a time, in ascending (i, k), dropping what is already linked.
std::set<Edge> naive_community(std::int64_t persons, const NetworkPlan& plan) {
  std::set<Edge> ties;
  for (std::int64_t i = 0; i < persons; ++i) {
    for (int k = 1; k <= plan.acquaintances / 2; ++k) {
      if (decision_of(i, k, persons, plan).rewired) continue;
      ties.insert(pair_of(i, further_round(i, k, persons, plan.block)));
    }
  }
  for (std::int64_t i = 0; i < persons; ++i) {
    for (int k = 1; k <= plan.acquaintances / 2; ++k) {
      const Decision decision = decision_of(i, k, persons, plan);
      const bool dropped = decision.target == i || ties.contains(pair_of(i, decision.target));
      if (decision.rewired && !dropped) ties.insert(pair_of(i, decision.target));
    }
  }
  return ties;
}

/// Share of ties whose ends lie in one block.
double share_inside(const AcquaintanceGraph& graph, std::int32_t block) {
  std::int32_t inside = 0;
  for (std::int32_t tie = 0; tie < ties_of(graph); ++tie) {
    inside += graph.tie_low[slot(tie)] / block == graph.tie_high[slot(tie)] / block ? 1 : 0;
  }
  return static_cast<double>(inside) / ties_of(graph);
}

struct Tail {
  double exponent;
  double error;  ///< standard error of the exponent
};

/// Maximum-likelihood exponent of the ties received q >= 4 own ties. The exact law of the growth,
/// P(q) ~ Gamma(q + a) / Gamma(q + a + exponent) with a = own ties (exponent - 2), is a power of q plus
/// a + (exponent - 1) / 2 up to terms of second order.
Tail tail_of(const AcquaintanceGraph& graph, int own_ties, double exponent) {
  const double shift = own_ties * (exponent - 2) + (exponent - 1) / 2;
  const int least = 4 * own_ties;
  double logs = 0;
  double count = 0;
  for (std::int32_t person = 0; person < persons_of(graph); ++person) {
    const int received = degree_of(graph, person) - own_ties;
    if (received < least) continue;
    logs += std::log((received + shift) / (least - 0.5 + shift));
    ++count;
  }
  return {1 + count / logs, (exponent - 1) / std::sqrt(count)};
}

/// FNV-1a over the ends of all ties.
std::uint64_t fingerprint(const AcquaintanceGraph& graph) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto* ends : {&graph.tie_low, &graph.tie_high}) {
    for (const std::int32_t person : *ends) {
      hash = (hash ^ static_cast<std::uint32_t>(person)) * 0x100000001b3;
    }
  }
  return hash;
}

}  // namespace

TEST_CASE("the networks of one key are the same with every compiler and processor") {
  const std::vector<std::uint64_t> expected = {0xfb090480280af356, 0xceac11b69cd45d19, 0xbaa8473c80bab3c8,
                                               0x87b9fc355611a22d, 0x0f6362e830eaa3cb};
  const std::vector<Kind> kinds = {Kind::community, Kind::watts_strogatz, Kind::erdos_renyi, Kind::scale_free,
                                   Kind::blocks};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    NetworkPlan plan;
    plan.kind = kinds[i];
    CHECK(fingerprint(make(plan, 3000, {20261124, 7})) == expected[i]);
  }
}

TEST_CASE("without rewiring a community is exactly its ring lattices") {
  NetworkPlan plan;
  plan.rewiring = 0;
  std::set<Edge> lattice;
  for (std::int64_t i = 0; i < 300; ++i) {
    for (int k = 1; k <= 12; ++k) lattice.insert(pair_of(i, further_round(i, k, 300, 128)));
  }
  const AcquaintanceGraph graph = make(plan, 300, key);
  CHECK(ties_as_set(graph) == lattice);
  CHECK(degree_statistics(graph).variance == 0);
  CHECK(degree_statistics(graph).mean == 24);
  CHECK(components(graph).size == std::vector<std::int32_t>{128, 128, 44});
}

TEST_CASE("a community follows its rule tie by tie") {
  NetworkPlan plan;
  CHECK(ties_as_set(make(plan, 300, key)) == naive_community(300, plan));
  plan.rewiring = 1;
  plan.block = 40;
  CHECK(ties_as_set(make(plan, 400, key)) == naive_community(400, plan));
}

TEST_CASE("a short last block is a clique that others may reach") {
  NetworkPlan plan;
  const AcquaintanceGraph graph = make(plan, 138, key);
  const std::set<Edge> ties = ties_as_set(graph);
  for (std::int32_t i = 128; i < 138; ++i) {
    for (std::int32_t j = i + 1; j < 138; ++j) CHECK(ties.contains({i, j}));
  }
  CHECK(components(graph).size.size() == 1);
}

TEST_CASE("a Watts-Strogatz ring is a community of one block") {
  NetworkPlan ring;
  ring.kind = Kind::watts_strogatz;
  NetworkPlan community;
  community.block = 500;
  CHECK(ties_as_set(make(ring, 500, key)) == ties_as_set(make(community, 500, key)));
}

TEST_CASE("rewiring takes the declared share of the lattice away") {
  NetworkPlan plan;
  const AcquaintanceGraph graph = make(plan, 12'800, key);
  double standing = 0;
  for (std::int32_t tie = 0; tie < ties_of(graph); ++tie) {
    const std::int32_t low = graph.tie_low[slot(tie)], high = graph.tie_high[slot(tie)];
    const std::int32_t gap = (high - low) % 128;
    if (low / 128 == high / 128 && std::min(gap, 128 - gap) <= 12) ++standing;
  }
  // 0.8 stand; of the rewired half inside, 24 of 128 targets fall on a lattice place, where 0.2 are free
  const double expected = 0.8 + 0.2 * 0.5 * (24.0 / 128) * 0.2;
  CHECK(std::abs(standing / (12'800 * 12.0) - expected) < 4 * std::sqrt(0.16 / (12'800 * 12)));
}

TEST_CASE("Erdos-Renyi degrees are binomial, whoever is looked at") {
  NetworkPlan plan;
  plan.kind = Kind::erdos_renyi;
  const AcquaintanceGraph graph = make(plan, 20'000, key);
  const DegreeStatistics degrees = degree_statistics(graph);
  CHECK(std::abs(degrees.variance - 24) < 4 * 24 * std::sqrt(2.0 / 20'000));
  double first_quarter = 0;
  for (std::int32_t i = 0; i < 5'000; ++i) first_quarter += degree_of(graph, i);
  CHECK(std::abs(first_quarter / 5'000 - 24) < 4 * std::sqrt(24.0 / 5'000));
  plan.kind = Kind::scale_free;  // the same test must fail for unequal degrees
  CHECK(degree_statistics(make(plan, 20'000, key)).variance > 1'000);
}

TEST_CASE("blocks keep the declared share of ties inside") {
  NetworkPlan plan;
  plan.kind = Kind::blocks;
  for (const double within : {0.0, 0.3, 0.8, 1.0}) {
    plan.within = within;
    const AcquaintanceGraph graph = make(plan, 12'800, key);
    const double error = std::sqrt(within * (1 - within) / ties_of(graph));
    CHECK(std::abs(share_inside(graph, 128) - within) <= 4 * error);
    CHECK(std::abs(degree_statistics(graph).mean - 24) < 4 * std::sqrt(2 * 24.0 / 12'800));
  }
}

TEST_CASE("the tail of a scale-free network has the declared exponent") {
  NetworkPlan plan;
  plan.kind = Kind::scale_free;
  plan.acquaintances = 4;
  for (const double exponent : {2.5, 3.0, 3.5}) {
    plan.exponent = exponent;
    const AcquaintanceGraph graph = make(plan, 200'000, key);
    const Tail tail = tail_of(graph, 2, exponent);
    CHECK(std::abs(tail.exponent - exponent) < 4 * tail.error);
    CHECK(std::abs(tail.exponent - (exponent + 0.5)) > 4 * tail.error);
  }
  plan.kind = Kind::erdos_renyi;  // no such tail
  CHECK(tail_of(make(plan, 200'000, key), 2, 3.0).exponent > 6);
}

TEST_CASE("in a scale-free network degree does not follow the ring position") {
  NetworkPlan plan;
  plan.kind = Kind::scale_free;
  plan.exponent = 3.5;
  const AcquaintanceGraph graph = make(plan, 20'000, key);
  const DegreeStatistics degrees = degree_statistics(graph);
  double covariance = 0;
  for (std::int32_t i = 0; i < 20'000; ++i) {
    covariance += (degree_of(graph, i) - degrees.mean) * (graph.position[slot(i)] - 0.5) / 20'000;
  }
  CHECK(std::abs(covariance / std::sqrt(degrees.variance / 12)) < 4 / std::sqrt(20'000.0));
}
