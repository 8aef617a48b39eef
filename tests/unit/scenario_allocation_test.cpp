#include <string>
#include <vector>

#include <catch2/catch_test_macros.hpp>

#include "tests/unit/scenario_desk.hpp"

using namespace kindred;
using namespace kindred::desk;

namespace {

/// A scenario whose one use has an allocation; lines and columns count from `allocation:` on line 8.
std::string with_allocation(const std::string& allocation, const std::string& before = "") {
  return with_use(watering + before + "allocation: " + allocation);
}

/// The same on a network of 1000 persons of another kind.
std::string on_network(const std::string& network, std::string text) {
  const std::string plain = "society: {persons: 1000}";
  return text.replace(text.find(plain), plain.size(), "society: {persons: 1000, network: " + network + "}");
}

std::vector<ProgrammePlan> slots(const Desk& desk, const std::string& text) {
  return desk.read(text).arms.at(0).programmes;
}

}  // namespace

TEST_CASE("each kind of allocation gives the plan it says, and its resolved text the same plan") {
  const Desk desk;
  using Kind = Allocation::Kind;
  const auto read = [&](const std::string& allocation, const std::string& before = "") {
    const Plan plan = desk.read(with_allocation(allocation, before));
    INFO(plan.resolved);
    CHECK(reads_back(desk, plan));
    REQUIRE(plan.arms.at(0).programmes.size() == 1);
    return plan.arms.at(0).programmes.front();
  };
  CHECK(same(read("").allocation, Allocation{}));
  CHECK(same(read("{}").allocation, Allocation{}));
  CHECK(read("{kind: simple}", "share: 0.2, ").share == 0.2);

  const ProgrammePlan strata = read("{kind: stratified, strata: [partnered, shape, pot]}", "share: 0.5, ");
  CHECK(strata.allocation.kind == Kind::stratified);
  CHECK(strata.share == 0.5);
  CHECK(same(strata.allocation.strata, {{Condition::Kind::column, 3, {}, {}, {}},
                                        {Condition::Kind::quadrant, 0, {}, {}, {}},
                                        {Condition::Kind::coupled, 0, {}, {}, {}}}));

  const ProgrammePlan clusters = read("{kind: clusters, clusters: 0.5}");
  CHECK(clusters.allocation.kind == Kind::clusters);
  CHECK(clusters.allocation.unit == Allocation::Unit::communities);
  CHECK(clusters.allocation.clusters == 0.5);
  CHECK_FALSE(clusters.allocation.one_of_each);

  const ProgrammePlan couples = read("{kind: clusters, unit: couples, members: one, clusters: 1}");
  CHECK(couples.allocation.unit == Allocation::Unit::couples);
  CHECK(couples.allocation.one_of_each);

  const ProgrammePlan saturation = read("{kind: saturation, clusters: 0.5, otherwise: 0.1}", "share: 0.9, ");
  CHECK(saturation.allocation.kind == Kind::saturation);
  CHECK(saturation.allocation.clusters == 0.5);
  CHECK(saturation.allocation.otherwise == 0.1);
  CHECK(saturation.share == 0.9);
  CHECK(read("{kind: saturation, clusters: 0.5}").allocation.otherwise == 0);

  CHECK(read("{kind: everyone}").allocation.kind == Kind::everyone);
  const ProgrammePlan person = read("{kind: person, person: 999}");
  CHECK(person.allocation.kind == Kind::person);
  CHECK(person.allocation.person == 999);
  // Negative control: the comparison sees a difference in the allocation alone.
  CHECK_FALSE(same(desk.read(with_allocation("{kind: person, person: 999}")),
                   desk.read(with_allocation("{kind: person, person: 998}"))));
}

TEST_CASE("a use without an allocation leaves no word of one in the resolved scenario") {
  const Desk desk;
  CHECK(desk.read(with_use("programme: watering, start: 1 week")).resolved.find("allocation") ==
        std::string::npos);
  CHECK(desk.read(with_allocation("{kind: everyone}")).resolved.find("allocation: {kind: everyone}\n") !=
        std::string::npos);
}

