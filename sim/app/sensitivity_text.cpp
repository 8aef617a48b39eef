#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "sim/app/sensitivity.hpp"

/// Sensitivity for people: tables of one (arm, outcome, week) each, factors in order of what they matter.
namespace kindred::app {

namespace {

using analysis::Estimate;
using analysis::MorrisMeasures;
using analysis::Noise;
using analysis::SobolIndices;

constexpr int wide = 24;  ///< columns of an estimate with its interval
constexpr int bar_width = 20;

/// Nothing that the number is made of differs: it is zero, not small.
bool is_zero(const Estimate& e) { return e.value == 0 && e.low == 0 && e.high == 0 && e.uncorrected == 0; }

/// Decimals so that the size has three digits.
int decimals_of(double size) {
  constexpr int most = 6;
  return size > 0 ? std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 0, most) : 0;
}

std::string number(double x, int decimals) {
  const std::string text = fmt::format("{:.{}f}", x, decimals);
  const bool minus_zero = text.find_first_not_of("-0.") == std::string::npos && text[0] == '-';
  return minus_zero ? text.substr(1) : text;
}

/// @param size  of the largest number of its column: one column has one number of decimals
std::string estimate_text(const Estimate& e, double size) {
  if (std::isnan(e.value)) return "-";
  if (is_zero(e)) return "0";
  const int decimals = decimals_of(size);
  if (std::isnan(e.low)) return number(e.value, decimals) + " [no interval]";
  return fmt::format("{} [{}, {}]", number(e.value, decimals), number(e.low, decimals),
                     number(e.high, decimals));
}

double size_of(const std::vector<Estimate>& column) {
  double size = 0;
  for (const Estimate& e : column)
    if (std::isfinite(e.value)) size = std::max(size, std::abs(e.value));
  return size;
}

std::string bar(double part) {
  const double length = std::round(std::clamp(part, 0.0, 1.0) * bar_width);
  return std::isnan(length) || length == 0 ? "" : "  " + std::string(static_cast<std::size_t>(length), '#');
}

/// The last word of a path where that tells the factors apart, as in the file.
std::vector<std::string> short_names(const std::vector<std::string>& axes) {
  const auto last = [](const std::string& path) { return path.substr(path.rfind('.') + 1); };
  std::vector<std::string> names;
  for (const std::string& axis : axes) {
    const auto alike = std::count_if(axes.begin(), axes.end(),
                                     [&](const std::string& other) { return last(other) == last(axis); });
    names.push_back(alike > 1 ? axis : last(axis));
  }
  return names;
}

int width_of(const std::vector<std::string>& names) {
  std::size_t width = std::string("factor").size();
  for (const std::string& name : names) width = std::max(width, name.size());
  return static_cast<int>(width);
}

/// Axes from the largest value down; those without any effect, and NaN, last.
std::vector<std::size_t> ranked(const std::vector<Estimate>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto key = [&](std::size_t i) {
    return std::isnan(values[i].value) || is_zero(values[i]) ? -HUGE_VAL : values[i].value;
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) > key(b); });
  return order;
}

std::string noise_text(const Noise& noise) {
  const double spread = std::sqrt(std::max(noise.expectation, 0.0));
  if (std::isnan(noise.share)) return fmt::format("SD over the points {:.3g}", spread);
  return fmt::format("SD over the points {:.3g}; luck is {:.2g} % of a single run's variance", spread,
                     100 * noise.share);
}

std::string rows_of(const SobolIndices& s, const std::vector<std::string>& names) {
  const int width = width_of(names);
  std::string out =
      fmt::format("  {:{}} {:>{}} {:>{}}\n", "factor", width, "first order", wide, "total", wide);
  for (const std::size_t i : ranked(s.total))
    out += fmt::format("  {:{}} {:>{}} {:>{}}{}\n", names[i], width, estimate_text(s.first[i], 1), wide,
                       estimate_text(s.total[i], 1), wide, bar(s.total[i].value));
  return out + fmt::format("  {:{}} {:>{}} {:>{}}\n", "sum", width, estimate_text(s.first_sum, 1), wide,
                           estimate_text(s.total_sum, 1), wide);
}

std::string rows_of(const MorrisMeasures& m, const std::vector<std::string>& names) {
  const int width = width_of(names);
  const double largest = size_of(m.mu_star), scale = std::max(largest, size_of(m.sigma));
  std::string out = fmt::format("  {:{}} {:>{}} {:>12} {:>{}} {:>{}}\n", "factor", width, "mu*", wide,
                                "uncorrected", "mu", wide, "sigma", wide);
  for (const std::size_t i : ranked(m.mu_star))
    out += fmt::format("  {:{}} {:>{}} {:>12} {:>{}} {:>{}}{}\n", names[i], width,
                       estimate_text(m.mu_star[i], scale), wide,
                       is_zero(m.mu_star[i]) ? "0" : number(m.mu_star[i].uncorrected, decimals_of(scale)),
                       estimate_text(m.mu[i], scale), wide, estimate_text(m.sigma[i], scale), wide,
                       bar(m.mu_star[i].value / largest));
  return out;
}

