#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace kindred::record {

/// Exact quantiles of several groups at once without sorting everything: values are counted in fine
/// bins first, and only the values in the few bins that hold a wanted order statistic are sorted.
/// Every step is exact, so the bins influence speed only.
class GroupedQuantiles {
 public:
  explicit GroupedQuantiles(std::size_t groups) : groups_(groups) {}

  /// Forgets the values seen so far.
  void clear();
  void add(float value, std::size_t group) {
    seen_.push_back({value, bin_of(value), static_cast<std::uint8_t>(group)});
  }
  /// Type-7 quantiles: result[group][k] for shares[k]. Group 0 is everybody; groups 1.. are what `add` was
  /// told, less one: add(value, g) with g counted from 0. NaN for an empty group.
  std::vector<std::vector<double>> of_everybody_and_groups(std::span<const double> shares);

 private:
  static constexpr std::size_t few = 8192;
  std::vector<std::vector<double>> by_sorting(std::span<const double> shares) const;
  static constexpr std::size_t bins = 4096;
  static constexpr float lowest = -16, per_unit = 128;  // bins of 1/128 SD over +-16 SD; ends are open
  struct Seen {
    float value;
    std::uint16_t bin;
    std::uint8_t group;
  };
  static std::uint16_t bin_of(float value) {
    const float place = (value - lowest) * per_unit;
    if (!(place > 0)) return 0;
    return place < static_cast<float>(bins - 1) ? static_cast<std::uint16_t>(place) : bins - 1;
  }
  std::size_t groups_;
  std::vector<std::uint32_t> count_;
  std::vector<Seen> seen_;
};

}  // namespace kindred::record
