#pragma once

/// Standardised mean differences as trials report them.
namespace kindred::analysis {

/// One group of a trial.
struct Group {
  double mean;
  double sd;  ///< n - 1 in the denominator
  double n;
};

struct HedgesG {
  double g;
  double variance;   ///< sampling variance, 1/n1 + 1/n2 + g^2 / (2 (n1 + n2))
  double low, high;  ///< 95 %, normal
};

/// Hedges' g of two independent groups, first minus second, on their pooled SD, with the exact small-sample
/// correction for n1 + n2 - 2 degrees of freedom. The variance is the usual large-sample one (metafor's
/// vtype "LS"). NaN when a group has fewer than two persons.
HedgesG hedges_g(const Group& first, const Group& second);

/// Small-sample factor of Hedges' g for `df` degrees of freedom, exact by the gamma function (Hedges 1981).
double hedges_correction(double df);

}  // namespace kindred::analysis
