#include "analysis/effects.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kindred::analysis {

namespace {

using record::ArmSnapshots;
using record::WatchedColumn;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

bool bond_lasts(const ArmSnapshots& arm, const ArmSnapshots& against, std::size_t week, std::size_t person) {
  const std::int32_t first = against.partner.front()[person];
  return first >= 0 && arm.partner[week][person] == first && against.partner[week][person] == first;
}

/// Standard deviation at the start (n - 1) over some persons; outcomes of couples over those in a bond.
double baseline_sd(const ArmSnapshots& against, std::size_t watched, bool among_coupled,
                   const std::vector<std::int32_t>& persons) {
  double n = 0, sum = 0, squares = 0;
  const std::vector<float>& values = against.outcome[watched];
  for (const std::int32_t person : persons) {
    const auto i = static_cast<std::size_t>(person);
    if (among_coupled && against.partner.front()[i] < 0) continue;
    const double x = static_cast<double>(values[i]);
    n += 1;
    sum += x;
    squares += x * x;
  }
  return n > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1))) : none;
}

/// @param counted  [person] 1 = has a value
CellEffect over(const std::vector<std::int32_t>& members, const std::vector<double>& effect,
                const std::vector<std::uint8_t>* counted) {
  double sum = 0;
  std::int32_t n = 0, up = 0, down = 0;
  const auto each = [&](auto see) {
    for (const std::int32_t person : members) {
      const auto i = static_cast<std::size_t>(person);
      if (counted == nullptr || (*counted)[i]) see(effect[i]);
    }
  };
  each([&](double x) {
    sum += x;
    ++n;
    up += x > 0 ? 1 : 0;
    down += x < 0 ? 1 : 0;
  });
  if (n == 0) return {none, none, none, none, 0};
  const double mean = sum / n;
  double squares = 0;
  each([&](double x) { squares += (x - mean) * (x - mean); });
  return {mean, n > 1 ? std::sqrt(squares / (n - 1)) : none, static_cast<double>(up) / n,
          static_cast<double>(down) / n, n};
}

std::vector<double> differences(const std::vector<float>& arm, const std::vector<float>& against) {
  std::vector<double> effect(arm.size());
  for (std::size_t i = 0; i < effect.size(); ++i)
    effect[i] = static_cast<double>(arm[i]) - static_cast<double>(against[i]);
  return effect;
}

/// The one person whom a probe treats; -1 when the arm treats fewer.
std::int32_t treated_alone(const ArmSnapshots& probe) {
  const auto found = std::find(probe.treated.begin(), probe.treated.end(), std::uint8_t{1});
  return found == probe.treated.end() ? -1 : static_cast<std::int32_t>(found - probe.treated.begin());
}

}  // namespace

int untreated_counterpart(const Plan& plan, std::size_t arm) {
  if (plan.arms[arm].programmes.empty()) return -1;
  for (std::size_t c = 0; c < plan.arms.size(); ++c)
    if (plan.arms[c].programmes.empty() && plan.arms[c].parameters == plan.arms[arm].parameters)
      return static_cast<int>(c);
  return -1;
}

int comparator(const Plan& plan, std::size_t arm) {
  const auto& programmes = plan.arms[arm].programmes;
  const int first = record::programmes_start(plan);
  const bool begins_first = std::any_of(programmes.begin(), programmes.end(),
                                        [&](const ProgrammePlan& p) { return p.start == first; });
  return begins_first ? untreated_counterpart(plan, arm) : -1;
}

