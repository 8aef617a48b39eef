#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/errors.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/sweep_draft.hpp"
#include "sim/sweep/design.hpp"
#include "sim/sweep/point_plans.hpp"
#include "sim/sweep/priors.hpp"

/// What the section `sweep` of a scenario says, as a design and its points.
namespace kindred::sweep {

using Until = scenario::Until;

struct Study {
  DesignPlan plan;
  Design design;
  std::vector<std::string> paths;  ///< [factor] also of a list: the columns of a table of points
  std::vector<int> weeks;          ///< as written; empty = scenario::kept_weeks chooses
  std::optional<Until> until;
  std::vector<std::string> notes;  ///< what the user should know

  /// The value of every factor at a point, as a scenario would hold it.
  std::vector<Value> values(const Point& point) const;
  /// The same with their paths, for PointPlans.
  std::vector<std::pair<std::string, std::string>> overrides(const Point& point) const;
};

/// Reads a scenario with its sweep. The design draws from the scenario's seed.
/// @throws ConfigError with everything wrong in the scenario, its section `sweep` and the design; IoError
/// when
///         a list of points cannot be read
Study read_study(const scenario::Sources& sources, std::span<const ModelDeclaration* const> models);

/// The scenario with its sweep as one self-contained YAML text (scenario/composed_text.hpp).
std::string composed_text(const scenario::Sources& sources, std::span<const ModelDeclaration* const> models);

inline constexpr std::size_t most_bad_points = 10;

/// Makes the plan of every point, and gives one problem for each of the first `most_bad_points` bad ones and
/// one that counts the others. Nothing is wrong when it is empty.
std::vector<Problem> check_points(const Study& study, const PointPlans& plans);

/// "1792 points of 5 parameters (saltelli, 256 base rows)".
std::string summary_of(const Study& study);

}  // namespace kindred::sweep
