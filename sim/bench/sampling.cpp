#include "sim/bench/sampling.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

#include "sim/core/errors.hpp"

namespace kindred::bench {

namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

Spread spread_of(std::span<const double> values) {
  if (values.empty()) throw Bug("no rounds were run");
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::size_t middle = sorted.size() / 2;
  const double median = sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return {median, sorted.front(), sorted.back()};
}

Spread ratio_of(std::span<const double> numerator, std::span<const double> denominator) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < std::min(numerator.size(), denominator.size()); ++i)
    ratios.push_back(numerator[i] / denominator[i]);
  return spread_of(ratios);
}

Times timed(int threads, const std::function<void()>& body) {
  const clockid_t cpu = threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID;
  const double cpu_start = seconds_of(cpu);
  const double wall_start = seconds_of(CLOCK_MONOTONIC);
  body();
  const double wall = seconds_of(CLOCK_MONOTONIC) - wall_start;
  return {wall, seconds_of(cpu) - cpu_start};
}

std::vector<double> Row::nanoseconds() const {
  std::vector<double> values;
  for (const Times& t : rounds) values.push_back((threads == 1 ? t.cpu : t.wall) * 1e9 / units);
  return values;
}

void run_rounds(std::span<Contender> contenders, int rounds, const std::function<void(double)>& progress) {
  const double all = static_cast<double>(contenders.size()) * rounds;
  double done = 0;
  for (int round = 0; round < rounds; ++round)
    for (Contender& contender : contenders) {
      if (contender.sample) contender.row.rounds.push_back(contender.sample());
      progress(++done / all);
    }
}

std::int64_t repetitions(double seconds, double wanted) {
  return std::max<std::int64_t>(1, std::llround(wanted / std::max(seconds, 1e-9)));
}

}  // namespace kindred::bench
