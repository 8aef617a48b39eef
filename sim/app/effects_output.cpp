#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/effect_rows.hpp"
#include "sim/app/effects.hpp"

/// Effects for other programs: every table, every week.
namespace kindred::app {

namespace {

using analysis::EffectData;
using analysis::Interval;
using nlohmann::ordered_json;

/// JSON and CSV have no word for NaN: what does not exist is null, or an empty field.
ordered_json number(double x) { return std::isnan(x) ? ordered_json(nullptr) : ordered_json(x); }
std::string field(double x) { return std::isnan(x) ? "" : fmt::format("{}", x); }

ordered_json interval_json(const Interval& i) {
  return {{"mean", number(i.mean)},
          {"standard_error", number(i.standard_error)},
          {"low", number(i.low)},
          {"high", number(i.high)},
          {"societies", i.societies}};
}

/// What all rows begin with.
template <class Row>
ordered_json begun(const Row& row) {
  return {{"arm", row.arm}, {"against", row.against}, {"outcome", row.outcome}, {"unit", row.unit}};
}

ordered_json effects_of(const EffectData& data) {
  ordered_json rows = ordered_json::array();
  for (const auto& r : analysis::effect_rows(data, true)) {
    ordered_json row = begun(r);
    row.update({{"cell", r.cell},
                {"weeks_after", r.weeks_after},
                {"effect", number(r.effect.mean)},
                {"standard_error", number(r.effect.standard_error)},
                {"low", number(r.effect.low)},
                {"high", number(r.effect.high)},
                {"between_societies_sd", number(r.spread.between_societies)},
                {"within_society_sd", number(r.spread.within_society)},
                {"societies", r.effect.societies},
                {"hedges_g", number(r.hedges_g)},
                {"hedges_g_cell", number(r.hedges_g_cell)},
                {"trial_low", number(r.trial_low)},
                {"trial_high", number(r.trial_high)},
                {"points", number(r.points)},
                {"scale", r.scale},
                {"persons", number(r.persons)},
                {"individual_sd", number(r.individual_sd)},
                {"share_up", number(r.share_up)},
                {"share_down", number(r.share_down)}});
    rows.push_back(std::move(row));
  }
  return rows;
}

ordered_json mediated_of(const EffectData& data) {
  ordered_json rows = ordered_json::array();
  for (const auto& r : analysis::mediated_rows(data, data.weeks)) {
    ordered_json row = begun(r);
    row.update({{"cell", r.cell}, {"weeks_after", r.weeks_after}, {"total", interval_json(r.total)}});
    for (const analysis::Share& s : r.shares) row["shares"][s.mechanism] = interval_json(s.share);
    row["remainder"] = interval_json(r.remainder);
    rows.push_back(std::move(row));
  }
  return rows;
}

template <class Rows, class More>
ordered_json rows_json(const Rows& rows, const More& more) {
  ordered_json out = ordered_json::array();
  for (const auto& r : rows) {
    ordered_json row = begun(r);
    row.update(more(r));
    out.push_back(std::move(row));
  }
  return out;
}

/// One line of the table: an estimand with its interval and, for effects, what belongs to them.
std::string csv_line(std::string_view estimand, const auto& row, std::string_view cell, int week,
                     const Interval& i, std::string_view rest = ",,,,,,,,,,,") {
  const std::string unit = estimand.starts_with("share ") ? "1" : row.unit;
  return fmt::format("{},{},{},{},{},\"{}\",{},{},{},{},{},{},{}\n", estimand, row.arm, row.against,
                     row.outcome, unit, cell, week, field(i.mean), field(i.standard_error), field(i.low),
                     field(i.high), i.societies, rest);
}

std::string csv_effects(const EffectData& data) {
  std::string out;
  for (const auto& r : analysis::effect_rows(data, true))
    out += csv_line("effect", r, r.cell, r.weeks_after, r.effect,
                    fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}", field(r.spread.between_societies),
                                field(r.spread.within_society), field(r.hedges_g), field(r.hedges_g_cell),
                                field(r.trial_low), field(r.trial_high), field(r.points), r.scale,
                                field(r.persons), field(r.individual_sd), field(r.share_up),
                                field(r.share_down)));
  return out;
}

}  // namespace

