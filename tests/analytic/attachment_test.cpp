// Closed forms of one person on their own: variances, autocovariances, innovations, skills. Every estimate
// carries its own standard error; the tolerance is four of them (a true closed form fails in 6e-5 of all
// checks), and the seeds are fixed, so a failure is a change and not bad luck.
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

constexpr std::int64_t persons = 60'000;
constexpr int settled = 200;  // weeks: what a state part keeps of its start is (1 - .067)^200 = 1e-6

/// Four points of the linear model, one per lane. The last moves what the hypotheses leave alone.
std::vector<std::vector<double>> linear_points() {
  return {linear(hypothesis("none")), linear(hypothesis("common-cause")), linear(hypothesis("relational")),
          with(linear(hypothesis("none")), {{a::anxiety_return_per_week, .15},
                                            {a::avoidance_return_per_week, .04},
                                            {a::self_compassion_return_per_week, .45},
                                            {a::drift_half_life, 100},
                                            {a::anxiety_state_sd, .3},
                                            {a::anxiety_drift_size, .6},
                                            {a::neuroticism_adverse_care_correlation, .5},
                                            {a::sex_on_avoidance, .2}})};
}

std::vector<World> worlds_of(const std::vector<std::vector<double>>& points) {
  std::vector<World> worlds;
  for (const auto& p : points) worlds.push_back({p, {}});
  return worlds;
}

std::string name_of_column(RealColumn c) {
  return std::string(a::model().declaration->person_columns[static_cast<std::size_t>(c.index)].name);
}

struct Comparison {
  std::string name;
  Estimate measured;
  double closed_form;
};

void check(const std::vector<Comparison>& comparisons) {
  for (const Comparison& c : comparisons) {
    INFO(c.name << ": measured " << c.measured << ", closed form " << c.closed_form);
    CHECK(agrees(c.measured, c.closed_form));
  }
}

std::vector<Comparison> second_moments(const Ensemble<float>& e, const std::vector<double>& p, int world) {
  const auto anxiety = column(e, a::attachment_anxiety, world);
  const auto avoidance = column(e, a::attachment_avoidance, world);
  const auto compassion = column(e, a::core_self_compassion, world);
  const LinearProcess x = linear_anxiety(p), y = linear_avoidance(p), z = linear_compassion(p);
  const auto correlated = [&](Parameter c) { return shared(p, value_of(p, c)); };
  const std::string at = " in world " + std::to_string(world);
  return {
      {"variance of anxiety" + at, variance_of(anxiety), autocovariance(x, shared(p, 1), 0)},
      {"variance of avoidance" + at, variance_of(avoidance), autocovariance(y, shared(p, 1), 0)},
      {"variance of core self-compassion" + at, variance_of(compassion), autocovariance(z, shared(p, 1), 0)},
      {"covariance of anxiety and avoidance" + at, covariance_of(anxiety, avoidance),
       covariance(x, y, correlated(a::anxiety_avoidance_residual_correlation))},
      {"covariance of anxiety and self-compassion" + at, covariance_of(anxiety, compassion),
       covariance(x, z, correlated(a::anxiety_self_compassion_residual_correlation))},
      {"covariance of avoidance and self-compassion" + at, covariance_of(avoidance, compassion),
       covariance(y, z, correlated(a::avoidance_self_compassion_residual_correlation))}};
}

/// What this week brought to distress and self-criticism that last week does not explain.
struct Innovations {
  std::vector<double> distress, criticism;
};

/// @param before frame k of a world, after: frame k + 1. Published self-compassion is that of week k + 1.
Innovations innovations(const std::vector<std::vector<double>>& before,
                        const std::vector<double>& neuroticism, const Ensemble<double>& after,
                        const std::vector<double>& p, int world) {
  const auto v = [&](Parameter name) { return value_of(p, name); };
  const auto compassion = column(after, a::self_compassion, world);
  const auto distress = column(after, a::psychological_distress, world);
  const auto criticism = column(after, a::self_criticism, world);
  Innovations r;
  for (std::size_t i = 0; i < compassion.size(); ++i) {
    const double A = before[0][i], V = before[1][i], D = before[2][i], K = before[3][i];
    const double N = neuroticism[i], S = compassion[i];
    const double level = v(a::neuroticism_on_distress) * N + v(a::anxiety_on_distress) * A +
                         v(a::avoidance_on_distress) * V - v(a::self_compassion_on_distress) * S +
                         v(a::self_criticism_on_distress) * K;
    const double harshness = v(a::neuroticism_on_self_criticism) * N + v(a::anxiety_on_self_criticism) * A +
                             v(a::distress_on_self_criticism) * D -
                             v(a::self_compassion_on_self_criticism) * S;
    const double inertia = v(a::distress_inertia), back = v(a::self_criticism_return_per_week);
    r.distress.push_back(distress[i] - inertia * D - (1 - inertia) * level);
    r.criticism.push_back(criticism[i] - K - back * (harshness - K));
  }
  return r;
}

