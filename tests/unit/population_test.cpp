// Spells of bonds and population summaries against naive counting.
#include "sim/record/population.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "models/averaging/model.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/random/seeds.hpp"
#include "sim/record/spells.hpp"
#include "tests/support/hypotheses.hpp"
#include "tests/unit/brute_force_quantile.hpp"

using namespace kindred;
using namespace kindred::record;
using support::brute_force_quantile;
using support::same;
namespace a = kindred::attachment;

namespace {

Society society_of_300() {
  SocietyPlan plan;
  plan.persons = 300;
  return make_society(plan, Seed{77}, 0);
}

Ensemble<float> ensemble_of(const Society& society, const std::vector<World>& worlds, int burn_in,
                            const Model& model = a::model()) {
  return Ensemble<float>(
      {&model, &society, noise_key(Seed{77}, 0, 0), burn_in, 2, worlds, model.phase_table[0], true});
}

std::vector<World> two_worlds() {
  World plain{support::hypothesis("remediation"), {}}, loose = plain;
  loose.parameters[static_cast<std::size_t>(a::hazard_early.index)] = .08;
  loose.parameters[static_cast<std::size_t>(a::commitment_rate.index)] = .05;
  loose.parameters[static_cast<std::size_t>(a::commitment_earliest.index)] = 10;
  return {plain, loose};
}

using SpellTuple = std::tuple<int, int, int, int, int, int>;  // tail, head, onset, terminus, censored, kind
SpellTuple tuple_of(const Spell& s) { return {s.tail, s.head, s.onset, s.terminus, s.censored, s.kind}; }

/// What a diary says of everybody at the end of each week.
struct Week {
  int week;
  std::vector<int> partner;
  std::vector<bool> committed;
};

/// Spells of each pair, one pair at a time, from the diary.
std::vector<SpellTuple> naive_spells(const std::vector<Week>& diary) {
  std::vector<SpellTuple> spells;
  const int last = diary.back().week;
  const int n = static_cast<int>(diary.front().partner.size());
  for (int i = 0; i < n; ++i)
    for (std::size_t t = 0; t < diary.size(); ++t) {
      const auto partner = [&](std::size_t at) { return diary[at].partner[static_cast<std::size_t>(i)]; };
      const int j = partner(t);
      if (j <= i || (t > 0 && partner(t - 1) == j)) continue;
      std::size_t end = t;
      while (end < diary.size() && partner(end) == j) ++end;
      const bool censored = end == diary.size();
      const int terminus = censored ? last : diary[end].week;
      spells.emplace_back(i, j, diary[t].week, terminus, censored ? 1 : 0, 0);
      for (std::size_t c = t; c < end; ++c)
        if (diary[c].committed[static_cast<std::size_t>(i)]) {
          spells.emplace_back(i, j, diary[c].week, terminus, censored ? 1 : 0, 1);
          break;
        }
    }
  return spells;
}

/// Order of the record: by end, censored spells last, then lower person, a commitment before its bond.
bool in_order(const SpellTuple& x, const SpellTuple& y) {
  const auto key = [](const SpellTuple& s) {
    return std::make_tuple(std::get<4>(s), std::get<3>(s), std::get<0>(s), 1 - std::get<5>(s));
  };
  return key(x) < key(y);
}

/// Mean, SD and quantiles of some persons, the plain way.
Moments naive_moments(const std::vector<float>& x) {
  const auto n = static_cast<double>(x.size());
  Moments m{std::nan(""), std::nan(""), {}};
  double sum = 0, squares = 0;
  for (const float value : x) sum += static_cast<double>(value);
  if (n > 0) m.mean = sum / n;
  for (const float value : x)
    squares += (static_cast<double>(value) - m.mean) * (static_cast<double>(value) - m.mean);
  if (n > 1) m.sd = std::sqrt(squares / (n - 1));
  for (std::size_t k = 0; k < recorded_quantiles.size(); ++k)
    m.quantile[k] = brute_force_quantile(x, recorded_quantiles[k]);
  return m;
}

bool close(double x, double y, double tolerance) {
  return (std::isnan(x) && std::isnan(y)) || std::abs(x - y) <= tolerance;
}

int style_of(const Ensemble<float>& e, std::int64_t i, int world) {
  const float anxiety = e.person(a::attachment_anxiety.index)(i, world);
  const float avoidance = e.person(a::attachment_avoidance.index)(i, world);
  return (static_cast<double>(anxiety) > .65 ? 1 : 0) + (static_cast<double>(avoidance) > .65 ? 2 : 0);
}

/// Compares one world's frame with naive counting; group -1 is everybody.
void check_group(const Ensemble<float>& e, int world, const PopulationFrame& frame, int group) {
  int persons = 0, coupled = 0, broke = 0, formed = 0;
  const auto outcomes = a::model().declaration->outcomes;
  std::vector<std::vector<float>> values(outcomes.size());
  for (std::int64_t i = 0; i < e.persons(); ++i) {
    if (group >= 0 && style_of(e, i, world) != group) continue;
    const bool bound = e.person_index(a::partner_tie.index)(i, world) >= 0;
    const float event = e.person(a::bond_event.index)(i, world);
    ++persons;
    coupled += bound ? 1 : 0;
    broke += event == 1.0f ? 1 : 0;
    formed += event == 2.0f ? 1 : 0;
    for (std::size_t o = 0; o < outcomes.size(); ++o)
      if (!outcomes[o].among_coupled || bound) values[o].push_back(e.person(outcomes[o].column)(i, world));
  }
  const auto g = static_cast<std::size_t>(group + 1);
  INFO("world " << world << ", group " << g << ", week " << e.study_week());
  CHECK(frame.persons[g] == persons);
  CHECK(frame.coupled[g] == coupled);
  CHECK(frame.broke[g] == broke);
  CHECK(frame.formed[g] == formed);
  for (std::size_t o = 0; o < outcomes.size(); ++o) {
    const Moments wanted = naive_moments(values[o]), got = frame.outcome[o][g];
    CHECK(close(got.mean, wanted.mean, 1e-12));
    CHECK(close(got.sd, wanted.sd, 1e-9));
    for (std::size_t k = 0; k < recorded_quantiles.size(); ++k)
      CHECK(same(got.quantile[k], wanted.quantile[k]));
  }
}

}  // namespace

