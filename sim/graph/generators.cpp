#include "sim/graph/generators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/graph/graph_file.hpp"

namespace kindred::graph {
namespace {

using Kind = NetworkPlan::Kind;
using Words = std::array<std::uint32_t, 4>;

Words words_of(PhiloxKey key, GraphStream stream, std::int64_t person, std::uint32_t k,
               std::uint32_t attempt = 0) {
  return philox({static_cast<std::uint32_t>(person), k, attempt, static_cast<std::uint32_t>(stream)}, key);
}

double uniform(std::uint32_t word) { return (static_cast<double>(word >> 9) + 0.5) * 0x1p-23; }

std::int64_t below(std::int64_t size, std::uint32_t word) {
  return static_cast<std::int64_t>((static_cast<std::uint64_t>(size) * word) >> 32);
}

void append_tie(std::vector<Edge>& edges, std::int64_t a, std::int64_t b) {
  edges.emplace_back(static_cast<std::int32_t>(a), static_cast<std::int32_t>(b));
}

/// Everybody in [first, last) to everybody else there.
void append_clique(std::vector<Edge>& edges, std::int64_t first, std::int64_t last) {
  for (std::int64_t i = first; i < last; ++i) {
    for (std::int64_t j = first; j < i; ++j) append_tie(edges, i, j);
  }
}

// --- rings -------------------------------------------------------------------------------------

/// One block's ring lattice with its rewired ties, which may repeat a tie but never join a person to itself.
void append_ring(std::vector<Edge>& edges, const NetworkPlan& plan, std::int64_t persons, PhiloxKey key,
                 std::int64_t first, std::int64_t size) {
  const int half = plan.acquaintances / 2;
  for (std::int64_t i = first; i < first + size; ++i) {
    for (int k = 1; k <= half; ++k) {
      const Words word = words_of(key, GraphStream::ring, i, static_cast<std::uint32_t>(k));
      if (!(uniform(word[0]) < plan.rewiring)) {
        const std::int64_t round = i + k - first;
        append_tie(edges, i, first + (round < size ? round : round - size));
        continue;
      }
      const bool inside = word[1] >> 31 == 0;
      const std::int64_t target = inside ? first + below(size, word[2]) : below(persons, word[2]);
      if (target != i) append_tie(edges, i, target);
    }
  }
}

std::vector<Edge> ring_ties(const NetworkPlan& plan, std::int64_t persons, std::int64_t block,
                            PhiloxKey key) {
  std::vector<Edge> edges;
  edges.reserve(slot(persons * (plan.acquaintances / 2)));
  for (std::int64_t first = 0; first < persons; first += block) {
    const std::int64_t size = std::min(block, persons - first);
    if (size < plan.acquaintances + 1) {
      append_clique(edges, first, first + size);
    } else {
      append_ring(edges, plan, persons, key, first, size);
    }
  }
  return edges;
}

// --- independent pairs -------------------------------------------------------------------------

/// (1 - p)^(2^k): a geometric jump is found bit by bit with multiplications alone, because log differs
/// between processors.
struct Jumps {
  std::array<double, 32> survival;
  int bits;
};

Jumps jumps_of(double probability, std::int64_t persons) {
  Jumps jumps{.survival = {}, .bits = 1};
  while ((std::int64_t{1} << jumps.bits) <= persons) ++jumps.bits;
  double power = 1 - probability;
  for (double& survival : jumps.survival) {
    survival = power;
    power *= power;
  }
  return jumps;
}

/// How many pairs stay untied before the next tie: the largest g with (1 - p)^g > u.
std::int64_t jump(const Jumps& jumps, double u) {
  double reached = 1;
  std::int64_t length = 0;
  for (int bit = jumps.bits - 1; bit >= 0; --bit) {
    const double further = reached * jumps.survival[slot(bit)];
    const bool goes = further > u;
    reached = goes ? further : reached;
    length += goes ? std::int64_t{1} << bit : 0;
  }
  return length;
}

/// The uniforms of one person in order; each takes two words of a block.
struct PersonUniforms {
  PhiloxKey key;
  std::int64_t person;
  std::uint32_t taken = 0;
  Words block{};
};

double next_uniform(PersonUniforms& draws) {
  const std::uint32_t second = draws.taken % 2;
  if (second == 0) draws.block = words_of(draws.key, GraphStream::gaps, draws.person, draws.taken / 2);
  ++draws.taken;
  const std::uint64_t high = draws.block[2 * second];
  const std::uint64_t low = draws.block[2 * second + 1];
  return (static_cast<double>((high << 32 | low) >> 11) + 0.5) * 0x1p-53;
}

void append_random_ties(std::vector<Edge>& edges, PersonUniforms& draws, std::int64_t first,
                        std::int64_t last, const Jumps& jumps) {
  if (first >= last) return;
  for (std::int64_t other = first + jump(jumps, next_uniform(draws)); other < last;
       other += 1 + jump(jumps, next_uniform(draws))) {
    append_tie(edges, draws.person, other);
  }
}

std::vector<Edge> erdos_renyi_ties(const NetworkPlan& plan, std::int64_t persons, PhiloxKey key) {
  std::vector<Edge> edges;
  edges.reserve(slot(persons * plan.acquaintances / 2));
  const double pairs_each = static_cast<double>(std::max<std::int64_t>(1, persons - 1));
  const Jumps jumps = jumps_of(plan.acquaintances / pairs_each, persons);
  for (std::int64_t i = 0; i < persons; ++i) {
    PersonUniforms draws{.key = key, .person = i};
    append_random_ties(edges, draws, i + 1, persons, jumps);
  }
  return edges;
}

std::vector<Edge> block_ties(const NetworkPlan& plan, std::int64_t persons, PhiloxKey key) {
  std::vector<Edge> edges;
  edges.reserve(slot(persons * plan.acquaintances / 2));
  const double inside_each = plan.within * plan.acquaintances;
  const double outside_each = (1 - plan.within) * plan.acquaintances;
  const Jumps outside = jumps_of(outside_each / static_cast<double>(persons - plan.block), persons);
  for (std::int64_t first = 0; first < persons; first += plan.block) {
    const std::int64_t end = std::min<std::int64_t>(persons, first + plan.block);
    const double others = static_cast<double>(std::max<std::int64_t>(1, end - first - 1));
    const Jumps inside = jumps_of(std::min(1.0, inside_each / others), persons);
    for (std::int64_t i = first; i < end; ++i) {
      PersonUniforms draws{.key = key, .person = i};
      append_random_ties(edges, draws, i + 1, end, inside);
      append_random_ties(edges, draws, end, persons, outside);
    }
  }
  return edges;
}

// --- growth ------------------------------------------------------------------------------------

/// Which person is the n-th to come: a Fisher-Yates shuffle with one word per step.
std::vector<std::int32_t> arrivals(std::int64_t persons, PhiloxKey key) {
  std::vector<std::int32_t> order(slot(persons));
  std::iota(order.begin(), order.end(), 0);
  for (std::int64_t i = persons - 1; i > 0; --i) {
    std::swap(order[slot(i)], order[slot(below(i + 1, words_of(key, GraphStream::shuffle, i, 0)[0]))]);
  }
  return order;
}

/// The k-th tie of a newcomer, by number of arrival. The receivers of earlier ties are the second ends of
/// `edges` before `earlier`; those after it are the newcomer's own.
void append_attachment(std::vector<Edge>& edges, std::size_t earlier, std::int64_t newcomer, std::uint32_t k,
                       double uniform_share, PhiloxKey key) {
  constexpr std::uint32_t attempts = 64;
  for (std::uint32_t attempt = 0; attempt < attempts; ++attempt) {
    const Words word = words_of(key, GraphStream::attachment, newcomer, k, attempt);
    const bool anybody = uniform(word[0]) < uniform_share;
    const std::int64_t target = anybody
                                    ? below(newcomer, word[1])
                                    : edges[slot(below(static_cast<std::int64_t>(earlier), word[1]))].second;
    const bool chosen = std::any_of(edges.begin() + static_cast<std::ptrdiff_t>(earlier), edges.end(),
                                    [&](const Edge& own) { return own.second == target; });
    if (chosen) continue;
    append_tie(edges, newcomer, target);
    return;
  }
}

std::vector<Edge> scale_free_ties(const NetworkPlan& plan, std::int64_t persons, PhiloxKey key) {
  std::vector<Edge> edges;
  edges.reserve(slot(persons * (plan.acquaintances + 1) / 2));
  const std::int64_t founders = (plan.acquaintances + 1) / 2 + 1;
  const double uniform_share = (plan.exponent - 2) / (plan.exponent - 1);
  append_clique(edges, 0, founders);
  for (std::int64_t newcomer = founders; newcomer < persons; ++newcomer) {
    const std::size_t earlier = edges.size();
    const std::int64_t ties = (plan.acquaintances + newcomer % 2) / 2;
    for (std::int64_t k = 0; k < ties; ++k) {
      append_attachment(edges, earlier, newcomer, static_cast<std::uint32_t>(k), uniform_share, key);
    }
  }
  const std::vector<std::int32_t> person = arrivals(persons, key);
  for (auto& [a, b] : edges) {
    a = person[slot(a)];
    b = person[slot(b)];
  }
  return edges;
}

// --- plan --------------------------------------------------------------------------------------

AcquaintanceGraph from_file(const NetworkPlan& plan, std::int64_t persons) {
  AcquaintanceGraph graph = read_graph_file(plan.path).graph;
  if (persons != 0 && persons != persons_of(graph)) {
    throw ConfigError(Problem{.file = {},
                              .message = fmt::format("society.persons: {} but {} holds {} persons", persons,
                                                     plan.path, persons_of(graph))});
  }
  return graph;
}

}  // namespace

AcquaintanceGraph make(const NetworkPlan& plan, std::int64_t persons, PhiloxKey society_key) {
  if (plan.kind == Kind::file) return from_file(plan, persons);
  std::vector<Problem> problems = network_problems(plan, persons);
  if (!problems.empty()) throw ConfigError(std::move(problems));
  switch (plan.kind) {
  case Kind::community:
    return from_edges(persons, ring_ties(plan, persons, plan.block, society_key),
                      ring_positions(persons, plan.block), Repeats::merge);
  case Kind::watts_strogatz:
    return from_edges(persons, ring_ties(plan, persons, persons, society_key), ring_positions(persons),
                      Repeats::merge);
  case Kind::erdos_renyi:
    return from_edges(persons, erdos_renyi_ties(plan, persons, society_key));
  case Kind::scale_free:
    return from_edges(persons, scale_free_ties(plan, persons, society_key));
  case Kind::blocks:
    return from_edges(persons, block_ties(plan, persons, society_key), ring_positions(persons, plan.block));
  case Kind::file:
    break;
  }
  throw Bug("a network kind without a generator");
}

}  // namespace kindred::graph
