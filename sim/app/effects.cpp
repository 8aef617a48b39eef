#include "sim/app/effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "analysis/effect_rows.hpp"
#include "sim/app/effect_numbers.hpp"

namespace kindred::app {

namespace {

using analysis::EffectData;
using analysis::EffectRow;
using analysis::Interval;

constexpr int wide = 32;

const std::vector<int>& printed_weeks() {
  static const std::vector<int> weeks{8, 34, 60, 112};
  return weeks;
}

std::vector<int> weeks_in(const EffectData& data) {
  std::vector<int> weeks;
  for (const int week : printed_weeks())
    if (data.week_index(week) < data.weeks.size()) weeks.push_back(week);
  if (weeks.empty()) weeks.push_back(data.weeks.back());  // a short run: the last there is
  return weeks;
}

std::string head(const EffectData& data, const char* what, const char* whom) {
  std::string out = fmt::format("  {:24} {:30}", what, whom);
  for (const int week : weeks_in(data)) out += fmt::format(" {:>{}}", fmt::format("week {}", week), wide);
  return out + "\n";
}

/// One (outcome, persons) of an arm with its weeks.
struct Line {
  std::string outcome, whom;
  std::vector<Interval> weeks;
  int societies;  ///< of the study
};

std::string line_text(const Line& line) {
  std::string out = fmt::format("  {:24} {:30}", line.outcome, line.whom);
  for (const Interval& week : line.weeks)
    out += fmt::format(" {:>{}}", effect_text(week, line.societies), wide);
  return out + "\n";
}

bool nobody(const Line& line) {
  return std::all_of(line.weeks.begin(), line.weeks.end(),
                     [](const Interval& i) { return std::isnan(i.mean); });
}

bool all_zero(const Line& line) { return std::all_of(line.weeks.begin(), line.weeks.end(), exactly_zero); }

/// Appends a value to the line of (outcome, whom), which follows its fellows.
void add_to(std::vector<Line>& lines, const std::string& outcome, const std::string& whom,
            const Interval& value, int societies) {
  if (lines.empty() || lines.back().outcome != outcome || lines.back().whom != whom)
    lines.push_back({outcome, whom, {}, societies});
  lines.back().weeks.push_back(value);
}

/// The arm's lines for the cells that `wanted` picks, at the printed weeks.
std::vector<Line> cell_lines(const EffectData& data, const std::vector<EffectRow>& rows,
                             const std::string& arm, const std::function<bool(const std::string&)>& wanted) {
  const std::vector<int> weeks = weeks_in(data);
  std::vector<Line> lines;
  for (const EffectRow& row : rows)
    if (row.arm == arm && wanted(row.cell) &&
        std::find(weeks.begin(), weeks.end(), row.weeks_after) != weeks.end())
      add_to(lines, row.outcome, row.cell, row.effect, data.societies);
  return lines;
}

/// Runs of one arm share a heading.
template <class Row>
std::string by_arm(const std::vector<Row>& rows, const std::function<std::string(const std::string&)>& body) {
  std::string out, last;
  for (const Row& row : rows) {
    if (row.arm == last) continue;
    last = row.arm;
    if (const std::string text = body(row.arm); !text.empty())
      out += fmt::format("\n{} against {}\n", row.arm, row.against) + text;
  }
  return out;
}

std::string titled(const char* title, const std::string& body) {
  return body.empty() ? "" : fmt::format("\n{}\n", title) + body;
}

std::string caution(const EffectData& data) {
  if (data.societies >= 8) return "";
  return fmt::format(
      "Only {} {}: intervals over fewer than 8 are wide and rough (replicates.societies=8 or more).\n",
      data.societies, data.societies == 1 ? "society" : "societies");
}

/// Arms in which the programme reached nobody, in some replicates or all: their zeros would mislead.
std::string treats_nobody(const EffectData& data) {
  std::string out;
  const std::size_t treated = data.cell_index("treated");
  for (std::size_t a = 0; a < data.arms.size(); ++a) {
    if (data.against[a] < 0) continue;
    const std::vector<double> persons = data.persons({0, a, 0, treated});
    const auto none = std::count(persons.begin(), persons.end(), 0.0);
    if (none > 0)
      out +=
          fmt::format("{}: nobody is treated in {} of {} replicates\n", data.arms[a], none, persons.size());
  }
  return out;
}

bool is_stratum(const std::string& cell) { return cell.ends_with("bond lasts"); }

/// Cells of the first treated one up to (not including) another, by the order of the file.
std::function<bool(const std::string&)> cells_between(const EffectData& data, const char* first,
                                                      std::size_t skip, std::size_t count) {
  const std::size_t from = data.cell_index(first) + skip;
  return [&data, from, count](const std::string& cell) {
    const std::size_t c = data.cell_index(cell);
    return c >= from && c < from + count;
  };
}

std::string lines_section(const EffectData& data, const std::vector<EffectRow>& rows,
                          const std::function<bool(const std::string&)>& wanted) {
  return by_arm(rows, [&](const std::string& arm) {
    std::string out, zeros;
    const std::vector<Line> lines = cell_lines(data, rows, arm, wanted);
    for (const Line& line : lines) {
      const auto zero = [&](const Line& other) {
        return other.outcome != line.outcome || nobody(other) || all_zero(other);
      };
      if (nobody(line)) continue;
      if (!std::all_of(lines.begin(), lines.end(), zero)) out += line_text(line);
      else if (zeros.find(line.outcome) == std::string::npos)
        zeros += (zeros.empty() ? "" : ", ") + line.outcome;
    }
    if (!out.empty()) out = head(data, "outcome", "persons") + out;
    return zeros.empty() ? out : out + "  exactly 0 for all of these: " + zeros + "\n";
  });
}

std::string cells_section(const EffectData& data, const std::vector<EffectRow>& rows) {
  const auto styles = cells_between(data, "treated", 0, 7);
  const auto wanted = [&](const std::string& cell) {
    return styles(cell) || cell == "untreated partner" || cell == "untreated friend" || cell == "everyone";
  };
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = head(data, "outcome", "persons");
    for (const Line& line : cell_lines(data, rows, arm, wanted)) out += line_text(line);
    return out;
  });
}

