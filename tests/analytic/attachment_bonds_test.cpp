// Closed forms of couples and acquaintances: quality of a frozen couple, closeness without noise, and the
// hazard of a couple from the hazards of its two partners.
#include <algorithm>
#include <array>
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

/// Couples form in week 1 and last for ever.
std::vector<double> lasting_bonds(std::vector<double> p) {
  return with(std::move(p), {{a::dating_availability, 1e6},
                             {a::hazard_floor, 0},
                             {a::hazard_early, 0},
                             {a::hazard_committed, 0},
                             {a::closeness_noise, 0}});
}

/// Anxiety, avoidance and self-compassion stay where they started.
std::vector<double> frozen_persons(std::vector<double> p) {
  return with(std::move(p), {{a::anxiety_return_per_week, 0},
                             {a::avoidance_return_per_week, 0},
                             {a::self_compassion_return_per_week, 0},
                             {a::distress_on_responsiveness, 0},
                             {a::distress_on_quality, 0}});
}

/// Quality that listens to nothing but the match of the couple.
std::vector<double> match_only(std::vector<double> p) {
  return with(std::move(p), {{a::anxiety_on_quality, 0},
                             {a::avoidance_on_quality, 0},
                             {a::anxiety_on_responsiveness, 0},
                             {a::avoidance_on_responsiveness, 0},
                             {a::anxious_with_avoidant, 0},
                             {a::partner_buffering, 0},
                             {a::conflict_on_quality, 0}});
}

/// Where quality tends to: equation 38 in the symbols of the specification, without conflict and distress.
double quality_target(const Ensemble<double>& e, const std::vector<double>& p, std::int64_t i) {
  const auto v = [&](Parameter name) { return value_of(p, name); };
  const auto of = [&](RealColumn c, std::int64_t who) { return e.person(c.index)(who, 0); };
  const std::int64_t j = e.person_index(a::partner_person.index)(i, 0);
  const double A = of(a::attachment_anxiety, i), V = of(a::attachment_avoidance, i);
  const double S = of(a::self_compassion, i), Vj = of(a::attachment_avoidance, j),
               Sj = of(a::self_compassion, j);
  const double U =
      (Vj + std::sqrt(Vj * Vj + 1)) / 2 * std::exp(std::clamp(-v(a::gentle_awareness) * Sj, -2.0, 2.0));
  const double R = v(a::self_compassion_on_responsiveness) * Sj -
                   v(a::anxiety_on_responsiveness) * of(a::attachment_anxiety, j) -
                   v(a::avoidance_on_responsiveness) * Vj;
  return v(a::quality_mean) + of(a::match_quality, i) - v(a::anxiety_on_quality) * A -
         v(a::avoidance_on_quality) * V + v(a::self_compassion_on_quality) * S + R -
         v(a::anxious_with_avoidant) * A * (1 - 1 / (1 + U) / v(a::disclosure_centre)) +
         v(a::partner_buffering) * A * R;
}

/// Closeness after `weeks` weeks at constant warmth; `bounded` counts how often a bound holds it.
double closed_closeness(double start, double target, double rate, int weeks, int& bounded) {
  const double free = target + std::pow(1 - rate, weeks) * (start - target);
  bounded += free < .001 || free > .999 ? 1 : 0;
  return std::clamp(free, .001, .999);
}

struct Hazard {
  double broke = 0, at_risk = 0;
  Estimate estimate() const { return share_of(broke, at_risk); }
};

/// Couple-weeks by world and by commitment at the start of the week, and how many of them ended in it.
std::vector<std::array<Hazard, 2>> count_break_ups(Ensemble<float>& e, int weeks) {
  std::vector<std::array<Hazard, 2>> all(static_cast<std::size_t>(e.worlds()));
  const auto partner = e.person_index(a::partner_person.index);
  const auto committed = e.person(a::bond_committed.index);
  const auto event = e.person(a::bond_event.index);
  for (int week = 0; week < weeks; ++week) {
    std::vector<int> kind;  // -1 single, 0 uncommitted, 1 committed
    for (std::int64_t i = 0; i < e.persons(); i += 2)
      for (int world = 0; world < e.worlds(); ++world)
        kind.push_back(partner(i, world) < 0 ? -1 : committed(i, world) > 0 ? 1 : 0);
    e.advance();
    std::size_t at = 0;
    for (std::int64_t i = 0; i < e.persons(); i += 2)
      for (int world = 0; world < e.worlds(); ++world) {
        const int k = kind[at++];
        if (k < 0) continue;
        Hazard& h = all[static_cast<std::size_t>(world)][static_cast<std::size_t>(k)];
        h.at_risk += 1;
        h.broke += event(i, world) > 0 && event(i, world) < 2 ? 1 : 0;
      }
  }
  return all;
}