TEST_CASE("a stepped wedge becomes one slot a step, each with its own start") {
  const Desk desk;
  const auto steps = slots(desk, with_use("programme: watering, start: 10 weeks, who: {by: score, age: "
                                          "{below: 40}}, group: g, allocation: {kind: stepped-wedge, steps: "
                                          "4, every: 8 weeks}"));
  REQUIRE(steps.size() == 4);
  for (int k = 0; k < 4; ++k) {
    const ProgrammePlan& slot = steps[static_cast<std::size_t>(k)];
    CHECK(slot.start == 10 + 8 * k);
    CHECK(slot.allocation.kind == Allocation::Kind::stepped_wedge);
    CHECK(slot.allocation.step == k);
    CHECK(slot.allocation.steps == 4);
    CHECK(slot.group == "g");
    CHECK(slot.who.size() == 1);
    CHECK(slot.name == "watering");
  }
  const auto single = slots(desk, with_allocation("{kind: stepped-wedge, steps: 4, step: 3}"));
  REQUIRE(single.size() == 1);
  CHECK(single[0].start == 1);
  CHECK(single[0].allocation.step == 2);
  CHECK(single[0].allocation.steps == 4);
}

TEST_CASE("a stepped wedge is the same plan when its resolved text is read, with its notes said once") {
  const Desk desk;
  const Plan plan = desk.read(with_use("programme: watering, start: 80 weeks, who: {by: score, age: "
                                       "{below: 40}}, allocation: {kind: stepped-wedge, steps: 3, "
                                       "every: 10 weeks}"));
  CHECK(reads_back(desk, plan));
  CHECK(plan.resolved.find("allocation: {kind: stepped-wedge, steps: 3, step: 2}\n") != std::string::npos);
  const std::string late = "arm 'course', programme 'watering': the course ends in week ";
  CHECK(plan.notes == std::vector<std::string>{
                          "arm 'course', programme 'watering': no instrument reads 'plant_age', so it is "
                          "judged on its own value although who says by: score",
                          late + "108, after the end of the run in week 104"});
}

TEST_CASE("every step of a stepped wedge starts inside the run and finds a community") {
  const Desk desk;
  const auto steps = [&](const std::string& rest) {
    return desk.problems(with_allocation("{kind: stepped-wedge, " + rest + "}"));
  };
  const std::string at = "x.yaml:8:";
  const std::string path = ": arms.course.0.allocation.";
  CHECK(steps("steps: 3, every: 51 weeks").empty());
  CHECK(steps("steps: 3, every: 1 year") ==
        at + "95" + path +
            "every: the start of step 3, week 105, is not before the end of the run, which "
            "lasts 2 years");
  CHECK(desk.problems(with_use("programme: watering, start: 2 years, allocation: {kind: stepped-wedge, "
                               "steps: 3, every: 1 year}")) ==
        at + "36: arms.course.0.start: 2 years is not before the end of the run, which lasts 2 years");
  CHECK(steps("steps: 9, every: 1 week") ==
        at + "85" + path +
            "steps: 9 steps need as many communities, and the network has 8; write fewer "
            "steps or a smaller society.network.block");
  CHECK(steps("steps: 53, every: 1 week") == at + "85" + path + "steps: 53 is outside [2, 52]");
  CHECK(steps("steps: 1, every: 1 week") == at + "85" + path + "steps: 1 is outside [2, 52]");
  CHECK(steps("steps: 4") ==
        at + "56" + path +
            "every: required but missing for the kind 'stepped-wedge' (time between the starts "
            "of two groups)");
  CHECK(steps("every: 4 weeks") ==
        at + "56" + path +
            "steps: required but missing for the kind 'stepped-wedge' (groups into which luck "
            "puts the communities)");
  CHECK(steps("steps: 4, step: 5") == at + "94" + path + "step: 5 is beyond the last of 4 steps");
  CHECK(steps("steps: 4, step: 0") == at + "94" + path + "step: 0 is outside [1, 52]");
  CHECK(steps("steps: 4, step: 2, every: 4 weeks") ==
        at + "97" + path +
            "every: with step the use is that one step, at its own start; leave out step or "
            "every");
}

