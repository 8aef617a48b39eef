// What always holds of the attachment model: a dose of zero is the identity, paths that a hypothesis denies
// carry not one bit, and the invariants of every week. Everything is compared bit by bit.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <functional>
#include <string>

#include "tests/support/experiment.hpp"
#include "tests/support/invariants.hpp"
#include "tests/support/linear_forms.hpp"
#include "tests/support/same_bits.hpp"

using namespace kindred;
using namespace kindred::support;
namespace a = kindred::attachment;

namespace {

const char* const all_hypotheses[] = {"none",         "remediation", "marker",
                                      "common-cause", "relational",  "reciprocal"};
constexpr int persons = 384;
constexpr int burn_in = 60;

ProgrammePlan boost() {
  ProgrammePlan p = course_of(a::security_boost, .66, 0);
  p.maintained = .5;
  return p;
}

/// Columns that a self-compassion programme reaches under every hypothesis: practice itself, self-compassion,
/// and the feelings that hang on it.
bool reached_by_practice(const Cell& cell) {
  if (cell.of_tie) return false;
  constexpr int reached[] = {a::self_compassion.index,          a::mindfulness_skill.index,
                             a::emotion_regulation_skill.index, a::cognitive_skill.index,
                             a::journaling_skill.index,         a::reflection_skill.index,
                             a::psychological_distress.index,   a::visible_distress.index,
                             a::distress_around.index,          a::self_criticism.index};
  return std::find(std::begin(reached), std::end(reached), cell.column) != std::end(reached);
}

bool is_self_compassion(const Cell& cell) {
  return !cell.of_tie &&
         (cell.column == a::core_self_compassion.index || cell.column == a::self_compassion.index);
}
bool is_attachment(const Cell& cell) {
  return !cell.of_tie &&
         (cell.column == a::attachment_anxiety.index || cell.column == a::attachment_avoidance.index);
}

/// A person of each kind: in a bond, single, dropped out, untreated.
struct Examples {
  std::size_t one = 0, single = 0, dropped = 0, untreated = 0;
};

Examples examples(const Week& before, const Week& now) {
  Examples e;
  for (std::size_t i = 0; i < now.partner.size(); ++i) {
    (now.partner[i] < 0 ? e.single : e.one) = i;
    if (!(before.treated[i] > 0)) e.untreated = i;
    else if (!(before.enrolled[i] > 0)) e.dropped = i;
  }
  return e;
}

/// Worlds 0..5 of the ensemble: each hypothesis untreated; 6..11: each with the programme.
Ensemble<float> untreated_and_treated(const Society& society, Seed seed, const ProgrammePlan& programme) {
  std::vector<World> worlds;
  for (const char* h : all_hypotheses) worlds.push_back({hypothesis(h), {}});
  for (const char* h : all_hypotheses) worlds.push_back({hypothesis(h), {programme}});
  return ensemble_of<float>(society, seed, worlds, burn_in);
}

/// Differences that count between treated and untreated, by hypothesis, over `weeks` weeks of study.
std::vector<Differences> moved(Ensemble<float>& e, int weeks,
                               const std::function<bool(const Cell&)>& counts) {
  std::vector<Differences> total(6);
  for (int week = 0; week < weeks; ++week) {
    e.advance();
    for (int h = 0; h < 6; ++h)
      add(total[static_cast<std::size_t>(h)], differences(Lane{e, h + 6}, Lane{e, h}, counts));
  }
  return total;
}

}  // namespace

