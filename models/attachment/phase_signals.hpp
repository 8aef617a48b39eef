#pragma once

#include "models/attachment/draw_blocks.hpp"
#include "models/attachment/equations.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// P1: practice, published self-compassion, and what others will perceive this week.
struct Signals {
  static constexpr int draw_blocks = 1;
  static constexpr DrawBlock blocks[] = {block_of(weekly_events)};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    const L anxiety = me[attachment_anxiety];
    const L avoidance = me[attachment_avoidance];
    const L distress = me[psychological_distress];
    L compassion = me[core_self_compassion];
    L mindfulness(0);
    if (me.programmes_running()) {
      practise(me, distress);
      mindfulness = me[mindfulness_skill];
      compassion =
          published_self_compassion(compassion, mindfulness, me[emotion_regulation_skill],
                                    me[cognitive_skill], me[journaling_skill], me[reflection_skill], p);
    }
    const L suppressed = suppression(avoidance, compassion, mindfulness, p);
    const L disclosed = disclosure(suppressed);
    const L responsive = responsiveness(anxiety, avoidance, compassion, distress, p);
    me.set(self_compassion, compassion);
    me.set(emotion_suppression, suppressed);
    me.set(emotional_disclosure, disclosed);
    me.set(partner_responsiveness, responsive);
    me.set(warmth_openness, warmth(disclosed, responsive, p));
    me.set(visible_distress, distress);
    romance(me, anxiety, avoidance, compassion);
  }

  /// Availability, conflict and the wish to leave: at most one of the first and the last is set.
  template <class Me, class L>
  static void romance(Me& me, L anxiety, L avoidance, L compassion) {
    const auto p = me.parameters();
    const L stress = me.draw(0);
    const auto coupled = me[partner_tie] >= typename Me::I(typename Me::I::Vector{});
    const L age = me[start_age] + me.study_week() / L(52);
    const L quality = me[relationship_quality];
    const L fear = ambivalence(anxiety, avoidance, compassion, p);
    me.set(shown_commitment, quality);
    me.set(fearful_arousal, fear);
    me.set(open_to_dating, flag<L>((age >= L(18)) & (me.draw(1) < availability(avoidance, p)) & !coupled));
    L conflict_now(0), leaves(0);
    if (any(coupled)) {
      const L base = base_hazard(me[bond_committed], me[bond_duration], p);
      conflict_now = where(coupled, conflict(quality, stress, fear, p), L(0));
      leaves = flag<L>(coupled & (me.draw(2) < leaving_probability(base, quality, p)));
    }
    me.set(bond_conflict, conflict_now);
    me.set(wants_to_leave, leaves);
  }

  /// Stocks of all slots together: who practises a skill in any slot keeps the skills of all. A slot that
  /// delivers none keeps none, so a programme of dose zero is as good as no programme.
  template <class Me, class L>
  static void practise(Me& me, L distress) {
    using M = typename Me::M;
    const auto p = me.parameters();
    const M none = L(0) > L(0);
    M skills_kept = none, boost_kept = none;
    L practised[static_cast<int>(InputId::count)] = {L(0), L(0), L(0), L(0), L(0), L(0), L(0)};
    for (int s = 0; s < me.slots(); ++s) {
      auto slot = me.slot(s);
      const M treated = slot.treated();
      const M on_course = treated & slot.on_course();
      const M drops =
          on_course & slot.enrolled() & (me.draw(3) < drop_out_probability(slot.drop_out(), distress, p));
      const M enrolled = slot.enrolled() & !drops;
      slot.set_enrolled(enrolled);
      const L practice =
          where(on_course & enrolled, adherence(me.adherence_draw(), slot.adherence_exponent()), L(0));
      const M keeps = treated & slot.started() & (me.maintenance_draw() < slot.maintained());
      const L skills = slot.dose(mindfulness_practice) + slot.dose(emotion_regulation) +
                       slot.dose(cognitive_restructuring) + slot.dose(self_kind_journaling) +
                       slot.dose(guided_reflection);
      skills_kept = skills_kept | ((skills > L(0)) & ((practice > L(0)) | (keeps & enrolled)));
      boost_kept = boost_kept | ((slot.dose(security_boost) > L(0)) & keeps);
      for (int i = 0; i < static_cast<int>(InputId::count); ++i)
        practised[i] += practice * slot.dose(Input{i});
    }
    const L keep = where(skills_kept, p[skill_keep], p[skill_lapse]);
    const auto add = [&](RealColumn column, L kept_share, Input input) {
      me.set(column, stock(me[column], kept_share, practised[input.index]));
    };
    add(mindfulness_skill, keep, mindfulness_practice);
    add(emotion_regulation_skill, keep, emotion_regulation);
    add(cognitive_skill, keep, cognitive_restructuring);
    add(journaling_skill, keep, self_kind_journaling);
    add(reflection_skill, keep, guided_reflection);
    add(attention_stock, p[skill_lapse], personal_attention);
    add(security_boost_stock, where(boost_kept, p[boost_keep], p[boost_lapse]), security_boost);
  }
};

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
