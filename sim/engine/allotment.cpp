#include "sim/engine/allotment.hpp"

#include <algorithm>

#include "sim/engine/measurement.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

namespace {

bool within(double value, const Condition& condition) {
  return (!condition.above || value > *condition.above) && (!condition.below || value < *condition.below);
}

template <class Real>
bool holds(const Ensemble<Real>& ensemble, int world, std::int64_t person, const Condition& condition) {
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
  }
  return false;
}

}  // namespace

template <class Real>
std::vector<std::uint8_t> allot(const Ensemble<Real>& ensemble, int world, const ProgrammePlan& programme) {
  std::vector<std::uint8_t> allotted(static_cast<std::size_t>(ensemble.persons()));
  const std::uint32_t group = label_hash(programme.group);
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) {
    const auto words =
        philox({static_cast<std::uint32_t>(i), 0, group, stream_enrolment}, ensemble.society().key);
    const bool lucky = static_cast<double>(single_uniform(words[0])) < programme.share;
    const bool eligible =
        lucky && std::all_of(programme.who.begin(), programme.who.end(),
                             [&](const Condition& c) { return holds(ensemble, world, i, c); });
    allotted[static_cast<std::size_t>(i)] = eligible ? 1 : 0;
  }
  return allotted;
}

template std::vector<std::uint8_t> allot(const Ensemble<float>&, int, const ProgrammePlan&);
template std::vector<std::uint8_t> allot(const Ensemble<double>&, int, const ProgrammePlan&);

}  // namespace kindred
