#include "analysis/sensitivity_blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "sim/core/errors.hpp"
#include "sim/random/seeds.hpp"

namespace kindred::analysis {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t most_named_points = 12;

std::string listed(std::span<const std::int64_t> points) {
  std::string text;
  const std::size_t shown = std::min(points.size(), most_named_points);
  for (std::size_t i = 0; i < shown; ++i) text += fmt::format("{}{}", i == 0 ? "" : ", ", points[i]);
  if (shown < points.size()) text += fmt::format(" and {} more", points.size() - shown);
  return text;
}

/// Draw i of a sample, 0 .. n-1.
std::uint32_t drawn(std::uint32_t i, std::uint32_t attempt, std::uint32_t sample, std::uint32_t stream,
                    const Bootstrap& bootstrap, std::size_t n) {
  const auto words = philox({i, sample, attempt, stream}, key_of(bootstrap.seed));
  return static_cast<std::uint32_t>(std::uint64_t{words[0]} * n >> 32);
}

/// A note on points that have fewer replicates than others; empty when all have equally many.
std::string note_on_replicates(const Outcomes& y) {
  const auto fewer = [](const auto& a, const auto& b) { return a.size() < b.size(); };
  const auto [least, most] = std::minmax_element(y.begin(), y.end(), fewer);
  if (least->size() == most->size()) return {};
  std::vector<std::int64_t> few;
  for (std::size_t p = 0; p < y.size(); ++p)
    if (y[p].size() == least->size()) few.push_back(static_cast<std::int64_t>(p));
  return fmt::format("{} replicate(s) of up to {} are used, because point(s) {} have no more", least->size(),
                     most->size(), listed(few));
}

/// Mean variance between replicates over the chosen rows that have two or more; NaN when none has.
double variance_within(const Outcomes& y, std::span<const std::size_t> rows) {
  double sum = 0;
  int points = 0;
  for (const std::size_t row : rows) {
    const auto& v = y[row];
    if (v.size() < 2) continue;
    const double n = static_cast<double>(v.size());
    double mean = 0, squares = 0;
    for (const double x : v) mean += x / n;
    for (const double x : v) squares += (x - mean) * (x - mean);
    sum += squares / (n - 1);
    ++points;
  }
  return points > 0 ? sum / points : unknown;
}

}  // namespace

Blocks blocks_of(const Outcomes& y, std::size_t slots, double origin) {
  std::size_t common = y.front().size();
  for (const auto& replicates : y) common = std::min(common, replicates.size());
  Blocks blocks{y.size() / slots, slots, common, {}};
  blocks.values.reserve(y.size() * common);
  for (const auto& replicates : y)
    for (std::size_t r = 0; r < common; ++r) blocks.values.push_back(replicates[r] - origin);
  return blocks;
}

Weights all_once(const Blocks& blocks, bool is_corrected) {
  return {std::vector<double>(blocks.count, 1), std::vector<double>(blocks.replicates, 1), is_corrected};
}

Weights resampled(const Blocks& blocks, const Bootstrap& bootstrap, std::uint32_t sample, bool is_corrected) {
  const std::size_t n = blocks.count, replicates = blocks.replicates;
  Weights weights{std::vector<double>(n), std::vector<double>(replicates, 1), is_corrected};
  for (std::uint32_t i = 0; i < n; ++i)
    weights.block[drawn(i, 0, sample, stream_resampled_blocks, bootstrap, n)] += 1;
  if (replicates < least_resampled_replicates) return weights;
  for (std::uint32_t attempt = 0;; ++attempt) {
    std::fill(weights.replicate.begin(), weights.replicate.end(), 0.0);
    for (std::uint32_t i = 0; i < replicates; ++i)
      weights.replicate[drawn(i, attempt, sample, stream_resampled_replicates, bootstrap, replicates)] += 1;
    const auto absent = std::count(weights.replicate.begin(), weights.replicate.end(), 0.0);
    if (replicates - static_cast<std::size_t>(absent) >= 2) return weights;
  }
}