double couple_hazard(double b) { return 1 - (1 - b / 2) * (1 - b / 2); }

}  // namespace

TEST_CASE("quality of a lasting couple is an AR(1) around its match, independent between partners") {
  const auto p = match_only(lasting_bonds(hypothesis("none")));
  const Society society = pairs(20'000, Seed{921});
  auto e = ensemble_of<float>(society, Seed{921}, {{p, {}}});
  run(e, 150);  // .9^150 = 1e-7 of the start is left
  const auto residual = [&] {
    auto q = column(e, a::relationship_quality, 0);
    const auto match = column(e, a::match_quality, 0);
    for (std::size_t i = 0; i < q.size(); ++i) q[i] -= value_of(p, a::quality_mean) + match[i];
    return q;
  };
  const auto of_partner = [](const std::vector<double>& x, std::size_t which) {
    std::vector<double> half;
    for (std::size_t i = which; i < x.size(); i += 2) half.push_back(x[i]);
    return half;
  };
  const double sq = value_of(p, a::quality_noise), back = value_of(p, a::quality_return_per_week);
  const double variance = sq * sq / (1 - (1 - back) * (1 - back));
  const double spread = value_of(p, a::match_spread);
  CHECK(std::abs(variance - .3289) < 5e-5);  // the number that the specification prints
  const auto check = [](const std::string& name, const Estimate& measured, double closed) {
    INFO(name << ": measured " << measured << ", closed form " << closed);
    CHECK(agrees(measured, closed));
    if (closed > .1) {  // negative control in both directions
      CHECK_FALSE(agrees(measured, closed * .9));
      CHECK_FALSE(agrees(measured, closed * 1.1));
    }
  };
  const auto before = residual();
  check("mean of q around q0 + gam", mean_of(before), 0);
  check("variance of q around its mean", variance_of(before), variance);
  check("partners' covariance around the match", covariance_of(of_partner(before, 0), of_partner(before, 1)),
        0);
  check("variance of the match", variance_of(of_partner(column(e, a::match_quality, 0), 0)), spread * spread);
  run(e, 3);
  check("autocorrelation at 3 weeks", autocorrelation_of(before, residual()), std::pow(1 - back, 3));
  run(e, 10);
  check("autocorrelation at 13 weeks", autocorrelation_of(before, residual()), std::pow(1 - back, 13));
}

TEST_CASE(
    "without noise the quality of a frozen couple goes exponentially to what both partners bring to it") {
  const auto p = with(frozen_persons(lasting_bonds(hypothesis("relational"))),
                      {{a::quality_noise, 0}, {a::conflict_on_quality, 0}});
  const Society society = pairs(500, Seed{922});
  auto e = ensemble_of<double>(society, Seed{922}, {{p, {}}});
  e.advance();
  const auto start = column(e, a::relationship_quality, 0);
  double largest = 0, furthest = 0, wrong = 0;
  for (int week = 1; week <= 60; ++week) {
    e.advance();
    for (std::int64_t i = 0; i < e.persons(); ++i) {
      const double target = quality_target(e, p, i), q0 = start[static_cast<std::size_t>(i)];
      const double measured = e.person(a::relationship_quality.index)(i, 0);
      const double back = value_of(p, a::quality_return_per_week);
      largest = std::max(largest, std::abs(measured - (target + std::pow(1 - back, week) * (q0 - target))));
      wrong =
          std::max(wrong, std::abs(measured - (target + std::pow(1 - back * 1.001, week) * (q0 - target))));
      furthest = std::max(furthest, std::abs(target - q0));
    }
  }
  INFO("largest error " << largest << ", allowed 1e-13; furthest target " << furthest
                        << " away; at a rate wrong by a "
                        << "thousandth " << wrong);
  CHECK(largest < 1e-13);
  CHECK(furthest > 2);
  CHECK(wrong > 1e-4);
}

TEST_CASE("without noise and at constant warmth closeness goes exponentially to its target, in couples too") {
  const auto p = frozen_persons(lasting_bonds(hypothesis("remediation")));
  Society society = community(256, Seed{923});
  auto e = ensemble_of<double>(society, Seed{923}, {{with(p, {{a::dating_availability, 0}}), {}}, {p, {}}});
  e.advance();
  const auto closeness = e.tie(a::tie_closeness.index);
  const auto bond = e.person_index(a::partner_tie.index);
  const auto warmth = e.person(a::warmth_openness.index);
  const auto& g = society.graph;
  std::vector<std::array<double, 2>> start;
  for (std::int64_t t = 0; t < e.ties(); ++t) start.push_back({closeness(t, 0), closeness(t, 1)});
  // couples of week 1 only: a later one would start its approach later
  std::vector<char> early;
  for (std::int64_t i = 0; i < e.persons(); ++i) early.push_back(bond(i, 1) >= 0 ? 1 : 0);
  const double back = value_of(p, a::closeness_return_per_week);
  double largest = 0;
  int couples = 0, bounded = 0;
  for (int week = 1; week <= 120; ++week) {
    e.advance();
    for (std::int64_t t = 0; t < e.ties(); ++t)
      for (int world = 0; world < 2; ++world) {
        const auto at = static_cast<std::size_t>(t);
        const std::int64_t i = g.tie_low[at], j = g.tie_high[at];
        const bool couple = bond(i, world) == t;
        if (couple && early[static_cast<std::size_t>(i)] == 0) continue;
        const double fit =
            couple ? value_of(p, a::romantic_closeness) : e.tie(a::tie_compatibility.index)(t, world);
        const double target = std::clamp(fit * (1 + warmth(i, world) + warmth(j, world)), 0.0, 1.0);
        const double closed =
            closed_closeness(start[at][static_cast<std::size_t>(world)], target, back, week, bounded);
        largest = std::max(largest, std::abs(closeness(t, world) - closed));
        couples += couple ? 1 : 0;
      }
  }
  INFO("largest error " << largest << ", allowed 1e-13; couple-weeks " << couples << ", at a bound "
                        << bounded);
  CHECK(largest < 1e-13);
  CHECK(couples > 1'000);
  CHECK(bounded > 0);
}

TEST_CASE("a couple ends when either partner leaves: hazard 1 - (1 - b/2)^2, at most half for each") {
  const auto base = with(lasting_bonds(hypothesis("none")), {{a::quality_on_hazard, 0}});
  const auto at = [&](double b) { return with(base, {{a::hazard_floor, b}, {a::commitment_rate, 0}}); };
  const auto committed = with(base, {{a::hazard_floor, 0},
                                     {a::hazard_committed, .05},
                                     {a::commitment_rate, 1e6},
                                     {a::commitment_earliest, 0}});
  const Society society = pairs(10'000, Seed{924});
  auto e =
      ensemble_of<float>(society, Seed{924}, {{at(.01), {}}, {at(.10), {}}, {at(1.6), {}}, {committed, {}}});
  run(e, 2);  // everybody met, and who was going to commit did
  const auto counts = count_break_ups(e, 100);
  const struct {
    std::string name;
    std::size_t world, commitment;
    double closed;
  } points[] = {{"b = .01", 0, 0, couple_hazard(.01)},
                {"b = .10", 1, 0, couple_hazard(.10)},
                {"b = 1.6, held at half for each", 2, 0, couple_hazard(1)},
                {"committed, b = .05", 3, 1, couple_hazard(.05)}};
  for (const auto& point : points) {
    const Hazard& count = counts[point.world][point.commitment];
    const Estimate measured = count.estimate();
    INFO(point.name << ": measured " << measured << ", closed form " << point.closed << ", break-ups "
                    << count.broke);
    CHECK(agrees(measured, point.closed));
    CHECK_FALSE(agrees(measured, point.closed * .93));  // negative control in both directions
    CHECK_FALSE(agrees(measured, point.closed * 1.07));
  }
  CHECK(std::abs(couple_hazard(.01) - .00997) < 1e-5);  // the number that the specification prints
  CHECK(counts[3][0].at_risk > 1'000);
  CHECK(counts[3][0].broke == 0);  // not committed yet: hazard 0 in that world
  const Estimate one_decides = counts[1][0].estimate();
  INFO("negative control at b = .10: " << one_decides << " is neither b nor b / 2");
  CHECK_FALSE(agrees(one_decides, .10));
  CHECK_FALSE(agrees(one_decides, .05));
}