std::string heading(const SensitivityTable& t) {
  return fmt::format("{}, {}, week {}", t.arm, t.outcome, t.week);
}

std::string points_text(const std::vector<std::size_t>& points) {
  constexpr std::size_t most_named = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(points.size(), most_named); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", points[i]);
  return points.size() > most_named ? fmt::format("{} and {} more", text, points.size() - most_named) : text;
}

const std::vector<std::string>& notes_of(const SensitivityTable& t) {
  static const std::vector<std::string> none;
  if (const auto* s = std::get_if<SobolIndices>(&t.content)) return s->notes;
  if (const auto* m = std::get_if<MorrisMeasures>(&t.content)) return m->notes;
  return none;
}

bool has_indices(const SensitivityTable& t) {
  return std::holds_alternative<SobolIndices>(t.content) || std::holds_alternative<MorrisMeasures>(t.content);
}

/// Notes of every table are said once.
std::vector<std::string> common_notes(const Sensitivity& found) {
  std::vector<std::string> common;
  bool is_first = true;
  for (const SensitivityTable& t : found.tables) {
    if (!has_indices(t)) continue;
    const auto& notes = notes_of(t);
    if (std::exchange(is_first, false)) common = notes;
    std::erase_if(common, [&](const std::string& note) {
      return std::find(notes.begin(), notes.end(), note) == notes.end();
    });
  }
  return common;
}

/// What is said instead of a table.
std::string one_line(const SensitivityTable& t) {
  if (const auto* c = std::get_if<Constant>(&t.content))
    return fmt::format("does not vary: exactly {} at every point\n", c->value);
  if (const auto* u = std::get_if<Unmoved>(&t.content))
    return fmt::format(
        "no factor moves it: within each replicate exactly equal at every point, {:.4g} ({:.4g} to {:.4g})\n",
        u->mean, u->low, u->high);
  const auto& points = std::get<OfNobody>(t.content).points;
  return fmt::format("no indices: there is nobody to measure at {} {}\n",
                     points.size() == 1 ? "point" : fmt::format("{} points:", points.size()),
                     points_text(points));
}

std::string table_text(const SensitivityTable& t, const std::vector<std::string>& names,
                       const std::vector<std::string>& common) {
  if (!has_indices(t)) return fmt::format("\n{}: {}", heading(t), one_line(t));
  const auto* sobol = std::get_if<SobolIndices>(&t.content);
  const auto* morris = std::get_if<MorrisMeasures>(&t.content);
  std::string out = fmt::format("\n{} ({})\n  {}{}\n", heading(t), t.unit,
                                sobol ? fmt::format("mean {:.4g}, ", sobol->mean) : "",
                                noise_text(sobol ? sobol->noise : morris->noise));
  out += sobol ? rows_of(*sobol, names) : rows_of(*morris, names);
  for (const std::string& note : notes_of(t))
    if (std::find(common.begin(), common.end(), note) == common.end())
      out += fmt::format("  note: {}\n", note);
  return out;
}

std::string legend(const Sensitivity& found) {
  const std::string intervals =
      fmt::format("In brackets: 95 % intervals ({} bootstrap samples). A bare 0: not one run differs.\n",
                  found.bootstrap.resamples);
  if (found.design == "saltelli")
    return "First order: share of the variance that the factor explains alone. Total: share that would be\n"
           "lost if it were fixed. The sums differ from 1 by what factors do together; chance can take an\n"
           "index out of [0, 1].\n" +
           intervals;
  return "mu*: mean size of the change when the factor goes through its whole range; mu: the same with its "
         "sign; sigma:\nhow much it differs from place to place (other factors matter, or the answer bends). "
         "The "
         "true mean size lies\nbetween mu* and `uncorrected`, up to sampling error.\n" +
         intervals;
}

}  // namespace

std::string sensitivity_text(const Sensitivity& found) {
  const bool is_saltelli = found.design == "saltelli";
  std::string out =
      fmt::format("{}: {} of {}, {}\n{} {} of {} factors = {} points, {} {}\n", found.file,
                  is_saltelli ? "Sobol' indices" : "elementary effects", found.variable, found.meaning,
                  found.blocks, is_saltelli ? "base rows" : "trajectories", found.axes.size(), found.points,
                  found.replicates, found.replicates == 1 ? "replicate" : "replicates");
  const bool any = std::any_of(found.tables.begin(), found.tables.end(), has_indices);
  if (any) out += legend(found);
  const std::vector<std::string> common = common_notes(found), names = short_names(found.axes);
  for (const std::string& note : common) out += fmt::format("note: {}\n", note);
  for (const SensitivityTable& t : found.tables) out += table_text(t, names, common);
  return out;
}

}  // namespace kindred::app
