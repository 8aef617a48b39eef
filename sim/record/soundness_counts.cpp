#include "sim/record/soundness_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace kindred::record {

void check_groups(const std::string& path, std::span<const double> counts, const std::string& where,
                  Faults& faults) {
  if (counts.size() < 2) return;
  const double together = std::accumulate(counts.begin() + 1, counts.end(), 0.0);
  if (together != counts.front())
    faults.add(path,
               fmt::format("{}: the groups hold {} persons together, everybody is {}; the shares do not "
                           "sum to 1",
                           where, together, counts.front()));
}

void check_present(const std::string& path, std::span<const double> figures, std::span<const double> persons,
                   double least, const RowWords& words, Faults& faults) {
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const bool wanted = persons[i] >= least, there = !std::isnan(figures[i]);
    if (wanted == there) continue;
    faults.add(path, there ? fmt::format("{}: {}, though of {} persons; it must be missing", words(i),
                                         figures[i], persons[i])
                           : fmt::format("{}: missing, though of {} persons", words(i), persons[i]));
  }
}

void check_ascending(const std::string& path, std::span<const double> quantiles, const std::string& where,
                     Faults& faults) {
  for (std::size_t i = 1; i < quantiles.size(); ++i)
    if (quantiles[i] < quantiles[i - 1])
      faults.add(path, fmt::format("{}: {} stands behind {}; quantiles must ascend", where, quantiles[i],
                                   quantiles[i - 1]));
}

void check_shares(std::span<const double> up, std::span<const double> down, std::span<const double> persons,
                  const RowWords& words, Faults& faults) {
  constexpr double rounding = 1e-9;
  for (std::size_t i = 0; i < up.size(); ++i) {
    if (up[i] + down[i] > 1 + rounding)
      faults.add("effects/share_up",
                 fmt::format("{}: {} moved up and {} down, more than everybody", words(i), up[i], down[i]));
    for (const auto& [path, share] :
         {std::pair("effects/share_up", up[i]), {"effects/share_down", down[i]}}) {
      const double moved = share * persons[i];
      if (std::isnan(moved) || std::abs(moved - std::round(moved)) <= rounding * (1 + persons[i])) continue;
      faults.add(path, fmt::format("{}: {} is no share of {} persons", words(i), share, persons[i]));
    }
  }
}

void check_counted(std::span<const std::vector<double>> variables, std::size_t replicates, double counted,
                   const std::string& where, Faults& faults) {
  for (std::size_t r = 0; r < replicates; ++r) {
    const bool there =
        std::any_of(variables.begin(), variables.end(), [&](const std::vector<double>& values) {
          const std::size_t block = values.size() / replicates;
          const std::span part = std::span(values).subspan(r * block, block);
          return std::any_of(part.begin(), part.end(), [](double value) { return !std::isnan(value); });
        });
    if (there == (static_cast<double>(r) < counted)) continue;
    faults.add("sweep", fmt::format("{}, replicate {}: has {}numbers, though {} replicates are counted",
                                    where, r, there ? "" : "no ", counted));
  }
}

}  // namespace kindred::record
