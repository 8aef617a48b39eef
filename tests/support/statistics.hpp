#pragma once

#include <cmath>
#include <ostream>
#include <vector>

#include "sim/core/errors.hpp"

/// Estimates with their own standard errors, so that a test states its tolerance in standard errors of the
/// statistic. The errors come from the sample itself (influence functions), not from assuming normal data.
namespace kindred::support {

/// A statistic and its standard error, in the unit of the statistic.
struct Estimate {
  double value;
  double error;
};

inline std::ostream& operator<<(std::ostream& out, const Estimate& e) {
  return out << e.value << " (standard error " << e.error << ")";
}

/// How many standard errors a closed form may be away: a true one fails in 6e-5 of all checks.
inline constexpr double allowed_errors = 4;

/// Distance from a value in standard errors, with sign.
inline double errors_from(const Estimate& e, double value) { return (e.value - value) / e.error; }

inline bool agrees(const Estimate& e, double closed_form) {
  return std::abs(errors_from(e, closed_form)) <= allowed_errors;
}

inline double mean(const std::vector<double>& xs) {
  if (xs.empty()) throw Bug("the mean of no values");
  double sum = 0;
  for (const double x : xs) sum += x;
  return sum / static_cast<double>(xs.size());
}

/// Mean of independent values: the influence of a value is its distance from the mean.
inline Estimate mean_of(const std::vector<double>& xs) {
  const double m = mean(xs);
  double squares = 0;
  for (const double x : xs) squares += (x - m) * (x - m);
  const auto n = static_cast<double>(xs.size());
  return {m, std::sqrt(squares / (n - 1) / n)};
}

/// Covariance of pairs of values (independent between pairs).
inline Estimate covariance_of(const std::vector<double>& xs, const std::vector<double>& ys) {
  if (xs.size() != ys.size()) throw Bug("covariance of samples of unequal size");
  const double mx = mean(xs), my = mean(ys);
  std::vector<double> products;
  products.reserve(xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) products.push_back((xs[i] - mx) * (ys[i] - my));
  Estimate e = mean_of(products);
  const auto n = static_cast<double>(xs.size());
  e.value *= n / (n - 1);
  return e;
}

inline Estimate variance_of(const std::vector<double>& xs) { return covariance_of(xs, xs); }

/// Pearson correlation. Its influence function is zx zy - r (zx^2 + zy^2) / 2.
inline Estimate correlation_of(const std::vector<double>& xs, const std::vector<double>& ys) {
  const double mx = mean(xs), my = mean(ys);
  const double sx = std::sqrt(variance_of(xs).value), sy = std::sqrt(variance_of(ys).value);
  const double r = covariance_of(xs, ys).value / (sx * sy);
  std::vector<double> influence;
  influence.reserve(xs.size());
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const double zx = (xs[i] - mx) / sx, zy = (ys[i] - my) / sy;
    influence.push_back(zx * zy - r * (zx * zx + zy * zy) / 2);
  }
  return {r, mean_of(influence).error};
}

/// Correlation of the same persons' values at two times.
inline Estimate autocorrelation_of(const std::vector<double>& before, const std::vector<double>& after) {
  return correlation_of(before, after);
}

/// Share of independent trials that succeeded.
inline Estimate share_of(double successes, double trials) {
  const double share = successes / trials;
  return {share, std::sqrt(share * (1 - share) / trials)};
}

}  // namespace kindred::support
