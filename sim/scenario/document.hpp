#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/problems.hpp"

/// YAML as plain values that remember where they were written. No type of the YAML library leaves here.
namespace kindred::scenario {

/// A value of a document; as the child of a map it also holds its key.
struct Node {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  std::string key;
  Place key_place;
  std::string text;     ///< of a scalar, as written but without quotes
  bool quoted = false;  ///< written in quotes or as a block: text, never a number
  Place place;
  std::vector<Node> children;

  const Node* find(std::string_view name) const;
};

/// The node, or one that holds nothing. It outlives every reader: fields keep pointers into their map.
const Node& or_nothing(const Node* node);

/// "a map", "a list", "nothing", "the value '3'": for messages.
std::string described(const Node& node);

/// Limits that keep a hostile or mistaken file from eating the machine.
inline constexpr std::size_t largest_file = 4u << 20;  ///< bytes
inline constexpr std::size_t most_values = 100'000;    ///< after aliases are written out
inline constexpr std::size_t most_text = 16u << 20;    ///< bytes of all values, after aliases are written out
inline constexpr std::size_t longest_key = 200;        ///< bytes
inline constexpr int deepest_value = 64;               ///< maps and lists inside each other

/// How many values lie in a node, itself included.
std::size_t values_in(const Node& node);

/// A file as it was read: its document, when there is one to go on with, and what is wrong in it.
struct LoadedFile {
  std::optional<Node> root;
  std::vector<Problem> problems;
};

/// Reads one YAML document. Says of files that cannot be read, syntax, tags, repeated keys and broken limits.
LoadedFile loaded(const std::string& path);

/// The same from text. @param path key path of the whole, for messages.
/// @param at when its file is the command line, every value gets this place instead of its own.
std::optional<Node> parse(Problems& problems, const std::string& text, const Place& at,
                          std::string_view path = "");

}  // namespace kindred::scenario
