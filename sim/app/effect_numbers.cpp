#include "sim/app/effect_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace kindred::app {

bool exactly_zero(const analysis::Interval& e) {
  return e.mean == 0 && (std::isnan(e.standard_error) || e.standard_error == 0);
}

std::string effect_text(const analysis::Interval& e, int societies) {
  if (std::isnan(e.mean)) return "nobody";
  if (exactly_zero(e)) return "0";
  if (std::isnan(e.low)) return "one society: no interval";
  const std::string of = e.societies < societies ? fmt::format(" ({} of {})", e.societies, societies) : "";
  const double size = std::max({std::abs(e.mean), std::abs(e.low), std::abs(e.high)});
  if (size < 1e-4) return fmt::format("{:+.1e} [{:+.1e}, {:+.1e}]{}", e.mean, e.low, e.high, of);
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 3, 6);
  return fmt::format("{:+.{}f} [{:+.{}f}, {:+.{}f}]{}", e.mean, decimals, e.low, decimals, e.high, decimals,
                     of);
}

std::string share_text(const analysis::Interval& e) {
  if (std::isnan(e.mean)) return "-";
  if (std::isnan(e.low)) return "no interval";
  const auto percent = [](double x) { return std::round(100 * x) + 0.0; };  // never "-0"
  return fmt::format("{:.0f} % [{:.0f}, {:.0f}]", percent(e.mean), percent(e.low), percent(e.high));
}

}  // namespace kindred::app
