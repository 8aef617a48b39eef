#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "analysis/cells.hpp"
#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/snapshots.hpp"

/// Exact effects from worlds. An effect of one person is the difference between two worlds that share their
/// luck; what is reported is its mean over a cell of persons in one replicate. Nothing is estimated there:
/// uncertainty comes in only between replicates (intervals.hpp).
namespace kindred::analysis {

/// The first arm with equal parameters and no programme; -1 when there is none or the arm has no programme
/// itself. Another treated arm would not do: its untreated are others.
int untreated_counterpart(const Plan& plan, std::size_t arm);

/// The arm that effects of `arm` are taken against: its untreated counterpart; -1 without one, and for arms
/// whose first programme begins later than that of others. Weeks are counted, and people looked at, from the
/// first start.
int comparator(const Plan& plan, std::size_t arm);

/// The individual effects of the persons of a cell.
struct CellEffect {
  double mean;  ///< NaN for an empty cell
  double sd;    ///< of the individual effects (n - 1); NaN for fewer than two
  double up;    ///< share of persons whose effect is above 0
  double down;  ///< share below 0
  std::int32_t persons;
};

/// Effects of one arm in one replicate.
struct ArmEffects {
  /// [week after the start][watched column][cell]
  std::vector<std::vector<std::array<CellEffect, cell_count>>> effect;
  /// [watched column] over all persons of the comparator at the start (n - 1)
  std::vector<double> baseline_sd;
  /// [watched column][cell] the same over the cell's persons; NaN for fewer than two
  std::vector<std::array<double, cell_count>> cell_sd;
};

/// What effects_between() takes of the memory for a person: the difference of an outcome, whether the bond
/// lasts, distance and closest tie, and the person's place in at most seven cells.
inline constexpr std::int64_t bytes_per_person_to_fill = 8 + 1 + 2 + 7 * 4;

/// Outcomes that only coupled persons have are averaged over persons whose bond of the start still lasts in
/// both worlds.
ArmEffects effects_between(const ModelDeclaration& model, const record::ReplicateSnapshots& replicate,
                           const record::ArmSnapshots& arm, const record::ArmSnapshots& against);

/// @param arm  with a comparator (comparator(plan, arm) >= 0)
ArmEffects effects_of(const Plan& plan, const ModelDeclaration& model,
                      const record::ReplicateSnapshots& replicate, std::size_t arm);

/// Effects on persons treated alone and on the same persons treated together with the others of the arm.
struct DirectEffects {
  std::vector<std::vector<double>> alone, together;  ///< [week after the start][watched column] mean
  std::vector<std::vector<std::int32_t>> persons;    ///< who had a value in both worlds
};
/// What an arm has that is compared with none: NaN over nobody.
DirectEffects no_direct_effects(std::size_t weeks, std::size_t outcomes);

/// @param arm  any; without a comparator it has none
DirectEffects direct_effects(const Plan& plan, const ModelDeclaration& model,
                             const record::ReplicateSnapshots& replicate, std::size_t arm);

}  // namespace kindred::analysis
