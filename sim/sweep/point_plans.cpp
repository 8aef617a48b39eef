#include "sim/sweep/point_plans.hpp"

#include <vector>

#include <fmt/format.h>

#include "sim/core/errors.hpp"
#include "sim/scenario/problems.hpp"

namespace kindred::sweep {
namespace {

/// Says of a problem which value is to blame, when one is.
Problem at_value(Problem problem, std::span<const std::pair<std::string, std::string>> overrides) {
  if (problem.file != scenario::command_line) return problem;
  for (const auto& [path, value] : overrides) {
    const bool inside = problem.message.compare(0, path.size(), path) == 0;
    const std::string rest = inside ? problem.message.substr(path.size()) : "";
    if (rest.empty() || (rest.front() != ':' && rest.front() != '.')) continue;
    return {"", 0, 0, fmt::format("{}={}{}", path, value, rest)};
  }
  return problem;
}

}  // namespace

Plan PointPlans::plan(std::span<const std::pair<std::string, std::string>> overrides) const {
  try {
    return scenario_.plan(overrides);
  } catch (const ConfigError& error) {
    std::vector<Problem> problems;
    for (const Problem& problem : error.problems()) problems.push_back(at_value(problem, overrides));
    throw ConfigError(std::move(problems));
  }
}

}  // namespace kindred::sweep
