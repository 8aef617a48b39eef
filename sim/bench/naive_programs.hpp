#pragma once

#include <cstdint>

#include "sim/engine/instruction_set.hpp"
#include "sim/random/philox.hpp"

/// The programs that somebody would write who knows none of this engine's tricks: one world, an array of
/// structs, one draw at a time. Compiled once per instruction set, each as fast as the compiler can
/// (naive_unit.cpp), so that a ratio is not won by compiler flags.
namespace kindred::bench {

struct NaiveGraph {
  int persons, ties;
  const std::int32_t* row_offset;
  const std::int32_t* neighbour;
  const std::int32_t* tie_low;
  const std::int32_t* tie_high;
};

struct NaiveParameter {
  const char* symbol;
  double value;
};

/// Two programs of another unit speak through these numbers.
struct NaiveSummary {
  double mean[2];  ///< averaging: x and z; attachment: the first and second quadrant column
  double sd[2];
  double share;  ///< attachment: coupled persons
};

/// A program in its state. Call end() once.
struct NaiveProgram {
  void* state;
  double bytes;  ///< of what it holds
  void (*advance)(void* state, int weeks);
  void (*keep)(void* state);    ///< marks this moment
  void (*rewind)(void* state);  ///< goes back to it; does nothing without
  NaiveSummary (*summary)(const void* state);
  void (*end)(void* state);
};

struct NaivePrograms {
  /// Opinion averaging over an adjacency list in compressed rows, std::mt19937_64 and
  /// std::normal_distribution. @param x, y  start opinions and rates @param p  noise, rate of z, low, high
  NaiveProgram (*averaging)(const NaiveGraph&, const float* x, const float* y, const float (&p)[4]);
  /// The reference program in double or in float. Every parameter of it must be given.
  NaiveProgram (*attachment)(bool in_float, const NaiveGraph&, const NaiveParameter*, int count, int burn_in,
                             PhiloxKey society, PhiloxKey noise);
};

NaivePrograms naive_programs(InstructionSet isa);

}  // namespace kindred::bench