TEST_CASE("keys of an allocation belong to kinds, and what a kind needs is asked for") {
  const Desk desk;
  const auto allocation = [&](const std::string& text, const std::string& before = "") {
    return desk.problems(with_allocation(text, before));
  };
  const std::string at = "x.yaml:8:";
  const std::string path = ": arms.course.0.allocation";
  CHECK(allocation("{kind: clustered}") ==
        at + "63" + path + ".kind: 'clustered' is not known; did you mean 'clusters'?");
  CHECK(allocation("everyone") ==
        at + "56" + path + ": expected a map such as {kind: everyone}, found 'everyone'");
  CHECK(allocation("{kind: everyone, strata: [shape], person: 3}") ==
        at + "73" + path + ".strata: does not belong to the kind 'everyone'; it belongs to stratified\n" +
            at + "90" + path + ".person: does not belong to the kind 'everyone'; it belongs to person");
  CHECK(allocation("{kind: stratified, clusters: 0.5, strata: [shape]}") ==
        at + "75" + path +
            ".clusters: does not belong to the kind 'stratified'; it belongs to clusters, "
            "saturation");
  CHECK(allocation("{kind: clusters, clusters: 0.5, otherwise: 0.1}") ==
        at + "88" + path + ".otherwise: does not belong to the kind 'clusters'; it belongs to saturation");
  CHECK(allocation("{steps: 4}") ==
        at + "57" + path + ".steps: does not belong to the kind 'simple'; it belongs to stepped-wedge");
  CHECK(allocation("{kind: saturation}") ==
        at + "56" + path +
            ".clusters: required but missing for the kind 'saturation' (share of the clusters "
            "that are chosen)");
  CHECK(allocation("{kind: clusters, clusters: 1.5}") ==
        at + "83" + path + ".clusters: 1.5 is outside [0, 1]");
  CHECK(allocation("{kind: saturation, clusters: 1, otherwise: -1}") ==
        at + "99" + path + ".otherwise: -1 is outside [0, 1]");
  CHECK(allocation("{kind: clusters, clusters: 1, members: one}") ==
        at + "95" + path + ".members: one of two is chosen only among couples; add unit: couples");
  CHECK(allocation("{kind: clusters, clusters: 1, unit: families}") ==
        at + "92" + path + ".unit: 'families' is not known; allowed here: communities, couples");
  CHECK(allocation("{kind: person}") ==
        at + "56" + path +
            ".person: required but missing for the kind 'person' (number of the person, from 0)");
  CHECK(allocation("{kind: person, person: 1000}") ==
        at + "79" + path + ".person: 1000 is beyond the last person, 999 (persons are numbered from 0)");
  CHECK(allocation("{kind: person, person: -1}") ==
        at + "79" + path + ".person: -1 is outside [0, 99999999]");
}

TEST_CASE("a share is written beside the allocation, and only where it has a meaning") {
  const Desk desk;
  const auto with_share = [&](const std::string& text) {
    return desk.problems(with_allocation(text, "share: 0.5, "));
  };
  const std::string at = "x.yaml:8:44: arms.course.0.share: does not go with the allocation ";
  CHECK(with_share("{kind: saturation, clusters: 0.5}").empty());
  CHECK(with_share("{kind: clusters, clusters: 0.5}") ==
        at +
            "'clusters': all who are eligible in a chosen cluster are treated; write allocation.clusters for "
            "the share of clusters, or the kind saturation for a share inside them");
  CHECK(with_share("{kind: stepped-wedge, steps: 2, every: 1 week}") ==
        at + "'stepped-wedge': all who are eligible are treated when their community's turn comes; write "
             "who: to treat fewer");
  CHECK(with_share("{kind: everyone}") ==
        at + "'everyone': all who are eligible are treated; for a share of them write the kind simple or "
             "stratified");
  CHECK(with_share("{kind: person, person: 3}") ==
        at +
            "'person': allocation.person alone is treated; for a share of the eligible write the kind simple "
            "or stratified");
  CHECK(desk.problems(with_allocation("{kind: simple, share: 0.2}")) ==
        "x.yaml:8:71: arms.course.0.allocation.share: stands beside allocation, in the use itself");
}

