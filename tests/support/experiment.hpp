#pragma once

#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "tests/reference/double_kernels.hpp"
#include "tests/support/hypotheses.hpp"

/// Small experiments with the attachment model: societies of a known shape, worlds, and reading them.
namespace kindred::support {

// ---- worlds ----
struct Setting {
  Parameter parameter;
  double value;
};

/// Parameters with some of them set. The engine does not check ranges, so limits can be tested.
inline std::vector<double> with(std::vector<double> parameters, std::initializer_list<Setting> settings) {
  for (const Setting& s : settings) parameters[static_cast<std::size_t>(s.parameter.index)] = s.value;
  return parameters;
}

/// Everybody follows linear equations of the own past: nothing that reaches a person from outside, no
/// mechanism, no consolidation.
inline std::vector<double> linear(std::vector<double> parameters) {
  using namespace attachment;
  return with(std::move(parameters), {{threat_on_anxiety, 0},
                                      {suppression_on_avoidance, 0},
                                      {anxiety_on_reliance, 0},
                                      {relationship_on_anxiety, 0},
                                      {relationship_on_avoidance, 0},
                                      {friends_on_attachment, 0},
                                      {consolidation_rate, 0},
                                      {relationship_on_distress, 0},
                                      {distress_contagion, 0},
                                      {stress_buffering, 0},
                                      {ambivalence_gain, 0},
                                      {internal_security_anxiety, 0},
                                      {internal_security_avoidance, 0},
                                      {anxiety_on_self_compassion, 0},
                                      {avoidance_on_self_compassion, 0},
                                      {relationship_on_self_compassion, 0},
                                      {reflection_on_consolidation, 0}});
}

/// A self-compassion course of eight weeks from study week `start` on; `times` multiplies its dose.
inline ProgrammePlan course(int start, double times = 1) {
  ProgrammePlan p;
  p.name = "course";
  p.start = start;
  p.weeks = 8;
  p.dose = {1.2 / 8, 1.0 / 8, 1.0 / 8, .4 / 8, .6 / 8, 0, 0};
  for (double& d : p.dose) d *= times;
  p.adherence_exponent = .25;
  p.drop_out = .02;
  p.maintained = .7;
  p.share = .5;
  return p;
}

/// The course's frame with a single ingredient instead.
inline ProgrammePlan course_of(Input ingredient, double per_week, int start) {
  ProgrammePlan p = course(start, 0);
  p.dose[static_cast<std::size_t>(ingredient.index)] = per_week;
  return p;
}

// ---- societies ----
/// Nobody knows anybody.
inline Society strangers(std::int64_t persons, Seed seed) {
  return {graph::from_edges(persons, {}), society_key(seed, 0), {}};
}

/// The same age for everybody, and all attracted to all: every acquaintance is eligible.
inline Society with_everybody_eligible(Society society, float age) {
  const auto n = static_cast<std::size_t>(society.persons());
  society.attributes["age"] = std::vector<float>(n, age);
  society.attributes["orientation"] = std::vector<float>(n, 2.0F);
  return society;
}

/// Persons 2i and 2i + 1 know each other and nobody else; all eligible.
inline Society pairs(std::int32_t couples, Seed seed, float age = 25) {
  std::vector<graph::Edge> edges;
  for (std::int32_t i = 0; i < couples; ++i) edges.emplace_back(2 * i, 2 * i + 1);
  return with_everybody_eligible({graph::from_edges(2 * couples, edges), society_key(seed, 0), {}}, age);
}

/// Rings of `size` persons, each knowing the next one on either side; all eligible.
inline Society rings(std::int32_t number, std::int32_t size, Seed seed, float age = 25) {
  std::vector<graph::Edge> edges;
  for (std::int32_t r = 0; r < number; ++r)
    for (std::int32_t i = 0; i < size; ++i) edges.emplace_back(r * size + i, r * size + (i + 1) % size);
  return with_everybody_eligible({graph::from_edges(number * size, edges), society_key(seed, 0), {}}, age);
}

inline Society community(std::int64_t persons, Seed seed) {
  SocietyPlan plan;
  plan.persons = persons;
  return make_society(plan, seed, 0);
}

// ---- ensembles ----
inline int width_for(std::size_t worlds) {
  int width = 1;
  while (width < static_cast<int>(worlds)) width *= 2;
  return width;
}

template <class Real>
PhaseTable kernels() {
  if constexpr (std::is_same_v<Real, float>)
    return attachment::model().phase_table[static_cast<int>(instruction_set_in_use())];
  else return &reference::attachment_in_double;
}

/// The society must outlive the ensemble.
template <class Real>
Ensemble<Real> ensemble_of(const Society& society, Seed seed, std::vector<World> worlds, int burn_in = 0) {
  const int width = width_for(worlds.size());
  return Ensemble<Real>({&attachment::model(), &society, noise_key(seed, 0, 0), burn_in, width,
                         std::move(worlds), kernels<Real>(), false});
}

template <class Real>
void run(Ensemble<Real>& ensemble, int weeks) {
  for (int week = 0; week < weeks; ++week) ensemble.advance();
}

/// One world's values of a real column, person by person.
template <class Real, class Column>
std::vector<double> column(const Ensemble<Real>& ensemble, Column name, int world) {
  const auto view = ensemble.person(name.index);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(ensemble.persons()));
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) values.push_back(static_cast<double>(view(i, world)));
  return values;
}

/// Person by person, how far a world is from another.
template <class Real, class Column>
std::vector<double> difference(const Ensemble<Real>& ensemble, Column name, int world, int other) {
  std::vector<double> values = column(ensemble, name, world);
  const std::vector<double> from = column(ensemble, name, other);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] -= from[i];
  return values;
}

}  // namespace kindred::support
