#include "sim/graph/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/clustering_coefficient.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/core_numbers.hpp>

#include "sim/core/errors.hpp"
#include "sim/graph/boost_graph.hpp"

namespace kindred::graph {
namespace {

/// A vector with one value per person as a Boost property map.
template <class T>
auto by_person(std::vector<T>& values, const AcquaintanceGraph& graph) {
  return boost::make_iterator_property_map(values.begin(), get(boost::vertex_index, graph));
}

}  // namespace

Components components(const AcquaintanceGraph& graph) {
  Components found;
  found.component.resize(num_vertices(graph));
  const std::int32_t count = boost::connected_components(graph, by_person(found.component, graph));
  found.size.resize(slot(count), 0);
  for (const std::int32_t component : found.component) ++found.size[slot(component)];
  return found;
}

Clustering clustering(const AcquaintanceGraph& graph) {
  Clustering found;
  found.local.resize(num_vertices(graph));
  if (found.local.empty()) return found;
  double closed = 0;
  double all = 0;
  double sum = 0;
  for (std::int32_t person = 0; person < persons_of(graph); ++person) {
    const double triangles = static_cast<double>(boost::num_triangles_on_vertex(graph, person));
    const double paths = static_cast<double>(boost::num_paths_through_vertex(graph, person));
    const double local = paths > 0 ? triangles / paths : 0;
    found.local[slot(person)] = local;
    sum += local;
    closed += triangles;
    all += paths;
  }
  found.mean_local = sum / static_cast<double>(found.local.size());
  found.global = all > 0 ? closed / all : 0;
  return found;
}

std::vector<std::int32_t> core_numbers(const AcquaintanceGraph& graph) {
  std::vector<std::int32_t> core(num_vertices(graph), 0);
  if (!core.empty()) boost::core_numbers(graph, by_person(core, graph));
  return core;
}

std::vector<double> betweenness(const AcquaintanceGraph& graph) {
  if (persons_of(graph) > largest_betweenness) {
    throw ConfigError(Problem{
        .file = {},
        .message = fmt::format("betweenness: {} persons are above the limit of {} (cost: persons x ties)",
                               persons_of(graph), largest_betweenness)});
  }
  const std::size_t persons = num_vertices(graph);
  std::vector<double> centrality(persons, 0);
  std::vector<std::vector<TieView>> incoming(persons);
  std::vector<std::int32_t> distance(persons);
  std::vector<double> dependency(persons);
  // double, not the default integer: shortest paths in a ring of 20,000 outnumber 2^64
  std::vector<double> path_count(persons);
  boost::brandes_betweenness_centrality(graph, by_person(centrality, graph), boost::dummy_property_map(),
                                        by_person(incoming, graph), by_person(distance, graph),
                                        by_person(dependency, graph), by_person(path_count, graph),
                                        get(boost::vertex_index, graph));
  return centrality;
}

DegreeStatistics degree_statistics(const AcquaintanceGraph& graph) {
  DegreeStatistics found;
  const std::int32_t persons = persons_of(graph);
  if (persons == 0) return found;
  found.mean = static_cast<double>(graph.neighbour.size()) / persons;
  found.least = degree_of(graph, 0);
  double squares = 0;
  for (std::int32_t person = 0; person < persons; ++person) {
    const std::int32_t degree = degree_of(graph, person);
    found.least = std::min(found.least, degree);
    if (degree > found.most || person == 0) {
      found.most = degree;
      found.persons_with.resize(slot(degree) + 1, 0);
    }
    ++found.persons_with[slot(degree)];
    squares += (degree - found.mean) * (degree - found.mean);
  }
  found.variance = squares / persons;
  return found;
}

}  // namespace kindred::graph
