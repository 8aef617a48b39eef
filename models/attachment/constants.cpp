#include "models/attachment/constants.hpp"

#include <algorithm>
#include <cmath>

#include "models/attachment/names.hpp"

namespace kindred::attachment {

namespace {

/// Noise of one week that keeps a process with this weekly return at this stationary SD.
double weekly_step(double sd, double return_per_week) {
  return sd * std::sqrt(1 - (1 - return_per_week) * (1 - return_per_week));
}
double weekly_share_kept(double half_life) { return std::exp2(-1 / half_life); }

}  // namespace

void derive(const double* parameters, double* constants) {
  const auto p = [&](Parameter name) { return parameters[name.index]; };
  const auto set = [&](Constant name, double value) { constants[name.index] = value; };
  set(anxiety_step, weekly_step(p(anxiety_state_sd), p(anxiety_return_per_week)));
  set(avoidance_step, weekly_step(p(avoidance_state_sd), p(avoidance_return_per_week)));
  set(self_compassion_step, weekly_step(p(self_compassion_state_sd), p(self_compassion_return_per_week)));
  const double f = weekly_share_kept(p(drift_half_life));
  set(drift_keep, f);
  set(drift_step, std::sqrt(1 - f * f));
  const double care = p(neuroticism_adverse_care_correlation);
  set(adverse_care_rest, std::sqrt(1 - care * care));
  const double r = p(anxiety_avoidance_residual_correlation);
  const double a = p(anxiety_self_compassion_residual_correlation);
  const double b = p(avoidance_self_compassion_residual_correlation);
  const double l22 = std::sqrt(1 - r * r);
  const double l32 = (b - r * a) / l22;
  set(residual_21, r);
  set(residual_22, l22);
  set(residual_31, a);
  set(residual_32, l32);
  set(residual_33, std::sqrt(std::max(0.0, 1 - a * a - l32 * l32)));
  set(consolidation_log_mean, p(consolidation_spread) * p(consolidation_spread) / 2);
  set(skill_keep, weekly_share_kept(p(skill_half_life_kept)));
  set(skill_lapse, weekly_share_kept(p(skill_half_life_lapsed)));
  set(boost_keep, weekly_share_kept(p(boost_half_life_kept)));
  set(boost_lapse, weekly_share_kept(p(boost_half_life_lapsed)));
}

}  // namespace kindred::attachment
