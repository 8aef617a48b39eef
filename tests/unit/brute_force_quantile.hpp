#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace kindred::support {

/// Hyndman & Fan's type 7 by sorting everything; NaN of nobody.
inline double brute_force_quantile(std::vector<float> x, double share) {
  if (x.empty()) return std::nan("");
  std::sort(x.begin(), x.end());
  const double at = share * static_cast<double>(x.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(at));
  const std::size_t high = std::min(low + 1, x.size() - 1);
  const double a_value = static_cast<double>(x[low]), b_value = static_cast<double>(x[high]);
  return a_value + (at - std::floor(at)) * (b_value - a_value);
}

/// Equal numbers, or both NaN.
inline bool same(double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); }

}  // namespace kindred::support
