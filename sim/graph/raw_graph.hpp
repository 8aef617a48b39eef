#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"

/// What the readers of graph files gather before persons are numbered for good.
namespace kindred::graph {

struct RawTie {
  std::int32_t tail;  ///< into RawGraph::labels
  std::int32_t head;
  int line;
};

struct RawGraph {
  std::string path;
  std::vector<std::string> labels;  ///< in order of first appearance
  std::unordered_map<std::string, std::int32_t> person;
  std::vector<RawTie> ties;
  std::map<std::string, std::vector<float>> attributes;  ///< by RawGraph::labels
  std::vector<std::string> notes;
  std::vector<Problem> problems;  ///< the first `most_problems`
  std::int64_t problem_count = 0;
};

inline constexpr std::int64_t most_problems = 20;

// Limits that no observed network comes near, and that keep a hostile file from eating the machine.
inline constexpr std::size_t most_columns = 1000;             ///< of a CSV file; keys of a GraphML file
inline constexpr std::size_t most_node_values = 500'000'000;  ///< persons times attributes

inline void add_problem(RawGraph& raw, const std::string& path, int line, std::string message) {
  if (raw.problem_count++ < most_problems) raw.problems.push_back({path, line, 1, std::move(message)});
}

/// The number of a label, new or known.
inline std::int32_t person_called(RawGraph& raw, const std::string& label) {
  if (raw.labels.size() >= static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() - 1)) {
    throw ConfigError(Problem{.file = raw.path, .message = "more persons than an int32 can number"});
  }
  const auto [found, is_new] = raw.person.try_emplace(label, static_cast<std::int32_t>(raw.labels.size()));
  if (is_new) raw.labels.push_back(label);
  return found->second;
}

/// A finite number that fills the whole text, or nothing.
std::optional<float> number_in(std::string_view text);

/// Text without blanks at either end.
std::string_view trimmed(std::string_view text);

/// @throws IoError when the file cannot be read, ConfigError when it is above `largest_bytes`.
std::string text_of_file(const std::string& path, std::int64_t largest_bytes);

void read_edge_list(RawGraph& raw, std::string_view text);

/// Reads the persons of an edge list before its ties. @param path of the persons file, for messages.
void read_persons(RawGraph& raw, std::string_view text, const std::string& path);

void read_graphml(RawGraph& raw, std::string_view text);

}  // namespace kindred::graph