TEST_CASE("an intervention at dose zero is the identity under every hypothesis") {
  const Society society = community(persons, Seed{931});
  auto e = untreated_and_treated(society, Seed{931}, course(0, 0));
  auto tiny = untreated_and_treated(society, Seed{931}, course(0, 1e-3));
  std::vector<World> never;  // an ensemble in which no programme ever runs
  for (const char* h : all_hypotheses) never.push_back({hypothesis(h), {}});
  auto without = ensemble_of<float>(society, Seed{931}, never, burn_in);
  run(e, burn_in);
  run(tiny, burn_in);
  run(without, burn_in);
  for (int week = 0; week < 40; week += 2) {
    run(e, 2);
    run(tiny, 2);
    run(without, 2);
    for (int h = 0; h < 6; ++h) {
      const Differences zero = differences(Lane{e, h + 6}, Lane{e, h});
      const Differences alone = differences(Lane{e, h + 6}, Lane{without, h});
      INFO(all_hypotheses[h] << ": cells that differ " << zero.cells << " (first " << zero.first
                             << "), from an ensemble "
                             << "without programmes " << alone.cells << " (first " << alone.first
                             << "), expected 0");
      CHECK(zero.cells == 0);
      CHECK(alone.cells == 0);
      CHECK(differences(Lane{tiny, h + 6}, Lane{tiny, h}).cells >
            0);  // negative control: a thousandth of the dose
    }
  }
  double untreated_world = 0, treated = 0, dropped = 0;
  for (std::int64_t i = 0; i < e.persons(); ++i) {
    untreated_world += static_cast<double>(e.treated(0)(i, 0));
    treated += static_cast<double>(e.treated(0)(i, 6));
    dropped += static_cast<double>(e.treated(0)(i, 6) - e.enrolled(0)(i, 6));
  }
  INFO("treated " << treated << ", dropped out " << dropped << ", treated in the untreated world "
                  << untreated_world);
  CHECK_FALSE(untreated_world > 0);
  CHECK(treated > 100);
  CHECK(dropped > 0);  // a course without dose is still a course
}

TEST_CASE(
    "where self-compassion moves nothing a self-compassion programme changes no bit of anything it denies") {
  const Society society = community(persons, Seed{932});
  auto e = untreated_and_treated(society, Seed{932}, course(0));
  run(e, burn_in);
  const auto elsewhere = moved(e, 60, [](const Cell& cell) { return !reached_by_practice(cell); });
  for (std::size_t h = 0; h < 6; ++h) {
    const std::string name = all_hypotheses[h];
    const bool denied = name == "none" || name == "marker" || name == "common-cause";
    const Differences compassion =
        differences(Lane{e, static_cast<int>(h) + 6}, Lane{e, static_cast<int>(h)}, is_self_compassion);
    INFO(name << ": other cells that differ " << elsewhere[h].cells << " (first " << elsewhere[h].first
              << "), expected " << (denied ? "0" : "many") << "; self-compassion of persons differs in "
              << compassion.cells);
    CHECK((elsewhere[h].cells == 0) == denied);
    CHECK(compassion.cells > 100);
  }
}

TEST_CASE("where attachment moves no self-compassion a security boost changes no bit of it") {
  const Society society = community(persons, Seed{933});
  auto e = untreated_and_treated(society, Seed{933}, boost());
  run(e, burn_in);
  const auto compassion = moved(e, 60, is_self_compassion);
  for (std::size_t h = 0; h < 6; ++h) {
    const std::string name = all_hypotheses[h];
    const bool denied = name == "none" || name == "remediation" || name == "common-cause";
    const Differences attachment =
        differences(Lane{e, static_cast<int>(h) + 6}, Lane{e, static_cast<int>(h)}, is_attachment);
    INFO(name << ": cells of self-compassion that differ " << compassion[h].cells << " (first "
              << compassion[h].first << "), expected " << (denied ? "0" : "many")
              << "; attachment differs in " << attachment.cells);
    CHECK((compassion[h].cells == 0) == denied);
    CHECK(attachment.cells > 200);
  }
}

