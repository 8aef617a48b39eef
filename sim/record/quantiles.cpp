#include "sim/record/quantiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace kindred::record {

namespace {

/// One wanted order statistic: the rank-th smallest value of a group, found in `bin` at place `within`.
struct Wanted {
  std::size_t group;  // 0 = everybody
  std::size_t bin;
  std::size_t within;
  double value = 0;
};

/// The two ranks that a type-7 quantile lies between, and how far.
struct Place {
  std::size_t low;
  double fraction;
};
Place place_of(double share, std::size_t n) {
  const double at = share * static_cast<double>(n - 1);
  const double floor = std::floor(at);
  return {static_cast<std::size_t>(floor), at - floor};
}

Wanted find_rank(std::span<const std::uint32_t> counts, std::size_t group, std::size_t rank) {
  std::size_t before = 0;
  for (std::size_t bin = 0; bin < counts.size(); ++bin) {
    if (rank < before + counts[bin]) return {group, bin, rank - before};
    before += counts[bin];
  }
  return {group, counts.size() - 1, 0};
}

}  // namespace

void GroupedQuantiles::clear() { seen_.clear(); }

namespace {

/// Type-7 quantiles of sorted values.
std::vector<double> quantiles_of_sorted(const std::vector<float>& sorted, std::span<const double> shares) {
  std::vector<double> result;
  for (const double share : shares) {
    if (sorted.empty()) {
      result.push_back(std::numeric_limits<double>::quiet_NaN());
      continue;
    }
    const Place at = place_of(share, sorted.size());
    const double low = static_cast<double>(sorted[at.low]);
    const double high = static_cast<double>(sorted[std::min(at.low + 1, sorted.size() - 1)]);
    result.push_back(low + at.fraction * (high - low));
  }
  return result;
}

}  // namespace

/// Below this many values the bins cost more than sorting everything.
std::vector<std::vector<double>> GroupedQuantiles::by_sorting(std::span<const double> shares) const {
  std::vector<std::vector<float>> values(groups_ + 1);
  for (const Seen& s : seen_) {
    values[0].push_back(s.value);
    values[std::size_t{1} + s.group].push_back(s.value);
  }
  std::vector<std::vector<double>> result;
  for (auto& group : values) {
    std::sort(group.begin(), group.end());
    result.push_back(quantiles_of_sorted(group, shares));
  }
  return result;
}

std::vector<std::vector<double>> GroupedQuantiles::of_everybody_and_groups(std::span<const double> shares) {
  if (seen_.size() < few) return by_sorting(shares);
  count_.assign(groups_ * bins, 0u);
  for (const Seen& s : seen_) ++count_[s.group * bins + s.bin];
  std::vector<std::vector<std::uint32_t>> counts(groups_ + 1, std::vector<std::uint32_t>(bins));
  std::vector<std::size_t> size(groups_ + 1);
  for (std::size_t g = 0; g < groups_; ++g)
    for (std::size_t b = 0; b < bins; ++b) {
      counts[g + 1][b] = count_[g * bins + b];
      counts[0][b] += count_[g * bins + b];
      size[g + 1] += count_[g * bins + b];
    }
  size[0] = seen_.size();

  std::vector<Wanted> wanted;  // two per (group, share): the order statistics below and above
  for (std::size_t g = 0; g <= groups_; ++g)
    for (const double share : shares) {
      if (size[g] == 0) continue;
      const std::size_t low = place_of(share, size[g]).low;
      wanted.push_back(find_rank(counts[g], g, low));
      wanted.push_back(find_rank(counts[g], g, std::min(low + 1, size[g] - 1)));
    }
  std::vector<std::uint8_t> in_demand(bins);
  for (const Wanted& w : wanted) in_demand[w.bin] = 1;
  std::vector<std::vector<Seen>> collected(bins);
  for (const Seen& s : seen_)
    if (in_demand[s.bin]) collected[s.bin].push_back(s);
  for (auto& values : collected)
    std::sort(values.begin(), values.end(), [](const Seen& a, const Seen& b) { return a.value < b.value; });
  for (Wanted& w : wanted) {
    std::size_t left = w.within;
    for (const Seen& s : collected[w.bin]) {
      if (w.group != 0 && s.group + std::size_t{1} != w.group) continue;
      if (left-- == 0) {
        w.value = static_cast<double>(s.value);
        break;
      }
    }
  }

  std::vector<std::vector<double>> result(groups_ + 1);
  std::size_t next = 0;
  for (std::size_t g = 0; g <= groups_; ++g)
    for (const double share : shares) {
      if (size[g] == 0) {
        result[g].push_back(std::numeric_limits<double>::quiet_NaN());
        continue;
      }
      const double low = wanted[next].value, high = wanted[next + 1].value;
      next += 2;
      result[g].push_back(low + place_of(share, size[g]).fraction * (high - low));
    }
  return result;
}

}  // namespace kindred::record