void append(std::vector<double>& to, const std::vector<double>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

TEST_CASE("an isolated person has the stationary means, variances and covariances of the closed form") {
  const auto points = linear_points();
  const Society society = strangers(persons, Seed{901});
  auto e = ensemble_of<float>(society, Seed{901}, worlds_of(points));
  run(e, settled);
  for (int world = 0; world < e.worlds(); ++world) {
    check(second_moments(e, points[static_cast<std::size_t>(world)], world));
    for (const RealColumn c : {a::attachment_anxiety, a::attachment_avoidance, a::core_self_compassion,
                               a::psychological_distress, a::self_criticism})
      check({{"mean of " + name_of_column(c), mean_of(column(e, c, world)), 0.0}});
  }
  // the numbers that the specification prints
  CHECK(std::abs(autocovariance(linear_anxiety(points[0]), shared(points[0], 1), 0) - .7977) < 5e-5);
  CHECK(std::abs(autocovariance(linear_compassion(points[0]), shared(points[0], 1), 0) - 1.0212) < 5e-5);
}

TEST_CASE("negative control: the moments of other parameters are told apart, in both directions") {
  const auto p = linear_points()[0];
  const Society society = strangers(persons, Seed{902});
  auto e = ensemble_of<float>(society, Seed{902}, worlds_of({p}));
  run(e, settled);
  const auto measured = second_moments(e, p, 0);
  const struct {
    std::size_t moment;
    Parameter parameter;
    double low, high;  // both must be told apart from the true value
  } wrong[] = {{0, a::anxiety_state_sd, .46, .54},
               {1, a::avoidance_residual, .53, .58},
               {2, a::self_compassion_drift_size, .34, .46},
               {3, a::anxiety_avoidance_residual_correlation, .03, .20},
               {4, a::anxiety_self_compassion_residual_correlation, -.10, .10},
               {5, a::avoidance_self_compassion_residual_correlation, -.10, .10}};
  for (const auto& w : wrong) {
    const double low = second_moments(e, with(p, {{w.parameter, w.low}}), 0)[w.moment].closed_form;
    const double high = second_moments(e, with(p, {{w.parameter, w.high}}), 0)[w.moment].closed_form;
    const Estimate& m = measured[w.moment].measured;
    INFO(measured[w.moment].name << ": measured " << m << ", closed form with parameter " << w.parameter.index
                                 << " at " << w.low << ": " << low << ", at " << w.high << ": " << high);
    CHECK(errors_from(m, low) > allowed_errors);
    CHECK(errors_from(m, high) < -allowed_errors);
  }
}

TEST_CASE("anxiety, avoidance and self-compassion keep their autocovariance at lags of 1, 13 and 52 weeks") {
  const auto points = linear_points();
  const Society society = strangers(persons, Seed{903});
  auto e = ensemble_of<float>(society, Seed{903}, worlds_of(points));
  run(e, settled);
  std::vector<std::vector<double>> before;
  constexpr RealColumn columns[] = {a::attachment_anxiety, a::attachment_avoidance, a::core_self_compassion};
  for (int world = 0; world < e.worlds(); ++world)
    for (const RealColumn c : columns) before.push_back(column(e, c, world));
  int done = 0;
  for (const int lag : {1, 13, 52}) {
    run(e, lag - done);
    done = lag;
    for (int world = 0; world < e.worlds(); ++world) {
      const auto& p = points[static_cast<std::size_t>(world)];
      const LinearProcess forms[] = {linear_anxiety(p), linear_avoidance(p), linear_compassion(p)};
      for (std::size_t c = 0; c < 3; ++c) {
        const auto& x = before[static_cast<std::size_t>(world) * 3 + c];
        const auto y = column(e, columns[c], world);
        const double closed = autocovariance(forms[c], shared(p, 1), lag);
        const double variance = autocovariance(forms[c], shared(p, 1), 0);
        const std::string name = name_of_column(columns[c]) + " of world " + std::to_string(world) +
                                 " at lag " + std::to_string(lag);
        check({{"autocovariance of " + name, covariance_of(x, y), closed},
               {"autocorrelation of " + name, autocorrelation_of(x, y), closed / variance}});
      }
    }
  }
  const auto correlation = [&](int lag) {
    const auto x = linear_anxiety(points[0]);
    return autocovariance(x, shared(points[0], 1), lag) / autocovariance(x, shared(points[0], 1), 0);
  };
  CHECK(std::abs(correlation(13) - .8121) < 5e-5);  // the numbers that the specification prints
  CHECK(std::abs(correlation(52) - .6810) < 5e-5);
}

TEST_CASE(
    "negative control: an autocorrelation of another lag or half-life is told apart, in both directions") {
  const auto p = linear_points()[0];
  const auto closed = [&](int lag, double half_life) {
    const auto q = with(p, {{a::drift_half_life, half_life}});
    const LinearProcess x = linear_anxiety(q);
    return autocovariance(x, shared(q, 1), lag) / autocovariance(x, shared(q, 1), 0);
  };
  const Society society = strangers(persons, Seed{905});
  auto e = ensemble_of<float>(society, Seed{905}, worlds_of({p}));
  run(e, settled);
  const auto before = column(e, a::attachment_anxiety, 0);
  run(e, 13);
  const auto quarter = autocorrelation_of(before, column(e, a::attachment_anxiety, 0));
  INFO("measured at lag 13 " << quarter << ", closed form at 11, 13, 15 weeks " << closed(11, 312) << ", "
                             << closed(13, 312) << ", " << closed(15, 312));
  CHECK(agrees(quarter, closed(13, 312)));
  CHECK(errors_from(quarter, closed(11, 312)) < -allowed_errors);
  CHECK(errors_from(quarter, closed(15, 312)) > allowed_errors);
  run(e, 52 - 13);
  const auto year = autocorrelation_of(before, column(e, a::attachment_anxiety, 0));
  INFO("measured at lag 52 " << year << ", closed form at half-lives of 150, 312, 800 weeks "
                             << closed(52, 150) << ", " << closed(52, 312) << ", " << closed(52, 800));
  CHECK(agrees(year, closed(52, 312)));
  CHECK(errors_from(year, closed(52, 150)) > allowed_errors);
  CHECK(errors_from(year, closed(52, 800)) < -allowed_errors);
}

TEST_CASE("distress and self-criticism take the innovations of the closed form, with a shared noise") {
  const auto base = linear(hypothesis("none"));
  const std::vector<std::vector<double>> points{base, with(base, {{a::stress_buffering, .25}})};
  const Society society = strangers(5'000, Seed{904});
  auto e = ensemble_of<double>(society, Seed{904}, worlds_of(points));
  run(e, 20);  // innovations need no stationarity, only values that have spread
  Innovations all[2];
  const auto neuroticism = column(e, a::trait_neuroticism, 0);
  for (int week = 0; week < 20; ++week) {
    std::vector<std::vector<double>> before[2];
    for (int world = 0; world < 2; ++world)
      for (const RealColumn c :
           {a::attachment_anxiety, a::attachment_avoidance, a::psychological_distress, a::self_criticism})
        before[world].push_back(column(e, c, world));
    e.advance();
    for (int world = 0; world < 2; ++world) {
      const auto week_of =
          innovations(before[world], neuroticism, e, points[static_cast<std::size_t>(world)], world);
      append(all[world].distress, week_of.distress);
      append(all[world].criticism, week_of.criticism);
    }
  }
  const double stress = value_of(base, a::stress_on_distress), noise = value_of(base, a::affect_noise);
  const double sd = value_of(base, a::self_criticism_noise);
  const double closed = stress * stress + noise * noise;
  CHECK(std::abs(closed - .2540) < 5e-5);  // the number that the specification prints
  check({{"mean innovation of distress", mean_of(all[0].distress), 0},
         {"innovation variance of distress", variance_of(all[0].distress), closed},
         {"mean innovation of self-criticism", mean_of(all[0].criticism), 0},
         {"innovation variance of self-criticism", variance_of(all[0].criticism), sd * sd},
         {"covariance of the innovations", covariance_of(all[0].distress, all[0].criticism), noise * sd}});
  const Estimate buffered = variance_of(all[1].distress);
  INFO("negative control: with stress buffering the variance is " << buffered << ", not " << closed);
  CHECK_FALSE(agrees(buffered, closed));
}
