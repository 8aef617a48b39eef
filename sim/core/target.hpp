#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/declarations.hpp"

/// Calibration targets: published numbers a model must come near, whatever it is asked afterwards. The
/// scenario reader makes them from a file, the analysis computes and judges them.
namespace kindred {

/// A quantity that can be computed of a simulated study: its id and the numbers it consists of.
struct TargetQuantity {
  std::string_view id;                      ///< as in the file of targets
  std::span<const std::string_view> parts;  ///< one label for each number; a single number has an empty one
};

/// One row of the file of targets.
struct Target {
  std::string id;
  std::string quantity;           ///< in words
  std::vector<double> published;  ///< centre: one for all parts, or one for each
  std::vector<Range> bands;       ///< one for each part; inside is where the model must be
  std::string source;
  std::vector<std::string> rows;  ///< of the evidence table
  std::string confidence;         ///< read, secondary, inferred or unverified
  std::string note;
  std::vector<std::string> not_claimed_by;  ///< hypotheses that fail it by design
  std::string known_failure;                ///< why nobody claims it, or empty
};

/// The worlds of one hypothesis in a target study, in this order.
enum class TargetArm : int { waitlist, course, online };
inline constexpr int arms_per_hypothesis = 3;

}  // namespace kindred
