#pragma once

#include "models/attachment/names.hpp"

/// One equation, one function: value in, value out, over any lane type. Numbers refer to the equations
/// of models/attachment/README.md. `p` are the parameters of the worlds in the lanes. All helpers are
/// bounded or linear: with exp and a smooth maximum in the threat loop an earlier form ran away for about one
/// person in 6,000.
namespace kindred::attachment {
inline namespace KINDRED_ISA {

// ---- helper functions ----
/// Smooth positive part; 0.5 at 0.
template <class L>
L smooth_positive(L x) {
  return (x + sqrt(x * x + L(1))) * L(typename L::Real(.5));
}
/// Activation in (0, 2); 1 at 0.
template <class L>
L activation(L x) {
  return L(1) + x / sqrt(L(4) + x * x);
}
/// exp with its argument held in [-2, 2].
template <class L>
L bounded_exp(L x) {
  return exp(clamp(x, L(-2), L(2)));
}
/// Saturation in (-1, 1), slope 1 at 0.
template <class L>
L saturated(L x) {
  return x / sqrt(L(1) + x * x);
}

// ---- start ----
/// Eq. 1: age at the start of the study. Age rises and falls once around the ring of a community, so that
/// neighbours are near in age; reflected once at 18 and at 40.
template <class L>
L age_at_start(L position, L noise) {
  const L half = L(typename L::Real(.5));
  const L round_trip = where(position < half, L(2) * position, L(2) - L(2) * position);
  const L age = L(18) + L(22) * round_trip + L(typename L::Real(1.5)) * noise;
  const L lifted = where(age < L(18), L(36) - age, age);
  return where(lifted > L(40), L(80) - lifted, lifted);
}
/// Eq. 2: orientation code from the fractional part of twice the sex draw: .94 other, .03 same, .03 both.
template <class L>
L orientation_code(L share) {
  return where(share < L(typename L::Real(.94)), L(0), where(share < L(typename L::Real(.97)), L(1), L(2)));
}
/// Eq. 3: the fixed part of a prototype.
template <class L>
L trait(L neuroticism, L on_neuroticism, L care, L on_care, L residual, L weight, L sex_sign, L on_sex) {
  return on_neuroticism * neuroticism + on_care * care + weight * residual + on_sex * sex_sign;
}
/// Eq. 3b: the mean of a population other than the reference one.
template <class L>
L in_population(L personal, L level) {
  return personal + level;
}
/// Eq. 4: lognormal consolidation rate, cut at its highest.
template <class L, class P>
L consolidation(L normal, const P& p) {
  return min(p[consolidation_highest],
             p[consolidation_rate] * exp(p[consolidation_spread] * normal - p[consolidation_log_mean]));
}
/// Correlated normals in the order anxiety, avoidance, self-compassion (Cholesky factor of the world).
template <class L>
struct Triple {
  L anxiety, avoidance, self_compassion;
};
template <class L, class P>
Triple<L> correlated(L x, L y, L z, const P& p) {
  return {x, p[residual_21] * x + p[residual_22] * y,
          p[residual_31] * x + p[residual_32] * y + p[residual_33] * z};
}
/// Eq. 5: compatibility, skewed towards 0: u^mexp.
template <class L, class P>
L compatibility(L u, const P& p) {
  return exp(p[compatibility_skew] * log(u));
}

// ---- practice ----
/// Eq. 6: chance to drop out of a course this week.
template <class L, class P>
L drop_out_probability(L rate, L distress, const P& p) {
  return rate * exp(p[distress_on_drop_out] * distress);
}
/// Eq. 7: share of the dose a person practises: u^k, mean 1 / (1 + k).
template <class L>
L adherence(L u, L exponent) {
  return exp(exponent * log(u));
}
/// Eq. 8: a stock of skill, attention or boost.
template <class L>
L stock(L now, L keep, L practised) {
  return now * keep + practised;
}
/// Eq. 9: published self-compassion.
template <class L, class P>
L published_self_compassion(L core, L mindfulness, L regulation, L cognitive, L journaling, L reflection,
                            const P& p) {
  return core + p[mindfulness_effect] * mindfulness + p[emotion_regulation_effect] * regulation +
         p[cognitive_restructuring_effect] * cognitive + p[journaling_effect] * journaling +
         p[reflection_effect] * reflection;
}

// ---- signals ----
/// Eq. 10 (mechanism 2): suppression of emotion; gentle awareness lowers it.
template <class L, class P>
L suppression(L avoidance, L self_compassion, L mindfulness, const P& p) {
  return smooth_positive(avoidance) * bounded_exp(-(p[gentle_awareness] * p[avoidant_mechanism]) *
                                                  (self_compassion + p[skills_on_emotion] * mindfulness));
}
/// Eq. 11: disclosure of emotion.
template <class L>
L disclosure(L suppressed) {
  return L(1) / (L(1) + suppressed);
}
/// Eq. 12: responsiveness to the partner.
template <class L, class P>
L responsiveness(L anxiety, L avoidance, L self_compassion, L distress, const P& p) {
  return p[self_compassion_on_responsiveness] * self_compassion - p[anxiety_on_responsiveness] * anxiety -
         p[avoidance_on_responsiveness] * avoidance - p[distress_on_responsiveness] * distress;
}
/// Eq. 13: warmth and openness towards everybody.
template <class L, class P>
L warmth(L disclosed, L responsive, const P& p) {
  return p[disclosure_on_warmth] * (disclosed - p[disclosure_centre]) +
         p[responsiveness_on_warmth] * responsive;
}
/// Eq. 14: chance that a single person looks for a partner this week.
template <class L, class P>
L availability(L avoidance, const P& p) {
  return p[dating_availability] * exp(-p[avoidance_on_availability] * avoidance);
}
/// Eq. 15 (mechanism 3): gain of conflict and affect noise by ambivalence (both dimensions active).
template <class L, class P>
L ambivalence(L anxiety, L avoidance, L self_compassion, const P& p) {
  const L both = activation(anxiety) * activation(avoidance);
  return L(1) +
         p[ambivalence_gain] * both * bounded_exp(-(p[safe_base] * p[fearful_mechanism]) * self_compassion);
}
/// Eq. 16: conflict of a couple this week.
template <class L, class P>
L conflict(L quality, L stress, L fear, const P& p) {
  return p[conflict_size] * smooth_positive(-quality) * stress * fear;
}
/// Eq. 17: base hazard of a bond, both partners together.
template <class L, class P>
L base_hazard(L committed, L weeks, const P& p) {
  const L ratio = weeks / p[hazard_time];
  return where(is_set(committed), p[hazard_committed],
               p[hazard_floor] + p[hazard_early] / (L(1) + ratio * ratio));
}
/// Eq. 18: chance that this partner leaves this week.
template <class L, class P>
L leaving_probability(L base, L quality, const P& p) {
  const L half = L(typename L::Real(.5));
  return min(half, half * base * exp(-p[quality_on_hazard] * quality));
}

// ---- ties ----
inline constexpr double standardised_uniform = 3.4641016151377544;  // sqrt(12): unit variance
template <class L>
L tie_noise(L u) {
  return L(typename L::Real(standardised_uniform)) * (u - L(typename L::Real(.5)));
}
/// Eq. 19: where closeness tends to.
template <class L>
L closeness_target(L fit, L warmth_low, L warmth_high) {
  return clamp(fit * (L(1) + (warmth_low + warmth_high)), L(0), L(1));
}
template <class L>
L closeness_in_bounds(L c) {
  return clamp(c, L(typename L::Real(.001)), L(typename L::Real(.999)));
}
/// Eq. 20: closeness next week. The noise vanishes at both ends.
template <class L, class P>
L next_closeness(L now, L target, L noise, const P& p) {
  const L moved = now + p[closeness_return_per_week] * (target - now) +
                  L(4) * p[closeness_noise] * now * (L(1) - now) * noise;
  return closeness_in_bounds(moved);
}
/// Eq. 21: support by friends from sums over non-partner ties.
template <class L, class P>
L support(L warm_weight, const P& p) {
  return warm_weight / (warm_weight + p[support_saturation]);
}
/// Eq. 22: distress around, weighted by closeness.
template <class L>
L surrounding_distress(L weighted, L weight) {
  return weighted / (weight + L(1));
}
/// Eq. 23: how attractive an acquaintance is this week.
template <class L, class P>
L attraction(L closeness, L warmth_other, L noise, const P& p) {
  return p[closeness_in_choice] * closeness + p[warmth_in_choice] * warmth_other +
         p[chance_in_choice] * noise;
}
/// Eq. 24: i accepts j iff attracted to both sexes, or to j's. Both must accept.
template <class L>
typename L::MaskType accepts(L orientation, typename L::MaskType same_sex) {
  const L wants_same = flag<L>(orientation == L(1));
  return (orientation == L(2)) | (wants_same == flag<L>(same_sex));
}
/// Eq. 25: what the bond gives this week.
template <class L>
L bond_input(L closeness, L quality) {
  return closeness / L(typename L::Real(.75)) * (L(typename L::Real(.6)) + quality);
}

// ---- bonds ----
/// Eq. 26: weekly chance of commitment.
template <class L, class P>
L commitment_probability(L both_qualities, const P& p) {
  return p[commitment_rate] * exp(p[quality_on_commitment] * both_qualities);
}

// ---- persons ----
/// Eq. 27 (mechanism 1): reliance on external validation.
template <class L, class P>
L reliance(L anxiety, L self_compassion, const P& p) {
  return bounded_exp(p[anxiety_on_reliance] * anxiety -
                     (p[self_validation] * p[anxious_mechanism]) * self_compassion);
}
/// Eq. 28 (mechanism 1): threat as felt; self-soothing damps it.
template <class L, class P>
L threat(L anxiety, L stress, L conflict_now, L self_compassion, const P& p) {
  return activation(anxiety) * (stress + conflict_now) *
         bounded_exp(-(p[self_soothing] * p[anxious_mechanism]) * self_compassion);
}
/// Eq. 29: relaxation towards a target plus the noise of a week.
template <class L>
L relaxed(L now, L target, L rate, L step, L noise) {
  return now + rate * (target - now) + step * noise;
}
/// Eq. 30: slow drift, with a deviation from the prototype sinking in.
template <class L, class P>
L drifted(L now, L shock, L sinking_in, const P& p) {
  return p[drift_keep] * now + p[drift_step] * shock + sinking_in;
}
/// Eq. 31: the part of a deviation that becomes prototype (in units of drift).
template <class L>
L sinking_in(L rate, L size, L deviation) {
  return rate / size * saturated(deviation);
}
/// Eq. 32: reactivity to stress; self-compassion and emotion regulation buffer it.
template <class L, class P>
L reactivity(L self_compassion, L regulation, L fear, const P& p) {
  return bounded_exp(-p[stress_buffering] * self_compassion - p[skills_on_emotion] * regulation) * fear;
}

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
