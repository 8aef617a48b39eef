#include "sim/app/target_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

namespace kindred::app {

namespace {

using analysis::PartResult;
using analysis::TargetResult;
using analysis::Verdict;

constexpr double narrow_band = .05;  // narrower bands get a digit more
constexpr double within_errors = 2;  // a border nearer than this many standard errors is called close

std::vector<std::string> hypotheses_of(const Plan& study) {
  std::vector<std::string> names;
  for (std::size_t a = 0; a < study.arms.size(); a += arms_per_hypothesis)
    names.push_back(study.arms[a].hypothesis);
  return names;
}

std::string band_text(const Range& band) {
  const auto end = [](double x) { return fmt::format("{}", std::round(x * 1e6) / 1e6); };  // .7 - .1 is .6
  return fmt::format("{} to {}", end(band.low), end(band.high));
}

bool same_bands(const Target& target) {
  return std::all_of(target.bands.begin(), target.bands.end(), [&](const Range& b) {
    return b.low == target.bands.front().low && b.high == target.bands.front().high;
  });
}

int digits_of(const Range& band) { return band.high - band.low < narrow_band ? 4 : 3; }

std::string value_text(const PartResult& part, int digits) {
  if (std::isnan(part.value)) return "no data";
  std::string text = fmt::format("{:.{}f}", part.value, digits);
  if (!std::isnan(part.error)) text += fmt::format(" ±{:.{}f}", part.error, digits);
  return text;
}

/// The verdict could be otherwise with other luck: a border of the band lies within Monte-Carlo error.
bool is_close(const Target& target, const TargetResult& result) {
  for (std::size_t p = 0; p < result.parts.size(); ++p) {
    const PartResult& part = result.parts[p];
    const double border =
        std::min(std::abs(part.value - target.bands[p].low), std::abs(part.value - target.bands[p].high));
    const bool decides =
        result.verdict == Verdict::in_band || std::abs(part.out_by) == std::abs(result.out_by);
    if (decides && border < within_errors * part.error) return true;
  }
  return false;
}

std::string verdict_text(const Target& target, const TargetResult& result) {
  const std::string marks = std::string(is_close(target, result) ? "?" : "") + (result.claimed ? "" : "*");
  if (result.verdict == Verdict::no_data) return "no data" + marks;
  if (result.verdict == Verdict::in_band) return "in band" + marks;
  int digits = 3;
  for (const Range& band : target.bands) digits = std::max(digits, digits_of(band));
  const bool tiny = std::abs(result.out_by) < .5 * std::pow(10, -digits);
  return tiny ? fmt::format("out {:+.0e}{}", result.out_by, marks)
              : fmt::format("out {:+.{}f}{}", result.out_by, digits, marks);
}

const char* word(Verdict verdict) {
  constexpr const char* words[] = {"in band", "out of band", "no data"};
  return words[static_cast<int>(verdict)];
}

std::span<const std::string_view> labels_of(const Target& target) {
  for (const TargetQuantity& quantity : analysis::target_quantities())
    if (quantity.id == target.id) return quantity.parts;
  return {};
}

struct Count {
  int claimed = 0, in_band = 0;
};
Count count_of(const TargetReport& report, std::size_t hypothesis) {
  Count count;
  for (const auto& row : report.results) {
    if (!row[hypothesis].claimed) continue;
    ++count.claimed;
    if (row[hypothesis].verdict == Verdict::in_band) ++count.in_band;
  }
  return count;
}

std::string part_label(const Target& target, std::size_t part) {
  const auto labels = labels_of(target);
  std::string label = "  " + std::string(part < labels.size() ? labels[part] : "");
  if (!same_bands(target)) label += "  " + band_text(target.bands[part]);
  return label;
}

/// A label and one cell for each hypothesis.
class Lines {
 public:
  Lines(std::size_t label_width, std::vector<std::size_t> widths)
      : label_width_(label_width), widths_(std::move(widths)) {}
  void add(const std::string& label, const std::function<std::string(std::size_t hypothesis)>& cell) {
    std::string line = fmt::format("{:<{}}", label, label_width_);
    for (std::size_t h = 0; h < widths_.size(); ++h) line += fmt::format("  {:<{}}", cell(h), widths_[h]);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  std::string text;

 private:
  std::size_t label_width_;
  std::vector<std::size_t> widths_;
};

void add_row(Lines& lines, const Target& target, const std::vector<TargetResult>& results) {
  const std::string band = same_bands(target) ? "; band " + band_text(target.bands.front()) : "";
  lines.text += fmt::format("\n{} {}{}  (source: {})\n", target.id, target.quantity, band, target.confidence);
  for (std::size_t p = 0; p < target.bands.size(); ++p)
    lines.add(part_label(target, p),
              [&](std::size_t h) { return value_text(results[h].parts[p], digits_of(target.bands[p])); });
  lines.add("  verdict", [&](std::size_t h) { return verdict_text(target, results[h]); });
}

std::string footnotes(const TargetReport& report) {
  std::string text =
      "\nvalue ±Monte-Carlo standard error over societies; 'out' says by how much: + above the band, "
      "- below it.\n? the band's border lies within two standard errors.   * not claimed by this "
      "hypothesis.\n";
  for (const Target& target : report.targets)
    if (!target.note.empty()) text += fmt::format("{}: {}\n", target.id, target.note);
  for (const Target& target : report.targets)
    if (!target.known_failure.empty())
      text += fmt::format("Known failure {}: {}\n", target.id, target.known_failure);
  return text;
}

nlohmann::ordered_json json_of(const Target& target) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  const auto labels = labels_of(target);
  for (std::size_t p = 0; p < target.bands.size(); ++p)
    parts.push_back({{"part", std::string(labels[p])},
                     {"published", target.published.size() == 1 ? target.published[0] : target.published[p]},
                     {"band", {target.bands[p].low, target.bands[p].high}}});
  return {{"id", target.id},     {"quantity", target.quantity},
          {"parts", parts},      {"source", target.source},
          {"rows", target.rows}, {"confidence", target.confidence},
          {"note", target.note}, {"known_failure", target.known_failure}};
}

nlohmann::ordered_json json_of(const std::string& hypothesis, const Target& target,
                               const TargetResult& result) {
  nlohmann::ordered_json parts = nlohmann::ordered_json::array();
  for (const PartResult& part : result.parts)  // what is not a number is written as null
    parts.push_back({{"value", part.value}, {"monte_carlo_error", part.error}, {"out_by", part.out_by}});
  return {{"hypothesis", hypothesis},          {"verdict", word(result.verdict)}, {"out_by", result.out_by},
          {"close", is_close(target, result)}, {"claimed", result.claimed},       {"parts", parts}};
}

}  // namespace

std::string target_table(const TargetReport& report) {
  const std::vector<std::string> names = hypotheses_of(report.study);
  const std::string totals = "in band, of those claimed";
  constexpr std::size_t usual_cell = 13;
  std::size_t label_width = totals.size();
  std::vector<std::size_t> widths;
  for (const std::string& name : names) widths.push_back(std::max(usual_cell, name.size()));
  for (const Target& target : report.targets)
    for (std::size_t p = 0; p < target.bands.size(); ++p)
      label_width = std::max(label_width, part_label(target, p).size());
  Lines lines(label_width, widths);
  lines.text = fmt::format("Calibration targets of {}: {} societies of {} persons, seed {}.\n\n", report.file,
                           report.study.societies, report.study.society.persons, report.study.seed.value);
  lines.add("", [&](std::size_t h) { return names[h]; });
  for (std::size_t t = 0; t < report.targets.size(); ++t)
    add_row(lines, report.targets[t], report.results[t]);
  lines.text += "\n";
  lines.add(totals, [&](std::size_t h) {
    const Count count = count_of(report, h);
    return fmt::format("{} of {}", count.in_band, count.claimed);
  });
  return lines.text + footnotes(report);
}

std::string target_json(const TargetReport& report) {
  const std::vector<std::string> names = hypotheses_of(report.study);
  nlohmann::ordered_json targets = nlohmann::ordered_json::array();
  for (std::size_t t = 0; t < report.targets.size(); ++t) {
    nlohmann::ordered_json row = json_of(report.targets[t]);
    for (std::size_t h = 0; h < names.size(); ++h)
      row["results"].push_back(json_of(names[h], report.targets[t], report.results[t][h]));
    targets.push_back(row);
  }
  return nlohmann::ordered_json{{"file", report.file},
                                {"seed", report.study.seed.value},
                                {"persons", report.study.society.persons},
                                {"societies", report.study.societies},
                                {"burn_in", report.study.burn_in},
                                {"run", report.study.run},
                                {"hypotheses", names},
                                {"all_claims_hold", all_claims_hold(report)},
                                {"targets", targets}}
             .dump(2) +
         "\n";
}

bool all_claims_hold(const TargetReport& report) {
  for (const auto& row : report.results)
    for (const TargetResult& result : row)
      if (result.claimed && result.verdict != Verdict::in_band) return false;
  return true;
}

}  // namespace kindred::app