std::string course_section(const EffectData& data) {
  const auto rows = analysis::course_rows(data);
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = fmt::format("  {:24} {:>6} {:>6} {:>{}} {:>28}\n", "outcome (treated)", "onset", "peak",
                                  "at the peak", wide, fmt::format("left in week {}", data.weeks.back()));
    for (const auto& row : rows) {
      if (row.arm != arm) continue;
      if (exactly_zero(row.peak)) {
        out += fmt::format("  {:24} no effect: exactly 0 in every week\n", row.outcome);
      } else {
        out += fmt::format("  {:24} {:>6} {:>6} {:>{}} {:>28}\n", row.outcome, row.onset, row.peak_week,
                           effect_text(row.peak, data.societies), wide, share_text(row.retained));
      }
    }
    return out;
  });
}

std::string saturation_section(const EffectData& data) {
  const auto rows = analysis::saturation_rows(data, {8, 60});
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = fmt::format("  {:24} {:>5} {:>6} {:>{}} {:>{}} {:>{}} {:>{}}\n", "outcome", "week",
                                  "share", "direct", wide, "indirect", wide, "total", wide, "overall", wide);
    for (const auto& row : rows)
      if (row.arm == arm)
        out += fmt::format("  {:24} {:>5} {:>6.2f} {:>{}} {:>{}} {:>{}} {:>{}}\n", row.outcome,
                           row.weeks_after, row.saturation, effect_text(row.direct, data.societies), wide,
                           effect_text(row.indirect, data.societies), wide,
                           effect_text(row.total, data.societies), wide,
                           effect_text(row.overall, data.societies), wide);
    return out;
  });
}

std::string direct_section(const EffectData& data) {
  const auto rows = analysis::direct_rows(data, {8, 60});
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = fmt::format("  {:24} {:>5} {:>8} {:>{}} {:>{}} {:>{}}\n", "outcome", "week", "persons",
                                  "alone", wide, "with the others", wide, "what the others add", wide);
    for (const auto& row : rows)
      if (row.arm == arm)
        out += fmt::format("  {:24} {:>5} {:>8.1f} {:>{}} {:>{}} {:>{}}\n", row.outcome, row.weeks_after,
                           row.persons, effect_text(row.alone, data.societies), wide,
                           effect_text(row.together, data.societies), wide,
                           effect_text(row.difference, data.societies), wide);
    return out;
  });
}

