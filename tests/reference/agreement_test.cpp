// An independent program agrees: the naive reference (naive_attachment.hpp, written from the model's
// specification alone) against the engine, person by person, given the same draws.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <map>
#include <string>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/random/seeds.hpp"
#include "tests/reference/double_kernels.hpp"
#include "tests/reference/engine_draws.hpp"
#include "tests/reference/naive_attachment.hpp"
#include "tests/support/hypotheses.hpp"

using namespace kindred;
namespace a = kindred::attachment;

namespace {

constexpr int persons = 200;
constexpr int burn_in = 380;
constexpr int course_start = 20;  // week 400 of 520
constexpr int weeks = 520;

ProgrammePlan course() {
  ProgrammePlan p;
  p.start = course_start;
  p.weeks = 8;
  p.dose = {1.2 / 8, 1.0 / 8, 1.0 / 8, .4 / 8, .6 / 8, .05, .06};
  p.adherence_exponent = .25;
  p.drop_out = .05;
  p.maintained = .7;
  p.share = .5;
  return p;
}

struct Case {
  Society society;
  PhiloxKey noise;
  std::vector<double> parameters;
};

Case make_case(const std::string& hypothesis, std::uint64_t seed) {
  SocietyPlan plan;
  plan.persons = persons;
  return {make_society(plan, Seed{seed}, 0), noise_key(Seed{seed}, 0, 0), support::hypothesis(hypothesis)};
}

template <class Real>
Ensemble<Real> make_engine(const Case& c, PhaseTable phases, int width) {
  std::vector<World> worlds(static_cast<std::size_t>(width), World{c.parameters, {course()}});
  return Ensemble<Real>({&a::model(), &c.society, c.noise, burn_in, width, worlds, phases, false});
}

reference::NaiveModel<reference::EngineDraws> make_reference(const Case& c,
                                                             const reference::EngineDraws& draws) {
  reference::Parameters parameters;
  const auto declared = a::model().declaration->parameters;
  for (std::size_t i = 0; i < declared.size(); ++i)
    if (declared[i].name != "distress_on_drop_out") parameters.set(declared[i].symbol, c.parameters[i]);
  std::vector<reference::Tie> ties;
  for (std::size_t e = 0; e < c.society.graph.tie_low.size(); ++e)
    ties.push_back({c.society.graph.tie_low[e], c.society.graph.tie_high[e]});
  const ProgrammePlan p = course();
  reference::Programme slot{};
  slot.start_week = burn_in + p.start;
  slot.weeks = p.weeks;
  for (std::size_t m = 0; m < 5; ++m) slot.dose[m] = p.dose[m];
  slot.attention = p.dose[5];
  slot.boost = p.dose[6];
  slot.kadh = p.adherence_exponent;
  slot.hdrop = p.drop_out;
  slot.pKeep = p.maintained;
  slot.treated.resize(persons);
  for (int i = 0; i < persons; ++i) {
    const auto words =
        philox({static_cast<std::uint32_t>(i), 0, label_hash(""), stream_enrolment}, c.society.key);
    slot.treated[static_cast<std::size_t>(i)] =
        static_cast<double>(single_uniform(words[0])) < p.share ? 1 : 0;
  }
  return {parameters, persons, burn_in, ties, {slot}, draws};
}

/// Every dynamic column of a person, by the engine's name.
std::map<int, double> columns_of(const reference::Person& p) {
  return {{a::attachment_anxiety.index, p.A},     {a::attachment_avoidance.index, p.V},
          {a::core_self_compassion.index, p.Sc},  {a::self_compassion.index, p.S},
          {a::anxiety_drift.index, p.GA},         {a::avoidance_drift.index, p.GV},
          {a::self_compassion_drift.index, p.GS}, {a::psychological_distress.index, p.D},
          {a::self_criticism.index, p.K},         {a::relationship_quality.index, p.q},
          {a::match_quality.index, p.gam},        {a::bond_duration.index, p.tau},
          {a::bond_committed.index, p.com},       {a::bond_event.index, p.ev},
          {a::mindfulness_skill.index, p.X[0]},   {a::emotion_regulation_skill.index, p.X[1]},
          {a::cognitive_skill.index, p.X[2]},     {a::journaling_skill.index, p.X[3]},
          {a::reflection_skill.index, p.X[4]},    {a::attention_stock.index, p.XA},
          {a::security_boost_stock.index, p.Y},   {a::emotion_suppression.index, p.U},
          {a::emotional_disclosure.index, p.O},   {a::partner_responsiveness.index, p.R},
          {a::warmth_openness.index, p.W},        {a::open_to_dating.index, p.open},
          {a::bond_conflict.index, p.Cc},         {a::wants_to_leave.index, p.leave},
          {a::friend_support.index, p.F},         {a::distress_around.index, p.Dn},
          {a::relationship_input.index, p.relP},  {a::trait_neuroticism.index, p.N},
          {a::adverse_care.index, p.M},           {a::personal_consolidation.index, p.ep}};
}

struct Gap {
  double largest = 0;
  std::string where;
  int bond_events_differ = 0;
  void see(double x, double y, const std::string& column, int person, int week) {
    const double gap = std::abs(x - y) / std::max(1.0, std::abs(y));
    if (gap > largest || std::isnan(gap)) {
      largest = std::isnan(gap) ? 1e300 : gap;
      where = column + " of person " + std::to_string(person) + " in week " + std::to_string(week);
    }
  }
};

template <class Real>
void compare_week(const Ensemble<Real>& engine, const reference::NaiveModel<reference::EngineDraws>& naive,
                  Gap& gap) {
  const auto declared = a::model().declaration->person_columns;
  const int world = engine.worlds() - 1;
  for (int i = 0; i < persons; ++i) {
    const reference::Person& p = naive.persons()[static_cast<std::size_t>(i)];
    if (engine.person_index(a::partner_tie.index)(i, world) != p.partner_tie) ++gap.bond_events_differ;
    if (engine.person_index(a::partner_person.index)(i, world) != p.partner) ++gap.bond_events_differ;
    for (const auto& [column, value] : columns_of(p))
      gap.see(static_cast<double>(engine.person(column)(i, world)), value,
              std::string(declared[static_cast<std::size_t>(column)].name), i, engine.weeks_done());
  }
  for (std::size_t e = 0; e < naive.closeness().size(); ++e)
    gap.see(static_cast<double>(engine.tie(a::tie_closeness.index)(static_cast<std::int64_t>(e), world)),
            naive.closeness()[e], "tie_closeness", static_cast<int>(e), engine.weeks_done());
}

template <class Real>
Gap largest_gap(const std::string& hypothesis, std::uint64_t seed, PhaseTable phases, int width) {
  const Case c = make_case(hypothesis, seed);
  const reference::EngineDraws draws(c.society.key, c.noise);
  auto engine = make_engine<Real>(c, phases, width);
  auto naive = make_reference(c, draws);
  Gap gap;
  for (int week = 0; week < weeks; ++week) {
    engine.advance();
    naive.step();
    compare_week(engine, naive, gap);
  }
  return gap;
}

}  // namespace

