// Who is enrolled and when, and which columns worlds may share.
#include "sim/engine/allotment.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "sim/engine/measurement.hpp"
#include "sim/random/seeds.hpp"
#include "tests/support/hypotheses.hpp"

using namespace kindred;
namespace a = kindred::attachment;
using Kind = Condition::Kind;

namespace {

constexpr std::int64_t persons = 2000;

const Society& society_of_2000() {
  static const Society society = [] {
    SocietyPlan plan;
    plan.persons = persons;
    return make_society(plan, Seed{12}, 0);
  }();
  return society;
}

World plain(std::vector<ProgrammePlan> programmes = {}) {
  return {support::hypothesis("remediation"), std::move(programmes)};
}

Ensemble<float> ensemble_of(const std::vector<World>& worlds, int burn_in,
                            const Society& society = society_of_2000()) {
  int width = 1;
  while (width < static_cast<int>(worlds.size())) width *= 2;
  return Ensemble<float>({&a::model(), &society, noise_key(Seed{12}, 0, 0), burn_in, width, worlds,
                          a::model().phase_table[0], true});
}

ProgrammePlan programme(std::vector<Condition> who = {}, double share = 1, std::string group = "") {
  ProgrammePlan p;
  p.dose.assign(a::model().declaration->inputs.size(), 0);
  p.who = std::move(who);
  p.share = share;
  p.group = std::move(group);
  return p;
}

Condition bounded(Kind kind, int index, std::optional<double> above, std::optional<double> below) {
  return {kind, index, above, below, {}};
}
Condition labelled(Kind kind, int index, std::vector<int> labels) {
  return {kind, index, {}, {}, std::move(labels)};
}

/// 1 for whom `test` holds.
std::vector<std::uint8_t> those(const std::function<bool(std::int64_t)>& test) {
  std::vector<std::uint8_t> flags;
  for (std::int64_t i = 0; i < persons; ++i) flags.push_back(test(i) ? 1 : 0);
  return flags;
}

double count(const std::vector<std::uint8_t>& flags) {
  return static_cast<double>(std::count(flags.begin(), flags.end(), 1));
}

double correlation(const std::vector<std::uint8_t>& x, const std::vector<std::uint8_t>& y) {
  const auto n = static_cast<double>(x.size());
  double both = 0;
  for (std::size_t i = 0; i < x.size(); ++i) both += x[i] * y[i];
  const double p = count(x) / n, q = count(y) / n;
  return (both / n - p * q) / std::sqrt(p * (1 - p) * q * (1 - q));
}

std::vector<std::uint8_t> treated(const Ensemble<float>& e, int slot, int world) {
  return those([&](std::int64_t i) { return e.treated(slot)(i, world) == 1.0f; });
}

/// Two worlds after 60 weeks; dating is rarer in the second.
Ensemble<float> sixty_weeks_old() {
  World other = plain();
  other.parameters[static_cast<std::size_t>(a::dating_availability.index)] = .02;
  auto e = ensemble_of({plain(), other}, 0);
  for (int t = 0; t < 60; ++t) e.advance();
  return e;
}

double real(const Ensemble<float>& e, int column, std::int64_t i, int world) {
  return static_cast<double>(e.person(column)(i, world));
}

std::vector<std::uint8_t> allotted(const Ensemble<float>& e, int world, const ProgrammePlan& p) {
  return allot(e, world, p).treated;
}

/// Compares `who` with the persons for whom `test` holds, who must be neither nobody nor everybody.
void check_who(const Ensemble<float>& e, int world, const std::vector<Condition>& who,
               const std::function<bool(std::int64_t)>& test) {
  const std::vector<std::uint8_t> wanted = those(test);
  INFO("world " << world << ", " << count(wanted) << " persons");
  const Allotment everybody = allot(e, world, programme(who)), some = allot(e, world, programme(who, .3));
  CHECK(everybody.treated == wanted);
  CHECK(everybody.eligible == wanted);
  CHECK(some.eligible == wanted);  // whom the draw passes over was eligible all the same
  CHECK(some.treated != wanted);
  CHECK(count(wanted) > 20);
  CHECK(count(wanted) < persons - 20);
}

}  // namespace