std::string mediated_line(const EffectData& data, const analysis::MediatedRow& row) {
  std::string out = fmt::format("  {:24} {:22} {:>5} {:>{}}", row.outcome, row.cell, row.weeks_after,
                                effect_text(row.total, data.societies), wide);
  if (exactly_zero(row.total)) return out + "   no effect to share\n";
  if (!row.told_from_zero) return out + "   not told from 0: no shares\n";
  for (const analysis::Share& s : row.shares) out += fmt::format(" {:>20}", share_text(s.share));
  return out + fmt::format(" {:>20}\n", share_text(row.remainder));
}

std::string mediated_section(const EffectData& data) {
  const auto rows = analysis::mediated_rows(data, {8, 60});
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = fmt::format("  {:24} {:22} {:>5} {:>{}}", "outcome", "persons", "week", "effect", wide);
    for (const std::string& mechanism : data.mechanisms) out += fmt::format(" {:>20}", mechanism);
    out += fmt::format(" {:>20}\n", "remainder");
    for (const auto& row : rows)
      if (row.arm == arm && !std::isnan(row.total.mean)) out += mediated_line(data, row);
    return out;
  });
}

/// What the run says about a challenge, in words where there is nothing to measure.
std::string challenge_cell(const EffectData& data, const analysis::ChallengeRow& row) {
  if (exactly_zero(row.effect)) return "no effect: exactly 0";
  const std::string number = effect_text(row.effect, data.societies);
  if (std::isnan(row.effect.low) || analysis::told_from_zero(row.effect)) return number;
  return number + " not told from 0";
}

std::string challenge_section(const EffectData& data) {
  const auto rows = analysis::challenge_rows(data, {8, 60});
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = fmt::format("  {:12} {:31} {:48} {:21} {:27} {:>4}  {}\n", "style", "key challenge",
                                  "how self-compassion is thought to help", "therapeutic focus", "read from",
                                  "week", "effect on the treated of this style");
    std::string last;
    for (const auto& row : rows) {
      if (row.arm != arm) continue;
      const std::string key = row.challenge.style + row.challenge.challenge;
      const bool again = key == last;
      last = key;
      out += fmt::format("  {:12} {:31} {:48} {:21} {:27} {:>4}  {}\n", again ? "" : row.challenge.style,
                         again ? "" : row.challenge.challenge, again ? "" : row.challenge.helps,
                         again ? "" : row.challenge.focus,
                         again ? "" : row.outcome + (row.unit == "SD" ? "" : " (" + row.unit + ")"),
                         row.weeks_after, challenge_cell(data, row));
    }
    return out;
  });
}

/// How much individual effects differ, and what it is in points of questionnaires.
std::string spread_section(const std::vector<EffectRow>& rows) {
  return by_arm(rows, [&](const std::string& arm) {
    std::string out = fmt::format("  {:24} {:>4} {:>9} {:>20} {:>9} {:>8} {:>8}  {:24} {:>10} {:>10}\n",
                                  "outcome (treated)", "week", "g of all", "g (one trial)", "SD", "up",
                                  "down", "points", "societies", "noise");
    for (const EffectRow& row : rows) {
      const bool asked = row.weeks_after == 8 || row.weeks_after == 60;
      if (row.arm != arm || row.cell != "treated" || !asked || std::isnan(row.hedges_g)) continue;
      const std::string points =
          std::isnan(row.points) ? "" : fmt::format("{:+.3f} {}", row.points, row.scale);
      const auto sd = [](double x) { return std::isnan(x) ? std::string("-") : fmt::format("{:.4f}", x); };
      out += fmt::format(
          "  {:24} {:>4} {:>+9.3f} {:>20} {:>9.3f} {:>7.1f}% {:>7.1f}%  {:24} {:>10} {:>10}\n", row.outcome,
          row.weeks_after, row.hedges_g,
          fmt::format("{:+.2f} [{:+.2f}, {:+.2f}]", row.hedges_g_cell, row.trial_low, row.trial_high),
          row.individual_sd, 100 * row.share_up, 100 * row.share_down, points,
          sd(row.spread.between_societies), sd(row.spread.within_society));
    }
    return out;
  });
}

