#pragma once

#include "sim/core/lanes.hpp"

/// The words of the state hash (state_hash.hpp): shared by the loops that hash whole blocks, by kernels that
/// change a tie which has been hashed already, and by the plain computation.
namespace kindred {
inline namespace KINDRED_ISA {

/// Words are folded before they are multiplied, so at most this many go into one fold: the rotations by
/// multiples of 9 bits are then all different.
inline constexpr int longest_fold = 32;
/// Ties of one block that are folded into one word lie `tie_stride` apart.
inline constexpr std::int64_t ties_per_hash_block = 128, tie_stride = 16;

/// @param word  unsigned 32-bit numbers, one or a register of them   @param bits  0 .. 31
template <class Word>
Word rotated(Word word, int bits) {
  return bits == 0 ? word : (word << bits) | (word >> (32 - bits));
}
template <class Word>
Word factor_of(Word number) {
  number = (number ^ (number >> 16)) * 0x85ebca6bu;
  number = (number ^ (number >> 13)) * 0xc2b2ae35u;
  return (number ^ (number >> 16)) | 1u;
}
/// Where the numbers of a list's factors begin.
inline std::uint32_t first_number(std::uint32_t list) { return list * 0x9e3779b9u; }

/// By how much the word of tie number `tie` is rotated in its fold.
inline int rotation_of(std::int64_t tie) {
  return static_cast<int>(tie % ties_per_hash_block / tie_stride) * 9 % 32;
}
/// Number of its fold among all of the column.
inline std::uint32_t fold_of(std::int64_t tie) {
  return static_cast<std::uint32_t>(tie / ties_per_hash_block * tie_stride + tie % tie_stride);
}
/// What a tie's word adds to one half of the hash; `list` is that half's.
inline std::uint32_t tie_term(std::uint32_t word, std::int64_t tie, std::uint32_t list) {
  return rotated(word, rotation_of(tie)) * factor_of(fold_of(tie) + first_number(list));
}

}  // namespace KINDRED_ISA
}  // namespace kindred