TEST_CASE("spells are what a weekly diary of 300 persons over 300 weeks says, in the order of the record") {
  const Society society = society_of_300();
  constexpr int burn_in = 100;
  for (const int world : {0, 1}) {
    auto e = ensemble_of(society, two_worlds(), burn_in);
    SpellKeeper keeper(e, world);
    std::vector<Week> diary;
    std::vector<SpellTuple> kept;
    for (int t = 0; t < 300; ++t) {
      e.advance();
      keeper.observe(e);
      diary.push_back({t + 1 - burn_in, {}, {}});
      for (std::int64_t i = 0; i < 300; ++i) {
        diary.back().partner.push_back(e.person_index(a::partner_person.index)(i, world));
        diary.back().committed.push_back(e.person(a::bond_committed.index)(i, world) == 1.0f);
      }
      if (t % 7 == 0)
        for (const Spell& s : keeper.take()) kept.push_back(tuple_of(s));
    }
    for (const Spell& s : keeper.close(e.study_week())) kept.push_back(tuple_of(s));
    CHECK(std::is_sorted(kept.begin(), kept.end(), in_order));
    std::vector<SpellTuple> wanted = naive_spells(diary);
    std::sort(wanted.begin(), wanted.end(), in_order);
    REQUIRE(wanted.size() > 100);
    CHECK(std::count_if(wanted.begin(), wanted.end(),
                        [](const SpellTuple& s) { return std::get<5>(s) == 1; }) > (world == 1 ? 20 : 0));
    CHECK(kept == wanted);
    diary[150].partner.assign(300, -1);  // control: a week misread by the diary shows
    CHECK(naive_spells(diary).size() != wanted.size());
  }
}

TEST_CASE("population summaries are what naive counting says, for everybody and every style in every world") {
  const Society society = society_of_300();
  auto e = ensemble_of(society, two_worlds(), 50);
  std::vector<PopulationFrame> counted(2);
  std::map<std::pair<int, float>, int> events;
  for (int t = 0; t < 60; ++t) {
    e.advance();
    for (const int world : {0, 1}) {
      add_bond_events(e, world, counted[static_cast<std::size_t>(world)]);
      for (std::int64_t i = 0; i < 300; ++i) ++events[{world, e.person(a::bond_event.index)(i, world)}];
    }
    if (t % 20 != 0 && t != 59) continue;
    const auto frames = summarise(e);
    REQUIRE(frames.size() == 2);
    for (const int world : {0, 1})
      for (int group = -1; group < 4; ++group)
        check_group(e, world, frames[static_cast<std::size_t>(world)], group);
  }
  for (const int world : {0, 1}) {
    const PopulationFrame& sum = counted[static_cast<std::size_t>(world)];
    CHECK(sum.broke[0] == events[{world, 1.0f}]);
    CHECK(sum.formed[0] == events[{world, 2.0f}]);
    CHECK(sum.formed[0] > 0);
    CHECK(sum.formed[1] + sum.formed[2] + sum.formed[3] + sum.formed[4] == sum.formed[0]);
  }
}

TEST_CASE("a model without styles or bonds has one group") {
  const Society society = society_of_300();
  World world{{}, {}};
  for (const auto& p : averaging::model().declaration->parameters)
    world.parameters.push_back(p.default_value);
  auto e = ensemble_of(society, {world, world}, 0, averaging::model());
  for (int t = 0; t < 5; ++t) e.advance();
  const PopulationFrame frame = summarise(e).front();
  REQUIRE(frame.persons == std::vector<std::int32_t>{300});
  CHECK(frame.coupled == std::vector<std::int32_t>{0});
  std::vector<float> x;
  for (std::int64_t i = 0; i < 300; ++i) x.push_back(e.person(0)(i, 0));
  const Moments wanted = naive_moments(x), got = frame.outcome[0][0];
  CHECK(close(got.mean, wanted.mean, 1e-12));
  CHECK(close(got.sd, wanted.sd, 1e-9));
  for (std::size_t k = 0; k < recorded_quantiles.size(); ++k)
    CHECK(same(got.quantile[k], wanted.quantile[k]));
}
