#include "sim/record/finished_tasks.hpp"

#include <catch2/catch_test_macros.hpp>
#include <optional>

using namespace kindred;
using namespace kindred::record;

namespace {

Plan plan_of(int arms, int probes) {
  Plan plan{.title = "",
            .seed = Seed{1},
            .model = "",
            .society = {},
            .arms = std::vector<ArmPlan>(static_cast<std::size_t>(arms)),
            .record = {},
            .notes = {},
            .resolved = ""};
  plan.societies = 2;
  plan.probes.resize(static_cast<std::size_t>(probes), {ProbePlan::Kind::alone, 1, -1, {}});
  return plan;
}

/// Snapshots that tell whose they are.
std::vector<ArmSnapshots> marked(std::vector<std::uint8_t> marks) {
  std::vector<ArmSnapshots> worlds(marks.size());
  for (std::size_t w = 0; w < marks.size(); ++w) worlds[w].style = {marks[w]};
  return worlds;
}

using Marks = std::vector<std::vector<std::uint8_t>>;
Marks marks_of(const std::vector<ArmSnapshots>& worlds) {
  Marks marks;
  for (const ArmSnapshots& world : worlds) marks.push_back(world.style);
  return marks;
}

graph::AcquaintanceGraph one_tie() {
  graph::AcquaintanceGraph graph;
  graph.tie_low = {0};
  graph.tie_high = {1};
  return graph;
}

}  // namespace

TEST_CASE("what effects are computed from holds every world of the replicate, in any order of tasks") {
  const Plan plan = plan_of(3, 1);
  const graph::AcquaintanceGraph graph = one_tie();
  const Task first{0, 0, 0, 2, 2, false}, second{0, 0, 2, 1, 1, false}, probe{0, 0, 0, 1, 1, true};
  const Task other{1, 0, 0, 3, 4, false};
  for (const int last : {0, 1, 2}) {
    FinishedTasks tasks(plan, {first, second, probe, other}, true);
    std::optional<ReplicateSnapshots> whole;
    for (int k = 1; k <= 3; ++k) {
      CHECK_FALSE(whole.has_value());  // nothing is computed while a task is missing
      CHECK_FALSE(tasks.is_complete(0));
      const int which = (last + k) % 3;
      if (which == 0) whole = tasks.add(first, graph, {}, marked({10, 11}));
      if (which == 1) whole = tasks.add(second, graph, {}, marked({12}));
      if (which == 2) whole = tasks.add(probe, graph, {}, marked({20}));
    }
    REQUIRE(whole.has_value());
    CHECK(marks_of(whole->arms) == Marks{{10}, {11}, {12}});
    CHECK(marks_of(whole->probes) == Marks{{20}});
    CHECK(whole->tie_low == graph.tie_low);
    CHECK(whole->tie_high == graph.tie_high);
  }
}

TEST_CASE("a replicate is given once for its effects, and never when nothing is computed from it") {
  const Plan plan = plan_of(1, 0);
  const graph::AcquaintanceGraph graph = one_tie();
  const Task task{0, 0, 0, 1, 1, false}, other{1, 0, 0, 1, 1, false};
  FinishedTasks tasks(plan, {task, other}, true);
  REQUIRE(tasks.add(task, graph, {}, marked({7})).has_value());
  CHECK_FALSE(tasks.is_complete(0));  // being computed from
  CHECK_FALSE(tasks.take_complete(0, graph).has_value());
  tasks.filled(0);
  CHECK_FALSE(tasks.take_complete(0, graph).has_value());
  CHECK(tasks.add(other, graph, {}, marked({8})).has_value());  // the other replicate waited for its own

  FinishedTasks none(plan, {task, other}, false);
  CHECK_FALSE(none.add(task, graph, {}, marked({7})).has_value());
  CHECK_FALSE(none.take_complete(0, graph).has_value());
}
