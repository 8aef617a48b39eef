// The summaries' kernels against one value at a time, to the bit.
#include "sim/record/summariser.hpp"

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"
#include "sim/record/quantiles.hpp"
#include "sim/record/selection.hpp"
#include "sim/record/spells.hpp"
#include "tests/support/hypotheses.hpp"
#include "tests/support/same_bits.hpp"
#include "tests/unit/brute_force_quantile.hpp"

using namespace kindred;
using namespace kindred::record;
namespace a = kindred::attachment;

namespace {

Society society_of(std::int64_t persons) {
  SocietyPlan plan;
  plan.persons = persons;
  return make_society(plan, Seed{78}, 0);
}

Ensemble<float> ensemble_of(const Society& society, int width, int worlds, int burn_in = 0) {
  const World world{support::hypothesis("remediation"), {}};
  return Ensemble<float>({&a::model(), &society, noise_key(Seed{78}, 0, 0), burn_in, width,
                          std::vector<World>(static_cast<std::size_t>(worlds), world),
                          a::model().phase_table[0], true});
}

/// A standard normal deviate.
float deviate(std::uint32_t week, std::uint32_t world, std::uint32_t column, std::int64_t person) {
  const auto w = philox({static_cast<std::uint32_t>(person), world, week, column}, {0x5A, 1});
  Lanes<float, 1> first, second;
  normals_from<1>(w[0], w[1], first, second);
  return first.lane(0);
}

enum class Kind { normal, ties, far, one_style, nobody_coupled, constant, leaping, not_a_number };
constexpr Kind kinds[] = {Kind::normal,         Kind::ties,     Kind::far,     Kind::one_style,
                          Kind::nobody_coupled, Kind::constant, Kind::leaping, Kind::not_a_number};

float value_of(Kind kind, std::uint32_t week, std::uint32_t world, std::uint32_t column,
               std::int64_t person) {
  const float own = deviate(0, world / 2, column, person), now = deviate(week, world, column, person);
  const float usual = own + .1f * now + .01f * static_cast<float>(week * world);
  switch (kind) {
  case Kind::ties:
    return std::round(2 * usual) / 2;
  case Kind::far:
    return person % 5 == 0 ? 40 * usual : person % 997 == 3 ? 1e30f * now : usual;
  case Kind::one_style:
    return column < 2 ? -std::abs(usual) : usual;
  case Kind::constant:
    return column == 3 ? 1.25f : -0.0f;
  case Kind::leaping:
    return usual + (week % 2 == 0 ? 0.0f : 3.0f);
  case Kind::not_a_number:
    return person == 7 && world % 2 == 1 && column == 3 ? std::numeric_limits<float>::quiet_NaN() : usual;
  default:
    return usual;
  }
}

template <class T>
void place(Ensemble<float>& e, int column, int world, const std::vector<T>& values) {
  e.place(Entity::person, column, world, 0, std::as_bytes(std::span(values)));
}

void place_week(Ensemble<float>& e, Kind kind, std::uint32_t week) {
  const auto persons = static_cast<std::size_t>(e.persons());
  const auto outcomes = a::model().declaration->outcomes;
  for (int w = 0; w < e.worlds(); ++w) {
    const auto world = static_cast<std::uint32_t>(w);
    for (std::size_t o = 0; o < outcomes.size(); ++o) {
      std::vector<float> x(persons);
      for (std::size_t i = 0; i < persons; ++i)
        x[i] = value_of(kind, week, world, static_cast<std::uint32_t>(o), static_cast<std::int64_t>(i));
      place(e, outcomes[o].column, w, x);
    }
    std::vector<std::int32_t> tie(persons, -1);
    std::vector<float> event(persons);
    for (std::size_t i = 0; i < persons; ++i) {
      const float luck = deviate(week, world, 77, static_cast<std::int64_t>(i));
      if (luck > .2f && kind != Kind::nobody_coupled) tie[i] = 0;
      event[i] = luck > 2 ? 2.0f : luck < -2 ? 1.0f : 0.0f;
    }
    place(e, a::partner_tie.index, w, tie);
    place(e, a::bond_event.index, w, event);
  }
}

/// One world's frame, one person at a time, for everybody and every style.
PopulationFrame plain_frame(const Ensemble<float>& e, int world) {
  const ModelDeclaration& model = *a::model().declaration;
  const auto style = quadrants(e, world);
  PopulationFrame frame;
  for (auto* counts : {&frame.persons, &frame.coupled, &frame.broke, &frame.formed}) counts->assign(5, 0);
  const auto bond = e.person_index(a::partner_tie.index);
  for (std::int64_t i = 0; i < e.persons(); ++i)
    for (const std::size_t g : {std::size_t{0}, std::size_t{1} + style[static_cast<std::size_t>(i)]}) {
      ++frame.persons[g];
      frame.coupled[g] += bond(i, world) >= 0 ? 1 : 0;
      frame.broke[g] += e.person(a::bond_event.index)(i, world) == 1.0f ? 1 : 0;
      frame.formed[g] += e.person(a::bond_event.index)(i, world) == 2.0f ? 1 : 0;
    }
  for (const OutcomeDeclaration& outcome : model.outcomes) {
    double n[5] = {}, sum[5] = {}, squares[5] = {};
    GroupedQuantiles sorted(4);
    for (std::int64_t i = 0; i < e.persons(); ++i) {
      if (outcome.among_coupled && bond(i, world) < 0) continue;
      const float value = e.person(outcome.column)(i, world);
      const auto x = static_cast<double>(value);
      const std::size_t s = style[static_cast<std::size_t>(i)];
      sorted.add(value, s);
      for (const std::size_t g : {std::size_t{0}, 1 + s}) n[g] += 1, sum[g] += x, squares[g] += x * x;
    }
    const auto q = sorted.of_everybody_and_groups(recorded_quantiles);
    std::vector<Moments> moments(5);
    for (std::size_t g = 0; g < 5; ++g) {
      const double mean = n[g] > 0 ? sum[g] / n[g] : std::nan("");
      moments[g].mean = mean;
      moments[g].sd =
          n[g] > 1 ? std::sqrt(std::max(0.0, (squares[g] - n[g] * mean * mean) / (n[g] - 1))) : std::nan("");
      std::copy(q[g].begin(), q[g].end(), moments[g].quantile.begin());
    }
    frame.outcome.push_back(moments);
  }
  return frame;
}

bool same(double x, double y) { return support::same_bits(x, y) || (std::isnan(x) && std::isnan(y)); }

/// @return numbers that differ between two frames
int differences(const PopulationFrame& x, const PopulationFrame& y) {
  int differ = (x.persons != y.persons ? 1 : 0) + (x.coupled != y.coupled ? 1 : 0) +
               (x.broke != y.broke ? 1 : 0) + (x.formed != y.formed ? 1 : 0);
  if (x.outcome.size() != y.outcome.size()) return 1000;
  for (std::size_t o = 0; o < x.outcome.size(); ++o) {
    if (x.outcome[o].size() != y.outcome[o].size()) return 1000;
    for (std::size_t g = 0; g < x.outcome[o].size(); ++g) {
      const Moments &m = x.outcome[o][g], &n = y.outcome[o][g];
      differ += (same(m.mean, n.mean) ? 0 : 1) + (same(m.sd, n.sd) ? 0 : 1);
      for (std::size_t k = 0; k < m.quantile.size(); ++k)
        differ += same(m.quantile[k], n.quantile[k]) ? 0 : 1;
    }
  }
  return differ;
}

constexpr InstructionSet sets[] = {InstructionSet::v2, InstructionSet::v3, InstructionSet::v4};

/// Some weeks of one kind of values, on every instruction set that the machine has.
int differing(const Society& society, int width, int worlds, Kind kind, std::uint32_t weeks) {
  auto e = ensemble_of(society, width, worlds);
  std::vector<Summariser> summarisers;
  for (const InstructionSet isa : sets)
    if (machine_has(isa)) summarisers.emplace_back(summary_kernel(isa));
  int differ = 0;
  for (std::uint32_t week = 0; week < weeks; ++week) {
    place_week(e, kind, week);
    std::vector<std::vector<PopulationFrame>> got;
    for (Summariser& summariser : summarisers) got.push_back(summariser.frames(e));
    for (int w = 0; w < worlds; ++w) {
      const PopulationFrame wanted = plain_frame(e, w);
      for (const auto& frames : got) differ += differences(frames[static_cast<std::size_t>(w)], wanted);
    }
  }
  return differ;
}

}  // namespace