double product(std::span<const double> a, std::span<const double> b, const Weights& weights) {
  double sum_a = 0, sum_b = 0, same = 0, sum = 0, squares = 0;
  for (std::size_t r = 0; r < a.size(); ++r) {
    const double w = weights.replicate[r], wa = w * a[r], wb = w * b[r];
    sum_a += wa;
    sum_b += wb;
    same += wa * wb;
    sum += w;
    squares += w * w;
  }
  return weights.is_corrected ? (sum_a * sum_b - same) / (sum * sum - squares) : sum_a * sum_b / (sum * sum);
}

void add_times(std::span<double> sums, std::span<const double> values, double times) {
  for (std::size_t r = 0; r < sums.size(); ++r) sums[r] += times * values[r];
}

std::optional<Holes> holes_in(const Outcomes& y) {
  Holes holes;
  for (std::size_t p = 0; p < y.size(); ++p)
    if (y[p].empty() || !std::all_of(y[p].begin(), y[p].end(), [](double v) { return std::isfinite(v); }))
      holes.points.push_back(static_cast<std::int64_t>(p));
  if (holes.points.empty()) return std::nullopt;
  holes.message = fmt::format("{} of {} point(s) have no or not all values, and without them no index can be "
                              "computed: run again {}",
                              holes.points.size(), y.size(), listed(holes.points));
  return holes;
}

double mean_of_points(const Outcomes& y) {
  std::vector<std::size_t> rows(y.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return mean_of_rows(y, rows);
}

double mean_of_rows(const Outcomes& y, std::span<const std::size_t> rows) {
  double mean = 0;
  for (const std::size_t row : rows) {
    double sum = 0;
    for (const double v : y[row]) sum += v;
    mean += sum / static_cast<double>(y[row].size()) / static_cast<double>(rows.size());
  }
  return mean;
}

Noise noise_of(const Outcomes& y, std::span<const std::size_t> rows, double variance, const Blocks& blocks) {
  const double within = variance_within(y, rows);
  // a variance of f that came out below zero by chance is that of an outcome that is all luck
  const double share = within / (std::max(variance, 0.0) + within);
  return {within, variance, share, blocks.replicates >= 2, blocks.replicates >= least_resampled_replicates};
}

std::vector<std::string> notes_on(const Outcomes& y, const Blocks& blocks, double variance) {
  std::vector<std::string> notes;
  if (auto note = note_on_replicates(y); !note.empty()) notes.push_back(std::move(note));
  if (blocks.replicates < 2)
    notes.emplace_back(
        "one replicate per point: these are the indices of single runs, with the noise in them; "
        "two or more replicates give those of the expectation");
  else if (blocks.replicates < least_resampled_replicates)
    notes.emplace_back(
        "two replicates per point: the intervals leave out luck that all points share; three or "
        "more replicates bring it in");
  if (!(variance > 0)) notes.emplace_back("the outcome does not vary over the points beyond its noise");
  return notes;
}

std::pair<double, double> middle_95(std::vector<double> values) {
  constexpr double tail = 0.025, most_missing = 0.1;
  const std::size_t all = values.size();
  values.erase(std::remove_if(values.begin(), values.end(), [](double v) { return std::isnan(v); }),
               values.end());
  const std::size_t missing = all - values.size();
  if (values.size() < 2 || static_cast<double>(missing) > most_missing * static_cast<double>(all))
    return {unknown, unknown};
  std::sort(values.begin(), values.end());
  const auto quantile = [&](double p) {
    const double at = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const double share = at - static_cast<double>(below);
    return values[below] + share * (values[std::min(below + 1, values.size() - 1)] - values[below]);
  };
  return {quantile(tail), quantile(1 - tail)};
}

}  // namespace kindred::analysis
