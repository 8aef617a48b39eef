#pragma once

#include "models/attachment/draw_blocks.hpp"
#include "models/attachment/equations.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// Start: what is the same in all worlds. A network file may bring some of it, which then takes the drawn
/// values' place before anything is derived from them.
struct StartTraits {
  static constexpr int draw_blocks = 2;
  static constexpr DrawBlock blocks[] = {block_of(start_character), block_of(start_sex)};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const L sex_draw = me.draw(4);
    const auto man = sex_draw < L(typename L::Real(.5));
    const L twice = L(2) * sex_draw;
    me.set(trait_neuroticism, me.draw(0));
    me.set(start_age, age_at_start(me.position(), me.draw(3)));
    me.set(is_man, flag<L>(man));
    me.set(romantic_orientation, orientation_code(where(man, twice, twice - L(1))));
  }
};

/// Start: who somebody is. Draws are shared by all worlds; loadings are the world's own.
struct StartPersons {
  static constexpr int draw_blocks = 3;
  static constexpr DrawBlock blocks[] = {block_of(start_character), block_of(start_residuals),
                                         block_of(start_drift)};
  template <class Me>
  static void apply(Me& me) {
    using L = typename Me::L;
    const auto p = me.parameters();
    const L neuroticism = me[trait_neuroticism];
    const L care = p[neuroticism_adverse_care_correlation] * neuroticism + p[adverse_care_rest] * me.draw(1);
    const L sign = where(is_set(me[is_man]), L(1), L(-1));
    me.set(adverse_care, care);
    me.set(personal_consolidation, consolidation(me.draw(2), p));
    const auto residual = correlated(me.draw(4), me.draw(5), me.draw(6), p);
    const L anxiety =
        in_population(trait(neuroticism, p[neuroticism_on_anxiety], care, p[adverse_care_on_anxiety],
                            residual.anxiety, p[anxiety_residual], sign, p[sex_on_anxiety]),
                      p[anxiety_level]);
    const L avoidance =
        in_population(trait(neuroticism, p[neuroticism_on_avoidance], care, p[adverse_care_on_avoidance],
                            residual.avoidance, p[avoidance_residual], sign, p[sex_on_avoidance]),
                      p[avoidance_level]);
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
    me.set(psychological_distress, L(typename L::Real(.35)) * me[trait_neuroticism]);
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

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
