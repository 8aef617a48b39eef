#pragma once

#include <cstdint>

/// What the machine can do at its best in the registers of one instruction set: plain pointers in, plain
/// numbers out, one table per instruction set (yardstick_unit.cpp). Returned sums keep the work alive.
namespace kindred::bench {

struct Distributions {
  std::uint8_t kind[4];  ///< Distribution of the four words of a block
};

struct Yardsticks {
  int lanes;  ///< numbers in a register
  /// Reads `count` floats `times` times. `count` is a multiple of read_step.
  float (*read)(const float* from, std::int64_t count, std::int64_t times);
  /// Copies them.
  void (*copy)(const float* from, float* to, std::int64_t count, std::int64_t times);
  /// `blocks` calls of Philox per lane: 4 * lanes * blocks words of 32 bits, thrown away.
  std::uint32_t (*words)(std::int64_t blocks);
  /// Draws of 128 persons, four each, into `to` (512 floats, in the nearest cache) `times` times.
  void (*draws)(Distributions kind, float* to, std::int64_t times);
  /// Independent additions and multiplications in registers: chains_per_turn of one register each a turn.
  float (*additions_and_multiplications)(float start, std::int64_t turns);
  float (*divisions)(float start, std::int64_t turns);
  float (*roots)(float start, std::int64_t turns);
};

inline constexpr std::int64_t read_step = 128;
inline constexpr std::int64_t drawn_persons = 128;
inline constexpr int chains_per_turn = 12;
inline constexpr int slow_chains_per_turn = 6;  ///< of divisions or roots

}  // namespace kindred::bench
