// Closed forms of practice and of consolidation: stocks of skill, attention and boost; what a pulse and a
// lasting shift leave in the prototype. In double, so that only rounding separates a closed form from the
// engine where nothing is estimated.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <string>

#include "tests/support/experiment.hpp"
#include "tests/support/linear_forms.hpp"
#include "tests/support/statistics.hpp"

using namespace kindred;
using namespace kindred::support;
namespace a = kindred::attachment;

namespace {

// ---- practice ----
constexpr int burn_in = 4;
constexpr int start = 3;  // study week of the first course week
constexpr int course_weeks = 8;
constexpr int follow_up = 40;

struct Luck {
  double practice;  ///< share of the dose
  bool maintains;
};

Luck practice_luck(const Society& society, std::int64_t person, const ProgrammePlan& p) {
  const auto words = philox({static_cast<std::uint32_t>(person), 0, 0, stream_practice}, society.key);
  return {std::pow(static_cast<double>(single_uniform(words[0])), p.adherence_exponent),
          static_cast<double>(single_uniform(words[1])) < p.maintained};
}

double kept(double half_life, int weeks) { return std::exp2(-weeks / half_life); }

/// A stock after `practised` weeks of practice and `after` weeks more.
double stock(double per_week, int practised, double half_life, int after, double half_life_after) {
  const double d = kept(half_life, 1);
  return per_week * (1 - std::pow(d, practised)) / (1 - d) * kept(half_life_after, after);
}

struct Largest {
  double gap = 0;
  double seen = 0;  // largest value compared, so that an empty comparison is noticed
  void see(double measured, double closed) {
    gap = std::max(gap, std::abs(measured - closed) / std::max(1.0, std::abs(closed)));
    seen = std::max(seen, std::abs(measured));
  }
};

constexpr RealColumn skills[] = {a::mindfulness_skill, a::emotion_regulation_skill, a::cognitive_skill,
                                 a::journaling_skill, a::reflection_skill};
constexpr Parameter effects[] = {a::mindfulness_effect, a::emotion_regulation_effect,
                                 a::cognitive_restructuring_effect, a::journaling_effect,
                                 a::reflection_effect};

// ---- consolidation ----
/// Linear people whose deviations consolidate alike, in couples that form and break exactly once: an ex is
/// so close that the choice, which shuns closeness here, never falls on them again.
std::vector<double> single_break_up(double pulse) {
  return with(linear(hypothesis("none")), {{a::consolidation_rate, .003},
                                           {a::consolidation_spread, 0},
                                           {a::break_up_on_anxiety, pulse},
                                           {a::break_up_on_avoidance, 0},
                                           {a::dating_availability, 1e6},
                                           {a::closeness_in_choice, -12},
                                           {a::warmth_in_choice, 0},
                                           {a::chance_in_choice, 0},
                                           {a::compatibility_skew, 200},
                                           {a::closeness_return_per_week, 0},
                                           {a::closeness_noise, 0},
                                           {a::closeness_after_break_up, 1000},
                                           {a::quality_on_hazard, 0},
                                           {a::hazard_floor, 2},
                                           {a::hazard_early, 0},
                                           {a::commitment_rate, 0}});
}

}  // namespace

