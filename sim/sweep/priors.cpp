#include "sim/sweep/priors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::sweep {
namespace {

constexpr std::array<std::string_view, 6> names_of_priors{"uniform",   "loguniform", "normal",
                                                          "lognormal", "integer",    "choice"};
constexpr double largest_integer = 0x1p53;

/// Probability of [a, b] and of what lies below and above it, each from the tail in which it keeps its
/// digits.
struct Cut {
  double below, within, above;
};

Cut cut_of(double a, double b) {
  using boost::math::cdf, boost::math::complement;
  const boost::math::normal standard;
  const auto lower = [&](double z) { return std::isinf(z) ? (z > 0 ? 1.0 : 0.0) : cdf(standard, z); };
  const auto upper = [&](double z) {
    return std::isinf(z) ? (z > 0 ? 0.0 : 1.0) : cdf(complement(standard, z));
  };
  return {lower(a), a > 0 ? upper(a) - upper(b) : lower(b) - lower(a), upper(b)};
}

/// Ends of the range on the scale on which the prior is normal, in standard deviations from its mean.
std::pair<double, double> normal_ends(const Prior& p) {
  const bool in_logarithm = p.kind == PriorKind::lognormal;
  const auto scaled = [&](double x) { return ((in_logarithm ? std::log(x) : x) - p.mean) / p.sd; };
  return {scaled(p.low), scaled(p.high)};
}

/// Quantile of the cut standard normal; -inf or inf where nothing was cut and unit is 0 or 1.
double cut_normal(double a, double b, double unit) {
  using boost::math::complement, boost::math::quantile;
  const boost::math::normal standard;
  if (unit <= 0) return a;
  if (unit >= 1) return b;
  const Cut cut = cut_of(a, b);
  const double from_below = cut.below + unit * cut.within;
  const double z = from_below <= 0.5 ? quantile(standard, from_below)
                                     : quantile(complement(standard, cut.above + (1 - unit) * cut.within));
  return std::clamp(z, a, b);
}

std::int64_t bin_of(double unit, std::int64_t bins) {
  return std::min(static_cast<std::int64_t>(unit * static_cast<double>(bins)), bins - 1);
}

std::optional<std::string> range_problem(const Prior& p) {
  if (!(p.low < p.high)) return fmt::format("low {} is not below high {}", p.low, p.high);
  if (p.kind != PriorKind::lognormal && !(std::isfinite(p.low) && std::isfinite(p.high)))
    return fmt::format("[{}, {}] is not a finite range", p.low, p.high);
  return std::nullopt;
}

std::optional<std::string> normal_problem(const Prior& p) {
  if (!std::isfinite(p.mean)) return fmt::format("mean {} is not a number", p.mean);
  if (!(p.sd > 0 && std::isfinite(p.sd))) return fmt::format("sd {} is not above 0", p.sd);
  if (const auto problem = range_problem(p)) return problem;
  if (p.kind == PriorKind::lognormal && !(p.low >= 0)) return fmt::format("low {} is below 0", p.low);
  const auto [a, b] = normal_ends(p);
  if (!(cut_of(a, b).within > 0))
    return fmt::format("[{}, {}] is so far from the mean that it has no probability", p.low, p.high);
  return std::nullopt;
}

std::optional<std::string> choice_problem(const Prior& p) {
  if (p.names.empty()) return "a choice of nothing";
  std::set<std::string> seen;
  for (const std::string& name : p.names) {
    if (name.empty()) return "an empty name among the choices";
    if (!seen.insert(name).second) return fmt::format("'{}' is listed twice", name);
  }
  return std::nullopt;
}

}  // namespace

Value number_value(double number) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {std::string(text.data(), end), number};
}

Value word_value(std::string word) {
  double number = 0;
  const char* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  const bool is_number = read.ec == std::errc() && read.ptr == end && std::isfinite(number);
  return {std::move(word), is_number ? number : std::numeric_limits<double>::quiet_NaN()};
}

std::span<const std::string_view> prior_names() { return names_of_priors; }

