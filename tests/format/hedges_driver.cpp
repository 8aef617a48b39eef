#include <fmt/format.h>

#include <iostream>

#include "analysis/hedges.hpp"

/// Reads rows "mean sd n mean sd n" of two groups from stdin, prints "g variance low high" of each.
int main() {
  kindred::analysis::Group first{}, second{};
  while (std::cin >> first.mean >> first.sd >> first.n >> second.mean >> second.sd >> second.n) {
    const kindred::analysis::HedgesG g = kindred::analysis::hedges_g(first, second);
    fmt::print("{} {} {} {}\n", g.g, g.variance, g.low, g.high);
  }
}
