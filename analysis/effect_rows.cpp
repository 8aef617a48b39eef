#include "analysis/effect_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/hedges.hpp"

namespace kindred::analysis {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  int n = 0;
  for (const double x : values)
    if (!std::isnan(x)) sum += x, ++n;
  return n > 0 ? sum / n : unknown;
}

std::vector<double> minus(std::vector<double> a, const std::vector<double>& b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] -= b[i];
  return a;
}

/// Arms that are compared with another one.
std::vector<std::size_t> compared_arms(const EffectData& data) {
  std::vector<std::size_t> arms;
  for (std::size_t a = 0; a < data.arms.size(); ++a)
    if (data.against[a] >= 0) arms.push_back(a);
  return arms;
}

const std::string& against_of(const EffectData& data, std::size_t arm) {
  return data.arms[static_cast<std::size_t>(data.against[arm])];
}

Interval interval_of(const EffectData& data, const std::vector<double>& values) {
  return nested_interval(values, data.per_society);
}

/// Weeks of the list that the file has, as indices.
std::vector<std::size_t> week_indices(const EffectData& data, const std::vector<int>& weeks) {
  std::vector<std::size_t> indices;
  for (const int week : weeks)
    if (const std::size_t w = data.week_index(week); w < data.weeks.size()) indices.push_back(w);
  return indices;
}

EffectRow row_of(const EffectData& data, const Figure& f) {
  const std::vector<double> effects = data.effect(f);
  EffectRow row{data.arms[f.arm],
                against_of(data, f.arm),
                data.outcomes[f.outcome],
                data.units[f.outcome],
                data.cells[f.cell],
                data.weeks[f.week],
                interval_of(data, effects),
                nested_spread(effects, data.per_society),
                unknown,
                unknown,
                unknown,
                unknown,
                unknown,
                data.scales[f.outcome],
                mean_of(data.persons(f)),
                mean_of(data.individual_sd(f)),
                mean_of(data.share_up(f)),
                mean_of(data.share_down(f))};
  const auto standardised = [&](double sd) {
    return hedges_g({row.effect.mean, sd, row.persons}, {0, sd, row.persons});
  };
  row.hedges_g = standardised(mean_of(data.baseline_sd(f.arm, f.outcome))).g;
  const HedgesG in_cell = standardised(mean_of(data.cell_sd(f)));
  row.hedges_g_cell = in_cell.g;
  row.trial_low = in_cell.low;
  row.trial_high = in_cell.high;
  row.points = row.effect.mean * data.points_per_unit[f.outcome];
  return row;
}

CourseRow course_of(const EffectData& data, std::size_t arm, std::size_t outcome, std::size_t cell) {
  std::vector<Interval> path;
  for (std::size_t w = 0; w < data.weeks.size(); ++w)
    path.push_back(interval_of(data, data.effect({w, arm, outcome, cell})));
  const auto size = [](const Interval& i) { return std::isnan(i.mean) ? 0 : std::abs(i.mean); };
  const auto peak = std::max_element(path.begin(), path.end(),
                                     [&](const Interval& a, const Interval& b) { return size(a) < size(b); });
  const auto onset = std::find_if(path.begin(), path.end(), [&](const Interval& i) {
    return size(i) >= size(*peak) / 2 && (i.mean > 0) == (peak->mean > 0);
  });
  const auto place = [](auto first, auto it) { return static_cast<std::size_t>(it - first); };
  const std::size_t at_peak = place(path.begin(), peak);
  CourseRow row{data.arms[arm],
                against_of(data, arm),
                data.outcomes[outcome],
                data.units[outcome],
                data.weeks[place(path.begin(), onset)],
                data.weeks[at_peak],
                *peak,
                data.weeks.back(),
                {unknown, unknown, unknown, unknown, 0}};
  if (told_from_zero(*peak))
    row.retained = ratio_interval(data.effect({data.weeks.size() - 1, arm, outcome, cell}),
                                  data.effect({at_peak, arm, outcome, cell}), data.per_society);
  return row;
}

MediatedRow mediated_of(const EffectData& data, const Figure& f) {
  const std::vector<double> total = data.effect(f);
  MediatedRow row{data.arms[f.arm],
                  against_of(data, f.arm),
                  data.outcomes[f.outcome],
                  data.units[f.outcome],
                  data.cells[f.cell],
                  data.weeks[f.week],
                  interval_of(data, total),
                  false,
                  {},
                  {unknown, unknown, unknown, unknown, 0}};
  row.told_from_zero = told_from_zero(row.total);
  if (!row.told_from_zero) return row;
  std::vector<double> rest = total;
  for (std::size_t m = 0; m < data.mechanisms.size(); ++m) {
    const std::vector<double> carried = minus(total, data.effect_without(f, m));
    row.shares.push_back({data.mechanisms[m], ratio_interval(carried, total, data.per_society)});
    rest = minus(rest, carried);
  }
  row.remainder = ratio_interval(rest, total, data.per_society);
  return row;
}

}  // namespace