TEST_CASE("conditions on columns, quadrants and bonds are judged on the world's own state, all together") {
  const auto e = sixty_weeks_old();
  for (const int world : {0, 1}) {
    const auto anxiety = [&](std::int64_t i) { return real(e, a::attachment_anxiety.index, i, world); };
    const auto bound = [&](std::int64_t i) { return e.person_index(a::partner_tie.index)(i, world) >= 0; };
    const Condition anxious = bounded(Kind::column, a::attachment_anxiety.index, .5, {});
    const Condition not_too = bounded(Kind::column, a::attachment_anxiety.index, {}, 1.2);
    const Condition single = labelled(Kind::coupled, 0, {0}), coupled = labelled(Kind::coupled, 0, {1});
    check_who(e, world, {anxious}, [&](std::int64_t i) { return anxiety(i) > .5; });
    check_who(e, world, {not_too}, [&](std::int64_t i) { return anxiety(i) < 1.2; });
    check_who(e, world, {bounded(Kind::column, a::self_compassion.index, -.5, .5)},
              [&](std::int64_t i) { return std::abs(real(e, a::self_compassion.index, i, world)) < .5; });
    check_who(e, world, {bounded(Kind::column, a::is_man.index, .5, {})},  // a trait that all worlds share
              [&](std::int64_t i) { return real(e, a::is_man.index, i, 0) == 1; });
    check_who(e, world, {labelled(Kind::quadrant, 0, {1, 3})},
              [&](std::int64_t i) { return anxiety(i) > .65; });
    check_who(e, world, {labelled(Kind::quadrant, 0, {2})}, [&](std::int64_t i) {
      return anxiety(i) <= .65 && real(e, a::attachment_avoidance.index, i, world) > .65;
    });
    check_who(e, world, {coupled}, bound);
    check_who(e, world, {single}, [&](std::int64_t i) { return !bound(i); });
    check_who(e, world, {single, anxious, not_too},
              [&](std::int64_t i) { return !bound(i) && anxiety(i) > .5 && anxiety(i) < 1.2; });
  }
  CHECK(count(allotted(e, 0, programme({bounded(Kind::column, a::attachment_anxiety.index, 100, {})}))) == 0);
  CHECK(count(allotted(e, 0, programme())) == persons);
}

TEST_CASE("conditions on scores are judged on what the instrument reads in the week of the judgement") {
  const auto e = sixty_weeks_old();
  for (const int world : {0, 1})
    for (const int k : {0, 2, 5}) {
      const InstrumentDeclaration& scale = a::model().declaration->instruments[static_cast<std::size_t>(k)];
      const double cut = scale.mean + .5 * scale.sd, r = scale.reliability;
      const auto over = [&](std::uint32_t week) {
        return [&, week](std::int64_t i) {
          const double error = measurement_error(e.noise(), i, week, k);
          const double latent = real(e, scale.column, i, world);
          return scale.mean + scale.sd * (std::sqrt(r) * latent + std::sqrt(1 - r) * error) > cut;
        };
      };
      check_who(e, world, {bounded(Kind::instrument, k, cut, {})}, over(60));
      CHECK(allotted(e, world, programme({bounded(Kind::instrument, k, cut, {})})) != those(over(59)));
    }
}

