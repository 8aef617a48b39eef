#include "analysis/target_quantities.hpp"

#include <algorithm>
#include <cmath>

namespace kindred::analysis {

namespace {

constexpr int weeks_per_year = 52;
constexpr float established_weeks = 104;  // C8 is about couples together two years or more
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

constexpr std::string_view one[] = {""};
constexpr std::string_view short_retest[] = {"anxiety, 3 weeks", "anxiety, 6 weeks", "avoidance, 3 weeks",
                                             "avoidance, 6 weeks"};
constexpr std::string_view long_retest[] = {"anxiety", "avoidance"};
constexpr std::string_view compassion_retest[] = {"8 weeks", "12 weeks", "14 weeks"};
constexpr std::string_view hazard_years[] = {"year 0", "year 1", "year 2", "year 3", "year 4", "year 5 on"};
constexpr std::string_view follow_ups[] = {"3 months", "12 months"};
constexpr std::string_view courses[] = {"group course", "online"};
constexpr std::string_view circles[] = {"friends", "strong ties"};
static_assert(std::size(hazard_years) == BondHazards::years);

constexpr TargetQuantity quantity_table[] = {
    {"C1", one},      {"C2", one},           {"C3", one},          {"C4a", one},
    {"C4b", one},     {"C4c", one},          {"C5a", one},         {"C5b", one},
    {"C5c", one},     {"C6a", short_retest}, {"C6b", long_retest}, {"C7", compassion_retest},
    {"C8", one},      {"C9", hazard_years},  {"C9m", one},         {"C10", one},
    {"C11a", one},    {"C11b", one},         {"C11c", one},        {"C12", follow_ups},
    {"C13", courses}, {"C14a", one},         {"C14b", one},        {"C15", circles},
};

double mean(Values<float> x) {
  double sum = 0;
  for (std::int64_t i = 0; i < x.count; ++i) sum += static_cast<double>(x[i]);
  return sum / static_cast<double>(x.count);
}

}  // namespace

std::span<const TargetQuantity> target_quantities() { return quantity_table; }

double correlation(Values<float> x, Values<float> y) {
  const double mean_x = mean(x), mean_y = mean(y);
  double xx = 0, yy = 0, xy = 0;
  for (std::int64_t i = 0; i < x.count; ++i) {
    const double dx = static_cast<double>(x[i]) - mean_x, dy = static_cast<double>(y[i]) - mean_y;
    xx += dx * dx;
    yy += dy * dy;
    xy += dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : unknown;
}

double standard_deviation(Values<float> x) {
  const double centre = mean(x);
  double squares = 0;
  for (std::int64_t i = 0; i < x.count; ++i) {
    const double d = static_cast<double>(x[i]) - centre;
    squares += d * d;
  }
  return std::sqrt(squares / static_cast<double>(x.count - 1));
}

double mean_of_flagged(Values<float> x, const std::vector<std::uint8_t>& flag) {
  double sum = 0;
  std::int64_t persons = 0;
  for (std::int64_t i = 0; i < x.count; ++i)
    if (flag[static_cast<std::size_t>(i)] != 0) sum += static_cast<double>(x[i]), ++persons;
  return persons > 0 ? sum / static_cast<double>(persons) : unknown;
}

double share(std::int64_t part, std::int64_t all) {
  return all > 0 ? static_cast<double>(part) / static_cast<double>(all) : unknown;
}

double within_a_year(double weekly_hazard) { return 1 - std::pow(1 - weekly_hazard, weeks_per_year); }

void BondHazards::begin_week(Values<std::int32_t> partner, Values<float> duration, Values<float> committed) {
  kind_.resize(static_cast<std::size_t>(partner.count));
  for (std::int64_t i = 0; i < partner.count; ++i) {
    const int year = std::min(years - 1, static_cast<int>(duration[i]) / weeks_per_year);
    kind_[static_cast<std::size_t>(i)] =
        static_cast<std::int8_t>(partner[i] < 0 ? -1 : (committed[i] != 0 ? years : year));
  }
}

void BondHazards::end_week(Values<float> event) {
  for (std::int64_t i = 0; i < event.count; ++i) {
    const int kind = kind_[static_cast<std::size_t>(i)];
    if (kind < 0) continue;
    ++at_risk_[static_cast<std::size_t>(kind)];
    if (event[i] == 1) ++broke_[static_cast<std::size_t>(kind)];
  }
}

double BondHazards::yearly(int kind) const {
  const auto k = static_cast<std::size_t>(kind);
  return within_a_year(share(broke_[k], at_risk_[k]));
}

void EstablishedBonds::start(Values<std::int32_t> partner, Values<float> duration, Values<float> committed) {
  whole_.resize(static_cast<std::size_t>(partner.count));
  for (std::int64_t i = 0; i < partner.count; ++i) {
    const bool counts = partner[i] >= 0 && committed[i] == 0 && duration[i] >= established_weeks;
    whole_[static_cast<std::size_t>(i)] = counts ? 1 : 0;
    persons_ += counts ? 1 : 0;
  }
}

void EstablishedBonds::see_week(Values<float> event) {
  for (std::int64_t i = 0; i < event.count; ++i) {
    std::uint8_t& whole = whole_[static_cast<std::size_t>(i)];
    if (whole == 0 || event[i] != 1) continue;
    whole = 0;
    ++broken_;
  }
}

double EstablishedBonds::share_broken() const { return share(broken_, persons_); }

Quantities quantities_of(const WorldRecord& waitlist, const WorldRecord& course, const WorldRecord& online) {
  Quantities all = waitlist.own;
  std::array<double, 3> gain;
  for (std::size_t k = 0; k < gain.size(); ++k)
    gain[k] = course.treated.compassion[k] - waitlist.treated.compassion[k];
  all["C11a"] = {gain[0] / waitlist.compassion_sd};
  all["C11b"] = {(waitlist.treated.criticism - course.treated.criticism) / waitlist.criticism_sd};
  all["C11c"] = {(waitlist.treated.distress - course.treated.distress) / waitlist.distress_sd};
  all["C12"] = {gain[1] / gain[0], gain[2] / gain[0]};
  all["C13"] = {course.completed, online.completed};
  return all;
}

}  // namespace kindred::analysis
