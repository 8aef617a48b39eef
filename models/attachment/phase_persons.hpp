#pragma once

#include "models/attachment/draw_blocks.hpp"
#include "models/attachment/equations.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// P5: attachment, self-compassion, distress, self-criticism and the quality of the bond.
struct Persons {
  static constexpr int draw_blocks = 3;
  static constexpr DrawBlock blocks[] = {block_of(weekly_events), block_of(weekly_states),
                                         block_of(weekly_drift)};

  /// The week as a person lived it, before anything moves.
  template <class L, class M>
  struct Now {
    L anxiety, avoidance, self_compassion, distress, criticism, quality;
    L stress, conflict, fear, relationship, friends, relying, boost;
    M coupled, broke;
  };

  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    using M = typename Me::M;
    const auto p = me.parameters();
    const M broke = me[bond_event] == L(1);
    const M formed = me[bond_event] == L(2);
    const M has_bond = me[partner_tie] >= typename Me::I(typename Me::I::Vector{});
    const L anxiety = me[attachment_anxiety];
    const L compassion = me[self_compassion];
    const Now<L, M> now{anxiety,
                        me[attachment_avoidance],
                        compassion,
                        me[psychological_distress],
                        me[self_criticism],
                        me[relationship_quality],
                        me.draw(0),
                        me[bond_conflict],
                        me[fearful_arousal],
                        me[relationship_input] - p[relationship_centre],
                        L(5) * (me[friend_support] - p[friends_centre]),
                        reliance(anxiety, compassion, p),
                        me.programmes_running() ? me[security_boost_stock] : L(0),
                        (has_bond & !formed) | broke,
                        broke};
    me.set(external_validation, now.relying);
    attachment(me, now);
    compassion_of(me, now);
    feelings(me, now);
    bond_quality(me, now, has_bond & !formed, formed);
  }

  /// Eq. 33, 34: anxiety and avoidance return to targets set by prototype, security, bond and friends.
  template <class Me, class L, class M>
  static void attachment(Me& me, const Now<L, M>& now) {
    const auto p = me.parameters();
    const L anxiety_prototype = me[anxiety_trait] + p[anxiety_drift_size] * me[anxiety_drift];
    const L avoidance_prototype = me[avoidance_trait] + p[avoidance_drift_size] * me[avoidance_drift];
    const L security = p[security_mechanism] * now.self_compassion;
    const L friends = p[friends_on_attachment] * now.friends;
    const L felt = threat(now.anxiety, now.stress, now.conflict, now.self_compassion, p);
    const L anxiety_target = anxiety_prototype - now.boost - p[internal_security_anxiety] * security -
                             p[relationship_on_anxiety] * now.relying * now.relationship - friends +
                             p[threat_on_anxiety] * (felt - p[threat_centre]);
    const L avoidance_target =
        avoidance_prototype - now.boost - p[internal_security_avoidance] * security -
        p[relationship_on_avoidance] * now.relationship - friends +
        p[suppression_on_avoidance] * (me[emotion_suppression] - p[suppression_centre]);
    const L anxiety =
        relaxed(now.anxiety, anxiety_target, p[anxiety_return_per_week], p[anxiety_step], me.draw(4));
    const L avoidance =
        relaxed(now.avoidance, avoidance_target, p[avoidance_return_per_week], p[avoidance_step], me.draw(5));
    me.set(attachment_anxiety, anxiety + where(now.broke, p[break_up_on_anxiety], L(0)));
    me.set(attachment_avoidance, avoidance + where(now.broke, p[break_up_on_avoidance], L(0)));
    drift(me, now, now.anxiety - (anxiety_prototype - now.boost),
          now.avoidance - (avoidance_prototype - now.boost));
  }

  /// Slow drift of the prototypes; lasting deviations sink in, faster with practised reflection.
  template <class Me, class L, class M>
  static void drift(Me& me, const Now<L, M>&, L anxiety_deviation, L avoidance_deviation) {
    const auto p = me.parameters();
    L rate = me[personal_consolidation];
    if (me.programmes_running()) rate = rate * (L(1) + p[reflection_on_consolidation] * me[reflection_skill]);
    const auto shock = correlated(me.draw(8), me.draw(9), me.draw(10), p);
    me.set(anxiety_drift, drifted(me[anxiety_drift], shock.anxiety,
                                  sinking_in(rate, p[anxiety_drift_size], anxiety_deviation), p));
    me.set(avoidance_drift, drifted(me[avoidance_drift], shock.avoidance,
                                    sinking_in(rate, p[avoidance_drift_size], avoidance_deviation), p));
  }

  /// Eq. 35: core self-compassion. Its drift is written here, after its target was read.
  template <class Me, class L, class M>
  static void compassion_of(Me& me, const Now<L, M>& now) {
    const auto p = me.parameters();
    const L slow = me[self_compassion_drift];
    const L target = me[self_compassion_trait] + p[self_compassion_drift_size] * slow -
                     p[anxiety_on_self_compassion] * now.anxiety -
                     p[avoidance_on_self_compassion] * now.avoidance +
                     p[relationship_on_self_compassion] * now.relationship;
    me.set(core_self_compassion, relaxed(me[core_self_compassion], target, p[self_compassion_return_per_week],
                                         p[self_compassion_step], me.draw(6)));
    const auto shock = correlated(me.draw(8), me.draw(9), me.draw(10), p);
    me.set(self_compassion_drift, drifted(slow, shock.self_compassion, L(0), p));
  }

  /// Eq. 36, 37: distress and self-criticism share their noise.
  template <class Me, class L, class M>
  static void feelings(Me& me, const Now<L, M>& now) {
    const auto p = me.parameters();
    const bool practising = me.programmes_running();
    const L regulation = practising ? me[emotion_regulation_skill] : L(0);
    const L attention = practising ? me[attention_stock] : L(0);
    const L cognitive = practising ? me[cognitive_skill] : L(0);
    const L noise = me.draw(11);
    const L level =
        p[neuroticism_on_distress] * me[trait_neuroticism] + p[anxiety_on_distress] * now.anxiety +
        p[avoidance_on_distress] * now.avoidance - p[self_compassion_on_distress] * now.self_compassion +
        p[self_criticism_on_distress] * now.criticism - p[relationship_on_distress] * now.relationship -
        p[attention_on_distress] * attention - p[regulation_on_distress] * regulation;
    const L shortfall =
        p[unresponsiveness_on_distress] * now.relying * (now.quality - L(typename L::Real(.3)));
    const L distress = p[distress_inertia] * now.distress + (L(1) - p[distress_inertia]) * level +
                       p[stress_on_distress] * (now.stress - L(1) + now.conflict) *
                           reactivity(now.self_compassion, regulation, now.fear, p) -
                       where(now.coupled, shortfall, L(0)) + p[distress_contagion] * me[distress_around] +
                       p[affect_noise] * noise;
    me.set(psychological_distress, distress + where(now.broke, p[break_up_on_distress], L(0)));
    const L harshness = p[neuroticism_on_self_criticism] * me[trait_neuroticism] +
                        p[anxiety_on_self_criticism] * now.anxiety +
                        p[distress_on_self_criticism] * now.distress -
                        p[self_compassion_on_self_criticism] * now.self_compassion -
                        p[cognitive_on_self_criticism] * cognitive;
    me.set(self_criticism, relaxed(now.criticism, harshness, p[self_criticism_return_per_week],
                                   p[self_criticism_noise], noise));
  }

  /// Quality of a bond that lasted the week; a new bond starts at its own value, no bond is 0.
  template <class Me, class L, class M>
  static void bond_quality(Me& me, const Now<L, M>& now, M lasted, M formed) {
    const L at_start = where(formed, me.parameters()[quality_at_formation], L(0));
    me.set(relationship_quality,
           any(lasted) ? where(lasted, lasting_quality(me, now, lasted), at_start) : at_start);
  }

  /// Eq. 38, of those whose bond lasted.
  template <class Me, class L, class M>
  static L lasting_quality(const Me& me, const Now<L, M>& now, M lasted) {
    using I = typename Me::I;
    const auto p = me.parameters();
    const I partner = where(lasted, me[partner_person], me.own_row());
    const L response = me.of(partner, partner_responsiveness);
    const L disclosed = me.of(partner, emotional_disclosure);
    const L target = p[quality_mean] + me[match_quality] - p[anxiety_on_quality] * now.anxiety -
                     p[avoidance_on_quality] * now.avoidance +
                     p[self_compassion_on_quality] * now.self_compassion -
                     p[distress_on_quality] * now.distress + response -
                     p[anxious_with_avoidant] * now.anxiety * (L(1) - disclosed / p[disclosure_centre]) +
                     p[partner_buffering] * now.anxiety * response - p[conflict_on_quality] * now.conflict;
    return relaxed(now.quality, target, p[quality_return_per_week], p[quality_noise], me.draw(7));
  }
};

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