TEST_CASE(
    "conditions on the place in the network count acquaintances in the graph and read community labels") {
  const auto e = sixty_weeks_old();
  const Society& society = society_of_2000();
  std::vector<double> degree(persons);
  for (std::size_t t = 0; t < society.graph.tie_low.size(); ++t) {
    ++degree[static_cast<std::size_t>(society.graph.tie_low[t])];
    ++degree[static_cast<std::size_t>(society.graph.tie_high[t])];
  }
  const auto known = [&](std::int64_t i) { return degree[static_cast<std::size_t>(i)]; };
  for (const int world : {0, 1}) {
    check_who(e, world, {bounded(Kind::acquaintances, 0, 25, {})},
              [&](std::int64_t i) { return known(i) > 25; });
    check_who(e, world, {bounded(Kind::acquaintances, 0, {}, 22)},
              [&](std::int64_t i) { return known(i) < 22; });
    check_who(e, world, {bounded(Kind::acquaintances, 0, 23, 25)},
              [&](std::int64_t i) { return known(i) == 24; });
    check_who(e, world, {labelled(Kind::community, 0, {0, 7, 15})}, [&](std::int64_t i) {
      return i < 128 || (i >= 7 * 128 && i < 8 * 128) || i >= 15 * 128;  // the last block has 80 persons
    });
    check_who(e, world, {labelled(Kind::community, 0, {3}), bounded(Kind::acquaintances, 0, 24, {})},
              [&](std::int64_t i) { return i / 128 == 3 && known(i) > 24; });
  }
  CHECK(count(allotted(e, 0, programme({labelled(Kind::community, 0, {16})}))) == 0);
}

TEST_CASE("a bound is strict: a person exactly on it is not eligible") {
  const auto e = ensemble_of({plain()}, 0);
  const double on_it = static_cast<double>(e.person(a::attachment_anxiety.index)(17, 0));
  CHECK(allotted(e, 0, programme({bounded(Kind::column, a::attachment_anxiety.index, on_it, {})}))[17] == 0);
  CHECK(allotted(e, 0, programme({bounded(Kind::column, a::attachment_anxiety.index, {}, on_it)}))[17] == 0);
  CHECK(allotted(e, 0,
                 programme({bounded(Kind::column, a::attachment_anxiety.index, on_it - 1e-9, {})}))[17] == 1);
}

TEST_CASE(
    "a share enrols that share by the society's luck, and a larger share enrols everybody of a smaller") {
  const auto e = ensemble_of({plain()}, 0);
  std::vector<std::uint8_t> before(persons);
  for (const double share : {0.0, .05, .2, .5, .9, 1.0}) {
    const std::vector<std::uint8_t> now = allotted(e, 0, programme({}, share, "course"));
    INFO("share " << share);
    CHECK(std::abs(count(now) - persons * share) <= 4 * std::sqrt(persons * share * (1 - share)));
    for (std::size_t i = 0; i < now.size(); ++i) REQUIRE(now[i] >= before[i]);
    CHECK(now == those([&](std::int64_t i) {
            const auto words =
                philox({static_cast<std::uint32_t>(i), 0, label_hash("course"), stream_enrolment},
                       society_key(Seed{12}, 0));
            return (words[0] / 512 + .5) / 8388608.0 < share;
          }));
    before = now;
  }
  const Condition anxious = bounded(Kind::column, a::attachment_anxiety.index, .5, {});
  const auto half = allotted(e, 0, programme({}, .5)), all = allotted(e, 0, programme({anxious}, 1));
  const auto both = allotted(e, 0, programme({anxious}, .5));
  for (std::size_t i = 0; i < both.size(); ++i) REQUIRE(both[i] == half[i] * all[i]);
}

TEST_CASE("equal arms enrol the same persons; another group label draws luck of its own") {
  auto start = programme({bounded(Kind::column, a::psychological_distress.index, 0, {})}, .5, "trial");
  start.start = 4;
  auto end = start, label = start;
  end.dose.assign(end.dose.size(), .1);  // arms differ from their start on only
  label.group = "another trial";
  auto e = ensemble_of({plain({start}), plain({end}), plain({label}), plain()}, 2);
  for (int t = 0; t < 12; ++t) e.advance();
  REQUIRE(count(treated(e, 0, 0)) > 200);
  CHECK(treated(e, 0, 0) == treated(e, 0, 1));
  CHECK(treated(e, 0, 0) != treated(e, 0, 2));
  CHECK(count(treated(e, 0, 3)) == 0);
  const auto one = allotted(e, 0, programme({}, .5, "trial")),
             two = allotted(e, 0, programme({}, .5, "another trial"));
  const double limit = 4 / std::sqrt(double{persons});  // 4 standard errors: by chance once in 16,000
  CHECK(std::abs(correlation(one, two)) < limit);
  CHECK(correlation(one, one) > limit);
  CHECK(correlation(one, those([&](std::int64_t i) { return one[static_cast<std::size_t>(i)] == 0; })) <
        -limit);
}

