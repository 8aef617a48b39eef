#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

TEST_CASE("who takes the number of acquaintances and communities by number") {
  const Desk desk;
  const auto who = [&](const std::string& text) {
    const Plan plan = desk.read(with_use(watering + "who: " + text));
    CHECK(reads_back(desk, plan));
    return plan.arms.at(0).programmes.at(0).who;
  };
  const auto both = who("{community: [3, 0], acquaintances: {above: 20, below: 40}, leaf: {above: 0}}");
  REQUIRE(both.size() == 3);
  CHECK(same(both[0], {Condition::Kind::column, 0, 0.0, {}, {}}));
  CHECK(same(both[1], {Condition::Kind::acquaintances, 0, 20.0, 40.0, {}}));
  CHECK(same(both[2], {Condition::Kind::community, 0, {}, {}, {0, 3}}));
  CHECK(same(who("{community: 7}").at(0), {Condition::Kind::community, 0, {}, {}, {7}}));

  const auto problems = [&](const std::string& text) {
    return desk.problems(with_use(watering + "who: " + text));
  };
  const std::string at = "x.yaml:8:";
  const std::string path = ": arms.course.0.who.";
  CHECK(problems("{acquaintances: 20}") ==
        at + "65" + path + "acquaintances: expected bounds such as {above: 0.5} or {below: 0}, found '20'");
  CHECK(problems("{acquaintances: {above: 100001}}") ==
        at + "73" + path + "acquaintances.above: 100001 is outside [0, 100000] persons");
  CHECK(problems("{acquaintences: {above: 1}}") ==
        at + "50" + path + "acquaintences: nothing to select people by; did you mean 'acquaintances'?");
  CHECK(problems("{community: 8}") ==
        at + "61" + path +
            "community: 8 is beyond the last community, 7 (1000 persons in communities of 128, "
            "numbered from 0)");
  CHECK(problems("{community: [1, -1, 1, 2.5]}") ==
        at + "65" + path + "community.1: -1 is outside [0, 1000000]\n" + at + "69" + path +
            "community.2: 1 is written twice; keep one\n" + at + "72" + path +
            "community.3: '2.5' is not a plain whole number; write digits only, such as 1000");
  CHECK(problems("{community: []}") ==
        at + "61" + path + "community: the list is empty; write numbers of communities, such as [0, 3]");
}

TEST_CASE("using a programme twice on the same people is noted, on others it is not") {
  const Desk desk;
  const auto notes = [&](const std::string& first, const std::string& second) {
    return desk
        .read(head + model_line + "arms:\n  course:\n    - {programme: watering, start: 1 week, " + first +
              "}\n    - {programme: watering, start: 1 week, " + second + "}\n")
        .notes;
  };
  const std::vector<std::string> twice{
      "arm 'course', programme 'watering': used twice in week 1 with the same luck, so the same people are "
      "treated twice; keep one use, or give one a group of its own"};
  CHECK(notes("share: 0.2", "share: 0.3") == twice);
  CHECK(notes("who: {leaf: {above: 0}}", "who: {leaf: {above: 1}}") == twice);
  CHECK(notes("share: 0.2", "share: 0.2, group: g").empty());
  CHECK(notes("who: {leaf: {above: 0}}", "who: {leaf: {below: 0}}").empty());
  CHECK(notes("who: {shape: leafy}", "who: {shape: [rooty, large]}").empty());
  CHECK(notes("who: {community: 1}", "who: {community: [1, 2]}") == twice);
  CHECK(notes("allocation: {kind: person, person: 1}", "allocation: {kind: person, person: 2}").empty());
  const std::string step = "allocation: {kind: stepped-wedge, steps: 3, step: ";
  CHECK(notes(step + "1}", step + "2}").empty());
  CHECK(notes(step + "2}", step + "2}") == twice);
}