std::string effects_csv(const EffectData& data) {
  std::string out =
      "estimand,arm,against,outcome,unit,cell,weeks_after,value,standard_error,low,high,societies,"
      "between_societies_sd,within_society_sd,hedges_g,hedges_g_cell,trial_low,trial_high,points,scale,"
      "persons,individual_sd,share_up,share_"
      "down\n";
  out += csv_effects(data);
  for (const auto& r : analysis::saturation_rows(data, data.weeks)) {
    out += csv_line("direct effect at saturation", r, "eligible", r.weeks_after, r.direct);
    out += csv_line("indirect effect at saturation", r, "eligible", r.weeks_after, r.indirect);
    out += csv_line("total effect at saturation", r, "eligible", r.weeks_after, r.total);
    out += csv_line("overall effect at saturation", r, "eligible", r.weeks_after, r.overall);
  }
  for (const auto& r : analysis::direct_rows(data, data.weeks)) {
    out += csv_line("effect when treated alone", r, "sample of the treated", r.weeks_after, r.alone);
    out += csv_line("effect when treated together", r, "sample of the treated", r.weeks_after, r.together);
    out += csv_line("together minus alone", r, "sample of the treated", r.weeks_after, r.difference);
  }
  for (const auto& r : analysis::mediated_rows(data, data.weeks)) {
    for (const analysis::Share& s : r.shares)
      out += csv_line("share carried by " + s.mechanism, r, r.cell, r.weeks_after, s.share);
    if (r.told_from_zero)
      out += csv_line("share carried by no mechanism alone", r, r.cell, r.weeks_after, r.remainder);
  }
  for (const auto& r : analysis::course_rows(data)) {
    out += csv_line("effect at its peak", r, "treated", r.peak_week, r.peak);
    out += csv_line("share of the peak left", r, "treated", r.last_week, r.retained);
  }
  return out;
}

std::string effects_json(const EffectData& data) {
  ordered_json cells;
  for (std::size_t c = 0; c < data.cells.size(); ++c) cells[data.cells[c]] = data.definitions[c];
  const auto saturation = [](const analysis::SaturationRow& r) {
    return ordered_json{{"weeks_after", r.weeks_after},      {"saturation", number(r.saturation)},
                        {"direct", interval_json(r.direct)}, {"indirect", interval_json(r.indirect)},
                        {"total", interval_json(r.total)},   {"overall", interval_json(r.overall)}};
  };
  const auto direct = [](const analysis::DirectRow& r) {
    return ordered_json{{"weeks_after", r.weeks_after},
                        {"persons", number(r.persons)},
                        {"alone", interval_json(r.alone)},
                        {"together", interval_json(r.together)},
                        {"difference", interval_json(r.difference)}};
  };
  const auto course = [](const analysis::CourseRow& r) {
    return ordered_json{{"onset_week", r.onset},
                        {"peak_week", r.peak_week},
                        {"peak", interval_json(r.peak)},
                        {"last_week", r.last_week},
                        {"retained", interval_json(r.retained)}};
  };
  const auto challenge = [](const analysis::ChallengeRow& r) {
    return ordered_json{{"style", r.challenge.style},       {"challenge", r.challenge.challenge},
                        {"helps", r.challenge.helps},       {"focus", r.challenge.focus},
                        {"weeks_after", r.weeks_after},     {"persons", number(r.persons)},
                        {"effect", interval_json(r.effect)}};
  };
  return ordered_json{{"societies", data.societies},
                      {"per_society", data.per_society},
                      {"cells", cells},
                      {"effects", effects_of(data)},
                      {"course", rows_json(analysis::course_rows(data), course)},
                      {"saturation", rows_json(analysis::saturation_rows(data, data.weeks), saturation)},
                      {"direct", rows_json(analysis::direct_rows(data, data.weeks), direct)},
                      {"mediated", mediated_of(data)},
                      {"challenges", rows_json(analysis::challenge_rows(data, data.weeks), challenge)}}
             .dump(2) +
         "\n";
}

}  // namespace kindred::app