TEST_CASE(
    "a programme begins exactly in its week, lasts its weeks, and is judged on the state before it begins") {
  for (const int begin : {-3, 0, 5}) {
    auto course = programme({bounded(Kind::column, a::attachment_anxiety.index, .3, {})}, .7);
    course.start = begin;
    course.weeks = 6;
    course.dose[0] = .25;  // adherence u^0 = 1 and nobody drops out
    auto e = ensemble_of({plain({course}), plain()}, 10);
    std::vector<std::uint8_t> wanted(persons);
    const double keep = std::exp2(-1 / 150.0), lapse = std::exp2(-1 / 12.0);
    double skill = 0;
    for (int week = -10; week < 20; ++week) {
      REQUIRE(e.study_week() == week);
      if (week == begin) wanted = allotted(e, 0, course);
      e.advance();
      const bool on_course = week >= begin && week < begin + course.weeks;
      skill = on_course ? skill * keep + .25 : skill * lapse;
      INFO("start " << begin << ", week " << week);
      REQUIRE(treated(e, 0, 0) == wanted);
      REQUIRE(count(treated(e, 0, 1)) == 0);
      const auto practised = e.person(a::mindfulness_skill.index);
      bool right = true;
      for (std::int64_t i = 0; i < persons; ++i) {
        const double due = wanted[static_cast<std::size_t>(i)] != 0 ? skill : 0;
        right =
            right && std::abs(static_cast<double>(practised(i, 0)) - due) < 1e-5 && practised(i, 1) == 0.0f;
      }
      REQUIRE(right);
    }
    CHECK(count(wanted) > 200);
  }
}

TEST_CASE("derived columns are stored once when worlds agree, per world otherwise, with equal values") {
  SocietyPlan plan;
  plan.persons = 150;
  const Society society = make_society(plan, Seed{12}, 1);
  const ModelDeclaration& model = *a::model().declaration;
  // with residual correlations at 0, as in most hypotheses, some paths from parameter to column are cut
  const World base{support::hypothesis("common-cause"), {}};
  const auto once = ensemble_of({base, base}, 0, society);
  const auto columns = [&](bool ties) { return ties ? model.tie_columns : model.person_columns; };
  const auto view = [](const Ensemble<float>& e, bool ties, int c) { return ties ? e.tie(c) : e.person(c); };
  for (std::size_t p = 0; p < model.parameters.size(); ++p) {
    World other = base;
    other.parameters[p] = other.parameters[p] == 0 ? .1 : other.parameters[p] * 1.05;
    const auto apart = ensemble_of({base, other}, 0, society), alone = ensemble_of({other}, 0, society);
    for (const bool ties : {false, true})
      for (std::size_t c = 0; c < columns(ties).size(); ++c) {
        const ColumnDeclaration& column = columns(ties)[c];
        if (column.storage == Storage::per_world) continue;
        const int at = static_cast<int>(c);
        const bool depends =
            std::count(column.depends_on.begin(), column.depends_on.end(), static_cast<int>(p)) > 0;
        INFO(column.name << " and " << model.parameters[p].name);
        CHECK(view(once, ties, at).once);
        CHECK(view(apart, ties, at).once == !depends);
        CHECK(view(alone, ties, at).once);
        bool equal = true, as_alone = true, moved = false;
        for (std::int64_t i = 0; i < (ties ? society.ties() : society.persons()); ++i) {
          equal = equal && view(apart, ties, at)(i, 0) == view(once, ties, at)(i, 0);
          as_alone = as_alone && view(apart, ties, at)(i, 1) == view(alone, ties, at)(i, 0);
          moved = moved || view(alone, ties, at)(i, 0) != view(once, ties, at)(i, 0);
        }
        CHECK(equal);
        CHECK(as_alone);
        CHECK(moved == depends);  // what a column follows from is declared, no less and no more
      }
  }
}
