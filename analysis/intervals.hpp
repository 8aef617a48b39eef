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

/// The two kinds of luck apart: standard deviations of one value between societies (noise taken out) and
/// between noise replicates of one society, by the usual variance components of a nested design (negative
/// ones are cut at 0). NaN where the design cannot tell: one society, or one noise replicate each.
struct Spread {
  double between_societies, within_society;
};
Spread nested_spread(std::span<const double> values, int per_society);

/// Ratio of two means with its interval by the delta method over societies, Student's t. Replicates where
/// either is NaN are left out. NaN ends with fewer than two societies; NaN everywhere when the denominator's
/// mean is 0.
/// @param above, below  [society * per_society + noise]
Interval ratio_interval(std::span<const double> above, std::span<const double> below, int per_society);

}  // namespace kindred::analysis
