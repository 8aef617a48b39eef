#include "sim/engine/widths.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace kindred {

namespace {

struct WidthCost {
  int width;
  double cost;
};
/// Attachment model, 10,000 persons, one thread, AVX-512 (tests/bench/width_bench.cpp).
constexpr std::array costs{WidthCost{1, 1.0}, WidthCost{2, 1.7}, WidthCost{4, 1.75}, WidthCost{8, 2.75},
                           WidthCost{16, 5.7}};

}  // namespace

double relative_cost(int width) {
  return std::find_if(costs.begin(), costs.end(), [&](const WidthCost& c) { return c.width == width; })->cost;
}

/// Cheapest cover of n worlds, built up from fewer worlds: best(n) = min over widths of cost + best(n -
/// width).
std::vector<int> choose_widths(int worlds, int widest) {
  std::vector<double> best(static_cast<std::size_t>(worlds) + 1, std::numeric_limits<double>::infinity());
  std::vector<int> choice(best.size());
  best[0] = 0;
  for (std::size_t n = 1; n < best.size(); ++n)
    for (const auto& [width, cost] : costs) {
      if (width > widest) continue;
      const std::size_t rest = n > static_cast<std::size_t>(width) ? n - static_cast<std::size_t>(width) : 0;
      if (cost + best[rest] < best[n]) {
        best[n] = cost + best[rest];
        choice[n] = width;
      }
    }
  std::vector<int> widths;
  for (int left = worlds; left > 0; left -= choice[static_cast<std::size_t>(left)])
    widths.push_back(choice[static_cast<std::size_t>(left)]);
  std::sort(widths.begin(), widths.end(), std::greater<>());
  return widths;
}

}  // namespace kindred
