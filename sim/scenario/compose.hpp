#pragma once

#include <optional>

#include "sim/scenario/document.hpp"
#include "sim/scenario/library.hpp"

/// One document out of a scenario, the files it includes and the words of the command line.
namespace kindred::scenario {

/// Loads, merges and overrides; every value keeps the place it was written at. The key `include` is
/// used up. Maps are merged key by key and the including file wins; lists and single values are
/// replaced. Keys keep the order of the first file that has them, included files first.
std::optional<Node> composed(Problems& problems, const Sources& sources, const Folders& folders);

/// Sets the value at a path of keys (lists by index from 0), as a word of the command line does.
/// @param value  YAML
void apply_override(Problems& problems, Node& root, const std::string& path, const std::string& value);

}  // namespace kindred::scenario
