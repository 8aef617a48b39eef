#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/allotment.hpp"
#include "tests/support/experiment.hpp"

/// Two worlds and the luck of their society, read anew: what the tests of allocation compare with.
namespace kindred::support {

using Flags = std::vector<std::uint8_t>;

inline constexpr std::size_t persons = 2000;  // 15 communities of 128 and one of 80
inline constexpr std::int32_t communities = 16;
inline const std::string trial = "trial";

inline const Society& society_of_cases() {
  static const Society society = community(persons, Seed{71});
  return society;
}

/// Two worlds of 60 weeks: in the second people date more and anxiety is spread wider, so that neither states
/// nor couples are the same.
inline Ensemble<float> two_worlds(const Society& society = society_of_cases()) {
  const auto one = hypothesis("remediation");
  const auto other = with(one, {{attachment::dating_availability, .3}, {attachment::anxiety_residual, .6}});
  auto e = ensemble_of<float>(society, Seed{71}, {{one, {}}, {other, {}}});
  run(e, 60);
  return e;
}

inline ProgrammePlan programme(Allocation how, double share = 1, std::vector<Condition> who = {},
                               std::string group = trial) {
  ProgrammePlan p;
  p.name = "course";
  p.dose.assign(attachment::model().declaration->inputs.size(), 0);
  p.allocation = std::move(how);
  p.share = share;
  p.who = std::move(who);
  p.group = std::move(group);
  return p;
}

inline Allocation of_kind(Allocation::Kind kind) {
  Allocation how;
  how.kind = kind;
  return how;
}
inline Allocation only_person(std::int64_t number) {
  Allocation how = of_kind(Allocation::Kind::person);
  how.person = number;
  return how;
}
inline Allocation by_community(double share) {
  Allocation how = of_kind(Allocation::Kind::clusters);
  how.clusters = share;
  return how;
}
inline Allocation by_couple(double share, bool one_of_each = false) {
  Allocation how = by_community(share);
  how.unit = Allocation::Unit::couples;
  how.one_of_each = one_of_each;
  return how;
}
inline Allocation saturation(Allocation how, double otherwise) {
  how.kind = Allocation::Kind::saturation;
  how.otherwise = otherwise;
  return how;
}
inline Allocation wedge(int step, int steps) {
  Allocation how = of_kind(Allocation::Kind::stepped_wedge);
  how.step = step;
  how.steps = steps;
  return how;
}

template <class Column>
Condition above(Column column, double bound) {
  return {Condition::Kind::column, column.index, bound, {}, {}};
}

/// The luck of a person or a cluster as it is documented: one word of (number, group) under the society's
/// key.
inline double luck(std::uint32_t stream, std::size_t of, const std::string& group = trial,
                   const Society& society = society_of_cases()) {
  const auto words = philox({static_cast<std::uint32_t>(of), 0, label_hash(group), stream}, society.key);
  return (words[0] / 512 + .5) / 8388608.0;
}
inline double draw(std::size_t person) { return luck(stream_enrolment, person); }

template <class Test>
Flags those(Test test) {
  Flags flags;
  for (std::size_t i = 0; i < persons; ++i) flags.push_back(test(i) ? 1 : 0);
  return flags;
}

inline double count(const Flags& flags) {
  return static_cast<double>(std::count(flags.begin(), flags.end(), 1));
}

/// Who is in one but not in the other: a short text for messages.
inline std::string apart(const Flags& x, const Flags& y) {
  if (x.size() != y.size())
    return "lists of " + std::to_string(x.size()) + " and " + std::to_string(y.size());
  std::size_t n = 0, first = 0;
  for (std::size_t i = x.size(); i-- > 0;)
    if (x[i] != y[i]) ++n, first = i;
  return n == 0 ? "nobody" : std::to_string(n) + " persons, first " + std::to_string(first);
}

inline bool inside(const Flags& part, const Flags& whole) {
  for (std::size_t i = 0; i < persons; ++i)
    if (part[i] > whole[i]) return false;
  return true;
}

template <class Column>
double value(const Ensemble<float>& e, int world, Column column, std::size_t i) {
  return static_cast<double>(e.person(column.index)(static_cast<std::int64_t>(i), world));
}

/// Tie of a person's bond, -1 for singles; and the partner at its other end.
inline std::int32_t bond(const Ensemble<float>& e, int world, std::size_t i) {
  return e.person_index(attachment::partner_tie.index)(static_cast<std::int64_t>(i), world);
}
inline std::size_t partner(const Ensemble<float>& e, int world, std::size_t i) {
  const auto t = static_cast<std::size_t>(bond(e, world, i));
  const auto& g = e.society().graph;
  return static_cast<std::size_t>(g.tie_low[t] == static_cast<std::int32_t>(i) ? g.tie_high[t]
                                                                               : g.tie_low[t]);
}

/// Strata by style, by partnership and by sex.
inline std::vector<Condition> three_strata() {
  return {{Condition::Kind::quadrant, 0, {}, {}, {}},
          {Condition::Kind::coupled, 0, {}, {}, {}},
          {Condition::Kind::column, attachment::is_man.index, {}, {}, {}}};
}

}  // namespace kindred::support
