#pragma once

#include <vector>

#include "sim/bench/machine.hpp"
#include "sim/bench/sampling.hpp"
#include "sim/bench/yardstick_unit.hpp"

/// What this machine can do at its best: bandwidths, draws, arithmetic. They are timed among the contenders,
/// so that a distance to the floor compares two numbers of the same minutes.
namespace kindred::bench {

enum class Level { l1, l2, l3, memory };
inline constexpr int levels = 4;

/// The medians that the floors are computed from.
struct MachineRates {
  int lanes = 4;
  double cycle = 0;               ///< ns
  double operation = 0;           ///< ns per register, the better of measured and two per cycle
  double division = 0, root = 0;  ///< ns per register
  double uniform = 0, normal = 0, exponential = 0;  ///< ns per draw
  /// bytes per ns by Level, the best of read and copy; [0] one thread, [1] several
  double bandwidth[2][levels] = {};
  std::int64_t capacity[levels] = {};  ///< bytes; memory: no limit
};

/// Bytes that a bandwidth is measured over: they fit the level and not the one before.
std::int64_t working_set(const Machine& machine, Level level);

/// All yardsticks for one thread, and the bandwidths for `threads` too when that is more than one.
/// @param seconds  wanted length of a sample
std::vector<Contender> yardsticks(const Machine& machine, int threads, double seconds);

/// From rows that have been timed. @throws Bug when one is missing
MachineRates rates_of(const std::vector<Row>& rows, const Machine& machine, int threads);

}  // namespace kindred::bench
