#pragma once

#include <cstdint>
#include <vector>

#include "sim/graph/acquaintance_graph.hpp"

/// Descriptions of an acquaintance graph, computed by Boost.Graph.
namespace kindred::graph {

struct Components {
  std::vector<std::int32_t> component;  ///< [persons] numbered from 0 by lowest person
  std::vector<std::int32_t> size;       ///< [components] persons in each
};

/// Who can reach whom. O(persons + ties).
Components components(const AcquaintanceGraph& graph);

struct Clustering {
  std::vector<double> local;  ///< [persons] share of pairs of acquaintances who know each other, 0 below two
  double mean_local = 0;      ///< mean of `local` over all persons (Watts & Strogatz 1998)
  double global = 0;          ///< transitivity: closed paths of length two / all of them
};

/// O(sum of squared degrees): a hub with 10^5 acquaintances costs minutes.
Clustering clustering(const AcquaintanceGraph& graph);

/// [persons] the largest k such that the person has k acquaintances in a group who all have k in it. O(ties).
std::vector<std::int32_t> core_numbers(const AcquaintanceGraph& graph);

inline constexpr std::int32_t largest_betweenness = 20'000;  ///< persons

/// [persons] shortest paths between two others that pass through a person, shared among equals; each pair of
/// others counts once (not normalised). O(persons x ties).
/// @throws ConfigError above `largest_betweenness` persons.
std::vector<double> betweenness(const AcquaintanceGraph& graph);

struct DegreeStatistics {
  double mean = 0;
  double variance = 0;  ///< population variance
  std::int32_t least = 0;
  std::int32_t most = 0;
  std::vector<std::int64_t> persons_with;  ///< [most + 1] persons by degree
};

DegreeStatistics degree_statistics(const AcquaintanceGraph& graph);

}  // namespace kindred::graph
