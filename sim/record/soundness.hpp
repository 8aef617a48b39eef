#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/record/task.hpp"

/// Looks for states that have left their declared range or are no numbers: what follows from them would be
/// wrong without a sign.
namespace kindred::record {

enum class Bounds {
  finite,   ///< any number will do
  declared  ///< within the column's declared range, in single precision
};

/// A value that may not be.
struct UnsoundValue {
  bool of_tie;
  std::int64_t row;  ///< person or tie
  int column;
  float value;
};

/// The first one of a world: by column in the order of declaration (persons, then ties), then by row.
std::optional<UnsoundValue> first_unsound(const Ensemble<float>& ensemble, int world, Bounds bounds);

/// What is wrong with a world after the week just done, in one line: week, person, quantity, value and range
/// of the first unsound value; empty when all is well. Values that are not finite are found in every week
/// when the ensemble hashes its states, others at the end of every year and of `last_week`.
std::string unsound_state(const Ensemble<float>& ensemble, int world, int last_week);

/// The parameters of a world that differ from their defaults, the furthest (in units of their range) first,
/// one a line: "name = value (default)". More than `most` are only counted.
std::string unusual_parameters(const ModelDeclaration& model, const std::vector<double>& parameters,
                               std::size_t most = 12);

/// To be called after every week, before anything is recorded of it.
/// @throws RunFailed naming the world, the value (unsound_state) and the world's unusual_parameters
void require_sound(const Plan& plan, const Task& task, const Ensemble<float>& ensemble);

}  // namespace kindred::record
