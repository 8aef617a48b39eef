#include "analysis/effects.hpp"

#include <cmath>
#include <limits>
#include <string>

namespace kindred::analysis {

namespace {

using record::ArmSnapshots;

constexpr std::size_t at(Cell cell) { return static_cast<std::size_t>(cell); }

constexpr std::array<std::string_view, cell_count> names{"treated",
                                                         "",
                                                         "",
                                                         "",
                                                         "",
                                                         "treated single",
                                                         "treated coupled",
                                                         "untreated partner",
                                                         "untreated friend",
                                                         "everyone",
                                                         "treated, bond lasts",
                                                         "untreated partner, bond lasts"};
constexpr std::array<std::string_view, cell_count> definitions{
    "allotted to the programme (intention to treat)",
    "treated, of this style at the start",
    "treated, of this style at the start",
    "treated, of this style at the start",
    "treated, of this style at the start",
    "treated, single at the start",
    "treated, with a partner at the start",
    "not treated, with a treated partner at the start",
    "not treated, no treated partner, a strong tie to somebody treated at the start",
    "all persons",
    "treated, with a partner at the start who is still the partner in both worlds (principal stratum)",
    "not treated, with a treated partner who is still the partner in both worlds (principal stratum)"};

/// Which cells each person belongs to, as far as the start decides it.
struct Membership {
  std::vector<std::uint16_t> cells;     // [person] bits
  std::vector<std::uint8_t> friend_of;  // [person] has a treated strong tie
};

Membership membership(const ArmSnapshots& arm, const ArmSnapshots& against) {
  const std::size_t n = arm.treated.size();
  Membership m{std::vector<std::uint16_t>(n), std::vector<std::uint8_t>(n)};
  for (const auto& [low, high] : against.strong_ties) {
    const auto i = static_cast<std::size_t>(low), j = static_cast<std::size_t>(high);
    if (arm.treated[j]) m.friend_of[i] = 1;
    if (arm.treated[i]) m.friend_of[j] = 1;
  }
  const auto bit = [](Cell cell) { return static_cast<unsigned>(1u << at(cell)); };
  for (std::size_t i = 0; i < n; ++i) {
    unsigned bits = bit(Cell::everyone);
    const std::int32_t partner = against.partner.front()[i];
    const bool partner_treated = partner >= 0 && arm.treated[static_cast<std::size_t>(partner)];
    if (arm.treated[i]) {
      bits |= bit(Cell::treated) | (1u << (at(Cell::treated_style_0) + against.style[i]));
      bits |= bit(partner < 0 ? Cell::treated_single : Cell::treated_coupled);
    } else if (partner_treated) {
      bits |= bit(Cell::untreated_partner);
    } else if (m.friend_of[i]) {
      bits |= bit(Cell::untreated_friend);
    }
    m.cells[i] = static_cast<std::uint16_t>(bits);
  }
  return m;
}

bool bond_lasts(const ArmSnapshots& arm, const ArmSnapshots& against, std::size_t week, std::size_t person) {
  const std::int32_t first = against.partner.front()[person];
  return first >= 0 && arm.partner[week][person] == first && against.partner[week][person] == first;
}

double baseline_sd(const ArmSnapshots& against, std::size_t outcome, bool among_coupled) {
  double n = 0, sum = 0, squares = 0;
  const std::vector<float>& values = against.outcome[outcome];
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (among_coupled && against.partner.front()[i] < 0) continue;
    const double x = static_cast<double>(values[i]);
    n += 1;
    sum += x;
    squares += x * x;
  }
  return n > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1))) : std::nan("");
}

}  // namespace

std::string cell_name(Cell cell, const ModelDeclaration& model) {
  if (cell < Cell::treated_style_0 || cell > Cell::treated_style_3) return std::string(names[at(cell)]);
  const std::size_t style = at(cell) - at(Cell::treated_style_0);
  if (model.quadrants.empty()) return "treated, group " + std::to_string(style);
  return "treated " + std::string(model.quadrants.front().labels[style]);
}
std::string_view cell_definition(Cell cell) { return definitions[at(cell)]; }

int comparator(const Plan& plan, std::size_t arm) {
  if (plan.arms[arm].programmes.empty()) return -1;
  for (const bool untreated : {true, false})
    for (std::size_t c = 0; c < plan.arms.size(); ++c)
      if (c != arm && plan.arms[c].programmes.empty() == untreated &&
          plan.arms[c].parameters == plan.arms[arm].parameters)
        return static_cast<int>(c);
  return -1;
}

ArmEffects effects_of(const Plan& plan, const ModelDeclaration& model,
                      const record::ReplicateSnapshots& replicate, std::size_t arm_index) {
  const ArmSnapshots& arm = replicate.arms[arm_index];
  const ArmSnapshots& against = replicate.arms[static_cast<std::size_t>(comparator(plan, arm_index))];
  const Membership who = membership(arm, against);
  const std::size_t outcomes = model.outcomes.size(), weeks = arm.partner.size();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  ArmEffects result;
  for (std::size_t o = 0; o < outcomes; ++o)
    result.baseline_sd.push_back(baseline_sd(against, o, model.outcomes[o].among_coupled));
  for (std::size_t w = 1; w < weeks; ++w) {
    auto& means = result.mean.emplace_back(outcomes);
    auto& counts = result.persons.emplace_back(outcomes);
    for (std::size_t o = 0; o < outcomes; ++o) {
      std::array<double, cell_count> sum{};
      for (std::size_t i = 0; i < who.cells.size(); ++i) {
        const bool lasts = bond_lasts(arm, against, w, i);
        if (model.outcomes[o].among_coupled && !lasts) continue;
        unsigned bits = who.cells[i];
        if (lasts && arm.treated[i]) bits |= 1u << at(Cell::treated_bond_lasts);
        if (lasts && (bits & (1u << at(Cell::untreated_partner))))
          bits |= 1u << at(Cell::untreated_partner_bond_lasts);
        const double effect = static_cast<double>(arm.outcome[w * outcomes + o][i]) -
                              static_cast<double>(against.outcome[w * outcomes + o][i]);
        for (std::size_t c = 0; c < cell_count; ++c)
          if (bits >> c & 1u) {
            sum[c] += effect;
            ++counts[o][c];
          }
      }
      for (std::size_t c = 0; c < cell_count; ++c)
        means[o][c] = counts[o][c] > 0 ? sum[c] / counts[o][c] : none;
    }
  }
  return result;
}

}  // namespace kindred::analysis
