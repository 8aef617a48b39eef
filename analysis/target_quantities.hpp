#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/target.hpp"
#include "sim/engine/columns.hpp"

/// The quantities of the calibration targets, as plain arithmetic on values of persons. What is read from a
/// simulated world, and when, is in target_watch.hpp.
namespace kindred::analysis {

/// Every quantity that can be computed: C1 to C15, and C11c, the effect of the course on distress.
std::span<const TargetQuantity> target_quantities();

/// One world's values of a column, person by person or tie by tie.
template <class T>
struct Values {
  const T* first;
  std::int64_t stride;
  std::int64_t count;
  T operator[](std::int64_t i) const { return first[i * stride]; }
};

template <class T>
Values<T> values_of(const ColumnView<T>& column, int world, std::int64_t count) {
  return {column.of(world), column.stride(), count};
}
template <class T>
Values<T> values_of(const std::vector<T>& values) {
  return {values.data(), 1, static_cast<std::int64_t>(values.size())};
}

/// Pearson's correlation; NaN when either does not vary.
double correlation(Values<float> x, Values<float> y);

/// n - 1 in the denominator.
double standard_deviation(Values<float> x);

/// Mean over the persons whose flag is 1; NaN when there are none.
double mean_of_flagged(Values<float> x, const std::vector<std::uint8_t>& flag);

/// Share of a number of persons; NaN when there are none.
double share(std::int64_t part, std::int64_t all);

/// Share that ends within a year at a weekly hazard.
double within_a_year(double weekly_hazard);

/// Weekly break-up hazards of persons in a bond, pooled over weeks. Uncommitted bonds are told apart by the
/// full years they have lasted when the week begins, committed ones are taken together.
class BondHazards {
 public:
  static constexpr int years = 6;  ///< 0, 1, 2, 3, 4, and five or more

  /// @param partner >= 0 for persons in a bond  @param duration of the bond, weeks  @param committed 0 or 1
  void begin_week(Values<std::int32_t> partner, Values<float> duration, Values<float> committed);
  /// @param event of the week: 1 = the person's bond broke
  void end_week(Values<float> event);

  /// Break-up per year at the pooled weekly hazard; NaN when nobody was at risk.
  double uncommitted(int year) const { return yearly(year); }
  double committed() const { return yearly(years); }

 private:
  double yearly(int kind) const;
  std::vector<std::int8_t> kind_;  // [person] year of an uncommitted bond, `years` = committed, -1 = no bond
  std::array<std::int64_t, years + 1> at_risk_{}, broke_{};
};

/// Persons in an uncommitted bond of two years or more at the start, and whose bond breaks afterwards.
class EstablishedBonds {
 public:
  void start(Values<std::int32_t> partner, Values<float> duration, Values<float> committed);
  void see_week(Values<float> event);
  double share_broken() const;

 private:
  std::vector<std::uint8_t> whole_;  // [person] 1 while the bond of the start lasts
  std::int64_t persons_ = 0, broken_ = 0;
};

/// Means over those whom the course treats (in every world the same people).
struct TreatedMeans {
  std::array<double, 3> compassion{};  ///< at the end of the course, 3 and 12 months later
  double criticism = 0;                ///< at the end of the course
  double distress = 0;                 ///< at the end of the course
};

/// Numbers by id of the quantity.
using Quantities = std::map<std::string, std::vector<double>, std::less<>>;

/// What a target study keeps of one world of one society.
struct WorldRecord {
  Quantities own;                                               ///< what this world tells alone
  double compassion_sd = 0, criticism_sd = 0, distress_sd = 0;  ///< of everybody, at the start
  TreatedMeans treated;
  double completed = 0;  ///< share of the treated who are still enrolled when the own programme ends
};

/// Every quantity of one hypothesis on one society. Effects are course minus waitlist in SDs of the waitlist
/// at the start; those on self-criticism and distress count as gains when they fall.
Quantities quantities_of(const WorldRecord& waitlist, const WorldRecord& course, const WorldRecord& online);

}  // namespace kindred::analysis
