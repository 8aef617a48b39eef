#pragma once

#include "models/attachment/draw_blocks.hpp"
#include "models/attachment/equations.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// P4: bonds end when either leaves and form when two choose each other. Both ends come to the same
/// decision from the same numbers, so no message is needed.
struct Bonds {
  static constexpr int draw_blocks = 0;
  static constexpr DrawBlock blocks[] = {{0, {uniform, uniform, uniform, uniform}}};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    using I = typename Me::I;
    const auto p = me.parameters();
    const I none(-1 - typename I::Vector{}), zero{typename I::Vector{}};
    const I bond = me[partner_tie];
    const auto coupled = bond >= zero;
    const I partner = where(coupled, me[partner_person], me.own_row());
    auto breaks = coupled;
    if (any(coupled)) breaks = coupled & is_set(me[wants_to_leave] + me.of(partner, wants_to_leave));
    const auto stays = coupled & !breaks;

    const I wish = me[chosen_tie];
    auto forms = (wish >= zero) & !coupled;
    I mate = me.own_row();
    if (any(forms)) {
      mate = where(forms, me.other_end(where(forms, wish, zero)), mate);
      forms = forms & (me.of(mate, chosen_tie) == wish);
    }
    const L weeks = where(stays, me[bond_duration] + L(1), L(0));
    me.set(bond_committed, where(stays, commitment(me, bond, partner, stays, weeks), L(0)));
    me.set(bond_duration, weeks);
    me.set(match_quality, where(stays, me[match_quality], L(0)));
    me.set(bond_event, where(breaks, L(1), where(forms, L(2), L(0))));
    me.set(partner_tie, where(stays, bond, where(forms, wish, none)));
    me.set(partner_person, where(stays, partner, where(forms, mate, none)));
    if (any(breaks)) part(me, breaks, bond);
    if (any(forms)) {
      const I tie = where(forms, wish, zero);
      me.set(match_quality,
             where(forms, p[match_spread] * me.tie_event_normal(tie, match_at_formation.stream),
                   me[match_quality]));
      meet(me, forms, tie);
    }
  }

  /// Committed next week: already, or by this week's luck once the bond is old enough.
  template <class Me, class L, class M, class I>
  static L commitment(const Me& me, I bond, I partner, M stays, L weeks) {
    const auto p = me.parameters();
    const L already = me[bond_committed];
    const M may = stays & !is_set(already) & (weeks > p[commitment_earliest]);
    if (!any(may)) return already;
    const I tie = where(stays, bond, I(typename I::Vector{}));
    const L both = me[shown_commitment] + me.of(partner, shown_commitment);
    const M commits =
        may & (me.tie_event_uniform(tie, commitment_of_tie.stream) < commitment_probability(both, p));
    return where(commits, L(1), already);
  }
  template <class Me, class M, class I>
  static void part(const Me& me, M breaks, I bond) {
    const I tie = where(breaks, bond, I(typename I::Vector{}));
    me.update_owned_tie(breaks, tie, tie_closeness, me.parameters()[closeness_after_break_up],
                        [](auto closeness, auto kept) { return closeness_in_bounds(closeness * kept); });
  }
  template <class Me, class M, class I>
  static void meet(const Me& me, M forms, I tie) {
    using L = typename Me::L;
    me.update_owned_tie(forms, tie, tie_closeness, L(typename L::Real(.5)),
                        [](auto closeness, auto least) { return max(closeness, least); });
  }
};

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
