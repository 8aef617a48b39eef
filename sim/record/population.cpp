#include "sim/record/population.hpp"

#include "sim/engine/measurement.hpp"
#include "sim/record/row_scan.hpp"

namespace kindred::record {

std::size_t group_count(const ModelDeclaration& model) { return model.quadrants.empty() ? 1 : 5; }

std::vector<std::uint8_t> quadrants(const Ensemble<float>& ensemble, int world) {
  std::vector<std::uint8_t> result(static_cast<std::size_t>(ensemble.persons()));
  const ModelDeclaration& model = *ensemble.model().declaration;
  if (model.quadrants.empty()) return result;
  const QuadrantDeclaration& q = model.quadrants.front();
  const auto first = ensemble.person(q.first_column);
  const auto second = ensemble.person(q.second_column);
  for (std::int64_t i = 0; i < ensemble.persons(); ++i)
    result[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(
        quadrant(q, static_cast<double>(first(i, world)), static_cast<double>(second(i, world))));
  return result;
}

namespace {

/// Group 0 is everybody; a model without quadrants has no other.
void count_into(std::vector<std::int32_t>& counts, int style) {
  ++counts[0];
  if (counts.size() > 1) ++counts[std::size_t{1} + static_cast<std::size_t>(style)];
}

}  // namespace

/// Hardly anybody's bond begins or ends in a week, so styles are looked up for those only.
void add_bond_events(const Ensemble<float>& ensemble, int world, PopulationFrame& into) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const std::size_t groups = group_count(model);
  if (into.broke.empty()) into.broke.assign(groups, 0), into.formed.assign(groups, 0);
  if (model.bond_event_column < 0) return;
  const auto style = [&](std::int64_t row) {
    if (model.quadrants.empty()) return 0;
    const QuadrantDeclaration& q = model.quadrants.front();
    return quadrant(q, static_cast<double>(ensemble.person(q.first_column)(row, world)),
                    static_cast<double>(ensemble.person(q.second_column)(row, world)));
  };
  const auto event = ensemble.person(model.bond_event_column);
  const int lane = event.once ? 0 : event.lane[static_cast<std::size_t>(world)];
  for_each_not_zero(event, ensemble.persons(), [&](std::int64_t row, int at, float what) {
    if (at != lane) return;
    if (what == 1.0f) count_into(into.broke, style(row));
    if (what == 2.0f) count_into(into.formed, style(row));
  });
}

}  // namespace kindred::record
