#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "sim/app/sensitivity.hpp"
#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::app {

namespace {

using analysis::MergedSweep;
using analysis::Outcomes;
using analysis::SweepFigure;

constexpr const char* usual_variable = "effect_treated";
constexpr const char* variable_without_effects = "mean";

[[noreturn]] void refuse(const std::string& text) { throw ConfigError(Problem{"command line", 0, 0, text}); }

std::size_t index_in(const std::vector<std::string>& names, const std::string& name, const char* flag) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    refuse(fmt::format("{} {}: not in this sweep; {}", flag, name, scenario::suggestion(name, names)));
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<std::size_t> all_of(std::size_t n) {
  std::vector<std::size_t> indices(n);
  for (std::size_t i = 0; i < n; ++i) indices[i] = i;
  return indices;
}

/// Indices of the chosen names, in the order of the file; all when none is chosen.
std::vector<std::size_t> chosen(const std::vector<std::string>& names, const std::vector<std::string>& wanted,
                                const char* flag) {
  std::vector<std::size_t> indices;
  for (const std::string& name : wanted) indices.push_back(index_in(names, name, flag));
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return wanted.empty() ? all_of(names.size()) : indices;
}

/// The weeks asked for, else the first one after the programmes' start.
std::vector<std::size_t> chosen_weeks(const MergedSweep& sweep, const std::vector<int>& wanted) {
  const auto first = std::find_if(sweep.weeks.begin(), sweep.weeks.end(), [](int week) { return week > 0; });
  if (wanted.empty())
    return {first == sweep.weeks.end() ? 0 : static_cast<std::size_t>(first - sweep.weeks.begin())};
  std::vector<std::string> known, names;
  for (const int week : sweep.weeks) known.push_back(std::to_string(week));
  for (const int week : wanted) names.push_back(std::to_string(week));
  return chosen(known, names, "--week");
}

bool has_values(const MergedSweep& sweep, const std::vector<double>& values, std::size_t arm) {
  const std::size_t each = sweep.outcomes.size() * sweep.weeks.size();
  for (std::size_t k = 0; k < values.size(); ++k)
    if (k / each % sweep.arms.size() == arm && !std::isnan(values[k])) return true;
  return false;
}

std::vector<std::size_t> arms_with_values(const MergedSweep& sweep, const std::vector<double>& values) {
  std::vector<std::size_t> arms;
  for (std::size_t a = 0; a < sweep.arms.size(); ++a)
    if (has_values(sweep, values, a)) arms.push_back(a);
  return arms;
}

/// The variable to look at and its numbers.
struct Chosen {
  analysis::SweepVariable variable;
  std::vector<double> values;
  std::vector<std::size_t> arms;  ///< that have it
};

Chosen chosen_variable(const record::FinishedFile& opened, const MergedSweep& sweep,
                       const std::string& wanted) {
  std::vector<std::string> names;
  for (const analysis::SweepVariable& v : sweep.variables) names.push_back(v.name);
  const auto read = [&](std::size_t v) {
    Chosen found{sweep.variables[v], analysis::read_sweep_variable(opened, sweep, names[v]), {}};
    found.arms = arms_with_values(sweep, found.values);
    return found;
  };
  if (!wanted.empty()) return read(index_in(names, wanted, "--variable"));
  const auto usual = std::find(names.begin(), names.end(), usual_variable);
  if (usual != names.end())
    if (Chosen effects = read(static_cast<std::size_t>(usual - names.begin())); !effects.arms.empty())
      return effects;
  return read(index_in(names, variable_without_effects, "--variable"));
}

std::vector<std::size_t> chosen_arms(const MergedSweep& sweep, const Chosen& from,
                                     const std::vector<std::string>& wanted) {
  const std::vector<std::size_t> arms = wanted.empty() ? from.arms : chosen(sweep.arms, wanted, "--arm");
  std::vector<std::string> without;
  for (const std::size_t a : arms)
    if (std::find(from.arms.begin(), from.arms.end(), a) == from.arms.end()) without.push_back(sweep.arms[a]);
  if (!without.empty())
    refuse(fmt::format("--arm {}: has no {} ({}); try --variable {}", scenario::listed(without),
                       from.variable.name, from.variable.long_name, variable_without_effects));
  if (arms.empty())
    refuse(fmt::format("--variable {}: no arm has it ({}); try --variable {}", from.variable.name,
                       from.variable.long_name, variable_without_effects));
  return arms;
}

std::vector<std::size_t> points_of_nobody(const Outcomes& y) {
  std::vector<std::size_t> points;
  for (std::size_t p = 0; p < y.size(); ++p)
    if (!std::all_of(y[p].begin(), y[p].end(), [](double v) { return std::isfinite(v); }))
      points.push_back(p);
  return points;
}

/// Whether factors can have moved anything: a number that is equal to the last bit everywhere was not
/// estimated to be equal, no run differs.
std::optional<Unmoved> unmoved(const Outcomes& y) {
  const std::vector<double>& first =
      *std::max_element(y.begin(), y.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  for (const std::vector<double>& values : y)
    if (!std::equal(values.begin(), values.end(), first.begin())) return std::nullopt;
  const auto [low, high] = std::minmax_element(first.begin(), first.end());
  double sum = 0;
  for (const double x : first) sum += x;
  return Unmoved{sum / static_cast<double>(first.size()), *low + 0.0, *high + 0.0};
}

template <class Table>
decltype(SensitivityTable::content) found_or_bug(std::variant<Table, analysis::Holes> result) {
  if (const auto* holes = std::get_if<analysis::Holes>(&result)) throw Bug(holes->message);
  return std::get<Table>(std::move(result));
}

decltype(SensitivityTable::content) content_of(const MergedSweep& sweep, const Outcomes& y,
                                               const analysis::Bootstrap& bootstrap) {
  if (auto points = points_of_nobody(y); !points.empty()) return OfNobody{std::move(points)};
  if (const auto still = unmoved(y)) {
    if (still->low == still->high) return Constant{still->low};
    return *still;
  }
  const int axes = static_cast<int>(sweep.axes.size());
  if (sweep.design == "saltelli") return found_or_bug(analysis::sobol_indices(axes, y, bootstrap));
  return found_or_bug(analysis::morris_measures(axes, analysis::steps_of(sweep), y, bootstrap));
}

}  // namespace

Sensitivity sensitivity_of(const record::FinishedFile& opened, const MergedSweep& sweep,
                           const SensitivityVerb& verb) {
  const Chosen from = chosen_variable(opened, sweep, verb.variable);
  const std::vector<std::size_t> arms = chosen_arms(sweep, from, verb.arms),
                                 outcomes = chosen(sweep.outcomes, verb.outcomes, "--outcome"),
                                 weeks = chosen_weeks(sweep, verb.weeks);
  Sensitivity found{opened.path,
                    sweep.design,
                    from.variable.name,
                    from.variable.long_name,
                    sweep.axes,
                    sweep.points(),
                    sweep.points() / analysis::block_width(sweep),
                    sweep.replicates,
                    {sweep.seed},
                    {}};
  std::vector<SweepFigure> figures;
  for (const std::size_t arm : arms)
    for (const std::size_t outcome : outcomes)
      for (const std::size_t week : weeks) {
        figures.push_back({arm, outcome, week});
        found.tables.push_back(
            {sweep.arms[arm], sweep.outcomes[outcome], sweep.units[outcome], sweep.weeks[week], Constant{0}});
      }
  // writes only table i
  parallel::for_tasks(static_cast<std::int64_t>(figures.size()), [&](std::int64_t task) {
    const auto i = static_cast<std::size_t>(task);
    found.tables[i].content =
        content_of(sweep, analysis::figure_of(sweep, from.values, figures[i]), found.bootstrap);
  });
  return found;
}

}  // namespace kindred::app
