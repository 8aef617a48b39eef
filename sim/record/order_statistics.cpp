#include "sim/record/order_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/record/selection.hpp"

namespace kindred::record {

namespace {

/// Keys are between -highest_key and highest_key; the kernel gives those who do not count the one above. The
/// 90 % in the middle of everybody have half or all of `keys_in_middle`.
constexpr double highest_key = 32766, widest = 15000, keys_in_middle = 8192;
/// A window reaches so many times as far as ranks were off in the past, and a few ranks further.
constexpr double reach = 3.5, few_ranks = 3;
/// What the last week weighs against those before it, at least.
constexpr double newest = .15;
/// When nothing is known: ranks are off by so many roots of the number of persons.
constexpr double first_off = .6;
/// After a miss the windows' squares grow by this; they shrink when more values lie in them than there is
/// room for.
constexpr double caution = 4, austerity = .25;
/// Smaller groups teach nothing about how far ranks are off.
constexpr int teaches = 200;
}  // namespace

void OrderStatistics::look_around(std::span<const std::int32_t> persons) {
  std::copy(persons.begin(), persons.end(), persons_.begin());
  const auto scale = static_cast<double>(scale_), centre = static_cast<double>(centre_);
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < summary_shares; ++k) {
      const Guess& guess = guess_[g][k];
      const double half = reach * std::sqrt(stir_ / guess.density) + few_ranks / guess.density;
      const double keys = half * scale < widest ? std::ceil(half * scale) : widest;
      const double key = std::round((guess.value + guess.trend - centre) * scale);
      const double low = std::clamp(key - keys, -highest_key, highest_key - 2 * keys);
      low_[g][k] = static_cast<std::int16_t>(low);
      high_[g][k] = static_cast<std::int16_t>(low + 2 * keys + 1);
    }
}

void OrderStatistics::fill(Windows& w, int reals, int width, int lane) const {
  for (int e = lane; e < most_words; e += width) w.centre[e] = centre_, w.scale[e] = scale_;
  for (int slot = 0; slot < slots_of(width, reals); ++slot) {
    if (lane_of_slot(slot, width, reals) != lane) continue;
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t k = 0; k < summary_shares; ++k) {
        w.low[g][k][slot] = low_[g][k];
        w.high[g][k][slot] = high_[g][k];
      }
  }
  for (std::size_t s = 0; s < summary_styles; ++s)
    for (std::size_t k = 0; k < summary_shares; ++k) {
      const std::size_t mark = summary_styles * static_cast<std::size_t>(lane) + s;
      w.low_by_mark[k][mark] = low_[1 + s][k];
      w.high_by_mark[k][mark] = high_[1 + s][k];
    }
}

OrderStatistics::Finding OrderStatistics::find_one(const SummaryKernel& kernel, std::size_t group,
                                                   std::size_t share, std::size_t place, std::uint64_t below,
                                                   const Found* found, Room& room) const {
  const int from = low_[group][share], to = high_[group][share];
  int n = 0;
  for (std::size_t s = group == 0 ? 0 : group - 1; s < (group == 0 ? summary_styles : group); ++s)
    n += kernel.in_window(found[s].values, static_cast<int>(found[s].count), centre_, scale_, from, to,
                          room[0].data() + n);
  const std::size_t above = std::min(place + 1, static_cast<std::size_t>(persons_[group]) - 1);
  if (place < below || above >= below + static_cast<std::uint64_t>(n)) return {};
  const auto rank = static_cast<int>(place - below);
  const auto value_at = [&](int key) { return centre_ + static_cast<float>(key) / scale_; };
  const auto [low, high] =
      pick(kernel, room[0].data(), room[1].data(), n, rank, value_at(from), value_at(to));
  return {static_cast<double>(low), static_cast<double>(above == place ? low : high),
          n * static_cast<double>(scale_) / (to - from), true};
}

void OrderStatistics::move(Guess& guess, double value) {
  guess.trend += newest * (value - guess.value - guess.trend);
  guess.value = value;
}

bool OrderStatistics::find(const SummaryKernel& kernel, std::span<const double> shares,
                           const ByGroup<std::uint64_t>& from_low, const Found* found, Room& room,
                           Quantiles& quantiles) {
  std::size_t all = 0;
  crowded_ = false;
  for (int s = 0; s < summary_styles; ++s) {
    crowded_ |= found[s].count > found[s].room;
    all += found[s].count;
  }
  if (crowded_) return false;
  for (std::vector<float>& buffer : room) buffer.resize(std::max(buffer.size(), all + most_words));
  ByGroup<Finding> findings{};
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < shares.size(); ++k) {
      quantiles[g][k] = std::numeric_limits<double>::quiet_NaN();
      if (persons_[g] == 0) continue;
      const auto persons = static_cast<std::size_t>(persons_[g]);
      const Place at = place_of(shares[k], persons);
      findings[g][k] = find_one(kernel, g, k, at.low, persons - from_low[g][k], found, room);
      if (!findings[g][k].found) return false;
      quantiles[g][k] = findings[g][k].low + at.fraction * (findings[g][k].high - findings[g][k].low);
    }
  take_over(findings);
  return true;
}

void OrderStatistics::take_over(const ByGroup<Finding>& findings) {
  double stir = 0, teachers = 0;
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < summary_shares; ++k) {
      const Finding& f = findings[g][k];
      if (!f.found) continue;
      Guess& guess = guess_[g][k];
      const double off = f.low - guess.value - guess.trend;
      move(guess, f.low);
      guess.density += .5 * (f.density - guess.density);
      if (persons_[g] < teaches) continue;
      stir += off * off * guess.density;
      teachers += 1;
    }
  ++weeks_;
  if (teachers > 0) stir_ += std::max(newest, .5 / weeks_) * (stir / teachers - stir_);
}

/// Of an empty group nothing is known; a few persons may come next week.
void OrderStatistics::learn(std::span<const std::int32_t> persons, std::span<const double> shares,
                            const Quantiles& quantiles) {
  const bool knew = knows_;
  const double low = quantiles[0].front(), high = quantiles[0].back();
  knows_ = std::isfinite(low) && std::isfinite(high);
  if (!knows_) return;
  const double middle = low + .5 * (high - low), spread = std::max(high - low, 1e-30);
  centre_ = static_cast<float>(middle);
  scale_ =
      static_cast<float>(std::exp2(std::clamp(std::floor(std::log2(keys_in_middle / spread)), -60.0, 60.0)));
  for (std::size_t g = 0; g < groups; ++g)
    for (std::size_t k = 0; k < shares.size(); ++k) {
      Guess& guess = guess_[g][k];
      const double value = std::isfinite(quantiles[g][k]) ? quantiles[g][k] : middle;
      if (knew) move(guess, value);
      else guess.value = value;
      const std::size_t next = std::min(k + 1, shares.size() - 1), before = k > 0 ? k - 1 : k;
      const double apart = quantiles[g][next] - quantiles[g][before];
      // half of what the neighbours say, for a quantile in a hollow
      const double between = .5 * (shares[next] - shares[before]) * persons[g];
      guess.density = std::max(apart > 0 ? between / apart : 1e12, 1e-12);
    }
  if (!knew) weeks_ = 0;
  if (knew) stir_ *= crowded_ ? austerity : caution;
  else stir_ = first_off * first_off * persons[0] / guess_[0][shares.size() / 2].density;
}

}  // namespace kindred::record
