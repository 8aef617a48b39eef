#include "analysis/intervals.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace kindred::analysis {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The noise replicates of one society that have a value.
struct SocietyValues {
  double sum = 0, squares = 0;
  int n = 0;
  double mean() const { return sum / n; }
};

std::vector<SocietyValues> by_society(std::span<const double> values, int per_society) {
  std::vector<SocietyValues> societies;
  for (std::size_t first = 0; first < values.size(); first += static_cast<std::size_t>(per_society)) {
    SocietyValues society;
    for (const double x : values.subspan(first, static_cast<std::size_t>(per_society)))
      if (!std::isnan(x)) society.sum += x, ++society.n;
    for (const double x : values.subspan(first, static_cast<std::size_t>(per_society)))
      if (!std::isnan(x)) society.squares += (x - society.mean()) * (x - society.mean());
    if (society.n > 0) societies.push_back(society);
  }
  return societies;
}

double mean_of(std::span<const double> values) {
  double mean = 0;
  for (const double x : values) mean += x / static_cast<double>(values.size());
  return mean;
}

double squares_around(double mean, std::span<const double> values) {
  double squares = 0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return squares;
}

std::vector<double> society_means(std::span<const double> values, int per_society) {
  std::vector<double> means;
  for (const SocietyValues& s : by_society(values, per_society)) means.push_back(s.mean());
  return means;
}

Interval around(double value, double error, std::size_t societies) {
  const double df = static_cast<double>(societies) - 1;
  const double reach = error == 0 ? 0 : error * boost::math::quantile(boost::math::students_t(df), .975);
  return {value, error, value - reach, value + reach, static_cast<int>(societies)};
}

}  // namespace

Interval nested_interval(std::span<const double> values, int per_society) {
  const std::vector<double> societies = society_means(values, per_society);
  if (societies.empty()) return {unknown, unknown, unknown, unknown, 0};
  const double mean = mean_of(societies);
  if (societies.size() < 2) return {mean, unknown, unknown, unknown, 1};
  const double n = static_cast<double>(societies.size());
  return around(mean, std::sqrt(squares_around(mean, societies) / (n - 1) / n), societies.size());
}

Spread nested_spread(std::span<const double> values, int per_society) {
  const std::vector<SocietyValues> societies = by_society(values, per_society);
  double squares = 0, freedom = 0, inverse = 0;
  std::vector<double> means;
  for (const SocietyValues& s : societies) {
    squares += s.squares;
    freedom += s.n - 1;
    inverse += 1.0 / s.n;
    means.push_back(s.mean());
  }
  Spread spread{unknown, unknown};
  if (freedom > 0) spread.within_society = std::sqrt(squares / freedom);
  if (means.size() > 1 && freedom > 0) {
    const double n = static_cast<double>(means.size());
    const double of_means = squares_around(mean_of(means), means) / (n - 1);
    spread.between_societies = std::sqrt(std::max(0.0, of_means - squares / freedom * inverse / n));
  }
  return spread;
}

Interval ratio_interval(std::span<const double> above, std::span<const double> below, int per_society) {
  std::vector<double> top(above.begin(), above.end()), bottom(below.begin(), below.end());
  for (std::size_t i = 0; i < top.size(); ++i)
    if (std::isnan(top[i]) || std::isnan(bottom[i])) top[i] = bottom[i] = unknown;
  const std::vector<double> tops = society_means(top, per_society),
                            bottoms = society_means(bottom, per_society);
  const double denominator = bottoms.empty() ? 0 : mean_of(bottoms);
  if (denominator == 0) return {unknown, unknown, unknown, unknown, static_cast<int>(tops.size())};
  const double ratio = mean_of(tops) / denominator;
  if (tops.size() < 2) return {ratio, unknown, unknown, unknown, static_cast<int>(tops.size())};
  std::vector<double> residual;
  for (std::size_t s = 0; s < tops.size(); ++s)
    residual.push_back((tops[s] - ratio * bottoms[s]) / denominator);
  const double n = static_cast<double>(tops.size());
  return around(ratio, std::sqrt(squares_around(mean_of(residual), residual) / (n - 1) / n), tops.size());
}

}  // namespace kindred::analysis
