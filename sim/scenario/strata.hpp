#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/scenario/reader.hpp"

/// What people can be sorted into strata by: few values that everybody has one of.
namespace kindred::scenario {

struct Stratifier {
  std::string name;   ///< as the resolved scenario writes it
  std::string alias;  ///< may be empty
  Condition by;       ///< without bounds or labels
};

/// Bonds, quadrants, and the fixed flags and codes of a model.
std::vector<Stratifier> stratifiers(const ModelDeclaration& model);

/// A list of stratifiers by name or alias, at least one, in order of kind and declaration.
std::vector<Condition> read_strata(Reader& reader, const Node& node, std::string_view path);

}  // namespace kindred::scenario
