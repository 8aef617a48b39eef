// The printed schedule is true: a phase writes only what it declares, reads only what it declares, of
// its neighbours only their declared columns, and a block writes only its own rows.
#include <catch2/catch_test_macros.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/attachment/model.hpp"
#include "models/attachment/names.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "tests/support/hypotheses.hpp"
#include "tests/unit/phase_bench.hpp"

using namespace kindred;
using support::declared;
using support::equal_rows;
using support::PhaseBench;
using support::PhaseState;
namespace a = kindred::attachment;

namespace {

constexpr int burn_in = 10, weeks = 50;

/// A lively world: every path has a weight, bonds form, commit and break within weeks, a course is running.
World lively(double variation) {
  ProgrammePlan course;
  course.start = weeks - burn_in - 4;
  course.weeks = 30;
  course.dose = {.1, .1, .1, .1, .1, .05, .06};
  course.adherence_exponent = .25;
  course.drop_out = .02;
  course.maintained = .5;
  course.share = .6;
  World world{support::hypothesis("relational"), {course}};
  const auto set = [&](Parameter p, double value) {
    world.parameters[static_cast<std::size_t>(p.index)] = value;
  };
  for (const Parameter p :
       {a::self_soothing, a::self_validation, a::gentle_awareness, a::safe_base, a::internal_security_anxiety,
        a::internal_security_avoidance, a::anxiety_on_self_compassion, a::avoidance_on_self_compassion,
        a::self_compassion_on_quality, a::distress_on_quality, a::distress_on_responsiveness,
        a::reflection_on_consolidation})
    set(p, .1 + variation);
  set(a::hazard_early, .3);
  set(a::hazard_committed, .02);
  set(a::dating_availability, .5);
  set(a::commitment_rate, .2);
  set(a::commitment_earliest, 2);
  set(a::compatibility_skew, 2 + variation);
  return world;
}

/// Widths, each with an instruction set.
std::vector<std::pair<int, InstructionSet>> cases() {
  const InstructionSet best = instruction_set_in_use();
  return {{1, best}, {2, best}, {4, InstructionSet::v2}, {16, best}};
}

Society society_of(std::int64_t persons) {
  SocietyPlan plan;
  plan.persons = persons;
  return make_society(plan, Seed{5}, 0);
}

/// An ensemble that is 50 weeks old.
Ensemble<float> started(const Society& society, const std::vector<World>& worlds, PhaseTable phases) {
  Ensemble<float> e({&a::model(), &society, noise_key(Seed{5}, 0, 0), burn_in,
                     static_cast<int>(worlds.size()), worlds, phases, false});
  for (int t = 0; t < weeks; ++t) e.advance();
  return e;
}

/// Names of person and tie columns that differ between two states, in any row including the padding.
std::vector<std::string> changed_columns(const PhaseBench& bench, const PhaseState& x, const PhaseState& y,
                                         std::span<const int> except, std::span<const int> except_ties) {
  std::vector<std::string> names;
  for (std::size_t c = 0; c < x.person.size(); ++c)
    if (!declared(except, c) && x.person[c] != y.person[c])
      names.emplace_back(bench.model().person_columns[c].name);
  for (std::size_t c = 0; c < x.tie.size(); ++c)
    if (!declared(except_ties, c) && x.tie[c] != y.tie[c])
      names.emplace_back(bench.model().tie_columns[c].name);
  return names;
}

/// Written columns in which two states differ, over the persons and ties there are.
std::vector<std::string> differing_results(const PhaseBench& bench, const PhaseDeclaration& phase,
                                           const PhaseState& x, const PhaseState& y) {
  std::vector<std::string> names;
  for (const int column : phase.writes) {
    const auto c = static_cast<std::size_t>(column);
    if (!equal_rows(x.person[c], y.person[c], bench.per_row(column), 0, bench.persons()))
      names.emplace_back(bench.model().person_columns[c].name);
  }
  for (const int column : phase.writes_ties) {
    const auto c = static_cast<std::size_t>(column);
    if (!equal_rows(x.tie[c], y.tie[c], bench.per_tie(column), 0, ties_of(bench.graph())))
      names.emplace_back(bench.model().tie_columns[c].name);
  }
  return names;
}

/// Walks a week phase by phase: visit(phase number, declaration, state before, state after).
template <class F>
PhaseState walk_week(const PhaseBench& bench, F visit) {
  PhaseState before = bench.state();
  for (std::size_t p = 0; p < bench.model().phases.size(); ++p) {
    if (bench.model().phases[p].at_start) continue;
    PhaseState after = before;
    bench.run(static_cast<int>(p), after);
    visit(static_cast<int>(p), bench.model().phases[p], before, after);
    before = std::move(after);
  }
  return before;
}

/// f(bench, ensemble) for every width and instruction set.
template <class F>
void on_every_bench(F f) {
  const Society society = society_of(300);
  for (const auto& [width, isa] : cases()) {
    const PhaseTable phases = a::model().phase_table[static_cast<std::size_t>(isa)];
    std::vector<World> worlds;
    for (int w = 0; w < width; ++w) worlds.push_back(lively(.01 * w));
    auto ensemble = started(society, worlds, phases);
    const PhaseBench bench(ensemble, worlds, burn_in, phases);
    INFO("width " << width << ", " << name_of(isa));
    f(bench, ensemble);
  }
}

}  // namespace

