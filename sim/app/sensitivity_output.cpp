#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/app/sensitivity.hpp"

/// Sensitivity for other programs: every digit, factors in the order of the design.
namespace kindred::app {

namespace {

using analysis::Estimate;
using analysis::MorrisMeasures;
using analysis::Noise;
using analysis::SobolIndices;
using nlohmann::ordered_json;

/// JSON and CSV have no word for NaN: what does not exist is null, or an empty field.
ordered_json number(double x) { return std::isnan(x) ? ordered_json(nullptr) : ordered_json(x); }
std::string field(double x) { return std::isnan(x) ? "" : fmt::format("{}", x); }

ordered_json estimate_json(const Estimate& e) {
  return {{"value", number(e.value)},
          {"low", number(e.low)},
          {"high", number(e.high)},
          {"uncorrected", number(e.uncorrected)}};
}

ordered_json noise_json(const Noise& noise) {
  return {{"within", number(noise.within)},
          {"expectation", number(noise.expectation)},
          {"share", number(noise.share)},
          {"is_corrected", noise.is_corrected},
          {"is_resampled", noise.is_resampled}};
}

ordered_json content_json(const Constant& c, const Sensitivity&) {
  return {{"varies", false}, {"value", number(c.value)}};
}
ordered_json content_json(const Unmoved& u, const Sensitivity&) {
  return {
      {"varies", false}, {"mean", number(u.mean)}, {"lowest", number(u.low)}, {"highest", number(u.high)}};
}
ordered_json content_json(const OfNobody& n, const Sensitivity&) {
  return {{"varies", nullptr}, {"points_of_nobody", n.points}};
}
ordered_json content_json(const SobolIndices& s, const Sensitivity& found) {
  ordered_json factors = ordered_json::array();
  for (std::size_t i = 0; i < found.axes.size(); ++i)
    factors.push_back({{"factor", found.axes[i]},
                       {"first", estimate_json(s.first[i])},
                       {"total", estimate_json(s.total[i])}});
  return {{"varies", true},
          {"mean", number(s.mean)},
          {"noise", noise_json(s.noise)},
          {"factors", factors},
          {"first_sum", estimate_json(s.first_sum)},
          {"total_sum", estimate_json(s.total_sum)},
          {"notes", s.notes}};
}
ordered_json content_json(const MorrisMeasures& m, const Sensitivity& found) {
  ordered_json factors = ordered_json::array();
  for (std::size_t i = 0; i < found.axes.size(); ++i)
    factors.push_back({{"factor", found.axes[i]},
                       {"mu_star", estimate_json(m.mu_star[i])},
                       {"mu", estimate_json(m.mu[i])},
                       {"sigma", estimate_json(m.sigma[i])}});
  return {{"varies", true}, {"noise", noise_json(m.noise)}, {"factors", factors}, {"notes", m.notes}};
}

/// Names of arms and labels of factors are the user's: they may hold commas.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

/// Lines of one table.
class Lines {
 public:
  Lines(const Sensitivity& found, const SensitivityTable& t)
      : axes_(found.axes), begun_(fmt::format("{},{},{},{},{}", quoted(t.arm), found.variable, t.outcome,
                                              quoted(t.unit), t.week)) {}
  void number(const char* quantity, double value) {
    text_ += fmt::format("{},{},,{},,,\n", begun_, quantity, field(value));
  }
  void estimate(const char* quantity, const std::string& factor, const Estimate& e) {
    text_ += fmt::format("{},{},{},{},{},{},{}\n", begun_, quantity, quoted(factor), field(e.value),
                         field(e.low), field(e.high), field(e.uncorrected));
  }
  void estimates(const char* quantity, const std::vector<Estimate>& column) {
    for (std::size_t i = 0; i < column.size(); ++i) estimate(quantity, axes_[i], column[i]);
  }
  void noise(const Noise& noise) {
    number("variance within points", noise.within);
    number("variance over points", noise.expectation);
    number("noise share", noise.share);
  }
  const std::string& text() const { return text_; }

 private:
  const std::vector<std::string>& axes_;
  std::string begun_, text_;
};

void add(Lines& lines, const Constant& c) { lines.number("constant", c.value); }
void add(Lines& lines, const Unmoved& u) { lines.number("moved by no factor", u.mean); }
void add(Lines& lines, const OfNobody& n) {
  lines.number("points of nobody", static_cast<double>(n.points.size()));
}
void add(Lines& lines, const SobolIndices& s) {
  lines.estimates("first", s.first);
  lines.estimates("total", s.total);
  lines.estimate("first sum", "", s.first_sum);
  lines.estimate("total sum", "", s.total_sum);
  lines.number("mean", s.mean);
  lines.noise(s.noise);
}
void add(Lines& lines, const MorrisMeasures& m) {
  lines.estimates("mu*", m.mu_star);
  lines.estimates("mu", m.mu);
  lines.estimates("sigma", m.sigma);
  lines.noise(m.noise);
}

}  // namespace

std::string sensitivity_csv(const Sensitivity& found) {
  std::string out = "arm,variable,outcome,unit,week,quantity,factor,value,low,high,uncorrected\n";
  for (const SensitivityTable& t : found.tables) {
    Lines lines(found, t);
    std::visit([&](const auto& content) { add(lines, content); }, t.content);
    out += lines.text();
  }
  return out;
}

std::string sensitivity_json(const Sensitivity& found) {
  ordered_json tables = ordered_json::array();
  for (const SensitivityTable& t : found.tables) {
    ordered_json table{{"arm", t.arm}, {"outcome", t.outcome}, {"unit", t.unit}, {"week", t.week}};
    table.update(std::visit([&](const auto& content) { return content_json(content, found); }, t.content));
    tables.push_back(std::move(table));
  }
  return ordered_json{{"file", found.file},
                      {"design", found.design},
                      {"variable", found.variable},
                      {"meaning", found.meaning},
                      {"factors", found.axes},
                      {"points", found.points},
                      {"blocks", found.blocks},
                      {"replicates", found.replicates},
                      {"resamples", found.bootstrap.resamples},
                      {"seed", found.bootstrap.seed.value},
                      {"tables", tables}}
             .dump(2) +
         "\n";
}

}  // namespace kindred::app
