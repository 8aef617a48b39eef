#include "sim/engine/eligibility.hpp"

#include <algorithm>

#include "sim/engine/measurement.hpp"

namespace kindred {

namespace {

bool within(double value, const Condition& condition) {
  return (!condition.above || value > *condition.above) && (!condition.below || value < *condition.below);
}

}  // namespace

template <class Real>
bool meets(const Ensemble<Real>& ensemble, int world, std::int64_t person, const Condition& condition) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const auto value = [&](int column) { return static_cast<double>(ensemble.person(column)(person, world)); };
  const auto labelled = [&](int label) {
    return std::find(condition.labels.begin(), condition.labels.end(), label) != condition.labels.end();
  };
  const auto at = static_cast<std::size_t>(condition.index);
  switch (condition.kind) {
  case Condition::Kind::column:
    return within(value(condition.index), condition);
  case Condition::Kind::instrument: {
    const InstrumentDeclaration& instrument = model.instruments[at];
    const double error = measurement_error(
        ensemble.noise(), person, static_cast<std::uint32_t>(ensemble.weeks_done()), condition.index);
    return within(observed_score(instrument, value(instrument.column), error), condition);
  }
  case Condition::Kind::quadrant: {
    const QuadrantDeclaration& q = model.quadrants[at];
    return labelled(quadrant(q, value(q.first_column), value(q.second_column)));
  }
  case Condition::Kind::coupled:
    return labelled(ensemble.person_index(model.coupled_column)(person, world) >= 0 ? 1 : 0);
  case Condition::Kind::acquaintances: {
    const auto& offset = ensemble.society().graph.row_offset;
    const auto i = static_cast<std::size_t>(person);
    return within(offset[i + 1] - offset[i], condition);
  }
  case Condition::Kind::community:
    return labelled(ensemble.society().community[static_cast<std::size_t>(person)]);
  }
  return false;
}

template bool meets(const Ensemble<float>&, int, std::int64_t, const Condition&);
template bool meets(const Ensemble<double>&, int, std::int64_t, const Condition&);

}  // namespace kindred
