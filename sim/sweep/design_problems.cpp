#include <fmt/format.h>

#include <set>

#include "sim/sweep/design.hpp"
#include "sim/sweep/sequences.hpp"

namespace kindred::sweep {
namespace {

struct Findings {
  const DesignPlan& plan;
  std::vector<Problem> problems;

  void refuse(const Written& at, std::string message) {
    problems.push_back({at.file, at.line, at.column, std::move(message)});
  }
  void refuse_plan(std::string message) { refuse(plan.written, "sweep." + message); }
  void refuse_factor(const Factor& factor, const std::string& message) {
    refuse(factor.written, fmt::format("sweep.parameters.{}: {}", factor.path, message));
  }
};

bool has_levels(DesignKind kind) { return kind == DesignKind::grid || kind == DesignKind::star; }

void check_factor(Findings& found, const Factor& factor) {
  if (const auto problem = prior_problem(factor.prior)) return found.refuse_factor(factor, *problem);
  const DesignKind kind = found.plan.kind;
  const auto listed = listed_values(factor.prior);
  if (has_levels(kind)) {
    if (factor.levels < 0) found.refuse_factor(factor, fmt::format("levels: {} is below 1", factor.levels));
    else if (factor.levels == 0 && !listed)
      found.refuse_factor(factor, "levels: say how many, its values cannot be listed");
    else if (listed && factor.levels > *listed)
      found.refuse_factor(factor, fmt::format("levels: {} of only {} value(s)", factor.levels, *listed));
  }
  if (kind == DesignKind::star && !(factor.centre >= 0 && factor.centre < 1))
    found.refuse_factor(factor, fmt::format("centre: {} is outside [0, 1)", factor.centre));
  if (kind == DesignKind::morris && !is_bounded(factor.prior))
    found.refuse_factor(factor,
                        "a Morris design visits both ends of the range: cut the prior to [low, high]");
}

void check_factors(Findings& found) {
  std::set<std::string> paths;
  for (const Factor& factor : found.plan.factors) {
    if (!paths.insert(factor.path).second) found.refuse_factor(factor, "is declared twice");
    check_factor(found, factor);
  }
  if (!has_levels(found.plan.kind)) return;
  for (const Axis& axis : axes_of(found.plan)) {
    const auto levels = [&](int f) {
      const Factor& factor = found.plan.factors[static_cast<std::size_t>(f)];
      return factor.levels > 0 ? factor.levels : listed_values(factor.prior).value_or(0);
    };
    for (const int f : axis.factors)
      if (levels(f) != levels(axis.factors.front()))
        found.refuse_factor(
            found.plan.factors[static_cast<std::size_t>(f)],
            fmt::format("{} level(s), but {} has {}: factors that move together ('{}') have equally many",
                        levels(f), found.plan.factors[static_cast<std::size_t>(axis.factors.front())].path,
                        levels(axis.factors.front()), axis.name));
  }
}

void check_sizes(Findings& found) {
  const DesignPlan& plan = found.plan;
  const std::size_t axes = axes_of(plan).size();
  const std::size_t dimensions = plan.kind == DesignKind::saltelli ? 2 * axes : axes;
  const bool is_sequence = plan.kind == DesignKind::sobol || plan.kind == DesignKind::saltelli;
  const std::int64_t least = plan.kind == DesignKind::morris || plan.kind == DesignKind::saltelli ? 2 : 1;
  if (is_sequence && dimensions > most_sobol_dimensions())
    found.refuse_plan(fmt::format("parameters: {} dimensions; the Sobol' sequence has {}", dimensions,
                                  most_sobol_dimensions()));
  if (!has_levels(plan.kind) && plan.n < least)
    found.refuse_plan(fmt::format("points: {} is below {}", plan.n, least));
  if (plan.kind == DesignKind::latin_hypercube && plan.n > largest_latin_hypercube)
    found.refuse_plan(fmt::format("points: {} is above {}, the most for a Latin hypercube", plan.n,
                                  largest_latin_hypercube));
  if (plan.kind == DesignKind::morris && !(plan.morris_levels >= 2 && plan.morris_levels % 2 == 0))
    found.refuse_plan(
        fmt::format("levels: {} is not an even number from 2: only then do steps of half the levels "
                    "visit each equally often (Morris 1991)",
                    plan.morris_levels));
  if (found.problems.empty() && point_count(plan) > most_points)
    found.refuse_plan(fmt::format("design: more than {} points", most_points));
}

void check_list(Findings& found) {
  if (!found.plan.factors.empty())
    found.refuse_plan("parameters: a list names its factors in its header; remove them here");
  if (found.plan.rows.rows.empty()) found.refuse_plan("design: a list without rows");
}

}  // namespace

std::vector<Problem> design_problems(const DesignPlan& plan) {
  Findings found{plan, {}};
  if (plan.kind == DesignKind::list) {
    check_list(found);
  } else {
    if (plan.factors.empty()) found.refuse_plan("parameters: a design varies at least one");
    check_factors(found);
    check_sizes(found);
  }
  return std::move(found.problems);
}

}  // namespace kindred::sweep