TEST_CASE("a week run phase by phase on copies is the week the engine runs, bit for bit") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>& ensemble) {
    const PhaseState done = walk_week(bench, [](auto&&...) {});
    ensemble.advance();
    const PhaseState wanted = bench.state();
    CHECK(changed_columns(bench, done, wanted, {}, {}).empty());
    CHECK(done.enrolled == wanted.enrolled);
  });
}

TEST_CASE("a phase writes no column that it does not declare") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    walk_week(bench,
              [&](int, const PhaseDeclaration& phase, const PhaseState& before, const PhaseState& after) {
                INFO("phase " << phase.name);
                CHECK(changed_columns(bench, before, after, phase.writes, phase.writes_ties).empty());
                // control: without its declaration the same phase would be caught
                CHECK(!changed_columns(bench, before, after, {}, {}).empty());
              });
  });
}

TEST_CASE("the phases of the start write every declared column from nothing, and no other") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    const PhaseState before = bench.state();
    PhaseState after = before, spoilt = before;
    for (std::size_t c = 0; c < spoilt.person.size(); ++c) bench.spoil_person(spoilt, c, 0, bench.persons());
    for (std::size_t c = 0; c < spoilt.tie.size(); ++c) bench.spoil_tie(spoilt, c);
    for (std::size_t p = 0; p < bench.model().phases.size(); ++p) {
      const PhaseDeclaration& phase = bench.model().phases[p];
      if (!phase.at_start) continue;
      const PhaseState untouched = after;
      bench.run(static_cast<int>(p), after);
      bench.run(static_cast<int>(p), spoilt);
      INFO("phase " << phase.name);
      CHECK(changed_columns(bench, untouched, after, phase.writes, phase.writes_ties).empty());
      CHECK(differing_results(bench, phase, after, spoilt).empty());
    }
  });
}

TEST_CASE("a phase reads no column that it does not declare: spoilt columns change nothing") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    walk_week(bench,
              [&](int p, const PhaseDeclaration& phase, const PhaseState& before, const PhaseState& after) {
                PhaseState spoilt = before;
                for (std::size_t c = 0; c < spoilt.person.size(); ++c)
                  if (!declared(phase.reads_own, c) && !declared(phase.reads_neighbours, c))
                    bench.spoil_person(spoilt, c, 0, bench.persons());
                for (std::size_t c = 0; c < spoilt.tie.size(); ++c)
                  if (!declared(phase.reads_ties, c)) bench.spoil_tie(spoilt, c);
                bench.run(p, spoilt);
                INFO("phase " << phase.name);
                CHECK(differing_results(bench, phase, after, spoilt).empty());
              });
  });
}

TEST_CASE("every column that a phase declares to read matters: spoiling it changes a result") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    walk_week(bench,
              [&](int p, const PhaseDeclaration& phase, const PhaseState& before, const PhaseState& after) {
                const auto matters = [&](auto spoil_it) {
                  PhaseState spoilt = before;
                  spoil_it(spoilt);
                  bench.run(p, spoilt);
                  return !differing_results(bench, phase, after, spoilt).empty();
                };
                for (std::size_t c = 0; c < before.person.size(); ++c) {
                  if (!declared(phase.reads_own, c) && !declared(phase.reads_neighbours, c)) continue;
                  INFO("phase " << phase.name << ", column " << bench.model().person_columns[c].name);
                  CHECK(matters([&](PhaseState& s) { bench.spoil_person(s, c, 0, bench.persons()); }));
                }
                for (const int c : phase.reads_ties) {
                  INFO("phase " << phase.name << ", column "
                                << bench.model().tie_columns[static_cast<std::size_t>(c)].name);
                  CHECK(matters([&](PhaseState& s) { bench.spoil_tie(s, static_cast<std::size_t>(c)); }));
                }
              });
  });
}

