#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/graph/acquaintance_graph.hpp"

/// Observed networks, read from an edge list (CSV) or from GraphML.
namespace kindred::graph {

struct GraphFile {
  AcquaintanceGraph graph;
  std::vector<std::string> labels;                       ///< [persons] what the file calls them
  std::map<std::string, std::vector<float>> attributes;  ///< by column or key name, each [persons]
  std::vector<std::string> notes;                        ///< what was read past, for the user
};

inline constexpr std::int64_t largest_graph_file = 8'000'000'000;  ///< bytes

/// Reads `path` by its ending.
///
/// .csv: comma-separated with a header; the columns `tail,head` or `source,target` are read, others are
///   noted and ignored. Empty lines and lines starting with # are skipped; a field may be quoted ("a ""b""").
///   When NAME.persons.csv lies beside NAME.csv, its column `person` lists every person once (also those
///   without ties) and each of its other columns (age, ...) is a numeric attribute.
/// .graphml: one undirected graph of nodes and edges. Numeric and boolean node data are attributes, required
///   of every node unless their key has a default; other data are noted and ignored.
///
/// Labels may be any text. When all are whole numbers as one would print them, persons are numbered in
/// ascending order of these; otherwise in order of first appearance (persons file or nodes first, then ties).
/// Positions are (i + 0.5) / persons.
///
/// @throws IoError when a file cannot be read.
/// @throws ConfigError with file:line for every self-tie, tie given twice (in either direction), missing
///   column, value that is not a number, unknown person, malformed line, empty file or file above
///   `largest_bytes`; 20 problems are listed, then their number.
GraphFile read_graph_file(const std::string& path, std::int64_t largest_bytes = largest_graph_file);

}  // namespace kindred::graph
