#pragma once

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

#include "sim/record/summary_kernel.hpp"

namespace kindred::record {

/// The lower of the two ranks that a type-7 quantile lies between, and how far.
struct Place {
  std::size_t low;
  double fraction;
};
inline Place place_of(double share, std::size_t n) {
  const double at = share * static_cast<double>(n - 1);
  const double floor = std::floor(at);
  return {static_cast<std::size_t>(floor), at - floor};
}

/// The place-th smallest of n numbers between low and high, and the one behind it (the same when there is
/// none). `values` is put into another order; it and `other` have room for most_words more. Where a rank lies
/// is guessed as if the values were spread evenly: that decides about speed only.
std::pair<float, float> pick(const SummaryKernel& kernel, float* values, float* other, int n, int place,
                             float low, float high);

/// Exact type-7 quantiles of numbers of which nothing is known. NaN for none.
/// @param values  with room for most_words behind them, like `other` and `rest`
void quantiles_at_once(const SummaryKernel& kernel, const float* values, float* other, float* rest, int n,
                       std::span<const double> shares, std::span<double> quantiles);

}  // namespace kindred::record
