#pragma once

#include "models/attachment/draws.hpp"
#include "models/attachment/equations.hpp"
#include "sim/engine/kernel_loops.hpp"

/// The schedule of a week, phase by phase. A phase reads its own row, its neighbours' signals and its own
/// ties as they stood after the phase before, and writes only its own row (the tie phase: its own tie).
/// Between two phases lies a barrier. Which values of a week are old and which new:
///   P1 reads the state the last week left behind.
///   P2 and P3 see the signals and bonds of P1's week; closeness is already the new one in P3.
///   P4 changes the bond and leaves relationship_quality alone: P5 still needs the week's start value.
///   P5 moves the person; a bond that formed or broke this week gets its quality there, not by eq. 36.
namespace kindred::attachment {
inline namespace KINDRED_ISA {

constexpr DrawBlock block_of(const DrawBlockDeclaration& d) {
  return {d.stream, {d.distribution[0], d.distribution[1], d.distribution[2], d.distribution[3]}};
}

/// Start: who somebody is. Draws are shared by all worlds; loadings are the world's own.
struct StartPersons {
  static constexpr int draw_blocks = 4;
  static constexpr DrawBlock blocks[] = {block_of(start_character), block_of(start_residuals), block_of(start_drift),
                                         block_of(start_sex)};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    const L neuroticism = me.draw(0);
    const L care = p[neuroticism_adverse_care_correlation] * neuroticism + p[adverse_care_rest] * me.draw(1);
    const L sex_draw = me.draw(12);
    const auto man = sex_draw < L(typename L::Real(.5));
    const L sign = where(man, L(1), L(-1));
    const L twice = L(2) * sex_draw;
    me.set(trait_neuroticism, neuroticism);
    me.set(adverse_care, care);
    me.set(personal_consolidation, consolidation(me.draw(2), p));
    me.set(start_age, age_at_start(me.position(), me.draw(3)));
    me.set(is_man, flag<L>(man));
    me.set(romantic_orientation, orientation_code(where(man, twice, twice - L(1))));
    const auto residual = correlated(me.draw(4), me.draw(5), me.draw(6), p);
    const L anxiety = trait(neuroticism, p[neuroticism_on_anxiety], care, p[adverse_care_on_anxiety],
                            residual.anxiety, p[anxiety_residual], sign, p[sex_on_anxiety]);
    const L avoidance = trait(neuroticism, p[neuroticism_on_avoidance], care, p[adverse_care_on_avoidance],
                              residual.avoidance, p[avoidance_residual], sign, p[sex_on_avoidance]);
    const L compassion =
        trait(neuroticism, p[neuroticism_on_self_compassion], care, p[adverse_care_on_self_compassion],
              residual.self_compassion, p[self_compassion_residual], sign, p[sex_on_self_compassion]);
    me.set(anxiety_trait, anxiety);
    me.set(avoidance_trait, avoidance);
    me.set(self_compassion_trait, compassion);
    start_state(me, anxiety, avoidance, compassion);
  }

  /// Everybody begins at the own prototype, single, unpractised.
  template <class Me, class L>
  static void start_state(Me& me, L anxiety, L avoidance, L compassion) {
    const auto p = me.parameters();
    const auto drift = correlated(me.draw(8), me.draw(9), me.draw(10), p);
    const L core = compassion + p[self_compassion_drift_size] * drift.self_compassion;
    me.set(anxiety_drift, drift.anxiety);
    me.set(avoidance_drift, drift.avoidance);
    me.set(self_compassion_drift, drift.self_compassion);
    me.set(attachment_anxiety, anxiety + p[anxiety_drift_size] * drift.anxiety);
    me.set(attachment_avoidance, avoidance + p[avoidance_drift_size] * drift.avoidance);
    me.set(core_self_compassion, core);
    me.set(self_compassion, core);
    me.set(psychological_distress, L(typename L::Real(.35)) * me.draw(0));
    me.set(self_criticism, L(typename L::Real(-.6)) * core);
    me.set(partner_tie, typename Me::I(-1 - typename Me::I::Vector{}));
    me.set(partner_person, typename Me::I(-1 - typename Me::I::Vector{}));
    me.set(chosen_tie, typename Me::I(-1 - typename Me::I::Vector{}));
  }
};

/// Start: how well two acquaintances could get on.
struct StartTies {
  static constexpr std::uint32_t stream = start_compatibility.stream;
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const L fit = compatibility(me.draw(), me.parameters());
    me.set(tie_compatibility, fit);
    me.set(tie_closeness, closeness_in_bounds(fit));
  }
};

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
      compassion = published_self_compassion(compassion, mindfulness, me[emotion_regulation_skill],
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

  /// Availability, conflict and the wish to leave: exactly one of the first and the last can be set.
  template <class Me, class L>
  static void romance(Me& me, L anxiety, L avoidance, L compassion) {
    const auto p = me.parameters();
    const L stress = me.draw(0);
    const auto coupled = me[partner_tie] >= typename Me::I(typename Me::I::Vector{});
    const L age = me[start_age] + me.study_week() / L(52);
    const L quality = me[relationship_quality];
    const L fear = ambivalence(anxiety, avoidance, compassion, p);
    const L base = base_hazard(me[bond_committed], me[bond_duration], p);
    me.set(shown_commitment, quality);
    me.set(fearful_arousal, fear);
    me.set(open_to_dating, flag<L>((age >= L(18)) & (me.draw(1) < availability(avoidance, p)) & !coupled));
    me.set(bond_conflict, where(coupled, conflict(quality, stress, fear, p), L(0)));
    me.set(wants_to_leave, flag<L>(coupled & (me.draw(2) < leaving_probability(base, quality, p))));
  }

  /// Stocks of all slots together: who practises in any slot keeps the skills of all.
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
      const M drops = on_course & slot.enrolled() & (me.draw(3) < drop_out_probability(slot.drop_out(), distress, p));
      const M enrolled = slot.enrolled() & !drops;
      slot.set_enrolled(enrolled);
      const L practice =
          where(on_course & enrolled, adherence(me.adherence_draw(), slot.adherence_exponent()), L(0));
      const M keeps = treated & slot.started() & (me.maintenance_draw() < slot.maintained());
      skills_kept = skills_kept | (practice > L(0)) | (keeps & enrolled);
      boost_kept = boost_kept | keeps;
      for (int i = 0; i < static_cast<int>(InputId::count); ++i) practised[i] += practice * slot.dose(Input{i});
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

/// P2: closeness of every acquaintance, one luck for both ends. Owned by the tie's lower end.
struct Ties {
  static constexpr std::uint32_t stream = weekly_ties.stream;
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
  /// the choice of a row that is not open in any world, so the search is skipped there.
  template <class Me>
  static void choose(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    auto choice = typename Me::I(-1 - typename Me::I::Vector{});
    const auto open = is_set(me[open_to_dating]);
    if (any(open)) {
      L best(-10);
      me.for_each_tie([&](const auto& tie) {
        const auto same_sex = me[is_man] == tie.neighbour_shows(is_man);
        const L gap = abs(me[start_age] - tie.neighbour_shows(start_age));
        const auto eligible = (gap <= p[age_gap_highest]) & accepts(me[romantic_orientation], same_sex) &
                              accepts(tie.neighbour_shows(romantic_orientation), same_sex);
        const L score =
            attraction(tie[tie_closeness], tie.neighbour_shows(warmth_openness), tie_noise(tie.draw()), p);
        const auto better = open & is_set(tie.neighbour_shows(open_to_dating)) & eligible & (score > best);
        best = where(better, score, best);
        choice = where(better, tie.id(), choice);
      });
    }
    me.set(chosen_tie, choice);
  }
};

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
    const auto breaks = coupled & is_set(me[wants_to_leave] + me.of(partner, wants_to_leave));
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
      me.set(match_quality, where(forms, p[match_spread] * me.tie_event_normal(tie, match_at_formation.stream),
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
    const M commits = may & (me.tie_event_uniform(tie, commitment_of_tie.stream) < commitment_probability(both, p));
    return where(commits, L(1), already);
  }
  template <class Me, class M, class I>
  static void part(const Me& me, M breaks, I bond) {
    const I tie = where(breaks, bond, I(typename I::Vector{}));
    const auto cooled = me.of_tie(tie, tie_closeness) * me.parameters()[closeness_after_break_up];
    me.set_owned_tie(breaks, tie, tie_closeness, closeness_in_bounds(cooled));
  }
  template <class Me, class M, class I>
  static void meet(const Me& me, M forms, I tie) {
    using L = typename Me::L;
    me.set_owned_tie(forms, tie, tie_closeness,
                     max(me.of_tie(tie, tie_closeness), L(typename L::Real(.5))));
  }
};

/// P5: attachment, self-compassion, distress, self-criticism and the quality of the bond.
struct Persons {
  static constexpr int draw_blocks = 3;
  static constexpr DrawBlock blocks[] = {block_of(weekly_events), block_of(weekly_states), block_of(weekly_drift)};

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
    const Now<L, M> now{anxiety, me[attachment_avoidance], compassion, me[psychological_distress],
                        me[self_criticism], me[relationship_quality],
                        me.draw(0), me[bond_conflict], me[fearful_arousal],
                        me[relationship_input] - p[relationship_centre],
                        L(5) * (me[friend_support] - p[friends_centre]),
                        reliance(anxiety, compassion, p),
                        me.programmes_running() ? me[security_boost_stock] : L(0),
                        (has_bond & !formed) | broke, broke};
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
    const L avoidance_target = avoidance_prototype - now.boost - p[internal_security_avoidance] * security -
                               p[relationship_on_avoidance] * now.relationship - friends +
                               p[suppression_on_avoidance] * (me[emotion_suppression] - p[suppression_centre]);
    const L anxiety = relaxed(now.anxiety, anxiety_target, p[anxiety_return_per_week], p[anxiety_step], me.draw(4));
    const L avoidance =
        relaxed(now.avoidance, avoidance_target, p[avoidance_return_per_week], p[avoidance_step], me.draw(5));
    me.set(attachment_anxiety, anxiety + where(now.broke, p[break_up_on_anxiety], L(0)));
    me.set(attachment_avoidance, avoidance + where(now.broke, p[break_up_on_avoidance], L(0)));
    drift(me, now, now.anxiety - (anxiety_prototype - now.boost), now.avoidance - (avoidance_prototype - now.boost));
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
                     p[anxiety_on_self_compassion] * now.anxiety - p[avoidance_on_self_compassion] * now.avoidance +
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
    const L level = p[neuroticism_on_distress] * me[trait_neuroticism] + p[anxiety_on_distress] * now.anxiety +
                    p[avoidance_on_distress] * now.avoidance - p[self_compassion_on_distress] * now.self_compassion +
                    p[self_criticism_on_distress] * now.criticism - p[relationship_on_distress] * now.relationship -
                    p[attention_on_distress] * attention - p[regulation_on_distress] * regulation;
    const L shortfall = p[unresponsiveness_on_distress] * now.relying * (now.quality - L(typename L::Real(.3)));
    const L distress = p[distress_inertia] * now.distress + (L(1) - p[distress_inertia]) * level +
                       p[stress_on_distress] * (now.stress - L(1) + now.conflict) *
                           reactivity(now.self_compassion, regulation, now.fear, p) -
                       where(now.coupled, shortfall, L(0)) + p[distress_contagion] * me[distress_around] +
                       p[affect_noise] * noise;
    me.set(psychological_distress, distress + where(now.broke, p[break_up_on_distress], L(0)));
    const L harshness = p[neuroticism_on_self_criticism] * me[trait_neuroticism] +
                        p[anxiety_on_self_criticism] * now.anxiety + p[distress_on_self_criticism] * now.distress -
                        p[self_compassion_on_self_criticism] * now.self_compassion -
                        p[cognitive_on_self_criticism] * cognitive;
    me.set(self_criticism, relaxed(now.criticism, harshness, p[self_criticism_return_per_week],
                                   p[self_criticism_noise], noise));
  }

  /// Eq. 38: quality of a bond that lasted the week; a new bond starts at its own value, no bond is 0.
  template <class Me, class L, class M>
  static void bond_quality(Me& me, const Now<L, M>& now, M lasted, M formed) {
    using I = typename Me::I;
    const auto p = me.parameters();
    const I partner = where(lasted, me[partner_person], me.own_row());
    const L response = me.of(partner, partner_responsiveness);
    const L disclosed = me.of(partner, emotional_disclosure);
    const L target = p[quality_mean] + me[match_quality] - p[anxiety_on_quality] * now.anxiety -
                     p[avoidance_on_quality] * now.avoidance + p[self_compassion_on_quality] * now.self_compassion -
                     p[distress_on_quality] * now.distress + response -
                     p[anxious_with_avoidant] * now.anxiety * (L(1) - disclosed / p[disclosure_centre]) +
                     p[partner_buffering] * now.anxiety * response - p[conflict_on_quality] * now.conflict;
    const L quality = relaxed(now.quality, target, p[quality_return_per_week], p[quality_noise], me.draw(7));
    me.set(relationship_quality, where(lasted, quality, where(formed, p[quality_at_formation], L(0))));
  }
};

/// The schedule: what phase function number i is, for W worlds in registers of Native lanes.
template <class Real, int Native, int W>
PhaseFunction phase_of_width(int phase) {
  switch (phase) {
    case 0: return &person_loop<StartPersons, Real, Native, W>;
    case 1: return &tie_loop<StartTies, Real, Native, W>;
    case 2: return &person_loop<Signals, Real, Native, W>;
    case 3: return &tie_loop<Ties, Real, Native, W>;
    case 4: return &fold_loop<Support, Real, Native, W>;
    case 5: return &person_loop<Bonds, Real, Native, W>;
    case 6: return &person_loop<Persons, Real, Native, W>;
    default: return nullptr;
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