TEST_CASE("the invariants of bonds, closeness, enrolment and styles hold in every week of every hypothesis") {
  const Society society = community(persons, Seed{934});
  std::vector<World> worlds;
  for (const char* h : all_hypotheses)
    worlds.push_back(
        {with(hypothesis(h),
              {{a::dating_availability, .2}, {a::hazard_early, .06}, {a::closeness_after_break_up, 5e-4}}),
         {course(0)}});
  auto e = ensemble_of<float>(society, Seed{934}, worlds, burn_in);
  const double age_gap = value_of(worlds[0].parameters, a::age_gap_highest);
  CHECK(halves_share_a_tie(society.graph));
  std::vector<Week> before;
  for (int world = 0; world < 6; ++world) before.push_back(week_of(e, world));
  std::int64_t formed = 0, broken_up = 0, bounds_met = 0;
  for (int week = 0; week < 240; ++week) {
    e.advance();
    for (int world = 0; world < 6; ++world) {
      Week now = week_of(e, world);
      const auto broken = broken_rules(society.graph, before[static_cast<std::size_t>(world)], now, age_gap);
      INFO(all_hypotheses[world] << ", week " << week << ": " << (broken.empty() ? "" : broken.front()));
      CHECK(broken.empty());
      formed += with_event(now, 2) / 2;
      broken_up += with_event(now, 1) / 2;
      bounds_met += std::count_if(now.closeness.begin(), now.closeness.end(),
                                  [](double c) { return c <= double{.001f} || c >= double{.999f}; });
      before[static_cast<std::size_t>(world)] = std::move(now);
    }
  }
  INFO("bonds formed " << formed << ", broken " << broken_up << ", ties at a bound of closeness "
                       << bounds_met);
  CHECK(formed > 1'000);
  CHECK(broken_up > 500);
  CHECK(bounds_met > 0);
}

TEST_CASE("negative control: each broken invariant is noticed and named") {
  const Society society = community(persons, Seed{935});
  auto e = ensemble_of<float>(society, Seed{935}, {{hypothesis("none"), {course(0)}}}, burn_in);
  run(e, burn_in + 10);
  const Week before = week_of(e, 0);
  e.advance();
  const Week sound = week_of(e, 0);
  const double gap = value_of(hypothesis("none"), a::age_gap_highest);
  CHECK(broken_rules(society.graph, before, sound, gap).empty());
  const Examples who = examples(before, sound);
  const auto noticed = [&](const std::string& rule, const std::function<void(Week&)>& spoil) {
    Week spoilt = sound;
    spoil(spoilt);
    const auto broken = broken_rules(society.graph, before, spoilt, gap);
    INFO(rule << " should be noticed; " << broken.size() << " broken rules");
    CHECK(std::any_of(broken.begin(), broken.end(),
                      [&](const std::string& b) { return b.rfind(rule, 0) == 0; }));
  };
  noticed("a single person keeps", [&](Week& w) { w.quality[who.single] = 1e-7; });
  noticed("a partner does not return",
          [&](Week& w) { w.partner[who.one] = static_cast<std::int64_t>(who.single); });
  noticed("the tie of a bond joins others", [&](Week& w) {
    const auto other = static_cast<std::size_t>(w.partner[who.one]);
    w.tie[who.one] = w.tie[other] = w.tie[who.one] == 0 ? 1 : 0;
  });
  noticed("partners disagree", [&](Week& w) { w.duration[who.one] += 1; });
  noticed("partners disagree", [&](Week& w) { w.match[who.one] += 1e-6; });
  noticed("partners disagree", [&](Week& w) { w.committed[who.one] = 1 - w.committed[who.one]; });
  noticed("partners are not eligible", [&](Week& w) { w.age[who.one] += 20; });
  noticed("closeness leaves", [](Week& w) { w.closeness[0] = .0009; });
  noticed("closeness leaves", [](Week& w) { w.closeness[0] = .9991; });
  noticed("enrolment comes back", [&](Week& w) { w.enrolled[who.dropped] = 1; });
  noticed("enrolment comes back", [&](Week& w) { w.enrolled[who.untreated] = 1; });
  noticed("styles do not add up", [](Week& w) { w.style[0] = 4; });
  noticed("bonds are not the old ones", [&](Week& w) { w.event[who.single] = 1 - w.event[who.single]; });
  noticed("a column is not finite", [](Week& w) { w.finite = false; });
}
