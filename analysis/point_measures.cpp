#include "analysis/point_measures.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "analysis/effects.hpp"

namespace kindred::analysis {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::array effect_cells{Cell::treated, Cell::untreated_partner, Cell::untreated_friend,
                                  Cell::everyone};
constexpr std::size_t levels = 2;  // mean, sd

struct Level {
  double mean, sd;
};

/// @param place  [week * watched + watched]
Level level_of(const record::ArmSnapshots& arm, std::size_t place, std::size_t week, bool among_coupled) {
  double n = 0, sum = 0;
  const auto each = [&](auto see) {
    for (std::size_t i = 0; i < arm.outcome[place].size(); ++i)
      if (!among_coupled || arm.partner[week][i] >= 0) see(static_cast<double>(arm.outcome[place][i]));
  };
  each([&](double x) { sum += x, n += 1; });
  if (n == 0) return {none, none};
  const double mean = sum / n;
  double squares = 0;
  each([&](double x) { squares += (x - mean) * (x - mean); });
  return {mean, n > 1 ? std::sqrt(squares / (n - 1)) : none};
}

}  // namespace

std::vector<MeasureVariable> measure_variables() {
  return {{"mean", "mean over all persons (relationship outcomes: persons with a partner)"},
          {"sd", "standard deviation (n - 1) over the same persons"},
          {"effect_treated", "mean effect on the treated, against the arm without programme"},
          {"effect_untreated_partner", "mean effect on untreated persons whose partner is treated"},
          {"effect_untreated_friend",
           "mean effect on untreated persons with a strong tie to somebody treated and no treated partner"},
          {"effect_everyone", "mean effect on all persons"}};
}

std::vector<double> measure_point(const Plan& point, const ModelDeclaration& model,
                                  const record::ReplicateSnapshots& snapshots) {
  const std::size_t arms = point.arms.size(), outcomes = model.outcomes.size(),
                    weeks = snapshots.arms.front().partner.size() - 1,
                    watched = record::watched_columns(model).size();
  std::vector<double> values((levels + effect_cells.size()) * arms * outcomes * weeks, none);
  const auto place = [&](std::size_t variable, std::size_t arm, std::size_t outcome, std::size_t week) {
    return ((variable * arms + arm) * outcomes + outcome) * weeks + week;
  };
  for (std::size_t a = 0; a < arms; ++a) {
    for (std::size_t o = 0; o < outcomes; ++o)
      for (std::size_t w = 0; w < weeks; ++w) {
        const Level level =
            level_of(snapshots.arms[a], (w + 1) * watched + o, w + 1, model.outcomes[o].among_coupled);
        values[place(0, a, o, w)] = level.mean;
        values[place(1, a, o, w)] = level.sd;
      }
    if (comparator(point, a) < 0) continue;
    const ArmEffects effects = effects_of(point, model, snapshots, a);
    for (std::size_t c = 0; c < effect_cells.size(); ++c)
      for (std::size_t o = 0; o < outcomes; ++o)
        for (std::size_t w = 0; w < weeks; ++w)
          values[place(levels + c, a, o, w)] = effects.effect[w][o][at(effect_cells[c])].mean;
  }
  return values;
}

}  // namespace kindred::analysis