TEST_CASE("of other persons a phase reads only the declared columns, of the own row only its own") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    walk_week(
        bench, [&](int p, const PhaseDeclaration& phase, const PhaseState& before, const PhaseState& after) {
          if (phase.kind == PhaseDeclaration::Kind::tie) return;
          for (std::int64_t row = 3; row < bench.persons(); row += 9) {
            PhaseState spoilt = before;
            for (std::size_t c = 0; c < spoilt.person.size(); ++c) {
              if (!declared(phase.reads_neighbours, c)) {
                bench.spoil_person(spoilt, c, 0, row);
                bench.spoil_person(spoilt, c, row + 1, bench.persons());
              }
              if (!declared(phase.reads_own, c)) bench.spoil_person(spoilt, c, row, row + 1);
            }
            bench.run(p, spoilt);
            INFO("phase " << phase.name << ", person " << row);
            for (const int c : phase.writes)
              CHECK(equal_rows(after.person[static_cast<std::size_t>(c)],
                               spoilt.person[static_cast<std::size_t>(c)], bench.per_row(c), row, row + 1));
            for (const int c : phase.writes_ties)
              for (std::int64_t tie = 0; tie < ties_of(bench.graph()); ++tie)
                if (bench.graph().tie_low[static_cast<std::size_t>(tie)] == row)
                  CHECK(equal_rows(after.tie[static_cast<std::size_t>(c)],
                                   spoilt.tie[static_cast<std::size_t>(c)], bench.per_tie(c), tie, tie + 1));
          }
        });
  });
}

TEST_CASE(
    "control: every column declared of neighbours is read of them: spoiling it in others changes somebody") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    walk_week(bench,
              [&](int p, const PhaseDeclaration& phase, const PhaseState& before, const PhaseState& after) {
                if (phase.kind == PhaseDeclaration::Kind::tie) return;
                for (const int column : phase.reads_neighbours) {
                  bool matters = false;
                  for (std::int64_t row = 0; row < bench.persons() && !matters; ++row) {
                    PhaseState spoilt = before;
                    bench.spoil_person(spoilt, static_cast<std::size_t>(column), 0, row);
                    bench.spoil_person(spoilt, static_cast<std::size_t>(column), row + 1, bench.persons());
                    bench.run(p, spoilt);
                    for (const int c : phase.writes)
                      matters = matters || !equal_rows(after.person[static_cast<std::size_t>(c)],
                                                       spoilt.person[static_cast<std::size_t>(c)],
                                                       bench.per_row(c), row, row + 1);
                  }
                  INFO("phase " << phase.name << ", column "
                                << bench.model().person_columns[static_cast<std::size_t>(column)].name);
                  CHECK(matters);
                }
              });
  });
}

TEST_CASE("a block writes only its own rows, and only ties that a row of it owns") {
  on_every_bench([](const PhaseBench& bench, Ensemble<float>&) {
    walk_week(
        bench, [&](int p, const PhaseDeclaration& phase, const PhaseState& before, const PhaseState& after) {
          const bool ties = phase.kind == PhaseDeclaration::Kind::tie;
          const std::int64_t begin = ties ? ties_per_block : rows_per_block, end = 2 * begin;
          PhaseState block = before;
          bench.run(p, block, begin, end);
          INFO("phase " << phase.name);
          for (const int column : phase.writes) {
            const auto c = static_cast<std::size_t>(column);
            const std::int64_t n = bench.per_row(column);
            CHECK(equal_rows(before.person[c], block.person[c], n, 0, begin));
            CHECK(equal_rows(after.person[c], block.person[c], n, begin, end));
            CHECK(equal_rows(before.person[c], block.person[c], n, end, bench.persons()));
          }
          for (const int column : phase.writes_ties)
            for (std::int64_t tie = 0; tie < ties_of(bench.graph()); ++tie) {
              const std::int64_t owner = ties ? tie : bench.graph().tie_low[static_cast<std::size_t>(tie)];
              const bool inside = owner >= begin && owner < end;
              const auto c = static_cast<std::size_t>(column);
              REQUIRE(equal_rows((inside ? after : before).tie[c], block.tie[c], bench.per_tie(column), tie,
                                 tie + 1));
            }
        });
  });
}