TEST_CASE("the kernels in double agree with the naive reference to 1e-9 in every column, person and week") {
  for (const char* hypothesis : {"remediation", "relational"})
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const Gap gap = largest_gap<double>(hypothesis, seed, &reference::attachment_in_double, 2);
      INFO(hypothesis << ", seed " << seed << ": largest gap " << gap.largest << " in " << gap.where);
      CHECK(gap.largest < 1e-9);
      CHECK(gap.bond_events_differ == 0);
    }
}

TEST_CASE("float lanes agree with the naive reference to 5e-4, and no bond event differs") {
  for (const char* hypothesis : {"remediation", "relational"})
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const Gap gap = largest_gap<float>(hypothesis, seed, a::model().phase_table[0], 4);
      INFO(hypothesis << ", seed " << seed << ": largest gap " << gap.largest << " in " << gap.where);
      CHECK(gap.largest < 5e-4);
      CHECK(gap.bond_events_differ == 0);
    }
}

TEST_CASE("negative control: a reference with self-soothing off by a thousandth is told apart") {
  const Case c = make_case("remediation", 1);
  const reference::EngineDraws draws(c.society.key, c.noise);
  auto engine = make_engine<double>(c, &reference::attachment_in_double, 1);
  auto naive = make_reference(c, draws);
  naive.set("k1", c.parameters[static_cast<std::size_t>(a::self_soothing.index)] * 1.001);
  Gap gap;
  for (int week = 0; week < 10; ++week) {
    engine.advance();
    naive.step();
    compare_week(engine, naive, gap);
  }
  CHECK(gap.largest > 1e-6);
}
