#pragma once

#include <cstdint>
#include <string>

#include "sim/engine/instruction_set.hpp"

namespace kindred::bench {

/// What the numbers were measured on.
struct Machine {
  std::string processor;
  int cores = 1;                        ///< this process may use
  std::int64_t l1 = 0, l2 = 0, l3 = 0;  ///< bytes, of one core (l3: of all that share it); 0 = unknown
  std::int64_t memory = 0;              ///< bytes
  InstructionSet instruction_set = InstructionSet::v2;
  double load[3] = {};  ///< load averages over 1, 5 and 15 minutes at the start
};

Machine this_machine();

/// Processor seconds that the machine has spent: `busy` by everybody (with what the host took away), `own` by
/// this process and its ended children.
struct BusySeconds {
  double wall = 0, busy = 0, own = 0;
};
BusySeconds busy_seconds();

/// Cores that others kept busy between two readings; not below 0.
double cores_used_by_others(const BusySeconds& from, const BusySeconds& to);

/// Looks at the machine for a moment (0.3 s). @returns cores that others keep busy
double cores_busy_now();

/// Above this many cores used by others the machine was not idle.
inline constexpr double idle_limit = 0.1;

}  // namespace kindred::bench
