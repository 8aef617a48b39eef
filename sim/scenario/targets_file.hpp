#pragma once

#include <span>
#include <vector>

#include "sim/core/target.hpp"
#include "sim/scenario/scenario.hpp"

/// The file of calibration targets: the rows, and the study in which they are computed.
namespace kindred::scenario {

struct TargetsFile {
  Plan study;  ///< arms: each hypothesis on the waitlist, with the course, with the online course; `run` is 0
  std::vector<Target> targets;
};

/// Reads a file of targets with its overrides and resolves hypotheses and programmes.
/// @param quantities every quantity that can be computed, in any order
/// @throws ConfigError with every problem, ordered as those of a scenario
TargetsFile read_targets(const Sources& sources, const ModelDeclaration& model,
                         std::span<const TargetQuantity> quantities);

}  // namespace kindred::scenario
