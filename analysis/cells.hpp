#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/record/snapshots.hpp"

/// Whom an effect is averaged over. Style, age, bond, ties and distances are those at the programmes' start,
/// in the arm that is compared with, so that no programme decides who is in a cell.
namespace kindred::analysis {

enum class Cell : std::uint8_t {
  treated,
  treated_style_0,  ///< the first style by label; the next three follow
  treated_style_1,
  treated_style_2,
  treated_style_3,
  treated_single,
  treated_coupled,
  treated_band_0,  ///< the lowest band (of ages); the next three follow
  treated_band_1,
  treated_band_2,
  treated_band_3,
  untreated_partner,       ///< partner treated; with the next three a partition of those at distance 1
  untreated_friend,        ///< else a treated tie of the strongest kind
  untreated_loose_friend,  ///< else a treated tie of a weaker kind
  untreated_acquaintance,  ///< else a treated acquaintance
  untreated_distance_1,
  untreated_distance_2,
  untreated_distance_3,  ///< three and more, or out of reach
  untreated,
  eligible_treated,    ///< total effect (Hudgens & Halloran)
  eligible_untreated,  ///< indirect effect
  eligible,            ///< overall effect
  everyone,
  treated_bond_lasts,            ///< principal stratum: coupled, and the bond lasts in both worlds
  untreated_partner_bond_lasts,  ///< principal stratum
};
inline constexpr std::size_t cell_count = 25;

constexpr std::size_t at(Cell cell) { return static_cast<std::size_t>(cell); }

/// "treated", "treated secure", "treated 18-24", ...; styles and bands by the model's labels.
std::string cell_name(Cell cell, const ModelDeclaration& model);
std::string_view cell_definition(Cell cell);

/// The persons of each cell, as far as the start decides it: [cell] ascending persons. The principal strata
/// hold who is in a bond at the start; whether it lasts is asked week by week.
using Members = std::array<std::vector<std::int32_t>, cell_count>;

/// @param graph  the replicate, for its ties
Members members_of(const record::ArmSnapshots& arm, const record::ArmSnapshots& against,
                   const record::ReplicateSnapshots& graph, const ModelDeclaration& model);

}  // namespace kindred::analysis
