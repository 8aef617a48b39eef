#pragma once

#include <cmath>
#include <vector>

#include "models/attachment/names.hpp"

/// Closed forms of the linear model: a fixed trait, plus a slow drift g G (G an AR(1) of unit variance that
/// keeps f per week) followed at rate l, plus state noise of stationary SD s that returns at rate l.
namespace kindred::support {

struct LinearProcess {
  double on_neuroticism, on_care, residual, on_sex;
  double drift;     ///< g
  double rate;      ///< l, per week
  double state_sd;  ///< s
};

/// What two processes share.
struct Shared {
  double care_correlation;      ///< r(N, M)
  double residual_correlation;  ///< of traits and of drifts
  double drift_keep;            ///< f = 2^(-1 / half-life)
};

inline double value_of(const std::vector<double>& parameters, Parameter p) {
  return parameters[static_cast<std::size_t>(p.index)];
}

inline LinearProcess linear_anxiety(const std::vector<double>& p) {
  using namespace attachment;
  return {value_of(p, neuroticism_on_anxiety), value_of(p, adverse_care_on_anxiety),
          value_of(p, anxiety_residual),       value_of(p, sex_on_anxiety),
          value_of(p, anxiety_drift_size),     value_of(p, anxiety_return_per_week),
          value_of(p, anxiety_state_sd)};
}
inline LinearProcess linear_avoidance(const std::vector<double>& p) {
  using namespace attachment;
  return {value_of(p, neuroticism_on_avoidance), value_of(p, adverse_care_on_avoidance),
          value_of(p, avoidance_residual),       value_of(p, sex_on_avoidance),
          value_of(p, avoidance_drift_size),     value_of(p, avoidance_return_per_week),
          value_of(p, avoidance_state_sd)};
}
inline LinearProcess linear_compassion(const std::vector<double>& p) {
  using namespace attachment;
  return {value_of(p, neuroticism_on_self_compassion), value_of(p, adverse_care_on_self_compassion),
          value_of(p, self_compassion_residual),       value_of(p, sex_on_self_compassion),
          value_of(p, self_compassion_drift_size),     value_of(p, self_compassion_return_per_week),
          value_of(p, self_compassion_state_sd)};
}
inline Shared shared(const std::vector<double>& p, double residual_correlation) {
  return {value_of(p, attachment::neuroticism_adverse_care_correlation), residual_correlation,
          std::exp2(-1 / value_of(p, attachment::drift_half_life))};
}

inline double trait_covariance(const LinearProcess& x, const LinearProcess& y, const Shared& s) {
  return x.on_neuroticism * y.on_neuroticism + x.on_care * y.on_care +
         s.care_correlation * (x.on_neuroticism * y.on_care + x.on_care * y.on_neuroticism) +
         s.residual_correlation * x.residual * y.residual + x.on_sex * y.on_sex;
}

/// Covariance of two followers, at rates l and m, of AR(1)s with correlation 1 that keep f per week. For
/// l = m it is H(l, f) = [l / (2 - l)] [1 + f (1 - l)] / [1 - f (1 - l)].
inline double followed_drift(double l, double m, double f) {
  const double a = f * (1 - l), b = f * (1 - m);
  return l * m / (1 - (1 - l) * (1 - m)) * (1 + a / (1 - a) + b / (1 - b));
}

/// Covariance of a follower at rate l with the AR(1) it follows: C0.
inline double drift_with_follower(double l, double f) { return l * f / (1 - (1 - l) * f); }

/// Stationary covariance of two different processes of one person (their state noises are independent).
inline double covariance(const LinearProcess& x, const LinearProcess& y, const Shared& s) {
  return trait_covariance(x, y, s) +
         s.residual_correlation * x.drift * y.drift * followed_drift(x.rate, y.rate, s.drift_keep);
}

/// Autocovariance of a process at a lag of `weeks`; the variance at 0.
inline double autocovariance(const LinearProcess& x, Shared s, int weeks) {
  s.residual_correlation = 1;
  const double kept = std::pow(1 - x.rate, weeks);
  double followed = 0;
  for (int j = 0; j < weeks; ++j) followed += std::pow(1 - x.rate, weeks - 1 - j) * std::pow(s.drift_keep, j);
  return trait_covariance(x, x, s) + x.state_sd * x.state_sd * kept +
         x.drift * x.drift *
             (kept * followed_drift(x.rate, x.rate, s.drift_keep) +
              x.rate * drift_with_follower(x.rate, s.drift_keep) * followed);
}

// ---- consolidation: deviations from the prototype sink into it at rate eps, saturating ----
/// Linear response of anxiety and of its prototype (g G) to a pulse (a starting level of 1) or to a lasting
/// shift of the target, week by week. `slope` is the mean slope of the saturation, 1 for small deviations.
struct ConsolidationResponse {
  double level = 0, prototype = 0;
  void advance(const std::vector<double>& p, double shift, double slope) {
    const double f = std::exp2(-1 / value_of(p, attachment::drift_half_life));
    const double sunk = value_of(p, attachment::consolidation_rate) * slope * (level - prototype);
    level += value_of(p, attachment::anxiety_return_per_week) * (prototype + shift - level);
    prototype = f * prototype + sunk;
  }
};

/// What a lasting shift grows to when nothing saturates: 1 + eps / (1 - f).
inline double consolidation_limit(const std::vector<double>& p) {
  return 1 + value_of(p, attachment::consolidation_rate) /
                 (1 - std::exp2(-1 / value_of(p, attachment::drift_half_life)));
}

/// Mean slope of x / sqrt(1 + x^2) over the stationary deviations of anxiety from its prototype, which are
/// normal while consolidation itself hardly narrows them (midpoint rule).
inline double mean_slope_of_saturation(const std::vector<double>& p) {
  const LinearProcess x = linear_anxiety(p);
  const double f = shared(p, 1).drift_keep;
  const double lag = 1 + followed_drift(x.rate, x.rate, f) - 2 * drift_with_follower(x.rate, f);
  const double variance = x.state_sd * x.state_sd + x.drift * x.drift * lag;
  double sum = 0, weight = 0;
  for (int k = -8000; k < 8000; ++k) {
    const double z = (k + .5) / 1000, density = std::exp(-z * z / 2);
    sum += density * std::pow(1 + z * z * variance, -1.5);
    weight += density;
  }
  return sum / weight;
}

}  // namespace kindred::support
