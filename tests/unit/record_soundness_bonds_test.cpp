#include <catch2/catch_test_macros.hpp>
#include <string>
#include <vector>

#include "sim/record/soundness_bonds.hpp"
#include "sim/record/soundness_graph.hpp"

using namespace kindred::record;
using Lines = std::vector<std::string>;

namespace {

/// Faults of a table of ties, all of one society of ten persons.
Lines tie_faults(const std::vector<std::pair<std::int32_t, std::int32_t>>& ties) {
  Faults faults;
  TieCheck check("graph", 10, faults);
  for (std::size_t row = 0; row < ties.size(); ++row)
    check.add(static_cast<std::int64_t>(row), 0, ties[row].first, ties[row].second);
  return faults.lines();
}

const Ties graph{{0, 1}, {0, 2}, {1, 2}, {2, 3}};

SpellRow bond(std::int32_t tail, std::int32_t head, std::int32_t onset, std::int32_t terminus) {
  return {0, 0, tail, head, onset, terminus, false, true};
}

Lines spell_faults(const std::vector<SpellRow>& rows) {
  Faults faults;
  SpellCheck check(
      {"control"}, 20, [](std::int32_t, std::int32_t a, std::int32_t b) { return are_tied(graph, a, b); },
      faults);
  for (std::size_t row = 0; row < rows.size(); ++row) check.add(static_cast<std::int64_t>(row), rows[row]);
  check.finish();
  return faults.lines();
}

Lines partner_faults(const std::vector<std::int32_t>& partners) {
  Faults faults;
  check_partners("persons/partner", std::vector<std::int32_t>{1, 3, 5, 7}, partners, 9, "week 4", faults);
  return faults.lines();
}

}  // namespace

TEST_CASE("ties that ascend, each once, between persons there are, are sound") {
  CHECK(tie_faults({}).empty());
  CHECK(tie_faults({{0, 1}, {0, 9}, {3, 4}}).empty());
}

TEST_CASE("a self-loop, a repeated, reversed or misplaced tie and a person too many are told") {
  CHECK(tie_faults({{0, 1}, {2, 2}}) == Lines{"graph: row 1, society 0: person 2 is tied to itself"});
  CHECK(tie_faults({{0, 1}, {0, 1}}) == Lines{"graph: row 1, society 0: the tie of 0 and 1 is listed twice"});
  CHECK(tie_faults({{0, 1}, {3, 2}}) ==
        Lines{"graph: row 1, society 0: the tie of 3 and 2 stands higher person first, without its mate"});
  CHECK(tie_faults({{3, 4}, {0, 1}}) ==
        Lines{"graph: row 1, society 0: the tie of 0 and 1 stands behind that of 3 "
              "and 4; ties must ascend"});
  CHECK(tie_faults({{3, 10}}) ==
        Lines{"graph: row 0, society 0: person 10 does not exist; there are persons 0 to 9"});
}

TEST_CASE("a table that repeats the graph must hold each of its ties once in every world") {
  const auto faults_of = [](const Ties& first_world, std::int32_t arms) {
    Faults faults;
    RepeatedTies check("closeness", faults);
    std::int64_t row = 0;
    for (const auto& [tail, head] : first_world) check.add(row++, 0, 0, tail, head, graph);
    for (const auto& [tail, head] : graph) check.add(row++, 0, 1, tail, head, graph);
    check.finish(1, arms);
    return faults.lines();
  };
  CHECK(faults_of(graph, 2).empty());
  CHECK(faults_of({{0, 1}, {0, 2}, {1, 3}, {2, 3}}, 2) ==
        Lines{"closeness: row 2, replicate 0, arm 0: holds the tie of 1 and 3 where the graph has that of 1 "
              "and 2"});
  CHECK(faults_of({{0, 1}, {0, 2}, {1, 2}}, 2) ==
        Lines{"closeness: replicate 0, arm 0: lists 3 ties, the graph has 4"});
  CHECK(faults_of(graph, 3) == Lines{"closeness: lists the ties of 2 worlds; 1 replicates of 3 arms are 3"});
}

