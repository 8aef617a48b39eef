#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/keys.hpp"

/// Paths of keys, as `key=value` words and sweeps write them, followed through the scenario language.
namespace kindred::scenario {

/// Where paths are followed: the arms and programmes are those of one scenario.
struct Territory {
  const Node& root;               ///< composed scenario
  const ModelDeclaration* model;  ///< null = not known because it was wrong
  int run;                        ///< weeks; 0 = not known because it was wrong
};
Territory territory_of(const Node& root, std::span<const ModelDeclaration* const> models);

/// The single value a path leads to.
struct Destination {
  Key key;                         ///< type, range and unit; of a model's parameter, too
  std::string_view source;         ///< of the range; may be empty
  std::optional<double> standard;  ///< default, of numbers
};

/// Follows a path. A value that is not written yet is a destination, an arm or a programme that is not there
/// is none. @param why says where a path goes wrong; empty when that cannot be told because the model is not
/// known
std::optional<Destination> destination_of(const Territory& territory, const std::string& path,
                                          std::string& why);

/// The parts of a path; nothing when one of them is empty.
std::optional<std::vector<std::string>> steps_of(const std::string& path);

/// What may be written in `who`, in the order in which it is suggested.
std::vector<std::string> who_keys(const ModelDeclaration& model);

}  // namespace kindred::scenario
