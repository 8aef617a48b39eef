#pragma once

#include <cstdint>
#include <vector>

#include "sim/bench/lane_counts.hpp"
#include "sim/bench/yardsticks.hpp"
#include "sim/core/declarations.hpp"

/// How fast a week could be at best: three counts that no program with the same phases, draws and equations
/// can go below, over what the machine was seen to do in the same run.
namespace kindred::bench {

/// Of an ensemble: what the counts depend on besides the model's declaration.
struct Shape {
  int width;
  double ties;                                      ///< per person
  std::vector<std::uint8_t> person_once, tie_once;  ///< by column: one value for all worlds
  std::vector<std::uint8_t> person_idle;            ///< by column: zero in every row, so no phase touches it
};

/// Bytes of a row (one person in all worlds) and week, from the declared phases.
struct Traffic {
  double read = 0;     ///< every array once per phase that reads it
  double written = 0;  ///< every array once per phase that writes it
  double gathered =
      0;            ///< read, with a neighbour's or a tie's value counted each time a half-tie asks for it
  double held = 0;  ///< the arrays that a week touches, each once: the working set
};
Traffic traffic_of(const ModelDeclaration& model, const Shape& shape);

/// Decisions of a row and week by distribution, each drawn once. Decisions that only an event asks for are
/// not counted.
struct DrawCounts {
  double uniforms = 0, normals = 0, exponentials = 0;
};
DrawCounts draws_of(const ModelDeclaration& model, double ties);

/// Operations of a person-week in one world, lane by lane.
struct OperationCounts {
  double simple = 0, divisions = 0, roots = 0;
  DrawCounts drawn;  ///< of a row: what the kernels really drew, used or not
};
OperationCounts operations_of(const LaneCounts& counts, std::int64_t rows, int width, int weeks);

/// Nanoseconds per person-week and world.
struct Floor {
  double bytes, draws, operations;
  Level level;   ///< that holds the working set
  double asked;  ///< bytes with every read of a value counted, which a nearer cache may serve: no lower bound
  double largest() const;
  const char* binding() const;  ///< which of the three is the largest
  double largest_asked() const { return asked > largest() ? asked : largest(); }
};

/// @param rows  persons of all ensembles that run side by side
Floor floor_of(const Traffic& traffic, const DrawCounts& draws, const OperationCounts& operations,
               const MachineRates& rates, std::int64_t rows, int width, int threads);

}  // namespace kindred::bench