TEST_CASE("summaries of every width and instruction set are those of one person at a time, to the bit") {
  const Society society = society_of(1037);
  for (const int width : {1, 2, 4, 8, 16})
    for (const Kind kind : kinds) {
      INFO("width " << width << ", kind " << static_cast<int>(kind));
      CHECK(differing(society, width, width == 8 ? 7 : width == 4 ? 3 : width, kind, 4) == 0);
    }
}

TEST_CASE("summaries of a large society, whose windows are narrow, are those of one person at a time") {
  const Society society = society_of(10'007);
  for (const Kind kind : kinds) {
    INFO("kind " << static_cast<int>(kind));
    CHECK(differing(society, 2, 2, kind, 6) == 0);
  }
}

TEST_CASE("summaries of the smallest societies are those of one person at a time") {
  for (const std::int64_t persons : {2, 3, 17, 64, 129}) {
    const Society society = society_of(persons);
    for (const int width : {1, 8, 16}) {
      INFO(persons << " persons, width " << width);
      CHECK(differing(society, width, width, Kind::normal, 3) == 0);
    }
  }
}

TEST_CASE(
    "worlds that share a lane have the summaries they have in lanes of their own, also when they part") {
  const Society society = society_of(300);
  auto e = ensemble_of(society, 4, 3, 5);
  Summariser summariser;
  REQUIRE(e.lanes() == 1);
  for (int t = 0; t < 8; ++t) {
    e.advance();
    if (t == 6) place_week(e, Kind::normal, 1);
    const auto frames = summariser.frames(e);
    for (int w = 0; w < 3; ++w) {
      INFO("week " << t << ", world " << w << ", lanes " << e.lanes());
      CHECK(differences(frames[static_cast<std::size_t>(w)], plain_frame(e, w)) == 0);
    }
  }
  CHECK(e.lanes() == 4);
}

TEST_CASE("negative control: one value in the middle that moves by one last place is seen") {
  const Society society = society_of(1037);
  auto e = ensemble_of(society, 8, 8);
  place_week(e, Kind::normal, 1);
  Summariser summariser;
  const PopulationFrame before = summariser.frames(e)[3];
  CHECK(differences(before, plain_frame(e, 3)) == 0);
  std::vector<float> x;
  for (std::int64_t i = 0; i < e.persons(); ++i) x.push_back(e.person(a::self_compassion.index)(i, 3));
  std::vector<float> sorted = x;
  std::nth_element(sorted.begin(), sorted.begin() + 518, sorted.end());
  const auto middle = std::find(x.begin(), x.end(), sorted[518]);
  *middle = std::nextafter(*middle, 1e30f);
  place(e, a::self_compassion.index, 3, x);
  CHECK(differences(before, plain_frame(e, 3)) > 0);
  CHECK(differences(before, summariser.frames(e)[3]) > 0);
  CHECK(differences(summariser.frames(e)[3], plain_frame(e, 3)) == 0);
}

TEST_CASE("quantiles at once are those of sorted values, for any spread, on every instruction set") {
  for (const InstructionSet isa : sets) {
    if (!machine_has(isa)) continue;
    for (std::uint32_t number = 0; number < 120; ++number) {
      const int n =
          static_cast<int>(philox({number, 0, 0, 3}, {1, 2})[0] % 5000u) / (number % 3 == 0 ? 50 : 1);
      std::vector<float> x;
      for (int i = 0; i < n; ++i) {
        const float z = deviate(number, 0, 9, i);
        x.push_back(number % 4 == 0   ? std::round(z)
                    : number % 4 == 1 ? std::exp(20 * z)
                    : number % 4 == 2 ? (i % 3 == 0 ? 5.0f : z)
                                      : z);
      }
      std::vector<float> values = x, other(x.size() + most_words), rest(x.size() + most_words);
      values.resize(x.size() + most_words);
      std::vector<double> got(recorded_quantiles.size());
      quantiles_at_once(summary_kernel(isa), values.data(), other.data(), rest.data(), n, recorded_quantiles,
                        got);
      INFO("case " << number << ", " << n << " values");
      for (std::size_t k = 0; k < got.size(); ++k)
        CHECK(support::same(got[k], support::brute_force_quantile(x, recorded_quantiles[k])));
    }
  }
}

namespace {

using SpellFields = std::vector<std::int32_t>;
SpellFields fields_of(const std::vector<Spell>& spells) {
  SpellFields all;
  for (const Spell& s : spells)
    all.insert(all.end(), {s.tail, s.head, s.onset, s.terminus, s.censored, s.kind});
  return all;
}

}  // namespace

TEST_CASE("keepers that are shown what is new tell the spells of keepers that look at everybody every week") {
  const auto isa = GENERATE(InstructionSet::v2, InstructionSet::v3, InstructionSet::v4);
  if (!machine_has(isa)) SKIP("this machine lacks the instruction set");
  const Society society = society_of(300);
  World loose{support::hypothesis("remediation"), {}};
  loose.parameters[static_cast<std::size_t>(a::hazard_early.index)] = .08;
  loose.parameters[static_cast<std::size_t>(a::commitment_rate.index)] = .05;
  loose.parameters[static_cast<std::size_t>(a::commitment_earliest.index)] = 10;
  const std::vector<World> worlds{{support::hypothesis("none"), {}}, loose, loose};
  Ensemble<float> e(
      {&a::model(), &society, noise_key(Seed{78}, 0, 0), 40, 4, worlds, a::model().phase_table[0], true});
  std::vector<SpellKeeper> together, everybody;
  BondWatch watch(summary_kernel(isa));
  for (int w = 0; w < 3; ++w) together.emplace_back(e, w), everybody.emplace_back(e, w);
  std::size_t commitments = 0;
  for (int t = 0; t < 300; ++t) {
    e.advance();
    watch.observe(together, e);
    for (SpellKeeper& keeper : everybody) keeper.observe(e);
    if (t == 100) watch.forget();
    for (std::size_t w = 0; w < 3; ++w) {
      const std::vector<Spell> got = together[w].take();
      commitments += static_cast<std::size_t>(
          std::count_if(got.begin(), got.end(), [](const Spell& s) { return s.kind == 1; }));
      REQUIRE(fields_of(got) == fields_of(everybody[w].take()));
    }
  }
  CHECK(commitments > 10);
  for (std::size_t w = 0; w < 3; ++w)
    CHECK(fields_of(together[w].close(260)) == fields_of(everybody[w].close(260)));
}
