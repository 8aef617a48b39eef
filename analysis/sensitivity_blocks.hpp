#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analysis/sensitivity.hpp"

/// Arithmetic shared by the sensitivity measures: values in blocks that are resampled as a whole, and
/// products of expectations from replicates.
namespace kindred::analysis {

/// [block][slot][replicate]: outcomes of a base row's points, or effects of a trajectory's axes.
struct Blocks {
  std::size_t count;
  std::size_t slots;
  std::size_t replicates;  ///< that all points have
  std::vector<double> values;

  std::span<const double> at(std::size_t block, std::size_t slot) const {
    return std::span(values).subspan((block * slots + slot) * replicates, replicates);
  }
};

/// Rows of a design in blocks of `slots`. Values are taken from `origin`, for the sake of their last digits.
Blocks blocks_of(const Outcomes& y, std::size_t slots, double origin);

/// How often each block and each replicate counts: once, or as often as a bootstrap drew it.
struct Weights {
  std::vector<double> block;
  std::vector<double> replicate;
  bool is_corrected;  ///< products from different replicates only; else from means
};

Weights all_once(const Blocks& blocks, bool is_corrected);

/// Weights of one bootstrap sample. From three replicates on these are drawn too, again until two different
/// ones are among them.
Weights resampled(const Blocks& blocks, const Bootstrap& bootstrap, std::uint32_t sample, bool is_corrected);

inline constexpr std::size_t least_resampled_replicates = 3;

/// Mean over pairs of different replicates of a_r b_s: unbiased for the product of two expectations. Without
/// correction the product of the two means.
double product(std::span<const double> a, std::span<const double> b, const Weights& weights);

/// sums[r] += times * values[r]. Sums over blocks, replicate by replicate: their product, taken off a mean of
/// products, centres each replicate by itself, so that luck that moves all points alike drops out.
void add_times(std::span<double> sums, std::span<const double> values, double times);

/// The points that are not fit to be used; nothing when all are.
std::optional<Holes> holes_in(const Outcomes& y);

/// Mean over all values.
double mean_of_points(const Outcomes& y);

/// Mean over the chosen rows.
double mean_of_rows(const Outcomes& y, std::span<const std::size_t> rows);

/// Noise from the rows that sample the factors' distribution. @param variance  of f, as estimated
Noise noise_of(const Outcomes& y, std::span<const std::size_t> rows, double variance, const Blocks& blocks);

/// What limits the answer: one replicate only, unequal numbers of them, an outcome that does not vary.
std::vector<std::string> notes_on(const Outcomes& y, const Blocks& blocks, double variance);

/// Ends of the middle 95 % (linear interpolation between order statistics); NaN when more than a tenth of the
/// values are NaN.
std::pair<double, double> middle_95(std::vector<double> values);

}  // namespace kindred::analysis
