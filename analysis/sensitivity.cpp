#include "analysis/sensitivity.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "analysis/sensitivity_blocks.hpp"
#include "sim/core/errors.hpp"

namespace kindred::analysis {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// What one set of weights gives. Indices are [axis].
struct Indices {
  double variance;
  std::vector<double> first, total;
  double first_sum = 0, total_sum = 0;
};

/// Sums over the blocks of one set of weights; the per-replicate ones are for centring.
struct Sums {
  double weight = 0;
  double squares = 0;                 ///< f_A^2 + f_B^2
  std::vector<double> first, total;   ///< [axis] f_B (f_AB - f_A); (f_A - f_AB)^2
  std::vector<double> outcome, of_b;  ///< [replicate] A and B together; B
  std::vector<double> difference;     ///< [axis * replicates + replicate] AB - A
};

Sums sums_of(const Blocks& blocks, std::size_t axes, const Weights& weights) {
  const std::size_t replicates = blocks.replicates;
  Sums s{.first = std::vector<double>(axes),
         .total = std::vector<double>(axes),
         .outcome = std::vector<double>(replicates),
         .of_b = std::vector<double>(replicates),
         .difference = std::vector<double>(axes * replicates)};
  std::vector<double> change(replicates);
  for (std::size_t j = 0; j < blocks.count; ++j) {
    const double times = weights.block[j];
    if (times == 0) continue;
    const auto a = blocks.at(j, 0), b = blocks.at(j, 1);
    s.weight += times;
    s.squares += times * (product(a, a, weights) + product(b, b, weights));
    add_times(s.outcome, a, times);
    add_times(s.outcome, b, times);
    for (std::size_t i = 0; i < axes; ++i) {
      const auto mixed = blocks.at(j, 2 + i);
      for (std::size_t r = 0; r < replicates; ++r) change[r] = mixed[r] - a[r];
      s.first[i] += times * product(b, change, weights);
      s.total[i] += times * product(change, change, weights);
      add_times(std::span(s.difference).subspan(i * replicates, replicates), change, times);
    }
  }
  return s;
}

/// Centres by replicate over A and B: mean of (b - c)(ab - a) = mean of b (ab - a) - c * mean of (ab - a).
Indices indices_of(const Blocks& blocks, std::size_t axes, const Weights& weights) {
  const std::size_t replicates = blocks.replicates;
  Sums s = sums_of(blocks, axes, weights);
  const double n = s.weight, points = 2 * n;
  for (double& x : s.outcome) x /= points;
  for (double& x : s.difference) x /= n;
  Indices found;
  found.variance = (s.squares / points - product(s.outcome, s.outcome, weights)) * points / (points - 1);
  for (std::size_t i = 0; i < axes; ++i) {
    const auto difference = std::span(s.difference).subspan(i * replicates, replicates);
    const double first = s.first[i] / n - product(s.outcome, difference, weights);
    const bool varies = found.variance > 0;
    found.first.push_back(varies ? first / found.variance : unknown);
    found.total.push_back(varies ? s.total[i] / (2 * n) / found.variance : unknown);
    found.first_sum += found.first.back();
    found.total_sum += found.total.back();
  }
  return found;
}

/// One number of every bootstrap sample, with the value it belongs to.
template <class Of>
Estimate estimate(const Of& of, const Indices& corrected, const Indices& plain,
                  const std::vector<Indices>& samples) {
  std::vector<double> values;
  for (const Indices& sample : samples) values.push_back(of(sample));
  const auto [low, high] = middle_95(std::move(values));
  return {of(corrected), low, high, of(plain)};
}

std::vector<std::size_t> independent_rows(std::size_t points, std::size_t width) {
  std::vector<std::size_t> rows;
  for (std::size_t start = 0; start < points; start += width) rows.insert(rows.end(), {start, start + 1});
  return rows;
}

}  // namespace

std::variant<SobolIndices, Holes> sobol_indices(int axes, const Outcomes& y, const Bootstrap& bootstrap) {
  const auto d = static_cast<std::size_t>(axes);
  if (axes < 1 || y.size() % (d + 2) != 0 || y.size() < 2 * (d + 2))
    throw Bug(fmt::format("{} outcomes are no two or more whole blocks of {} + 2 points", y.size(), axes));
  if (auto holes = holes_in(y)) return std::move(*holes);
  const double origin = mean_of_points(y);
  const Blocks blocks = blocks_of(y, d + 2, origin);
  const bool is_corrected = blocks.replicates >= 2;
  const Indices value = indices_of(blocks, d, all_once(blocks, is_corrected));
  const Indices plain = indices_of(blocks, d, all_once(blocks, false));
  std::vector<Indices> samples;
  for (int b = 0; b < bootstrap.resamples; ++b)
    samples.push_back(
        indices_of(blocks, d, resampled(blocks, bootstrap, static_cast<std::uint32_t>(b), is_corrected)));
  const auto rows = independent_rows(y.size(), d + 2);
  SobolIndices found{mean_of_rows(y, rows),
                     noise_of(y, rows, value.variance, blocks),
                     {},
                     {},
                     {},
                     {},
                     notes_on(y, blocks, value.variance)};
  for (std::size_t i = 0; i < d; ++i) {
    found.first.push_back(estimate([&](const Indices& x) { return x.first[i]; }, value, plain, samples));
    found.total.push_back(estimate([&](const Indices& x) { return x.total[i]; }, value, plain, samples));
  }
  found.first_sum = estimate([](const Indices& x) { return x.first_sum; }, value, plain, samples);
  found.total_sum = estimate([](const Indices& x) { return x.total_sum; }, value, plain, samples);
  return found;
}

}  // namespace kindred::analysis
