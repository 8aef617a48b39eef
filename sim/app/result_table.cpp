#include "sim/app/result_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/effects.hpp"

namespace kindred::app {

namespace {

using record::PopulationFrame;

/// Mean and standard error over societies; the noise replicates of a society are averaged first, because
/// they are nested in it.
struct Estimate {
  double mean, error;
};
Estimate over_societies(const Plan& plan, const std::function<double(std::size_t replicate)>& value) {
  double sum = 0, squares = 0;
  for (int s = 0; s < plan.societies; ++s) {
    double of_society = 0;
    for (int r = 0; r < plan.per_society; ++r)
      of_society += value(static_cast<std::size_t>(s * plan.per_society + r)) / plan.per_society;
    sum += of_society;
    squares += of_society * of_society;
  }
  const double n = plan.societies;
  const double variance = n > 1 ? std::max(0.0, (squares - sum * sum / n) / (n - 1)) : std::nan("");
  return {sum / n, std::sqrt(variance / n)};
}

/// Treated arms are compared with the untreated arm of their parameters; untreated arms with the first one,
/// when it is untreated too: a contrast of parameters.
int compared_with(const Plan& plan, std::size_t arm) {
  const auto untreated = [&](std::size_t a) { return plan.arms[a].programmes.empty(); };
  if (!untreated(arm)) return analysis::untreated_counterpart(plan, arm);
  return arm != 0 && untreated(0) ? 0 : -1;
}

ResultRow row_of(const Plan& plan, const record::RunResult& result, std::string name, std::string unit,
                 const std::function<double(const PopulationFrame&)>& read) {
  ResultRow row{std::move(name), std::move(unit), {}, true};
  const auto value = [&](std::size_t replicate, std::size_t arm) {
    return read(result.last[replicate][arm]);
  };
  for (std::size_t arm = 0; arm < plan.arms.size(); ++arm) {
    const Estimate level = over_societies(plan, [&](std::size_t r) { return value(r, arm); });
    const int other = compared_with(plan, arm);
    const std::size_t against = other < 0 ? arm : static_cast<std::size_t>(other);
    const Estimate gap =
        over_societies(plan, [&](std::size_t r) { return value(r, arm) - value(r, against); });
    bool equal = true;
    for (std::size_t r = 0; r < result.last.size(); ++r) equal = equal && value(r, arm) == value(r, against);
    row.cells.push_back({level.mean, gap.mean, gap.error, equal, other});
  }
  return row;
}

}  // namespace

std::vector<ResultRow> result_rows(const Plan& plan, const ModelDeclaration& model,
                                   const record::RunResult& result) {
  std::vector<ResultRow> rows;
  if (result.last.empty()) return rows;
  for (std::size_t o = 0; o < model.outcomes.size(); ++o) {
    const ColumnDeclaration& column =
        model.person_columns[static_cast<std::size_t>(model.outcomes[o].column)];
    const bool coupled = model.outcomes[o].among_coupled;
    rows.push_back(row_of(plan, result, std::string(column.name) + (coupled ? " *" : ""),
                          std::string(column.unit),
                          [o](const PopulationFrame& f) { return f.outcome[o][0].mean; }));
  }
  for (std::size_t o = 0; o < model.outcomes.size(); ++o)
    rows[o].comparable = !model.outcomes[o].among_coupled;
  const auto share = [](const std::vector<std::int32_t>& of, const PopulationFrame& f, std::size_t group) {
    return 100.0 * of[group] / f.persons[0];
  };
  if (!model.quadrants.empty())
    for (std::size_t q = 0; q < 4; ++q)
      rows.push_back(row_of(plan, result, std::string(model.quadrants.front().labels[q]), "%",
                            [&](const PopulationFrame& f) { return share(f.persons, f, q + 1); }));
  if (model.coupled_column >= 0)
    rows.push_back(row_of(plan, result, "with a partner", "%",
                          [&](const PopulationFrame& f) { return share(f.coupled, f, 0); }));
  return rows;
}

namespace {

/// "0.015 (-0.0023 ±0.0002)"
std::string cell_text(const ResultRow& row, std::size_t arm) {
  const ResultCell& c = row.cells[arm];
  const int digits = row.unit == "%" ? 1 : 3;
  std::string text = fmt::format("{:.{}f}", c.value, digits);
  if (c.against < 0 || !row.comparable) return text;
  // equal means in every replicate are equal numbers; equal counts may hide persons who changed places
  if (c.equal) return text + (row.unit == "%" ? " (0.0)" : " (0)");
  const auto small = [&](double x) {
    return fmt::format("{:.{}f}", x, digits + 1) == fmt::format("{:.{}f}", 0.0, digits + 1);
  };
  constexpr double rounding = 1e-12;  // sums of equal numbers in another order
  const auto figure = [&](double x) {
    if (std::abs(x) < rounding) return std::string("0");
    return small(std::abs(x)) ? fmt::format("{:.0e}", x) : fmt::format("{:.{}f}", x, digits + 1);
  };
  text += fmt::format(" ({}{}", c.difference > 0 ? "+" : "", figure(c.difference));
  if (!std::isnan(c.monte_carlo_error)) text += fmt::format(" ±{}", figure(c.monte_carlo_error));
  return text + ")";
}

/// What the brackets of the table hold.
std::string brackets_text(const Plan& plan, const std::vector<ResultRow>& rows) {
  const std::string error = plan.societies > 1 ? " and its Monte-Carlo standard error" : "";
  const auto& cells = rows.front().cells;
  const bool first =
      std::all_of(cells.begin(), cells.end(), [](const ResultCell& c) { return c.against <= 0; });
  const bool any =
      std::any_of(cells.begin(), cells.end(), [](const ResultCell& c) { return c.against >= 0; });
  if (!any) return "";
  return first
             ? fmt::format(" In brackets: difference from '{}'{}.", plan.arms.front().name, error)
             : fmt::format(
                   " In brackets: difference from the first arm with the same parameters and no programme{}.",
                   error);
}

/// Arms [begin, end) side by side.
std::string some_arms(const Plan& plan, const std::vector<ResultRow>& rows, std::size_t begin,
                      std::size_t end) {
  std::vector<std::size_t> width;
  for (std::size_t arm = begin; arm < end; ++arm) {
    width.push_back(plan.arms[arm].name.size());
    for (const ResultRow& row : rows)
      width.back() = std::max(width.back(), cell_text(row, arm).size());  // bytes: wide enough
  }
  std::string out;
  const auto line = [&](const std::string& name, const std::string& unit, const auto& text_of_arm) {
    std::string row = fmt::format("{:24} {:6}", name, unit);
    for (std::size_t arm = begin; arm < end; ++arm)
      row += fmt::format("  {:<{}}", text_of_arm(arm), width[arm - begin]);
    out += row.substr(0, row.find_last_not_of(' ') + 1) + '\n';
  };
  line("", "", [&](std::size_t arm) { return plan.arms[arm].name; });
  for (const ResultRow& row : rows)
    line(row.name, row.unit, [&](std::size_t arm) { return cell_text(row, arm); });
  return out;
}

}  // namespace

std::string result_table(const Plan& plan, const std::vector<ResultRow>& rows, int week) {
  constexpr std::size_t side_by_side = 4;  // more do not fit a screen
  const int replicates = plan.societies * plan.per_society;
  std::string out = fmt::format("Everybody, week {} of the study, mean of {} {}.{}\n", week, replicates,
                                replicates == 1 ? "replicate" : "replicates", brackets_text(plan, rows));
  for (std::size_t begin = 0; begin < plan.arms.size(); begin += side_by_side)
    out += "\n" + some_arms(plan, rows, begin, std::min(begin + side_by_side, plan.arms.size()));
  if (std::any_of(rows.begin(), rows.end(), [](const ResultRow& row) { return !row.comparable; }))
    out += "* among persons with a partner, who are not the same persons in every arm: no difference is "
           "printed.\n";
  return out;
}

std::string result_json(const Plan& plan, const std::vector<ResultRow>& rows, int week,
                        const std::string& file) {
  nlohmann::ordered_json table = nlohmann::ordered_json::array();
  for (const ResultRow& row : rows)
    for (std::size_t arm = 0; arm < row.cells.size(); ++arm) {
      const ResultCell& c = row.cells[arm];
      nlohmann::ordered_json entry{
          {"outcome", row.name}, {"unit", row.unit}, {"arm", plan.arms[arm].name}, {"mean", c.value}};
      const bool compared = row.comparable && c.against >= 0;
      if (compared) entry["against"] = plan.arms[static_cast<std::size_t>(c.against)].name;
      if (compared) entry["difference"] = c.difference;
      if (compared && !std::isnan(c.monte_carlo_error)) entry["monte_carlo_error"] = c.monte_carlo_error;
      table.push_back(entry);
    }
  return nlohmann::ordered_json{{"file", file}, {"week", week}, {"results", table}}.dump(2) + "\n";
}

}  // namespace kindred::app
