#include "sim/record/selection.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace kindred::record {

namespace {

/// Fewer values than that are put in order at once.
constexpr int few = 40;
constexpr float beyond = std::numeric_limits<float>::infinity();

}  // namespace

std::pair<float, float> pick(const SummaryKernel& kernel, float* values, float* other, int n, int place,
                             float low, float high) {
  for (int round = 0; round < 5 && n > few; ++round) {
    const float margin = std::sqrt(static_cast<float>(n)) + 2;
    const auto at = [&](float rank) {
      return low + (high - low) * std::clamp(rank / static_cast<float>(n), 0.0f, 1.0f);
    };
    float from = at(static_cast<float>(place) - margin), to = at(static_cast<float>(place) + 2 + margin);
    int below = 0;
    int inside = kernel.between(values, n, from, to, other, &below);
    if (place + 1 < below) {
      to = from, from = low;
      inside = kernel.between(values, n, -beyond, to, other, &below);
    } else if (place >= below + inside) {
      from = to, to = high;
      inside = kernel.between(values, n, from, beyond, other, &below);
    }
    if (inside == n || place < below || place + 1 >= below + inside) break;
    std::swap(values, other);
    n = inside, place -= below, low = from, high = to;
  }
  std::nth_element(values, values + place, values + n);
  const float first = values[place];
  return {first, place + 1 < n ? *std::min_element(values + place + 1, values + n) : first};
}

/// A sample in order tells between which values a rank most likely lies.
void quantiles_at_once(const SummaryKernel& kernel, const float* values, float* other, float* rest, int n,
                       std::span<const double> shares, std::span<double> quantiles) {
  constexpr int sampled = 512, aside = 24;  // two standard errors of a rank in the middle
  std::array<float, sampled> sample;
  const int size = std::min(n, sampled);
  for (int i = 0; i < size; ++i)
    sample[static_cast<std::size_t>(i)] = values[static_cast<std::int64_t>(i) * n / size];
  std::sort(sample.begin(), sample.begin() + size);
  for (std::size_t k = 0; k < shares.size(); ++k) {
    quantiles[k] = std::numeric_limits<double>::quiet_NaN();
    if (n == 0) continue;
    const Place at = place_of(shares[k], static_cast<std::size_t>(n));
    const int middle = static_cast<int>(shares[k] * size), first = middle - aside, last = middle + aside;
    const auto of_sample = [&](int i) {
      return sample[static_cast<std::size_t>(std::clamp(i, 0, size - 1))];
    };
    const float from = first < 0 ? -beyond : of_sample(first), to = last >= size ? beyond : of_sample(last);
    auto place = static_cast<int>(at.low);
    int below = 0, inside = kernel.between(values, n, from, to, other, &below);
    if (place < below || place + 1 >= below + inside) {
      std::copy_n(values, n, other);
      inside = n, below = 0;
    }
    const auto [low, high] =
        pick(kernel, other, rest, inside, place - below, of_sample(first), of_sample(last));
    quantiles[k] =
        static_cast<double>(low) + at.fraction * (static_cast<double>(high) - static_cast<double>(low));
  }
}

}  // namespace kindred::record