std::string section_text(const EffectData& data, const std::vector<EffectRow>& rows,
                         std::string_view section) {
  if (section == "cells") return titled("By style, bond, partner and friend", cells_section(data, rows));
  if (section == "spread")
    return titled("The treated: standardised, person by person (SD of individual effects, shares moved up "
                  "and down), in "
                  "points,\nand the spread of the mean between societies and between noise replicates. `one "
                  "trial` is the "
                  "sampling interval\nof a trial with as many persons per arm, not of the effect.",
                  spread_section(rows));
  if (section == "reach")
    return titled("How far it reaches: the untreated by closest tie and distance to the treated",
                  lines_section(data, rows, cells_between(data, "untreated partner", 1, 7)));
  if (section == "age")
    return titled("By age", lines_section(data, rows, cells_between(data, "treated coupled", 1, 4)));
  if (section == "strata")
    return titled("Principal strata: persons whose bond lasts in both worlds",
                  lines_section(data, rows, is_stratum));
  if (section == "course")
    return titled("Onset (half of the peak), peak and what is left, among the weeks that are kept",
                  course_section(data));
  if (section == "saturation")
    return titled("Saturation: effects among the eligible, against nobody treated", saturation_section(data));
  if (section == "direct")
    return titled("Treated alone, and the same persons treated with the others", direct_section(data));
  if (section == "mediated")
    return titled(
        "What each mechanism carries: 1 - [effect with it off] / [effect]; shares need not sum to 1. For "
        "relationship\nquality the two effects are means over the bonds that last in their own two worlds",
        mediated_section(data));
  return titled("Style, challenge, how self-compassion is thought to help, focus, and what this run says",
                challenge_section(data));
}

}  // namespace

std::string effects_text(const EffectData& data, const std::string& section) {
  const std::vector<EffectRow> rows = analysis::effect_rows(data, false);
  std::string out = fmt::format(
      "Effects per person, mean over the cell, in SD of the population (unless a unit is given), with 95 % "
      "Monte-Carlo\ninterval over {} societies x {} noise replicates. The same people with the same luck in "
      "both "
      "arms: `0` means the\nvery same numbers. Weeks count from the first programme.\n{}",
      data.societies, data.per_society, caution(data) + treats_nobody(data));
  for (const char* name : effect_sections)
    if (section.empty() || section == name) out += section_text(data, rows, name);
  out += "\nWho is who\n";
  for (std::size_t c = 0; c < data.cells.size(); ++c)
    out += fmt::format("  {:30} {}\n", data.cells[c], data.definitions[c]);
  return out;
}

/// Outcomes that nothing moved are named in one line.
std::string effects_summary(const EffectData& data, const std::string& file) {
  const std::vector<EffectRow> rows = analysis::effect_rows(data, false);
  const auto wanted = [](const std::string& cell) {
    return cell == "treated" || cell == "untreated partner";
  };
  std::string out =
      "Effects per person in SD units, with 95 % Monte-Carlo interval, weeks after the start\n" +
      caution(data);
  out += by_arm(rows, [&](const std::string& arm) {
    std::string lines, zeros;
    for (const Line& line : cell_lines(data, rows, arm, wanted)) {
      if (nobody(line)) continue;
      if (all_zero(line))
        zeros += fmt::format("{}{} ({})", zeros.empty() ? "" : ", ", line.outcome, line.whom);
      else lines += line_text(line);
    }
    if (!lines.empty()) lines = head(data, "outcome", "persons") + lines;
    if (!zeros.empty()) lines += "  exactly 0: " + zeros + "\n";
    return lines;
  });
  return out +
         fmt::format("\nBy style, friends, distance, age, mechanism, challenge: kindred effects {}\n", file);
}

}  // namespace kindred::app
