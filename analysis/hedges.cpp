#include "analysis/hedges.hpp"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace kindred::analysis {

HedgesG hedges_g(const Group& first, const Group& second) {
  if (!(first.n >= 2 && second.n >= 2)) {
    const double none = std::nan("");
    return {none, none, none, none};
  }
  const double df = first.n + second.n - 2;
  const double pooled =
      std::sqrt(((first.n - 1) * first.sd * first.sd + (second.n - 1) * second.sd * second.sd) / df);
  const double g = hedges_correction(df) * (first.mean - second.mean) / pooled;
  const double variance = 1 / first.n + 1 / second.n + g * g / (2 * (first.n + second.n));
  const double reach = boost::math::quantile(boost::math::normal(), .975) * std::sqrt(variance);
  return {g, variance, g - reach, g + reach};
}

double hedges_correction(double df) {
  return std::exp(std::lgamma(df / 2) - std::log(std::sqrt(df / 2)) - std::lgamma((df - 1) / 2));
}

}  // namespace kindred::analysis
