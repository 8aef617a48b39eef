#include "sim/record/soundness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/core/errors.hpp"

namespace kindred::record {

namespace {

constexpr int weeks_between_looks = 52;

std::optional<UnsoundValue> first_in_column(const ColumnDeclaration& column, ColumnView<float> value,
                                            std::int64_t rows, int world, Bounds bounds) {
  const auto low = static_cast<float>(column.range.low), high = static_cast<float>(column.range.high);
  for (std::int64_t i = 0; i < rows; ++i) {
    const float x = value(i, world);
    const bool sound = bounds == Bounds::finite ? std::isfinite(x) : x >= low && x <= high;
    if (!sound) return UnsoundValue{false, i, 0, x};
  }
  return std::nullopt;
}

std::string text_of(const UnsoundValue& found, const ColumnDeclaration& column, int week) {
  const std::string what = std::isfinite(found.value) ? fmt::format("outside [{}, {}] {}", column.range.low,
                                                                    column.range.high, column.unit)
                                                      : std::string("not a finite number");
  return fmt::format("week {}, {} {}: {} is {}, {}", week, found.of_tie ? "tie" : "person", found.row,
                     column.name, found.value, what);
}

/// "arm 'course'"; worlds that are run for an estimand say of which arm and how they differ from it.
std::string name_of_world(const Plan& plan, const ModelDeclaration& model, const Task& task, int world) {
  const auto index = static_cast<std::size_t>(task.first_arm + world);
  if (!task.probes) return fmt::format("arm '{}'", plan.arms[index].name);
  const ProbePlan& probe = plan.probes[index];
  const std::string& arm = plan.arms[static_cast<std::size_t>(probe.of)].name;
  if (probe.kind == ProbePlan::Kind::alone) return fmt::format("arm '{}' with one person treated alone", arm);
  return fmt::format("arm '{}'{} with {} switched off", arm,
                     probe.world.programmes.empty() ? " untreated," : "",
                     model.parameters[static_cast<std::size_t>(probe.parameter)].name);
}

[[noreturn]] void fail(const Plan& plan, const Task& task, const ModelDeclaration& model, int world,
                       const std::string& what) {
  const auto index = static_cast<std::size_t>(task.first_arm + world);
  const std::vector<double>& parameters =
      task.probes ? plan.probes[index].world.parameters : plan.arms[index].parameters;
  throw RunFailed(fmt::format(
      "{}, replicate {}, {}\n"
      "Its parameters drive the model out of what it means. Those that differ from their defaults:\n{}"
      "Nothing was written, and there is nothing to resume: the run would come to the same state again.",
      name_of_world(plan, model, task, world), replicate_of(plan, task), what,
      unusual_parameters(model, parameters)));
}

}  // namespace

std::optional<UnsoundValue> first_unsound(const Ensemble<float>& ensemble, int world, Bounds bounds) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  for (int c = 0; c < static_cast<int>(model.person_columns.size()); ++c) {
    const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(c)];
    if (column.element != Element::real) continue;
    if (auto found = first_in_column(column, ensemble.person(c), ensemble.persons(), world, bounds)) {
      found->column = c;
      return found;
    }
  }
  for (int c = 0; c < static_cast<int>(model.tie_columns.size()); ++c)
    if (auto found = first_in_column(model.tie_columns[static_cast<std::size_t>(c)], ensemble.tie(c),
                                     ensemble.ties(), world, bounds)) {
      found->column = c;
      found->of_tie = true;
      return found;
    }
  return std::nullopt;
}

std::string unsound_state(const Ensemble<float>& ensemble, int world, int last_week) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const int week = ensemble.study_week();
  std::optional<UnsoundValue> found;
  if (ensemble.weeks_done() > 0 && (week % weeks_between_looks == 0 || week == last_week))
    found = first_unsound(ensemble, world, Bounds::declared);
  if (ensemble.hasher() != nullptr && !ensemble.hasher()->finite(world))
    if (const auto no_number = first_unsound(ensemble, world, Bounds::finite)) found = no_number;
  if (!found) return "";
  const auto columns = found->of_tie ? model.tie_columns : model.person_columns;
  return text_of(*found, columns[static_cast<std::size_t>(found->column)], week);
}

std::string unusual_parameters(const ModelDeclaration& model, const std::vector<double>& parameters,
                               std::size_t most) {
  std::vector<std::size_t> unusual;
  const auto distance = [&](std::size_t p) {
    const ParameterDeclaration& declared = model.parameters[p];
    const double width = declared.range.high - declared.range.low;
    return std::abs(parameters[p] - declared.default_value) / (width > 0 ? width : 1);
  };
  for (std::size_t p = 0; p < parameters.size(); ++p)
    if (distance(p) > 0 || std::isnan(distance(p))) unusual.push_back(p);
  std::stable_sort(unusual.begin(), unusual.end(),
                   [&](std::size_t a, std::size_t b) { return distance(a) > distance(b); });
  std::string lines;
  for (std::size_t i = 0; i < std::min(most, unusual.size()); ++i) {
    const ParameterDeclaration& declared = model.parameters[unusual[i]];
    lines += fmt::format("  {} = {} ({})\n", declared.name, parameters[unusual[i]], declared.default_value);
  }
  if (unusual.size() > most)
    lines += fmt::format("  and {} more; `kindred check` shows all\n", unusual.size() - most);
  return unusual.empty() ? "  none\n" : lines;
}

void require_sound(const Plan& plan, const Task& task, const Ensemble<float>& ensemble) {
  for (int w = 0; w < ensemble.worlds(); ++w)
    if (const std::string what = unsound_state(ensemble, w, plan.run); !what.empty())
      fail(plan, task, *ensemble.model().declaration, w, what);
}

}  // namespace kindred::record
