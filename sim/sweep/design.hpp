#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/core/plan.hpp"
#include "sim/sweep/design_rows.hpp"
#include "sim/sweep/priors.hpp"

/// Experimental designs: from declared factors to points of the unit cube, and from those to values.
/// Pure functions of the plan: nothing is read, nothing is remembered.
///
/// Factors that move together (`together`) are one axis, with one coordinate. The coordinate of a factor
/// with listed or counted levels is the middle of its level's bin: (k + 1/2) / levels.
/// Row i of a Latin hypercube depends on n; the rows of every other random design do not: a design made
/// larger begins with the smaller one.
namespace kindred::sweep {

enum class DesignKind : std::uint32_t {
  grid,             ///< every combination of levels, the first axis slowest
  list,             ///< rows given by the user
  latin_hypercube,  ///< n points, one per stratum in each axis (McKay, Beckman & Conover 1979)
  sobol,            ///< n points of the Sobol' sequence (Joe & Kuo 2008), scrambled unless told otherwise
  morris,           ///< n trajectories of axes + 1 points (Morris 1991)
  saltelli,         ///< n base rows of axes + 2 points (Saltelli et al. 2010), scrambled Sobol' underneath
  star              ///< the centre, then each axis at its levels while the others stay at the centre
};

/// Stream of a design's draws: this plus the kind (sim/random/seeds.hpp has the others of the engine).
inline constexpr std::uint32_t stream_design = 0x1100;

/// "grid", "list", "lhs", "sobol", "morris", "saltelli", "star", in the order of DesignKind.
std::span<const std::string_view> design_names();
std::optional<DesignKind> design_named(std::string_view name);

inline constexpr std::int64_t most_points = std::int64_t{1} << 20;

/// Where something was written, for messages.
struct Written {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Factor {
  std::string path;  ///< key of the scenario, "model.a.parameters.b"
  Prior prior;
  std::string together;  ///< factors of one non-empty name are one axis
  int levels = 0;        ///< grid, star: how many; 0 = every value of a listed prior
  double centre = 0.5;   ///< star: position in [0, 1)
  Written written;
};

struct DesignPlan {
  DesignKind kind = DesignKind::grid;
  std::vector<Factor> factors{};  ///< of a list: empty, its header names them
  std::int64_t n = 0;             ///< points, trajectories or base rows (see DesignKind)
  int morris_levels = 4;          ///< p of Morris: even; the step is p / (2 (p - 1))
  bool is_scrambled = true;       ///< sobol
  DesignRows rows{};              ///< list
  Seed seed;
  Written written{};
};

/// Which of a Saltelli base row's points: A, B, or A with one coordinate from B.
enum class Matrix : std::uint8_t { none, a, b, a_with_b };

/// What a point is to its design.
struct Role {
  std::int64_t block = -1;  ///< Morris: trajectory; Saltelli: base row
  int step = -1;            ///< Morris: 0 .. axes
  Matrix matrix = Matrix::none;
  int axis = -1;  ///< Morris: the one that this step moved; Saltelli: taken from B; star: off the centre
};

struct Point {
  std::int64_t row;          ///< index in the design
  std::vector<double> unit;  ///< [axis] in [0, 1), in a Morris design in [0, 1]; empty in a list
  Role role;
};

struct Axis {
  std::string name;          ///< path of its only factor, or the name under which they move together
  std::vector<int> factors;  ///< indices into the plan
};

struct Design {
  std::vector<Axis> axes;  ///< in order of their first factor; empty in a list
  std::vector<Point> points;
  std::vector<std::string> notes;  ///< what the user should know, one sentence each
};

std::vector<Axis> axes_of(const DesignPlan& plan);

/// Everything wrong with a plan, in order of appearance.
std::vector<Problem> design_problems(const DesignPlan& plan);

/// Rows of a plan without problems, before they are made. Saturates at most_points + 1.
std::int64_t point_count(const DesignPlan& plan);

/// Points in order of their row. Saltelli: base row j holds rows j (axes + 2) + {0: A, 1: B, 2 + i: A with
/// coordinate i of B}. Morris: trajectory t holds rows t (axes + 1) + step; every step moves one axis by
/// plus or minus p / (2 (p - 1)) of its range, and each axis once.
/// @throws ConfigError with design_problems
Design make_design(const DesignPlan& plan);

/// The value of every factor at a point, [factor] (of a list: in the order of its header).
std::vector<Value> values_at(const DesignPlan& plan, const Design& design, const Point& point);

}  // namespace kindred::sweep
