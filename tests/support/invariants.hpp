#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/engine/measurement.hpp"
#include "tests/support/experiment.hpp"

/// What must hold of every world after every week. A week is copied into plain vectors first, so that a test
/// can also spoil the copy and see that the spoiling is noticed.
namespace kindred::support {

struct Week {
  std::vector<std::int64_t> partner, tie;
  std::vector<double> duration, committed, match, quality, event, age, man, orientation, closeness, enrolled,
      treated;
  std::vector<int> style;  ///< label of each person, 0..3
  bool finite = true;      ///< no NaN and no infinity in any column
};

template <class Real>
Week week_of(const Ensemble<Real>& e, int world) {
  using namespace attachment;
  Week w;
  const QuadrantDeclaration& styles = e.model().declaration->quadrants.front();
  const auto anxiety = e.person(attachment_anxiety.index), avoidance = e.person(attachment_avoidance.index);
  for (std::int64_t i = 0; i < e.persons(); ++i) {
    w.partner.push_back(e.person_index(partner_person.index)(i, world));
    w.tie.push_back(e.person_index(partner_tie.index)(i, world));
    w.style.push_back(
        quadrant(styles, static_cast<double>(anxiety(i, world)), static_cast<double>(avoidance(i, world))));
    w.enrolled.push_back(e.slots() > 0 ? static_cast<double>(e.enrolled(0)(i, world)) : 0);
    w.treated.push_back(e.slots() > 0 ? static_cast<double>(e.treated(0)(i, world)) : 0);
  }
  w.duration = column(e, bond_duration, world);
  w.committed = column(e, bond_committed, world);
  w.match = column(e, match_quality, world);
  w.quality = column(e, relationship_quality, world);
  w.event = column(e, bond_event, world);
  w.age = column(e, start_age, world);
  w.man = column(e, is_man, world);
  w.orientation = column(e, romantic_orientation, world);
  for (std::int64_t t = 0; t < e.ties(); ++t)
    w.closeness.push_back(static_cast<double>(e.tie(tie_closeness.index)(t, world)));
  const auto columns = e.model().declaration->person_columns;
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].element == Element::real)
      for (const double x : column(e, RealColumn{static_cast<int>(c)}, world))
        w.finite = w.finite && std::isfinite(x);
  return w;
}

/// i accepts j iff attracted to both sexes, or (attracted to the same sex) == (same sex).
inline bool accepts(const Week& w, std::size_t i, std::size_t j) {
  const auto code = static_cast<int>(w.orientation[i]);
  return code == 2 || (code == 1) == (std::lround(w.man[i]) == std::lround(w.man[j]));
}

/// Members of bonds, and of bonds that formed or broke this week.
inline std::int64_t coupled(const Week& w) {
  return std::count_if(w.partner.begin(), w.partner.end(), [](std::int64_t p) { return p >= 0; });
}
inline std::int64_t with_event(const Week& w, int event) {
  return std::count_if(w.event.begin(), w.event.end(), [&](double e) { return std::lround(e) == event; });
}

inline std::string broken_bond_rule(const graph::AcquaintanceGraph& g, const Week& w, std::size_t i,
                                    double age_gap) {
  if (w.partner[i] < 0) {
    const double left = std::abs(w.quality[i]) + std::abs(w.match[i]) + w.duration[i] + w.committed[i];
    return w.tie[i] == -1 && !(left > 0) ? "" : "a single person keeps something of a bond";
  }
  const auto j = static_cast<std::size_t>(w.partner[i]), t = static_cast<std::size_t>(w.tie[i]);
  if (w.partner[j] != static_cast<std::int64_t>(i) || w.tie[j] != w.tie[i])
    return "a partner does not return the bond";
  if (g.tie_low[t] != static_cast<std::int32_t>(std::min(i, j)) ||
      g.tie_high[t] != static_cast<std::int32_t>(std::max(i, j)))
    return "the tie of a bond joins others";
  const double unequal = std::abs(w.duration[i] - w.duration[j]) + std::abs(w.committed[i] - w.committed[j]) +
                         std::abs(w.match[i] - w.match[j]);
  if (unequal > 0) return "partners disagree about their bond";
  const bool eligible = accepts(w, i, j) && accepts(w, j, i) && std::abs(w.age[i] - w.age[j]) <= age_gap;
  return eligible ? "" : "partners are not eligible";
}

/// The broken rules of a week, each once with the first person or tie. Empty = all hold.
inline std::vector<std::string> broken_rules(const graph::AcquaintanceGraph& g, const Week& before,
                                             const Week& now, double age_gap) {
  std::vector<std::string> broken;
  const auto report = [&](const std::string& what, std::size_t where) {
    const auto known = [&](const std::string& b) { return b.rfind(what, 0) == 0; };
    if (!what.empty() && std::none_of(broken.begin(), broken.end(), known))
      broken.push_back(what + " (row " + std::to_string(where) + ")");
  };
  for (std::size_t i = 0; i < now.partner.size(); ++i) {
    report(broken_bond_rule(g, now, i, age_gap), i);
    // enrolment begins with the allotment, which the week before has not seen
    const bool may_be = before.treated[i] > 0 ? before.enrolled[i] > 0 : now.treated[i] > 0;
    if (now.enrolled[i] > 0 && !may_be) report("enrolment comes back", i);
  }
  for (std::size_t t = 0; t < now.closeness.size(); ++t)
    if (!(now.closeness[t] >= double{.001f} && now.closeness[t] <= double{.999f}))
      report("closeness leaves its bounds", t);
  const auto wears = [&](int label) { return std::count(now.style.begin(), now.style.end(), label); };
  if (wears(0) + wears(1) + wears(2) + wears(3) != static_cast<std::int64_t>(now.style.size()))
    report("styles do not add up to the persons", 0);
  if (coupled(now) != coupled(before) + with_event(now, 2) - with_event(now, 1))
    report("bonds are not the old ones plus formed minus broken", 0);
  if (!now.finite) report("a column is not finite", 0);
  return broken;
}

/// Both halves of every tie lead to one tie, which is where closeness is kept.
inline bool halves_share_a_tie(const graph::AcquaintanceGraph& g) {
  std::vector<int> met(g.tie_low.size(), 0);
  for (std::int32_t i = 0; i < graph::persons_of(g); ++i)
    for (std::int32_t h = g.row_offset[graph::slot(i)]; h < g.row_offset[graph::slot(i) + 1]; ++h) {
      const std::size_t t = graph::slot(g.half_tie_tie[graph::slot(h)]);
      const std::int32_t j = g.neighbour[graph::slot(h)];
      if (g.tie_low[t] != std::min(i, j) || g.tie_high[t] != std::max(i, j)) return false;
      ++met[t];
    }
  return std::all_of(met.begin(), met.end(), [](int n) { return n == 2; });
}

}  // namespace kindred::support
