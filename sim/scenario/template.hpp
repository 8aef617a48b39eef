#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/library.hpp"

namespace kindred::scenario {

/// A key path and the text of its value (YAML), as in `path.to.key=value`.
using Override = std::pair<std::string, std::string>;

/// A scenario whose files are read once, to make plans of many sets of overrides.
class Template {
 public:
  /// Reads and merges the files and lays the overrides of the sources over them. The section `sweep` is left
  /// out: it says which plans are made and is part of none.
  /// @param models  outlive the template
  /// @throws ConfigError when the files cannot be read or merged; what else is wrong in them, plan() says
  Template(const Sources& sources, std::span<const ModelDeclaration* const> models);

  /// What scenario::read gives for the sources with these overrides behind their own. Several threads may ask
  /// at once. @throws ConfigError with every problem, those of overrides as of the file "command line"
  Plan plan(std::span<const Override> overrides) const;

 private:
  std::vector<const ModelDeclaration*> models_;
  Folders folders_;
  std::vector<std::string> files_;  ///< in order of loading
  Node root_;
};

}  // namespace kindred::scenario
