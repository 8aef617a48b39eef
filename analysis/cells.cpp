#include "analysis/cells.hpp"

namespace kindred::analysis {

namespace {

using record::ArmSnapshots;

struct Words {
  std::string_view name, definition;
};

constexpr std::string_view style = "treated, of this style at the start";
constexpr std::string_view band = "treated, of this age at the start";

constexpr std::array<Words, cell_count> words{{
    {"treated", "allotted to the programme (intention to treat)"},
    {"", style},
    {"", style},
    {"", style},
    {"", style},
    {"treated single", "treated, single at the start"},
    {"treated coupled", "treated, with a partner at the start"},
    {"", band},
    {"", band},
    {"", band},
    {"", band},
    {"untreated partner", "not treated, with a treated partner at the start"},
    {"untreated friend", "not treated, no treated partner, a strong tie to somebody treated at the start"},
    {"untreated loose friend",
     "not treated, no treated partner or strong tie, a weaker friendship to somebody "
     "treated at the start"},
    {"untreated acquaintance", "not treated, no treated partner or friend, acquainted with somebody treated"},
    {"untreated, distance 1",
     "not treated, acquainted with somebody treated (partners and friends included)"},
    {"untreated, distance 2", "not treated, two steps of acquaintance from the nearest treated person"},
    {"untreated, distance 3+",
     "not treated, three steps or more from the nearest treated person, or out of reach"},
    {"untreated", "not treated"},
    {"eligible, treated", "treated among those between whom the draw decided: the total effect"},
    {"eligible, untreated", "not treated among those between whom the draw decided: the indirect effect"},
    {"eligible", "between whom the draw decided: the overall effect"},
    {"everyone", "all persons"},
    {"treated, bond lasts",
     "treated, with a partner at the start who is still the partner in both worlds (principal stratum)"},
    {"untreated partner, bond lasts",
     "not treated, with a treated partner who is still the partner in both worlds (principal stratum)"},
}};

/// Steps of acquaintance to the nearest treated person: 0, 1, 2, or 3 for everything beyond.
std::vector<std::uint8_t> distances(const ArmSnapshots& arm, const record::ReplicateSnapshots& graph) {
  constexpr std::uint8_t beyond = 3;
  std::vector<std::uint8_t> distance(arm.treated.size(), beyond);
  for (std::size_t i = 0; i < distance.size(); ++i)
    if (arm.treated[i]) distance[i] = 0;
  for (std::uint8_t step = 0; step + 1 < beyond; ++step)
    for (std::size_t e = 0; e < graph.tie_low.size(); ++e) {
      std::uint8_t& low = distance[static_cast<std::size_t>(graph.tie_low[e])];
      std::uint8_t& high = distance[static_cast<std::size_t>(graph.tie_high[e])];
      const auto next = static_cast<std::uint8_t>(step + 1);
      if (low == step && high > next) high = next;
      if (high == step && low > next) low = next;
    }
  return distance;
}

/// Strongest kind of tie to somebody treated, partner not counted: 0 = none, 1 = acquaintance, then the
/// model's read-outs from the weakest to the strongest.
std::vector<std::uint8_t> closest_treated(const ArmSnapshots& arm, const ArmSnapshots& against,
                                          const record::ReplicateSnapshots& graph) {
  std::vector<std::uint8_t> closest(arm.treated.size());
  const auto see = [&](std::size_t from, std::size_t to, std::uint8_t kind) {
    if (arm.treated[to]) closest[from] = std::max(closest[from], static_cast<std::uint8_t>(kind + 1));
  };
  for (std::size_t e = 0; e < graph.tie_low.size(); ++e) {
    const auto i = static_cast<std::size_t>(graph.tie_low[e]),
               j = static_cast<std::size_t>(graph.tie_high[e]);
    see(i, j, against.tie_kind[e]);
    see(j, i, against.tie_kind[e]);
  }
  return closest;
}

/// The cell of the untreated by their closest tie to somebody treated.
Cell by_closest(bool partner_treated, std::uint8_t closest, std::size_t kinds) {
  if (partner_treated) return Cell::untreated_partner;
  if (kinds > 0 && closest == kinds + 1) return Cell::untreated_friend;
  return closest > 1 ? Cell::untreated_loose_friend : Cell::untreated_acquaintance;
}

}  // namespace

std::string cell_name(Cell cell, const ModelDeclaration& model) {
  const auto labelled = [&](Cell first, const auto& declarations, const std::string& otherwise) {
    const std::size_t label = at(cell) - at(first);
    if (declarations.empty()) return "treated, " + otherwise + " " + std::to_string(label);
    return "treated " + std::string(declarations.front().labels[label]);
  };
  if (cell >= Cell::treated_style_0 && cell <= Cell::treated_style_3)
    return labelled(Cell::treated_style_0, model.quadrants, "group");
  if (cell >= Cell::treated_band_0 && cell <= Cell::treated_band_3)
    return labelled(Cell::treated_band_0, model.bands, "band");
  return std::string(words[at(cell)].name);
}

std::string_view cell_definition(Cell cell) { return words[at(cell)].definition; }

Members members_of(const ArmSnapshots& arm, const ArmSnapshots& against,
                   const record::ReplicateSnapshots& graph, const ModelDeclaration& model) {
  const std::vector<std::uint8_t> distance = distances(arm, graph);
  const std::vector<std::uint8_t> closest = closest_treated(arm, against, graph);
  const std::size_t kinds = model.tie_readouts.size();
  Members members;
  for (std::size_t i = 0; i < arm.treated.size(); ++i) {
    const auto add = [&](std::size_t cell) { members[cell].push_back(static_cast<std::int32_t>(i)); };
    const std::int32_t partner = against.partner.front()[i];
    const bool partner_treated = partner >= 0 && arm.treated[static_cast<std::size_t>(partner)];
    add(at(Cell::everyone));
    if (arm.eligible[i]) {
      add(at(Cell::eligible));
      add(at(arm.treated[i] ? Cell::eligible_treated : Cell::eligible_untreated));
    }
    if (arm.treated[i]) {
      add(at(Cell::treated));
      add(at(Cell::treated_style_0) + against.style[i]);
      if (!model.bands.empty()) add(at(Cell::treated_band_0) + against.band[i]);
      add(at(partner < 0 ? Cell::treated_single : Cell::treated_coupled));
      if (partner >= 0) add(at(Cell::treated_bond_lasts));
      continue;
    }
    add(at(Cell::untreated));
    add(at(Cell::untreated_distance_1) + std::size_t{distance[i]} - 1);
    if (distance[i] == 1) add(at(by_closest(partner_treated, closest[i], kinds)));
    if (partner_treated) add(at(Cell::untreated_partner_bond_lasts));
  }
  return members;
}

}  // namespace kindred::analysis
