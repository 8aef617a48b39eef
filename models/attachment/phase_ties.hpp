#pragma once

#include "models/attachment/draw_blocks.hpp"
#include "models/attachment/equations.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// P2: closeness of every acquaintance, one luck for both ends. Owned by the tie's lower end.
struct Ties {
  static constexpr std::uint32_t stream = weekly_ties.stream;
  static constexpr RealColumn reads_of_ends[] = {warmth_openness};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    const auto partners = me.low(partner_tie) == me.id();
    const L fit = where(partners, p[romantic_closeness], me[tie_compatibility]);
    const L target = closeness_target(fit, me.low(warmth_openness), me.high(warmth_openness));
    me.set(tie_closeness, next_closeness(me[tie_closeness], target, tie_noise(me.draw()), p));
  }
};

/// P3: what the acquaintances give: support, distress around, and whom somebody available would choose.
struct Support {
  static constexpr RealColumn reads_of_neighbours[] = {warmth_openness, visible_distress};
  static constexpr RealColumn reads_of_ties[] = {tie_closeness};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    const auto bond = me[partner_tie];
    L weight(0), warm_weight(0), heavy(0), bond_closeness(0);
    me.for_each_tie([&](const auto& tie) {
      const L closeness = tie[tie_closeness];
      const auto partner = tie.id() == bond;
      const L w = where(partner, L(0), closeness * closeness);
      weight += w;
      warm_weight += w * (L(1) + tie.neighbour_shows(warmth_openness));
      heavy += w * tie.neighbour_shows(visible_distress);
      bond_closeness = where(partner, closeness, bond_closeness);
    });
    const auto coupled = bond >= typename Me::I(typename Me::I::Vector{});
    me.set(friend_support, support(warm_weight, p));
    me.set(distress_around, surrounding_distress(heavy, weight));
    me.set(relationship_input, where(coupled, bond_input(bond_closeness, me[relationship_quality]), L(0)));
    choose(me);
  }

  /// The most attractive of the available acquaintances; the first one on a draw. Nobody else looks at
  /// the choice of a row that is not open in any world, so the search is skipped there, and so are
  /// acquaintances who are open in none of these.
  template <class Me>
  static void choose(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    auto choice = typename Me::I(-1 - typename Me::I::Vector{});
    const auto open = is_set(me[open_to_dating]);
    if (any(open)) {
      L best(-10);
      me.for_each_tie([&](const auto& tie) {
        const auto both_open = open & is_set(tie.neighbour_shows(open_to_dating));
        if (!any(both_open)) return;
        const auto same_sex = me[is_man] == tie.neighbour_shows(is_man);
        const L gap = abs(me[start_age] - tie.neighbour_shows(start_age));
        const auto eligible = (gap <= p[age_gap_highest]) & accepts(me[romantic_orientation], same_sex) &
                              accepts(tie.neighbour_shows(romantic_orientation), same_sex);
        const L score =
            attraction(tie[tie_closeness], tie.neighbour_shows(warmth_openness), tie_noise(tie.draw()), p);
        const auto better = both_open & eligible & (score > best);
        best = where(better, score, best);
        choice = where(better, tie.id(), choice);
      });
    }
    me.set(chosen_tie, choice);
  }
};

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