bool told_from_zero(const Interval& i) {
  if (std::isnan(i.low) || std::isnan(i.high)) return false;
  return i.low > 0 || i.high < 0;
}

std::vector<EffectRow> effect_rows(const EffectData& data, bool challenges) {
  std::vector<EffectRow> rows;
  for (const std::size_t a : compared_arms(data))
    for (std::size_t o = 0; o < data.outcomes.size(); ++o) {
      if (!challenges && !data.is_outcome[o]) continue;
      for (std::size_t c = 0; c < data.cells.size(); ++c)
        for (std::size_t w = 0; w < data.weeks.size(); ++w) rows.push_back(row_of(data, {w, a, o, c}));
    }
  return rows;
}

std::vector<ChallengeRow> challenge_rows(const EffectData& data, const std::vector<int>& weeks) {
  std::vector<ChallengeRow> rows;
  for (const std::size_t a : compared_arms(data))
    for (const Challenge& challenge : data.challenges)
      for (const std::size_t w : week_indices(data, weeks)) {
        const Figure f{w, a, challenge.outcome, challenge.cell};
        rows.push_back({data.arms[a], against_of(data, a), challenge, data.outcomes[f.outcome],
                        data.units[f.outcome], data.weeks[w], interval_of(data, data.effect(f)),
                        mean_of(data.persons(f))});
      }
  return rows;
}

std::vector<CourseRow> course_rows(const EffectData& data) {
  const std::size_t treated = data.cell_index("treated");
  std::vector<CourseRow> rows;
  for (const std::size_t a : compared_arms(data))
    for (std::size_t o = 0; o < data.outcomes.size(); ++o)
      if (data.is_outcome[o]) rows.push_back(course_of(data, a, o, treated));
  return rows;
}

std::vector<SaturationRow> saturation_rows(const EffectData& data, const std::vector<int>& weeks) {
  const std::size_t treated = data.cell_index("eligible, treated"),
                    untreated = data.cell_index("eligible, untreated"), all = data.cell_index("eligible");
  std::vector<SaturationRow> rows;
  for (const std::size_t a : compared_arms(data)) {
    const double those = mean_of(data.persons({0, a, 0, all}));
    const double share = mean_of(data.persons({0, a, 0, treated})) / those;
    if (!data.by_one_chance[a] || !(share < 1)) continue;
    for (std::size_t o = 0; o < data.outcomes.size(); ++o)
      for (const std::size_t w : week_indices(data, weeks)) {
        if (!data.is_outcome[o]) continue;
        const std::vector<double> total = data.effect({w, a, o, treated});
        const std::vector<double> indirect = data.effect({w, a, o, untreated});
        rows.push_back({data.arms[a], against_of(data, a), data.outcomes[o], data.units[o], data.weeks[w],
                        share, interval_of(data, minus(total, indirect)), interval_of(data, indirect),
                        interval_of(data, total), interval_of(data, data.effect({w, a, o, all}))});
      }
  }
  return rows;
}

std::vector<DirectRow> direct_rows(const EffectData& data, const std::vector<int>& weeks) {
  std::vector<DirectRow> rows;
  for (const std::size_t a : compared_arms(data)) {
    if (!data.has_direct(a)) continue;
    for (std::size_t o = 0; o < data.outcomes.size(); ++o)
      for (const std::size_t w : week_indices(data, weeks)) {
        if (!data.is_outcome[o]) continue;
        const Figure f{w, a, o, 0};
        const std::vector<double> alone = data.direct_alone(f), together = data.direct_together(f);
        rows.push_back({data.arms[a], against_of(data, a), data.outcomes[o], data.units[o], data.weeks[w],
                        interval_of(data, alone), interval_of(data, together),
                        interval_of(data, minus(together, alone)), mean_of(data.direct_persons(f))});
      }
  }
  return rows;
}

std::vector<MediatedRow> mediated_rows(const EffectData& data, const std::vector<int>& weeks) {
  std::vector<MediatedRow> rows;
  const std::size_t first = data.cell_index("treated"), last = data.cell_index("treated single");
  for (const std::size_t a : compared_arms(data)) {
    if (!data.has_mediated(a)) continue;
    for (std::size_t o = 0; o < data.outcomes.size(); ++o)
      for (std::size_t c = first; c < last; ++c)  // the treated, and by style
        for (const std::size_t w : week_indices(data, weeks))
          if (data.is_outcome[o]) rows.push_back(mediated_of(data, {w, a, o, c}));
  }
  return rows;
}

}  // namespace kindred::analysis
