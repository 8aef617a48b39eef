#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/record/summary_kernel.hpp"

namespace kindred::record {

/// Exact quantiles of one outcome in one lane, week after week. From one week to the next a quantile moves
/// little, so it is enough to count what lies below a window around its last value and to look at the few
/// values within. What is guessed decides about speed only: an order statistic outside its window is reported
/// as not found.
class OrderStatistics {
 public:
  static constexpr std::size_t groups = 1 + summary_styles;  ///< everybody, then the styles
  template <class T>
  using ByGroup = std::array<std::array<T, summary_shares>, groups>;
  using Quantiles = ByGroup<double>;
  /// Two buffers for values, as large as is needed.
  using Room = std::array<std::vector<float>, 2>;

  /// Whether it knows where to look.
  bool knows() const { return knows_; }
  /// Where this week's order statistics are looked for.
  /// @param persons  [group] how many count in the group
  void look_around(std::span<const std::int32_t> persons);
  /// One lane's part of the kernel's windows.
  void fill(Windows& windows, int reals, int width, int lane) const;
  /// @param from_low  counted within the windows and above   @param found  [style]
  /// @return false = not found; then tell it with learn()
  bool find(const SummaryKernel& kernel, std::span<const double> shares,
            const ByGroup<std::uint64_t>& from_low, const Found* found, Room& room, Quantiles& quantiles);
  /// Takes the quantiles for what they are: where to look next week.
  void learn(std::span<const std::int32_t> persons, std::span<const double> shares,
             const Quantiles& quantiles);

 private:
  struct Guess {
    double value = 0;    ///< the order statistic below the quantile
    double trend = 0;    ///< how far it moves in a week
    double density = 1;  ///< persons per unit of the outcome around it
  };
  /// An order statistic, the one above it, and what was learnt by the way.
  struct Finding {
    double low = 0, high = 0, density = 1;
    bool found = false;
  };
  Finding find_one(const SummaryKernel& kernel, std::size_t group, std::size_t share, std::size_t place,
                   std::uint64_t below, const Found* found, Room& room) const;
  void take_over(const ByGroup<Finding>& findings);
  static void move(Guess& guess, double value);

  bool knows_ = false, crowded_ = false;
  int weeks_ = 0;  ///< from which it has learnt
  float centre_ = 0, scale_ = 1;
  double stir_ = 0;  ///< mean square of how far ranks were off, per density: what moved times density
  std::array<std::int32_t, groups> persons_{};
  ByGroup<Guess> guess_{};
  ByGroup<std::int16_t> low_{}, high_{};  ///< windows, in keys
};

}  // namespace kindred::record