Prior prior_named(std::string_view name, std::span<const double> numbers, std::vector<std::string> names) {
  const auto found = std::find(names_of_priors.begin(), names_of_priors.end(), name);
  const auto refuse = [&](const std::string& why) -> Prior {
    throw ConfigError(Problem{.file = {}, .message = fmt::format("{}: {}", name, why)});
  };
  if (found == names_of_priors.end())
    return refuse("no such prior; " + scenario::suggestion(name, scenario::strings(names_of_priors)));
  Prior prior;
  prior.kind = static_cast<PriorKind>(found - names_of_priors.begin());
  prior.names = std::move(names);
  const std::size_t n = numbers.size();
  const bool is_choice = prior.kind == PriorKind::choice;
  const bool is_normal = prior.kind == PriorKind::normal || prior.kind == PriorKind::lognormal;
  if (!is_choice && !prior.names.empty()) return refuse("takes numbers, not names");
  if (is_choice && n != 0) return refuse("takes names");
  if (prior.kind == PriorKind::normal && n != 4)
    return refuse(fmt::format("takes mean, sd, low, high; {} number(s) given", n));
  if (prior.kind == PriorKind::lognormal && n != 2 && n != 4)
    return refuse(
        fmt::format("takes mean and sd of the logarithm, and low, high if cut; {} number(s) given", n));
  if (!is_choice && !is_normal && n != 2)
    return refuse(fmt::format("takes low, high; {} number(s) given", n));
  if (is_normal) prior.mean = numbers[0], prior.sd = numbers[1];
  if (!is_choice && !(is_normal && n == 2)) prior.low = numbers[n - 2], prior.high = numbers[n - 1];
  if (const auto problem = prior_problem(prior)) return refuse(*problem);
  return prior;
}

std::optional<std::string> prior_problem(const Prior& p) {
  switch (p.kind) {
  case PriorKind::normal:
  case PriorKind::lognormal:
    return normal_problem(p);
  case PriorKind::choice:
    return choice_problem(p);
  case PriorKind::integer:
    for (const double end : {p.low, p.high})
      if (!(std::abs(end) < largest_integer && end == std::floor(end)))
        return fmt::format("{} is not a whole number", end);
    return p.low <= p.high ? std::nullopt : range_problem(p);
  case PriorKind::loguniform:
    if (!(p.low > 0)) return fmt::format("low {} is not above 0", p.low);
    return range_problem(p);
  case PriorKind::uniform:
    return range_problem(p);
  }
  throw Bug("a prior of no kind");
}

std::optional<std::int64_t> listed_values(const Prior& p) {
  if (p.kind == PriorKind::choice) return static_cast<std::int64_t>(p.names.size());
  if (p.kind == PriorKind::integer) return static_cast<std::int64_t>(p.high - p.low) + 1;
  return std::nullopt;
}

bool is_bounded(const Prior& p) {
  return p.kind == PriorKind::choice || (std::isfinite(p.low) && std::isfinite(p.high));
}

Value value_at(const Prior& p, double unit) {
  if (!(unit >= 0 && unit <= 1)) throw Bug(fmt::format("position {} is outside the unit interval", unit));
  const auto inside = [&](double x) { return number_value(std::clamp(x, p.low, p.high)); };
  const auto scaled = [&] {
    const auto [a, b] = normal_ends(p);
    return p.mean + p.sd * cut_normal(a, b, unit);
  };
  switch (p.kind) {
  case PriorKind::uniform:
    return inside(p.low * (1 - unit) + p.high * unit);
  case PriorKind::loguniform:
    return inside(std::exp(std::log(p.low) * (1 - unit) + std::log(p.high) * unit));
  case PriorKind::normal:
    return inside(scaled());
  case PriorKind::lognormal:
    return inside(std::exp(scaled()));
  case PriorKind::integer:
    return number_value(p.low + static_cast<double>(bin_of(unit, *listed_values(p))));
  case PriorKind::choice:
    return word_value(p.names.at(static_cast<std::size_t>(bin_of(unit, *listed_values(p)))));
  }
  throw Bug("a prior of no kind");
}

}  // namespace kindred::sweep
