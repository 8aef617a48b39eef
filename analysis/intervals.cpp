#include "analysis/intervals.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace kindred::analysis {

Interval nested_interval(std::span<const double> values, int per_society) {
  std::vector<double> societies;
  for (std::size_t first = 0; first < values.size(); first += static_cast<std::size_t>(per_society)) {
    double sum = 0;
    int n = 0;
    for (const double x : values.subspan(first, static_cast<std::size_t>(per_society)))
      if (!std::isnan(x)) sum += x, ++n;
    if (n > 0) societies.push_back(sum / n);
  }
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  if (societies.empty()) return {unknown, unknown, unknown, unknown, 0};
  const double n = static_cast<double>(societies.size());
  double mean = 0;
  for (const double x : societies) mean += x / n;
  if (societies.size() < 2) return {mean, unknown, unknown, unknown, 1};
  double squares = 0;
  for (const double x : societies) squares += (x - mean) * (x - mean);
  const double error = std::sqrt(squares / (n - 1) / n);
  const double reach = error == 0 ? 0 : error * boost::math::quantile(boost::math::students_t(n - 1), .975);
  return {mean, error, mean - reach, mean + reach, static_cast<int>(societies.size())};
}

double hedges_correction(double df) {
  return std::exp(std::lgamma(df / 2) - std::log(std::sqrt(df / 2)) - std::lgamma((df - 1) / 2));
}

}  // namespace kindred::analysis
