#pragma once

#include <cstdint>

#include "sim/engine/contract.hpp"
#include "sim/engine/hash_words.hpp"

/// The border between the hash of the state (state_hash.hpp) and its loops, which are compiled once per
/// instruction set like a model's kernels: plain data and pointers only.
namespace kindred {

/// Columns of persons [row][world] whose words are folded together, real ones first.
struct HashedRows {
  const void* const* column;
  int reals;    ///< how many are real; they are also added up, to see whether each is finite
  int columns;  ///< at most longest_fold
  std::uint32_t list;
};

/// A column of ties [tie][world].
struct HashedTies {
  const void* column;
  std::int64_t ties;
  std::uint32_t list;
};

struct HashKernel {
  /// Adds what rows [begin, end) contribute to sums[world]; total[world] becomes the sum of all real values
  /// in single precision, which is finite only when each of them is (a finite value may overflow it). Reads
  /// up to a register beyond `end`.
  void (*rows)(const HashedRows&, int width, std::int64_t begin, std::int64_t end, std::uint64_t* sums,
               float* total);
  /// Adds what ties [begin, end) contribute to halves[world][lower, upper]; `begin` is a multiple of
  /// ties_per_hash_block, `end` too or the number of ties.
  void (*ties)(const HashedTies&, int width, std::int64_t begin, std::int64_t end, std::uint32_t* halves);
};

/// The loops for an instruction set, which the machine must have (machine_has).
const HashKernel& hash_kernel(InstructionSet isa);

}  // namespace kindred