ArmEffects effects_between(const ModelDeclaration& model, const record::ReplicateSnapshots& replicate,
                           const ArmSnapshots& arm, const ArmSnapshots& against) {
  const Members members = members_of(arm, against, replicate, model);
  const std::vector<WatchedColumn> watched = record::watched_columns(model);
  ArmEffects result;
  for (std::size_t o = 0; o < watched.size(); ++o) {
    auto& of_cells = result.cell_sd.emplace_back();
    for (std::size_t c = 0; c < cell_count; ++c)
      of_cells[c] = baseline_sd(against, o, watched[o].among_coupled, members[c]);
    result.baseline_sd.push_back(of_cells[at(Cell::everyone)]);
  }
  for (std::size_t w = 1; w < arm.partner.size(); ++w) {
    std::vector<std::uint8_t> lasts(arm.treated.size());
    for (std::size_t i = 0; i < lasts.size(); ++i) lasts[i] = bond_lasts(arm, against, w, i) ? 1 : 0;
    auto& of_week = result.effect.emplace_back(watched.size());
    for (std::size_t o = 0; o < watched.size(); ++o) {
      const std::size_t place = w * watched.size() + o;
      const std::vector<double> effect = differences(arm.outcome[place], against.outcome[place]);
      for (std::size_t c = 0; c < cell_count; ++c) {
        const bool asks = watched[o].among_coupled || c >= at(Cell::treated_bond_lasts);
        of_week[o][c] = over(members[c], effect, asks ? &lasts : nullptr);
      }
    }
  }
  return result;
}

ArmEffects effects_of(const Plan& plan, const ModelDeclaration& model,
                      const record::ReplicateSnapshots& replicate, std::size_t arm) {
  return effects_between(model, replicate, replicate.arms[arm],
                         replicate.arms[static_cast<std::size_t>(comparator(plan, arm))]);
}

DirectEffects no_direct_effects(std::size_t weeks, std::size_t outcomes) {
  return {std::vector(weeks, std::vector<double>(outcomes, none)),
          std::vector(weeks, std::vector<double>(outcomes, none)),
          std::vector(weeks, std::vector<std::int32_t>(outcomes))};
}

DirectEffects direct_effects(const Plan& plan, const ModelDeclaration& model,
                             const record::ReplicateSnapshots& replicate, std::size_t arm) {
  const ArmSnapshots& together = replicate.arms[arm];
  const std::vector<WatchedColumn> watched = record::watched_columns(model);
  const std::size_t weeks = together.partner.size() - 1;
  const int compared_with = comparator(plan, arm);
  if (compared_with < 0) return no_direct_effects(weeks, watched.size());
  const ArmSnapshots& against = replicate.arms[static_cast<std::size_t>(compared_with)];
  DirectEffects result{std::vector(weeks, std::vector<double>(watched.size())),
                       std::vector(weeks, std::vector<double>(watched.size())),
                       std::vector(weeks, std::vector<std::int32_t>(watched.size()))};
  for (std::size_t p = 0; p < plan.probes.size(); ++p) {
    const ProbePlan& probe = plan.probes[p];
    if (probe.kind != ProbePlan::Kind::alone || probe.of != static_cast<int>(arm)) continue;
    const ArmSnapshots& alone = replicate.probes[p];
    const std::int32_t person = treated_alone(alone);
    if (person < 0) continue;
    const auto i = static_cast<std::size_t>(person);
    for (std::size_t w = 0; w < weeks; ++w)
      for (std::size_t o = 0; o < watched.size(); ++o) {
        if (watched[o].among_coupled &&
            !(bond_lasts(alone, against, w + 1, i) && bond_lasts(together, against, w + 1, i)))
          continue;
        const std::size_t place = (w + 1) * watched.size() + o;
        const auto of = [&](const ArmSnapshots& world) {
          return static_cast<double>(world.outcome[place][i]);
        };
        result.alone[w][o] += of(alone) - of(against);
        result.together[w][o] += of(together) - of(against);
        ++result.persons[w][o];
      }
  }
  for (std::size_t w = 0; w < weeks; ++w)
    for (std::size_t o = 0; o < watched.size(); ++o) {
      const std::int32_t n = result.persons[w][o];
      result.alone[w][o] = n > 0 ? result.alone[w][o] / n : none;
      result.together[w][o] = n > 0 ? result.together[w][o] / n : none;
    }
  return result;
}

}  // namespace kindred::analysis
