#include "sim/sweep/design.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sim/random/seeds.hpp"
#include "sim/sweep/sequences.hpp"

namespace kindred::sweep {
namespace {

constexpr std::array<std::string_view, 7> names_of_designs{"grid",   "list",     "lhs", "sobol",
                                                           "morris", "saltelli", "star"};

DesignLuck luck_of(const DesignPlan& plan) {
  return {key_of(plan.seed), stream_design + static_cast<std::uint32_t>(plan.kind)};
}

std::int64_t levels_of(const DesignPlan& plan, const Axis& axis) {
  const Factor& first = plan.factors.at(static_cast<std::size_t>(axis.factors.front()));
  return first.levels > 0 ? first.levels : listed_values(first.prior).value_or(0);
}

double level_position(std::int64_t level, std::int64_t levels) {
  return (static_cast<double>(level) + 0.5) / static_cast<double>(levels);
}

/// Rows of unit coordinates laid end to end become points.
void append_rows(Design& design, const std::vector<double>& units) {
  const std::size_t width = design.axes.size();
  for (std::size_t start = 0; start < units.size(); start += width) {
    const auto first = units.begin() + static_cast<std::ptrdiff_t>(start);
    const auto row = static_cast<std::int64_t>(design.points.size());
    design.points.push_back(
        {row, std::vector<double>(first, first + static_cast<std::ptrdiff_t>(width)), {}});
  }
}

void append_point(Design& design, std::vector<double> unit, Role role) {
  design.points.push_back({static_cast<std::int64_t>(design.points.size()), std::move(unit), role});
}

void make_grid(const DesignPlan& plan, Design& design) {
  const std::int64_t n = point_count(plan);
  for (std::int64_t row = 0; row < n; ++row) {
    std::vector<double> unit(design.axes.size());
    std::int64_t rest = row;
    for (std::size_t a = unit.size(); a-- > 0;) {
      const std::int64_t levels = levels_of(plan, design.axes[a]);
      unit[a] = level_position(rest % levels, levels);
      rest /= levels;
    }
    append_point(design, std::move(unit), {});
  }
}

/// The centre of listed values is one of them, so that its point is not made twice under two positions.
double centre_of(const DesignPlan& plan, const Axis& axis) {
  const Factor& first = plan.factors.at(static_cast<std::size_t>(axis.factors.front()));
  const auto listed = listed_values(first.prior);
  if (!listed) return first.centre;
  return level_position(static_cast<std::int64_t>(first.centre * static_cast<double>(*listed)), *listed);
}

/// Whether a level is the centre itself, whose point is already there.
bool is_centre(const DesignPlan& plan, const Axis& axis, std::int64_t level, std::int64_t levels) {
  const Factor& first = plan.factors.at(static_cast<std::size_t>(axis.factors.front()));
  const double centre = centre_of(plan, axis), position = level_position(level, levels);
  if (!listed_values(first.prior)) return position == centre;
  return value_at(first.prior, position).text == value_at(first.prior, centre).text;
}

void make_star(const DesignPlan& plan, Design& design) {
  std::vector<double> centre;
  for (const Axis& axis : design.axes) centre.push_back(centre_of(plan, axis));
  append_point(design, centre, {});
  for (std::size_t a = 0; a < design.axes.size(); ++a) {
    const std::int64_t levels = levels_of(plan, design.axes[a]);
    for (std::int64_t level = 0; level < levels; ++level) {
      if (is_centre(plan, design.axes[a], level, levels)) continue;
      std::vector<double> unit = centre;
      unit[a] = level_position(level, levels);
      append_point(design, std::move(unit), {.axis = static_cast<int>(a)});
    }
  }
}

/// A trajectory starts on one half of each axis' levels and ends on the other, in an order of its own.
/// Level k is k / (p - 1), so that levels k and k + p/2 are one step apart.
void make_morris(const DesignPlan& plan, Design& design) {
  const DesignLuck luck = luck_of(plan);
  const auto d = static_cast<std::uint32_t>(design.axes.size());
  const auto half = static_cast<std::uint32_t>(plan.morris_levels / 2);
  const auto position = [&](std::uint32_t level) {
    return level / static_cast<double>(plan.morris_levels - 1);
  };
  for (std::uint32_t t = 0; t < static_cast<std::uint32_t>(plan.n); ++t) {
    std::vector<double> unit(d), target(d);
    for (std::uint32_t a = 0; a < d; ++a) {
      const auto words = philox({t, a, 0, luck.stream}, luck.key);
      const std::uint32_t low = below(half, words[0]);
      const bool is_rising = words[1] >> 31 == 0;
      unit[a] = position(is_rising ? low : low + half);
      target[a] = position(is_rising ? low + half : low);
    }
    append_point(design, unit, {.block = t, .step = 0});
    int step = 0;
    for (const std::uint32_t a : permutation(d, t, luck)) {
      unit[a] = target[a];
      append_point(design, unit, {.block = t, .step = ++step, .axis = static_cast<int>(a)});
    }
  }
}

/// A and B are the two halves of one sequence in twice as many dimensions. It is always scrambled: in the
/// plain one the first A equals the first B.
void make_saltelli(const DesignPlan& plan, Design& design) {
  const auto d = static_cast<std::uint32_t>(design.axes.size());
  const auto rows = static_cast<std::uint32_t>(plan.n);
  const auto both = sobol_sequence(rows, 2 * d, luck_of(plan));
  for (std::uint32_t j = 0; j < rows; ++j) {
    const auto first = both.begin() + static_cast<std::ptrdiff_t>(std::size_t{j} * 2 * d);
    const std::vector<double> a(first, first + d), b(first + d, first + 2 * static_cast<std::ptrdiff_t>(d));
    append_point(design, a, {.block = j, .matrix = Matrix::a});
    append_point(design, b, {.block = j, .matrix = Matrix::b});
    for (std::uint32_t i = 0; i < d; ++i) {
      std::vector<double> mixed = a;
      mixed[i] = b[i];
      append_point(design, std::move(mixed),
                   {.block = j, .matrix = Matrix::a_with_b, .axis = static_cast<int>(i)});
    }
  }
}

std::vector<std::string> notes_of(const DesignPlan& plan) {
  const bool is_sequence = plan.kind == DesignKind::sobol || plan.kind == DesignKind::saltelli;
  std::vector<std::string> notes;
  if (is_sequence && (plan.n & (plan.n - 1)) != 0) {
    std::int64_t power = 1;
    while (power * 2 < plan.n) power *= 2;
    notes.push_back(
        fmt::format("sweep.points: {} is not a power of two, so the points of the Sobol' sequence do not "
                    "balance; {} and {} are",
                    plan.n, power, power * 2));
  }
  if (plan.kind == DesignKind::sobol && !plan.is_scrambled)
    notes.push_back("the plain Sobol' sequence begins with the origin: every factor at its lowest value");
  return notes;
}

}  // namespace

std::span<const std::string_view> design_names() { return names_of_designs; }

std::optional<DesignKind> design_named(std::string_view name) {
  const auto found = std::find(names_of_designs.begin(), names_of_designs.end(), name);
  if (found == names_of_designs.end()) return std::nullopt;
  return static_cast<DesignKind>(found - names_of_designs.begin());
}

std::vector<Axis> axes_of(const DesignPlan& plan) {
  std::vector<Axis> axes;
  for (std::size_t f = 0; f < plan.factors.size(); ++f) {
    const Factor& factor = plan.factors[f];
    const auto same = std::find_if(axes.begin(), axes.end(), [&](const Axis& axis) {
      const Factor& first = plan.factors[static_cast<std::size_t>(axis.factors.front())];
      return !factor.together.empty() && first.together == factor.together;
    });
    if (same == axes.end())
      axes.push_back({factor.together.empty() ? factor.path : factor.together, {static_cast<int>(f)}});
    else same->factors.push_back(static_cast<int>(f));
  }
  return axes;
}

std::int64_t point_count(const DesignPlan& plan) {
  if (plan.kind == DesignKind::list) return static_cast<std::int64_t>(plan.rows.rows.size());
  const auto axes = axes_of(plan);
  const auto d = static_cast<std::int64_t>(axes.size());
  const std::int64_t n = std::clamp<std::int64_t>(plan.n, 0, most_points + 1);
  std::int64_t count = n;
  if (plan.kind == DesignKind::morris) count = n * (d + 1);
  if (plan.kind == DesignKind::saltelli) count = n * (d + 2);
  if (plan.kind == DesignKind::grid) {
    count = 1;
    for (const Axis& axis : axes)
      count = std::min(count * std::min(levels_of(plan, axis), most_points + 1), most_points + 1);
  }
  if (plan.kind == DesignKind::star) {
    count = 1;
    for (const Axis& axis : axes) {
      const std::int64_t levels = std::min(levels_of(plan, axis), most_points + 1);
      for (std::int64_t level = 0; level < levels && count <= most_points; ++level)
        if (!is_centre(plan, axis, level, levels)) ++count;
    }
  }
  return std::min(count, most_points + 1);
}

Design make_design(const DesignPlan& plan) {
  if (auto problems = design_problems(plan); !problems.empty()) throw ConfigError(std::move(problems));
  Design design{axes_of(plan), {}, notes_of(plan)};
  const auto d = static_cast<std::uint32_t>(design.axes.size());
  const auto n = static_cast<std::uint32_t>(plan.n);
  const auto scrambling = plan.is_scrambled ? std::optional(luck_of(plan)) : std::nullopt;
  switch (plan.kind) {
  case DesignKind::grid:
    make_grid(plan, design);
    break;
  case DesignKind::list:
    for (std::size_t row = 0; row < plan.rows.rows.size(); ++row) append_point(design, {}, {});
    break;
  case DesignKind::latin_hypercube:
    append_rows(design, latin_hypercube(n, d, luck_of(plan)));
    break;
  case DesignKind::sobol:
    append_rows(design, sobol_sequence(n, d, scrambling));
    break;
  case DesignKind::morris:
    make_morris(plan, design);
    break;
  case DesignKind::saltelli:
    make_saltelli(plan, design);
    break;
  case DesignKind::star:
    make_star(plan, design);
    break;
  }
  return design;
}

std::vector<Value> values_at(const DesignPlan& plan, const Design& design, const Point& point) {
  if (plan.kind == DesignKind::list) return plan.rows.rows.at(static_cast<std::size_t>(point.row));
  std::vector<Value> values(plan.factors.size());
  for (std::size_t a = 0; a < design.axes.size(); ++a)
    for (const int factor : design.axes[a].factors) {
      const auto f = static_cast<std::size_t>(factor);
      values[f] = value_at(plan.factors[f].prior, point.unit.at(a));
    }
  return values;
}

}  // namespace kindred::sweep