TEST_CASE(
    "skills follow the geometric series of practice, and under `none` self-compassion moves by their sum") {
  const auto p = hypothesis("none");
  ProgrammePlan plan = course(start);
  plan.share = .5;
  plan.drop_out = 0;
  const Society society = strangers(2'000, Seed{911});
  auto e = ensemble_of<double>(society, Seed{911}, {{p, {}}, {p, {plan}}}, burn_in);
  run(e, burn_in + start);
  const double keep = value_of(p, a::skill_half_life_kept), lapse = value_of(p, a::skill_half_life_lapsed);
  Largest stocks, shift;
  int core_moved = 0;
  for (int week = 1; week <= course_weeks + follow_up; ++week) {
    e.advance();
    const int practised = std::min(week, course_weeks), after = week - practised;
    for (std::int64_t i = 0; i < e.persons(); ++i) {
      const Luck luck = practice_luck(society, i, plan);
      double expected_shift = 0;
      for (std::size_t m = 0; m < 5; ++m) {
        const double closed = e.treated(0)(i, 1) * stock(luck.practice * plan.dose[m], practised, keep, after,
                                                         luck.maintains ? keep : lapse);
        stocks.see(e.person(skills[m].index)(i, 1), closed);
        expected_shift += value_of(p, effects[m]) * closed;
      }
      const auto compassion = e.person(a::self_compassion.index);
      shift.see(compassion(i, 1) - compassion(i, 0), expected_shift);
      const auto core = e.person(a::core_self_compassion.index);
      core_moved += core(i, 1) != core(i, 0) ? 1 : 0;
    }
  }
  INFO("largest error of a stock " << stocks.gap << ", of the shift of S " << shift.gap
                                   << "; allowed 1e-14; largest stock " << stocks.seen << ", largest shift "
                                   << shift.seen);
  CHECK(stocks.gap < 1e-14);
  CHECK(shift.gap < 1e-14);
  CHECK(core_moved == 0);
  CHECK(stocks.seen > .8);
  CHECK(shift.seen > .5);
}

TEST_CASE("who drops out keeps practised weeks only, and attention and boost have half-lives of their own") {
  const auto p = hypothesis("none");
  ProgrammePlan plan = course(start);
  plan.drop_out = .05;
  plan.dose[static_cast<std::size_t>(a::personal_attention.index)] = .125;
  plan.dose[static_cast<std::size_t>(a::security_boost.index)] = .66;
  const Society society = strangers(2'000, Seed{912});
  auto e = ensemble_of<double>(society, Seed{912}, {{p, {plan}}}, burn_in);
  run(e, burn_in + start);
  std::vector<int> practised(2'000, 0);  // weeks, read off the enrolment
  const double keep = value_of(p, a::skill_half_life_kept), lapse = value_of(p, a::skill_half_life_lapsed);
  Largest skill, attention, boost;
  for (int week = 1; week <= course_weeks + follow_up; ++week) {
    e.advance();
    for (std::int64_t i = 0; i < e.persons(); ++i) {
      int& weeks = practised[static_cast<std::size_t>(i)];
      const bool enrolled = e.enrolled(0)(i, 0) > 0;
      if (enrolled && week <= course_weeks) ++weeks;
      const Luck luck = practice_luck(society, i, plan);
      const int after = week - weeks;
      const double skill_life = luck.maintains && enrolled ? keep : lapse;
      const double boost_life =
          value_of(p, luck.maintains ? a::boost_half_life_kept : a::boost_half_life_lapsed);
      skill.see(e.person(a::mindfulness_skill.index)(i, 0),
                stock(luck.practice * plan.dose[0], weeks, keep, after, skill_life));
      attention.see(e.person(a::attention_stock.index)(i, 0),
                    stock(luck.practice * .125, weeks, lapse, after, lapse));
      boost.see(e.person(a::security_boost_stock.index)(i, 0),
                stock(luck.practice * .66, weeks, boost_life, after, boost_life));
    }
  }
  const auto dropped =
      std::count_if(practised.begin(), practised.end(), [](int w) { return w > 0 && w < course_weeks; });
  INFO("largest errors: skill " << skill.gap << ", attention " << attention.gap << ", boost " << boost.gap
                                << "; dropped out " << dropped);
  CHECK(skill.gap < 1e-14);
  CHECK(attention.gap < 1e-14);
  CHECK(boost.gap < 1e-14);
  CHECK(boost.seen > 3);
  CHECK(dropped > 100);
}

TEST_CASE("negative control: a half-life wrong by a thousandth or one week of practice too many is noticed") {
  const auto p = hypothesis("none");
  ProgrammePlan plan = course(start);
  plan.drop_out = 0;
  plan.share = 1;
  const Society society = strangers(100, Seed{913});
  auto e = ensemble_of<double>(society, Seed{913}, {{p, {plan}}}, burn_in);
  run(e, burn_in + start + course_weeks);
  Largest longer, shorter, more;
  for (std::int64_t i = 0; i < e.persons(); ++i) {
    const double per_week = practice_luck(society, i, plan).practice * plan.dose[0];
    const double measured = e.person(a::mindfulness_skill.index)(i, 0);
    longer.see(measured, stock(per_week, course_weeks, 150 * 1.001, 0, 1));
    shorter.see(measured, stock(per_week, course_weeks, 150 * .999, 0, 1));
    more.see(measured, stock(per_week, course_weeks + 1, 150, 0, 1));
  }
  INFO("errors " << longer.gap << ", " << shorter.gap << ", " << more.gap << " against 1e-14 allowed");
  CHECK(longer.gap > 1e-9);
  CHECK(shorter.gap > 1e-9);
  CHECK(more.gap > 1e-2);
}

TEST_CASE("one pulse leaves the first-order share of itself in the prototype, less what saturation takes") {
  constexpr int before = 80, weeks = 104;
  constexpr double small = .02, large = .2;
  const Society society = pairs(3'000, Seed{914}, 18);  // nobody dates before study week 0
  auto e = ensemble_of<double>(
      society, Seed{914},
      {{single_break_up(0), {}}, {single_break_up(small), {}}, {single_break_up(large), {}}}, before);
  run(e, before + 2);  // form in study week 0, break up in week 1
  const auto event = column(e, a::bond_event, 0);
  run(e, weeks);
  std::vector<double> left[2];
  for (int k = 0; k < 2; ++k) {
    const auto shift = difference(e, a::attachment_anxiety, k + 1, 0);
    for (std::size_t i = 0; i < shift.size(); ++i)
      if (event[i] > 0 && event[i] < 2) left[k].push_back(shift[i]);
  }
  const auto p = single_break_up(0);
  const double first_order = value_of(p, a::consolidation_rate) / value_of(p, a::anxiety_return_per_week) *
                             kept(value_of(p, a::drift_half_life), weeks);
  const double slope = mean_slope_of_saturation(p);
  ConsolidationResponse response{1, 0}, straight{1, 0};
  for (int week = 0; week < weeks; ++week) {
    response.advance(p, 0, slope);
    straight.advance(p, 0, 1);
  }
  const Estimate of_small = mean_of(left[0]), of_large = mean_of(left[1]);
  INFO("left of .2: " << of_large << ", first order " << large * first_order
                      << ", allowed .7 to 1.0 of it; left of .02: " << of_small << ", with saturation "
                      << small * response.level << "; persons " << left[0].size());
  CHECK(std::abs(large * first_order - .00711) < 5e-6);
  CHECK(of_large.value > .7 * large * first_order);
  CHECK(of_large.value < 1.0 * large * first_order);
  // .01 of first order: that consolidation itself shrinks the deviations is neglected in their variance
  const double tolerance = .01 * small * first_order + allowed_errors * of_small.error;
  CHECK(std::abs(of_small.value - small * response.level) < tolerance);
  CHECK(std::abs(of_small.value - small * straight.level) > tolerance);  // negative control: no saturation
  CHECK(left[0].size() > 4'000);
}

TEST_CASE("a lasting shift is amplified to 1 + eps / (1 - f) when linear, and saturation keeps it bounded") {
  constexpr int weeks = 4'000;
  const auto real = with(linear(hypothesis("none")), {{a::consolidation_rate, .003},
                                                      {a::consolidation_spread, 0},
                                                      {a::friends_on_attachment, .04},
                                                      {a::friends_centre, 0}});
  const auto straight =
      with(real, {{a::anxiety_drift_size, 1e-4}, {a::anxiety_state_sd, 0}});  // tiny deviations
  const auto shifted = [](std::vector<double> p, double by) {  // without friends the input is -5 thF F0
    return with(std::move(p), {{a::friends_centre, by / (5 * .04)}});
  };
  const Society society = strangers(64, Seed{915});
  auto e = ensemble_of<double>(society, Seed{915},
                               {{straight, {}},
                                {shifted(straight, 1e-4), {}},
                                {real, {}},
                                {shifted(real, .2), {}},
                                {shifted(real, 50), {}}});
  run(e, weeks);
  ConsolidationResponse response;
  for (int week = 0; week < weeks; ++week) response.advance(straight, 1e-4, 1);
  const double limit = consolidation_limit(real);
  CHECK(std::abs(limit - 2.35) < 5e-3);
  const auto linear_shift = difference(e, a::attachment_anxiety, 1, 0);
  const auto real_shift = difference(e, a::attachment_anxiety, 3, 2);
  const auto large_shift = difference(e, a::attachment_anxiety, 4, 2);
  const auto [least, most] = std::minmax_element(linear_shift.begin(), linear_shift.end());
  const double largest = *std::max_element(large_shift.begin(), large_shift.end());
  INFO("linear: " << *least / 1e-4 << " to " << *most / 1e-4 << ", closed form " << response.level / 1e-4
                  << ", limit " << limit << "; of .2: " << mean(real_shift) / .2 << "; of 50: at most "
                  << largest << ", bound " << 50 + 2 * (limit - 1) << ", linear " << 50 * limit);
  CHECK(std::abs(*least - response.level) < 1e-5 * response.level);
  CHECK(std::abs(*most - response.level) < 1e-5 * response.level);
  CHECK(std::abs(response.level / 1e-4 - limit) < 1e-3 * limit);
  CHECK(mean(real_shift) > .2);
  CHECK(mean(real_shift) < .2 * limit);
  CHECK(largest > 50);
  CHECK(largest < 50 + 2 * (limit - 1));
}
