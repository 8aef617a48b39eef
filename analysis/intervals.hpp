#pragma once

#include <span>

namespace kindred::analysis {

/// A mean over replicates with its Monte-Carlo uncertainty.
struct Interval {
  double mean;
  double standard_error;  ///< over societies
  double low, high;       ///< 95 %, Student's t with societies - 1 degrees of freedom
  int societies;          ///< that had a value
};

/// Noise replicates are nested in societies: they are averaged within each first, so the interval covers
/// both kinds of luck. NaN values (empty cells) are left out. With fewer than two societies the interval is
/// unknown: its ends are NaN. All values exactly equal give an interval of width zero.
/// @param values  [society * per_society + noise]
Interval nested_interval(std::span<const double> values, int per_society);

/// Small-sample factor of Hedges' g for `df` degrees of freedom, exact by the gamma function (Hedges 1981).
double hedges_correction(double df);

}  // namespace kindred::analysis