TEST_CASE("bonds one after the other, a commitment within one and a bond that outlasts the study are sound") {
  SpellRow commitment = bond(0, 2, 9, 14), last = bond(0, 1, 14, 20);
  commitment.bond = false;
  last.censored = true;
  CHECK(spell_faults({bond(0, 1, -3, 5), commitment, bond(0, 2, 5, 14), last}).empty());
}

TEST_CASE("two bonds at once, a spell backwards, strangers and a spell out of order are told") {
  const std::string row = "ties: row 1, arm 'control', replicate 0, ";
  CHECK(spell_faults({bond(0, 1, 1, 5), bond(0, 2, 4, 9)}) ==
        Lines{row +
              "bond of 0 and 2, weeks 4 to 9: person 0 is in a bond with 1 at the same time, weeks 1 to 5"});
  CHECK(spell_faults({bond(0, 1, 1, 5), bond(2, 3, 9, 8)}) ==
        Lines{row + "bond of 2 and 3, weeks 9 to 8: ends before it begins"});
  CHECK(spell_faults({bond(0, 1, 1, 5), bond(2, 3, 9, 9)}) ==
        Lines{row + "bond of 2 and 3, weeks 9 to 9: ends in the week in which it begins"});
  CHECK(spell_faults({bond(0, 1, 1, 5), bond(0, 3, 6, 9)}) ==
        Lines{row + "bond of 0 and 3, weeks 6 to 9: the graph has no tie between them"});
  CHECK(spell_faults({bond(0, 1, 1, 5), bond(2, 3, 1, 4)}) ==
        Lines{row + "bond of 2 and 3, weeks 1 to 4: stands behind a spell that ends in week 5"});
}

TEST_CASE("a bond said to outlast the study ends with it, and none may follow it") {
  SpellRow censored = bond(0, 1, 3, 19);
  censored.censored = true;
  CHECK(spell_faults({censored}) ==
        Lines{"ties: row 0, arm 'control', replicate 0, bond of 0 and 1, weeks 3 to 19: "
              "outlasts the study, yet ends before its last week, 20"});
  censored.terminus = 20;
  CHECK(spell_faults({censored}).empty());
  SpellRow late = bond(0, 2, 20, 20);
  late.censored = true;
  CHECK(spell_faults({censored, late}).size() == 1);
}

TEST_CASE("a commitment without the bond that spans it is told") {
  SpellRow commitment = bond(0, 1, 3, 9);
  commitment.bond = false;
  const Lines told{
      "ties: row 0, arm 'control', replicate 0, commitment of 0 and 1, weeks 3 to 9: no bond of theirs "
      "that spans it follows"};
  CHECK(spell_faults({commitment, bond(0, 1, 1, 9)}).empty());
  CHECK(spell_faults({commitment}) == told);
  CHECK(spell_faults({commitment, bond(0, 1, 4, 9)}) == told);
  CHECK(spell_faults({commitment, bond(0, 2, 1, 9)}) == told);
}

TEST_CASE("spells say how many persons have a partner in each week") {
  Faults faults;
  SpellCheck check({}, 20, {}, faults);
  check.add(0, bond(0, 1, 1, 5));
  check.add(1, {0, 0, 2, 3, 4, 20, true, true});
  CHECK(check.bonded(0, 0, 0) == 0);
  CHECK(check.bonded(0, 0, 1) == 2);
  CHECK(check.bonded(0, 0, 4) == 4);
  CHECK(check.bonded(0, 0, 5) == 2);
  CHECK(check.bonded(0, 0, 20) == 2);
  CHECK(check.bonded(0, 1, 4) == 0);
  CHECK(faults.none());
}

TEST_CASE("everybody is their partner's partner, as far as the panel knows them") {
  CHECK(partner_faults({3, 1, -1, 8}).empty());
  CHECK(partner_faults({3, -1, -1, -1}) ==
        Lines{"persons/partner: week 4, person 1: has partner 3, who has none"});
  CHECK(partner_faults({3, 5, 3, -1}) ==
        Lines{"persons/partner: week 4, person 1: has partner 3, whose partner is 5"});
  CHECK(partner_faults({1, -1, -1, -1}) == Lines{"persons/partner: week 4, person 1: is its own partner"});
  CHECK(
      partner_faults({9, -1, -1, -1}) ==
      Lines{
          "persons/partner: week 4, person 1: has partner 9, who does not exist; there are persons 0 to 8"});
}