TEST_CASE("strata are styles, bonds, flags and codes, each once") {
  const Desk desk;
  const auto strata = [&](const std::string& text) {
    return desk.problems(with_allocation("{kind: stratified" + text + "}"));
  };
  const std::string at = "x.yaml:8:";
  const std::string path = ": arms.course.0.allocation.strata";
  CHECK(strata(", strata: [is_potted]").empty());
  CHECK(strata("") == at + "56" + path +
                          ": required but missing for the kind 'stratified' (what is equal "
                          "within a stratum: styles, partnered, flags and codes)");
  CHECK(strata(", strata: []") ==
        at + "83" + path + ": the list is empty; allowed here: pot, shape, partnered");
  CHECK(strata(", strata: shape") ==
        at + "83" + path + ": expected a list of names such as [a, b], found 'shape'");
  CHECK(strata(", strata: [leaf, vine_tie]") ==
        at + "84" + path +
            ".0: 'leaf' is measured on a scale or changes from week to week; use a style, a "
            "flag or a fixed code: pot, shape, partnered\n" +
            at + "90" + path +
            ".1: 'vine_tie' is measured on a scale or changes from week to week; use a "
            "style, a flag or a fixed code: pot, shape, partnered");
  CHECK(strata(", strata: [shap, pot, is_potted]") ==
        at + "84" + path + ".0: nothing to make strata of by the name 'shap'; did you mean 'shape'?\n" + at +
            "95" + path + ".2: 'is_potted' is listed twice; keep one");
}

TEST_CASE("communities are asked for only where the network may have them") {
  const Desk desk;
  const std::string none = ": a network of the kind 'erdos-renyi' has no communities; those of the kinds "
                           "community, blocks have, and a file may";
  const auto on = [&](const std::string& network, const std::string& text) {
    return desk.problems(on_network(network, text));
  };
  const std::string random = "{kind: erdos-renyi}";
  CHECK(on(random, with_use(watering + "who: {community: 3}")) ==
        "x.yaml:8:50: arms.course.0.who.community" + none);
  CHECK(on(random, with_allocation("{kind: clusters, clusters: 0.5}")) ==
        "x.yaml:8:63: arms.course.0.allocation.kind" + none);
  CHECK(on(random, with_allocation("{kind: saturation, clusters: 0.5, unit: communities}")) ==
        "x.yaml:8:96: arms.course.0.allocation.unit" + none);
  CHECK(on(random, with_allocation("{kind: stepped-wedge, steps: 2, every: 1 week}")) ==
        "x.yaml:8:63: arms.course.0.allocation.kind" + none);
  CHECK(on(random, with_allocation("{kind: clusters, unit: couples, clusters: 0.5}")).empty());
  CHECK(on("{kind: blocks}", with_allocation("{kind: clusters, clusters: 0.5}")).empty());
  // A kind that is wrong is said once and holds against nothing else.
  CHECK(on("{kind: erdos}", with_use(watering + "who: {community: 3}")) ==
        "x.yaml:4:42: society.network.kind: 'erdos' is not known; did you mean 'erdos-renyi'?");
  desk.write("ties.csv", "tail,head\n0,1\n");
  std::string from_file = with_use(watering + "who: {community: [7, 900]}");
  from_file.replace(from_file.find("{persons: 1000}"), 15, "{network: {kind: file, path: ties.csv}}");
  CHECK(desk.problems(from_file).empty());
}

TEST_CASE("a model without bonds has no couples to treat") {
  const Desk desk;
  desk.write("library/programmes/rest.yaml", "schema: 1\nprogramme: rest\nweeks: 2\n");
  const auto use_of = [&](const std::string& allocation) {
    return desk.problems(head +
                         "model: {stones: {}}\narms:\n  a:\n    - {programme: rest, start: 1 week, "
                         "allocation: " +
                         allocation + "}\n");
  };
  CHECK(use_of("{kind: everyone}").empty());
  CHECK(use_of("{kind: clusters, unit: couples, clusters: 1}") ==
        "x.yaml:8:75: arms.a.0.allocation.unit: the model 'stones' knows no couples; write communities");
  CHECK(use_of("{kind: stratified, strata: [partnered]}") ==
        "x.yaml:8:80: arms.a.0.allocation.strata.0: nothing to make strata of by the name 'partnered'; "
        "allowed here: nothing");
}
