#include "sim/record/soundness.hpp"

#include <fmt/format.h>

namespace kindred::record {

std::string unsound_state(const Ensemble<float>& ensemble, int world) {
  const auto columns = ensemble.model().declaration->person_columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].element != Element::real) continue;
    const auto value = ensemble.person(static_cast<int>(c));
    for (std::int64_t i = 0; i < ensemble.persons(); ++i)
      if (!columns[c].range.contains(static_cast<double>(value(i, world))))
        return fmt::format("week {}, person {}: {} is {}, outside [{}, {}] {}", ensemble.study_week(), i,
                           columns[c].name, value(i, world), columns[c].range.low, columns[c].range.high,
                           columns[c].unit);
  }
  return "";
}

}  // namespace kindred::record
