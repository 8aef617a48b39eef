#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "sim/core/plan.hpp"

/// Which parameters matter: Sobol' indices and Morris' elementary effects of a noisy outcome.
///
/// What is estimated. A replicate is y(x, w): a point x of the factors and luck w. The indices are those of
/// the expectation f(x) = E[y(x, w) | x], not of single runs. Luck may be shared (replicate r is the same w
/// at every point of a block) or independent between points; both are served by the same estimators, and luck
/// need not be shared between blocks. Write y = f(x) + m(w) + h(x, w): m moves all points alike, h does not.
///
/// Why means over replicates will not do. In a square of means over R replicates the noise does not average
/// to nothing: it leaves its variance / R. With independent luck every squared difference of two points
/// gains the mean of their variances, so total indices are too high, by the same amount for every factor, and
/// first-order ones too low. With shared luck m drops out of every paired difference, and each index is
/// mixed with the index of h, which is smaller but not zero.
///
/// What is done. Every product f(x) f(x') is estimated from pairs of different replicates r != s:
/// E[y(x, w_r) y(x', w_s)] = f(x) f(x'), whether luck is shared or not. This is the square of means less the
/// estimated variance of the mean (of a paired difference: less the variance of the mean paired difference).
/// Numerators and the variance of f are then free of noise bias; an index is their ratio and keeps the usual
/// bias of order 1 / base rows. A corrected index can leave [0, 1] by chance; it is not clipped.
///
/// One replicate. Nothing can be corrected, and `is_corrected` says so. With shared luck the indices are
/// those of the one realised response surface x -> y(x, w): right for that luck, and on average over w
/// numerators and variance carry h in full. With independent luck the whole noise variance is in every total
/// index.
///
/// Where points have different numbers of replicates, those that all points have are used and a note says
/// which points hold the others back; the noise within points is measured from every replicate.
namespace kindred::analysis {

/// [point][replicate]; a NaN or infinite value, or a point without replicates, is a hole.
using Outcomes = std::vector<std::vector<double>>;

/// Points that have to be run again before anything can be said.
struct Holes {
  std::vector<std::int64_t> points;  ///< rows of the design, ascending
  std::string message;
};

/// 95 % percentile interval of a bootstrap over blocks (base rows, trajectories) and, from three replicates
/// on, over replicates as well, one resample of them for all blocks because luck may be shared: where it is
/// not, the interval is wider than it had to be. A resampled replicate is never paired with itself. Points of
/// a Sobol' sequence are more even than the independent ones that a bootstrap imagines, so the interval is
/// usually too wide; where two coordinates are badly spread against each other it can be too narrow.
struct Estimate {
  double value;
  double low, high;
  double uncorrected;  ///< the same from means over replicates, noise and all
};

/// Draws of the bootstrap (sim/random/seeds.hpp has the engine's streams).
inline constexpr std::uint32_t stream_resampled_blocks = 0x1110;
inline constexpr std::uint32_t stream_resampled_replicates = 0x1111;

struct Bootstrap {
  Seed seed;
  int resamples = 1000;
};

/// How much of an outcome's variance is luck.
struct Noise {
  double within;       ///< E over points of the variance between replicates; NaN when no point has two
  double expectation;  ///< variance over points of f, freed of noise when `is_corrected`
  double share;        ///< within / (expectation + within), by the law of total variance
  bool is_corrected;   ///< all points have two replicates or more
  bool is_resampled;   ///< intervals include the luck of the replicates
};

struct SobolIndices {
  double mean;  ///< of the outcome over the factors
  Noise noise;
  std::vector<Estimate> first;  ///< [axis] share of Var f explained by the axis alone
  std::vector<Estimate> total;  ///< [axis] share of Var f lost when the axis is fixed
  Estimate first_sum;           ///< 1 when nothing interacts, less otherwise
  Estimate total_sum;           ///< 1 when nothing interacts, more otherwise
  std::vector<std::string> notes;
};

/// First-order indices by the estimator of Saltelli et al. (2010, Computer Physics Communications
/// 181:259-270, table 2 b), mean of f_B (f_AB - f_A), with outcomes centred by replicate over A and B; total
/// indices by that of Jansen (1999, Computer Physics Communications 117:35-43), half the mean of
/// (f_A - f_AB)^2; both over the variance of A and B together (denominator 2 n - 1).
/// @param axes  factors, or groups of factors that moved together
/// @param y     rows in blocks of axes + 2: A, B, then A with coordinate i from B
/// (sweep::DesignKind::saltelli)
/// @return indices; NaN with a note when the outcome does not vary beyond its noise
/// @throws Bug when y is not whole blocks, or fewer than two
std::variant<SobolIndices, Holes> sobol_indices(int axes, const Outcomes& y, const Bootstrap& bootstrap);

/// What a step of a trajectory did.
struct Step {
  int axis;       ///< -1 at a trajectory's first point
  double change;  ///< of that axis' unit coordinate since the point before; 0 at the first point
};

struct MorrisMeasures {
  Noise noise;               ///< its expectation over the points of the trajectories
  std::vector<Estimate> mu;  ///< [axis] mean elementary effect: outcome per whole range of the axis
  /// Mean absolute effect. |.| of a noisy mean is too high, by at most 0.80 of the noise's standard error,
  /// where the effect is zero (`uncorrected`). The value takes the size from one replicate and the sign from
  /// the others, averaged over replicates: right at zero effect, else too low, by at most 0.34 of the
  /// standard error of those others' mean. The truth lies between the two, up to sampling error.
  std::vector<Estimate> mu_star;
  std::vector<Estimate> sigma;  ///< standard deviation of effects over trajectories; 0 if all of it was noise
  std::vector<std::string> notes;
};

/// mu and sigma of Morris (1991, Technometrics 33:161-174), mu* of Campolongo, Cariboni & Saltelli (2007,
/// Environmental Modelling & Software 22:1509-1518). An effect is taken within a replicate, so that shared
/// luck drops out of it.
/// @param steps  [trajectory * (axes + 1) + step], each axis once per trajectory
/// @param y      the same rows
/// @throws Bug when the steps are not such trajectories, or fewer than two
std::variant<MorrisMeasures, Holes> morris_measures(int axes, std::span<const Step> steps, const Outcomes& y,
                                                    const Bootstrap& bootstrap);

}  // namespace kindred::analysis
