#include "sim/app/sweep_parts.hpp"

#include "analysis/intervals.hpp"
#include "analysis/point_measures.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"

namespace kindred::app {

sweep::Measures measures_for(const ModelDeclaration& model) {
  sweep::Measures measures;
  for (const analysis::MeasureVariable& v : analysis::measure_variables())
    measures.variables.push_back({v.name, v.long_name});
  for (const OutcomeDeclaration& o : model.outcomes) {
    const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(o.column)];
    measures.outcomes.emplace_back(column.name);
    measures.units.emplace_back(column.unit);
  }
  measures.of = [&model](const Plan& point, const record::ReplicateSnapshots& snapshots) {
    return analysis::measure_point(point, model, snapshots);
  };
  measures.halfwidth = [](std::span<const double> values, int per_society) {
    const analysis::Interval interval = analysis::nested_interval(values, per_society);
    return interval.high - interval.mean;
  };
  return measures;
}

std::vector<scenario::Override> overrides_of(const std::vector<std::string>& factors,
                                             const std::vector<sweep::Value>& values) {
  std::vector<scenario::Override> overrides;
  for (std::size_t f = 0; f < factors.size(); ++f) overrides.emplace_back(factors[f], values[f].text);
  return overrides;
}

std::function<Plan(std::size_t point)> plans_of(const sweep::OpenSweep& sweep) {
  const scenario::Sources sources{sweep::scenario_path(sweep.folder), {}, library_folders()};
  const std::vector<const ModelDeclaration*> models = all_declarations();
  auto plans = std::make_shared<const sweep::PointPlans>(sources, models);
  return [plans, &sweep](std::size_t point) {
    return plans->plan(overrides_of(sweep.plan.factors, sweep.plan.points[point].values));
  };
}

}  // namespace kindred::app
