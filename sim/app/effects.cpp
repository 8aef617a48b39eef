#include "sim/app/effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/app/verbs.hpp"

namespace kindred::app {

namespace {

using analysis::EffectRow;
using analysis::EffectTable;

bool exactly_zero(const analysis::Interval& e) {
  return e.mean == 0 && (std::isnan(e.standard_error) || e.standard_error == 0);
}

/// Exactly 0 when the two worlds hold the very same numbers for everybody in the cell. Small effects get
/// the decimals they need: a spillover of -0.0004 is not zero.
std::string effect_text(const analysis::Interval& e) {
  if (std::isnan(e.mean)) return "nobody";
  if (exactly_zero(e)) return "0";
  if (std::isnan(e.low)) return "no interval";
  const double size = std::max({std::abs(e.mean), std::abs(e.low), std::abs(e.high)});
  if (size < 1e-4) return fmt::format("{:+.1e} [{:+.1e}, {:+.1e}]", e.mean, e.low, e.high);
  const int decimals = std::clamp(2 - static_cast<int>(std::floor(std::log10(size))), 3, 6);
  return fmt::format("{:+.{}f} [{:+.{}f}, {:+.{}f}]", e.mean, decimals, e.low, decimals, e.high, decimals);
}

std::vector<int> weeks_of(const EffectTable& table) {
  std::vector<int> weeks;
  for (const EffectRow& row : table.rows)
    if (std::find(weeks.begin(), weeks.end(), row.weeks_after) == weeks.end())
      weeks.push_back(row.weeks_after);
  return weeks;
}

constexpr int effect_width = 32;

std::string head(const EffectTable& table) {
  std::string out = fmt::format("  {:24} {:28}", "outcome", "persons");
  for (const int week : weeks_of(table))
    out += fmt::format(" {:>{}}", fmt::format("week {}", week), effect_width);
  return out + "\n";
}

/// One (outcome, cell) of an arm with its weeks.
using Line = std::vector<const EffectRow*>;

std::vector<Line> lines_of(const EffectTable& table, const std::string& arm) {
  std::vector<Line> lines;
  for (const EffectRow& row : table.rows) {
    if (row.arm != arm) continue;
    if (lines.empty() || lines.back().front()->outcome != row.outcome ||
        lines.back().front()->cell != row.cell)
      lines.emplace_back();
    lines.back().push_back(&row);
  }
  return lines;
}

bool all_zero(const Line& line) {
  return std::all_of(line.begin(), line.end(),
                     [](const EffectRow* row) { return exactly_zero(row->effect); });
}

std::string line_text(const Line& line) {
  std::string out = fmt::format("  {:24} {:28}", line.front()->outcome, line.front()->cell);
  for (const EffectRow* row : line) out += fmt::format(" {:>{}}", effect_text(row->effect), effect_width);
  return out + "\n";
}

std::vector<std::pair<std::string, std::string>> contrasts(const EffectTable& table) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const EffectRow& row : table.rows)
    if (pairs.empty() || pairs.back().first != row.arm) pairs.emplace_back(row.arm, row.against);
  return pairs;
}

std::string caution(const EffectTable& table) {
  if (table.societies >= 8) return "";
  return fmt::format(
      "Only {} {}: intervals over fewer than 8 are wide and rough (replicates.societies=8 or more).\n",
      table.societies, table.societies == 1 ? "society" : "societies");
}

bool principal(const Line& line) { return line.front()->cell.ends_with("bond lasts"); }

}  // namespace

std::string effects_text(const EffectTable& table) {
  std::string out = fmt::format(
      "Effects per person, mean over the cell, in SD units, with 95 % Monte-Carlo interval over {} societies "
      "x {} noise\n"
      "replicates. The same people with the same luck in both arms: `0` means the very same numbers.\n{}",
      table.societies, table.per_society, caution(table));
  for (const auto& [arm, against] : contrasts(table)) {
    out += fmt::format("\n{} against {}\n", arm, against) + head(table);
    std::string strata;
    for (const Line& line : lines_of(table, arm)) (principal(line) ? strata : out) += line_text(line);
    out += "  principal strata: persons whose bond lasts in both worlds\n" + strata;
  }
  out += "\nWho is who\n";
  for (std::size_t c = 0; c < table.cells.size(); ++c)
    out += fmt::format("  {:28} {}\n", table.cells[c], table.definitions[c]);
  return out;
}

/// Treated persons and their untreated partners; outcomes that nothing moved are named in one line.
std::string effects_summary(const EffectTable& table, const std::string& file) {
  std::string out =
      "Effects per person in SD units, with 95 % Monte-Carlo interval, weeks after the start\n" +
      caution(table);
  for (const auto& [arm, against] : contrasts(table)) {
    out += fmt::format("\n{} against {}\n", arm, against);
    std::string lines, zeros;
    for (const Line& line : lines_of(table, arm)) {
      const EffectRow& row = *line.front();
      if (row.cell != "treated" && row.cell != "untreated partner") continue;
      if (std::all_of(line.begin(), line.end(),
                      [](const EffectRow* r) { return std::isnan(r->effect.mean); }))
        continue;  // nobody there
      if (all_zero(line)) zeros += fmt::format("{}{} ({})", zeros.empty() ? "" : ", ", row.outcome, row.cell);
      else lines += line_text(line);
    }
    if (!lines.empty()) out += head(table) + lines;
    if (!zeros.empty()) out += "  exactly 0: " + zeros + "\n";
  }
  return out + fmt::format("\nBy style and bond, friends, everyone: kindred effects {}\n", file);
}

std::string effects_csv(const EffectTable& table) {
  std::string out =
      "arm,against,outcome,unit,cell,weeks_after,effect,standard_error,low,high,hedges_g,persons\n";
  for (const EffectRow& r : table.rows)
    out += fmt::format("{},{},{},{},\"{}\",{},{},{},{},{},{},{}\n", r.arm, r.against, r.outcome, r.unit,
                       r.cell, r.weeks_after, r.effect.mean, r.effect.standard_error, r.effect.low,
                       r.effect.high, r.hedges_g, r.persons);
  return out;
}

std::string effects_json(const EffectTable& table) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  const auto number = [](double x) {
    return std::isnan(x) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(x);
  };
  for (const EffectRow& r : table.rows)
    rows.push_back({{"arm", r.arm},
                    {"against", r.against},
                    {"outcome", r.outcome},
                    {"unit", r.unit},
                    {"cell", r.cell},
                    {"weeks_after", r.weeks_after},
                    {"effect", number(r.effect.mean)},
                    {"standard_error", number(r.effect.standard_error)},
                    {"low", number(r.effect.low)},
                    {"high", number(r.effect.high)},
                    {"hedges_g", number(r.hedges_g)},
                    {"persons", r.persons}});
  nlohmann::ordered_json cells;
  for (std::size_t c = 0; c < table.cells.size(); ++c) cells[table.cells[c]] = table.definitions[c];
  return nlohmann::ordered_json{{"societies", table.societies},
                                {"per_society", table.per_society},
                                {"cells", cells},
                                {"effects", rows}}
             .dump(2) +
         "\n";
}

int effects(const std::string& file, bool csv, const CommonOptions& common) {
  const EffectTable table = analysis::read_effects(file);
  fmt::print("{}", common.json ? effects_json(table) : csv ? effects_csv(table) : effects_text(table));
  return exit_done;
}

}  // namespace kindred::app
