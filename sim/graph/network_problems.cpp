#include "sim/graph/generators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace kindred::graph {
namespace {

using Kind = NetworkPlan::Kind;

void require(std::vector<Problem>& problems, bool holds, std::string message) {
  if (!holds) problems.push_back(Problem{.file = {}, .message = std::move(message)});
}

void check_kind(const NetworkPlan& plan, std::int64_t persons, std::vector<Problem>& problems) {
  const bool ring = plan.kind == Kind::community || plan.kind == Kind::watts_strogatz;
  const bool in_blocks = plan.kind == Kind::community || plan.kind == Kind::blocks;
  const int degree = plan.acquaintances;
  require(problems, !ring || degree % 2 == 0,
          fmt::format("society.network.acquaintances: {} is odd; a ring needs an even number", degree));
  require(problems, !ring || (plan.rewiring >= 0 && plan.rewiring <= 1),
          fmt::format("society.network.rewiring: {} is outside [0, 1]", plan.rewiring));
  require(problems, !in_blocks || plan.block >= 1,
          fmt::format("society.network.block: {} is not a positive number of persons", plan.block));
  require(problems, ring || degree < std::max<std::int64_t>(1, persons),
          fmt::format("society.network.acquaintances: {} others cannot be found among {} persons", degree,
                      persons));
  require(problems, plan.kind != Kind::scale_free || plan.exponent > 2,
          fmt::format("society.network.exponent: {} is not above 2", plan.exponent));
  if (plan.kind != Kind::blocks) return;
  require(problems, plan.within >= 0 && plan.within <= 1,
          fmt::format("society.network.within: {} is outside [0, 1]", plan.within));
  require(
      problems, persons > plan.block,
      fmt::format("society.network.block: {} persons do not fill a second block of {}", persons, plan.block));
  require(problems, plan.within * degree <= plan.block - 1,
          fmt::format("society.network.within: {} of {} acquaintances cannot be found in a block of {}",
                      plan.within, degree, plan.block));
  require(problems, (1 - plan.within) * degree <= static_cast<double>(persons - plan.block),
          fmt::format("society.network.within: {} of {} acquaintances cannot be found outside a block of {} "
                      "among {} persons",
                      1 - plan.within, degree, plan.block, persons));
}

}  // namespace

std::vector<Problem> network_problems(const NetworkPlan& plan, std::int64_t persons) {
  constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
  std::vector<Problem> problems;
  if (plan.kind == Kind::file) return problems;  // the file decides
  require(problems, persons >= 1 && persons < largest,
          fmt::format("society.persons: {} is outside [1, {}]", persons, largest - 1));
  require(problems, plan.acquaintances >= 0,
          fmt::format("society.network.acquaintances: {} is negative", plan.acquaintances));
  if (problems.empty()) {
    require(problems, persons * plan.acquaintances <= largest,
            fmt::format("society: {} persons with {} acquaintances make {} half-ties, above the limit of {}",
                        persons, plan.acquaintances, persons * plan.acquaintances, largest));
    check_kind(plan, persons, problems);
  }
  return problems;
}

}  // namespace kindred::graph
