#pragma once

#include <algorithm>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "sim/graph/acquaintance_graph.hpp"

/// The acquaintance graph as a model of Boost.Graph's VertexListGraph, EdgeListGraph, AdjacencyGraph,
/// BidirectionalGraph (hence IncidenceGraph) and AdjacencyMatrix, with vertex_index and edge_index maps, so
/// that its algorithms run on it without a copy. Include it only where such an algorithm is called.
namespace kindred::graph {

/// A tie seen from one end. Equal when it is the same undirected tie, whichever end looks.
struct TieView {
  std::int32_t source;
  std::int32_t target;
  std::int32_t tie;
  friend bool operator==(const TieView& a, const TieView& b) { return a.tie == b.tie; }
};

struct TieById {
  const AcquaintanceGraph* graph = nullptr;
  TieView operator()(std::int32_t tie) const {
    return {graph->tie_low[slot(tie)], graph->tie_high[slot(tie)], tie};
  }
};

struct TieFromPerson {
  const AcquaintanceGraph* graph = nullptr;
  std::int32_t person = 0;
  TieView operator()(std::int32_t half_tie) const {
    return {person, graph->neighbour[slot(half_tie)], graph->half_tie_tie[slot(half_tie)]};
  }
};

struct TieToPerson {
  const AcquaintanceGraph* graph = nullptr;
  std::int32_t person = 0;
  TieView operator()(std::int32_t half_tie) const {
    return {graph->neighbour[slot(half_tie)], person, graph->half_tie_tie[slot(half_tie)]};
  }
};

using PersonIterator = boost::counting_iterator<std::int32_t>;
using TieIterator = boost::transform_iterator<TieById, PersonIterator>;
using OutTieIterator = boost::transform_iterator<TieFromPerson, PersonIterator>;
using InTieIterator = boost::transform_iterator<TieToPerson, PersonIterator>;

/// Boost.Graph recognises abilities by conversion to its tags, hence the bases.
struct TraversalCategory : boost::vertex_list_graph_tag,
                           boost::edge_list_graph_tag,
                           boost::adjacency_graph_tag,
                           boost::bidirectional_graph_tag,
                           boost::adjacency_matrix_tag {};

/// edge_index: the rank of a tie.
struct TieIndexMap {
  using key_type = TieView;
  using value_type = std::int32_t;
  using reference = std::int32_t;
  using category = boost::readable_property_map_tag;
  std::int32_t operator[](const TieView& view) const { return view.tie; }
  friend std::int32_t get(TieIndexMap, const TieView& view) { return view.tie; }
};

using PersonIndexMap = boost::typed_identity_property_map<std::int32_t>;

}  // namespace kindred::graph

namespace boost {

template <>
struct graph_traits<kindred::graph::AcquaintanceGraph> {
  using vertex_descriptor = std::int32_t;
  using edge_descriptor = kindred::graph::TieView;
  using directed_category = undirected_tag;
  using edge_parallel_category = disallow_parallel_edge_tag;
  using traversal_category = kindred::graph::TraversalCategory;
  using vertex_iterator = kindred::graph::PersonIterator;
  using edge_iterator = kindred::graph::TieIterator;
  using out_edge_iterator = kindred::graph::OutTieIterator;
  using in_edge_iterator = kindred::graph::InTieIterator;
  using adjacency_iterator = const std::int32_t*;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  static vertex_descriptor null_vertex() { return -1; }
};

/// Some algorithms (core_numbers) ask for the traits of a const graph.
template <>
struct graph_traits<const kindred::graph::AcquaintanceGraph>
    : graph_traits<kindred::graph::AcquaintanceGraph> {};

template <>
struct property_map<kindred::graph::AcquaintanceGraph, vertex_index_t> {
  using type = kindred::graph::PersonIndexMap;
  using const_type = kindred::graph::PersonIndexMap;
};

template <>
struct property_map<kindred::graph::AcquaintanceGraph, edge_index_t> {
  using type = kindred::graph::TieIndexMap;
  using const_type = kindred::graph::TieIndexMap;
};

}  // namespace boost

namespace kindred::graph {

inline std::size_t num_vertices(const AcquaintanceGraph& graph) { return slot(persons_of(graph)); }
inline std::size_t num_edges(const AcquaintanceGraph& graph) { return graph.tie_low.size(); }

inline std::pair<PersonIterator, PersonIterator> vertices(const AcquaintanceGraph& graph) {
  return {PersonIterator(0), PersonIterator(persons_of(graph))};
}

/// Each tie once, by rank.
inline std::pair<TieIterator, TieIterator> edges(const AcquaintanceGraph& graph) {
  const TieById by_id{&graph};
  return {TieIterator(PersonIterator(0), by_id), TieIterator(PersonIterator(ties_of(graph)), by_id)};
}

inline std::pair<OutTieIterator, OutTieIterator> out_edges(std::int32_t person,
                                                           const AcquaintanceGraph& graph) {
  const TieFromPerson from{&graph, person};
  return {OutTieIterator(PersonIterator(graph.row_offset[slot(person)]), from),
          OutTieIterator(PersonIterator(graph.row_offset[slot(person) + 1]), from)};
}

inline std::pair<InTieIterator, InTieIterator> in_edges(std::int32_t person, const AcquaintanceGraph& graph) {
  const TieToPerson to{&graph, person};
  return {InTieIterator(PersonIterator(graph.row_offset[slot(person)]), to),
          InTieIterator(PersonIterator(graph.row_offset[slot(person) + 1]), to)};
}

inline std::pair<const std::int32_t*, const std::int32_t*> adjacent_vertices(std::int32_t person,
                                                                             const AcquaintanceGraph& graph) {
  const std::int32_t* const all = graph.neighbour.data();
  return {all + graph.row_offset[slot(person)], all + graph.row_offset[slot(person) + 1]};
}

inline std::size_t out_degree(std::int32_t person, const AcquaintanceGraph& graph) {
  return slot(degree_of(graph, person));
}
inline std::size_t in_degree(std::int32_t person, const AcquaintanceGraph& graph) {
  return out_degree(person, graph);
}
inline std::size_t degree(std::int32_t person, const AcquaintanceGraph& graph) {
  return out_degree(person, graph);
}

inline std::int32_t source(const TieView& view, const AcquaintanceGraph&) { return view.source; }
inline std::int32_t target(const TieView& view, const AcquaintanceGraph&) { return view.target; }

/// The tie between two persons, found by halving the row of the one who knows fewer people.
inline std::pair<TieView, bool> edge(std::int32_t a, std::int32_t b, const AcquaintanceGraph& graph) {
  const bool from_a = degree_of(graph, a) <= degree_of(graph, b);
  const auto [begin, end] = adjacent_vertices(from_a ? a : b, graph);
  const std::int32_t sought = from_a ? b : a;
  const std::int32_t* const found = std::lower_bound(begin, end, sought);
  if (found == end || *found != sought) return {TieView{a, b, -1}, false};
  return {TieView{a, b, graph.half_tie_tie[slot(found - graph.neighbour.data())]}, true};
}

inline PersonIndexMap get(boost::vertex_index_t, const AcquaintanceGraph&) { return {}; }
inline TieIndexMap get(boost::edge_index_t, const AcquaintanceGraph&) { return {}; }
inline std::int32_t get(boost::vertex_index_t, const AcquaintanceGraph&, std::int32_t person) {
  return person;
}
inline std::int32_t get(boost::edge_index_t, const AcquaintanceGraph&, const TieView& view) {
  return view.tie;
}

}  // namespace kindred::graph
