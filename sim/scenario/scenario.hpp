#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/errors.hpp"
#include "sim/core/plan.hpp"

/// From a scenario file to a checked, immutable Plan. The reader knows no model: names of parameters,
/// inputs, columns, instruments and labels are looked up in the declarations it is given.
namespace kindred::scenario {

/// Where a scenario comes from.
struct Sources {
  std::string file;                    ///< the scenario, relative to the working folder or absolute
  std::vector<std::string> overrides;  ///< "path.to.key=value"; the value is YAML; lists by index from 0
  std::vector<std::string> library;    ///< folders holding programmes/, hypotheses/, networks/; searched
                                       ///< after the scenario's own folder and its parents
};

/// Reads, merges, checks and resolves a scenario.
/// @throws ConfigError with every problem, ordered by file (in order of loading), line and column;
///         problems of overrides come last, as those of the file "command line".
Plan read(const Sources& sources, std::span<const ModelDeclaration* const> models);

/// What is wrong with the value of a key of a scenario that could be read.
struct KeyProblem {
  std::string key;  ///< path of keys, such as society.persons
  std::string text;
};
/// The same where the keys were written, or the nearest map around them; in reading order.
std::vector<Problem> placed(const Sources& sources, const std::vector<KeyProblem>& problems);

/// JSON Schema (draft 2020-12) of a scenario: for completion and hints in editors.
/// @param library folders whose programmes and hypotheses are offered as examples.
std::string schema_json(std::span<const ModelDeclaration* const> models,
                        const std::vector<std::string>& library);

}  // namespace kindred::scenario
