#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/snapshots.hpp"

/// Exact effects from worlds. An effect of one person is the difference between two arms that share their
/// luck; what is reported is its mean over a cell of persons in one replicate. Nothing is estimated there:
/// uncertainty comes in only between replicates (intervals.hpp).
namespace kindred::analysis {

/// Whom an effect is averaged over. Style, bond and strong ties are those at the programmes' start.
enum class Cell : std::uint8_t {
  treated,
  treated_style_0,  ///< the first style by label; the next three follow
  treated_style_1,
  treated_style_2,
  treated_style_3,
  treated_single,
  treated_coupled,
  untreated_partner,  ///< not treated, partner treated
  untreated_friend,   ///< not treated, no treated partner, a treated strong tie
  everyone,
  treated_bond_lasts,            ///< principal stratum: coupled, and the bond lasts in both worlds
  untreated_partner_bond_lasts,  ///< principal stratum
};
inline constexpr std::size_t cell_count = 12;

/// "treated", "treated secure", ...; styles by the model's labels.
std::string cell_name(Cell cell, const ModelDeclaration& model);
std::string_view cell_definition(Cell cell);

/// The arm that `arm` is compared with: the first one with equal parameters and no programme, else the first
/// other one with equal parameters; -1 when there is none or the arm has no programme.
int comparator(const Plan& plan, std::size_t arm);

/// Effects of one arm in one replicate.
struct ArmEffects {
  /// [week after the start][outcome][cell] mean difference to the comparator; NaN for an empty cell.
  std::vector<std::vector<std::array<double, cell_count>>> mean;
  std::vector<std::vector<std::array<std::int32_t, cell_count>>> persons;
  std::vector<double> baseline_sd;  ///< [outcome] over all persons of the comparator at the start (n - 1)
};

/// @param arm  with a comparator (comparator(plan, arm) >= 0)
/// Outcomes that only coupled persons have are averaged over persons whose bond of the start still lasts in
/// both worlds.
ArmEffects effects_of(const Plan& plan, const ModelDeclaration& model,
                      const record::ReplicateSnapshots& replicate, std::size_t arm);

}  // namespace kindred::analysis
