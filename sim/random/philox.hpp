#pragma once

#include <array>
#include <cstdint>

#include "sim/core/isa.hpp"
#include "sim/core/lanes.hpp"

/// Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"):
/// a stateless function from (counter, key) to four words. Nothing is advanced by use, so asking one
/// more question of a person never shifts that person's luck.
namespace kindred {

struct PhiloxKey {
  std::uint32_t lo;
  std::uint32_t hi;
};

inline constexpr int philox_rounds = 10;

/// The key of every round. Kernels read it from memory, where a vector operation takes it from.
struct PhiloxKeys {
  std::uint32_t lo[philox_rounds], hi[philox_rounds];
};

inline namespace KINDRED_ISA {

inline constexpr std::uint32_t philox_multiplier_0 = 0xD2511F53;
inline constexpr std::uint32_t philox_multiplier_1 = 0xCD9E8D57;
inline constexpr std::uint32_t philox_weyl_0 = 0x9E3779B9;
inline constexpr std::uint32_t philox_weyl_1 = 0xBB67AE85;

constexpr std::array<std::uint32_t, 4> philox(std::array<std::uint32_t, 4> x, PhiloxKey key) {
  for (int round = 0; round < philox_rounds; ++round) {
    const std::uint64_t p0 = std::uint64_t{philox_multiplier_0} * x[0];
    const std::uint64_t p1 = std::uint64_t{philox_multiplier_1} * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ key.lo, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ key.hi, static_cast<std::uint32_t>(p0)};
    key.lo += philox_weyl_0;
    key.hi += philox_weyl_1;
  }
  return x;
}

// Known answers published with Random123 (kat_vectors): zeros, ones, and digits of pi.
static_assert(philox({0, 0, 0, 0}, {0, 0}) ==
              std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
static_assert(philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) ==
              std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
static_assert(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
              std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

template <int N>
using WordLanes = typename VectorOf<std::uint32_t, N>::type;

/// High and low halves of m * x in every lane.
template <int N>
void multiply_wide(std::uint32_t m, WordLanes<N> x, WordLanes<N>& high, WordLanes<N>& low) {
  if constexpr (N == 1) {
    const std::uint64_t product = std::uint64_t{m} * x;
    high = static_cast<std::uint32_t>(product >> 32);
    low = static_cast<std::uint32_t>(product);
#ifdef __AVX512F__
  } else if constexpr (N == 16) {
    const __m512i factor = _mm512_set1_epi32(static_cast<int>(m));
    const __m512i words = reinterpret_cast<__m512i>(x);
    const __m512i even = _mm512_mul_epu32(words, factor);
    const __m512i odd = _mm512_mul_epu32(_mm512_srli_epi64(words, 32), factor);
    low = reinterpret_cast<WordLanes<N>>(_mm512_mask_shuffle_epi32(even, 0xAAAA, odd, _MM_PERM_CCAA));
    high = reinterpret_cast<WordLanes<N>>(_mm512_mask_shuffle_epi32(odd, 0x5555, even, _MM_PERM_DDBB));
#endif
#ifdef __AVX2__
  } else if constexpr (N == 8) {
    const __m256i factor = _mm256_set1_epi32(static_cast<int>(m));
    const __m256i words = reinterpret_cast<__m256i>(x);
    const __m256i even = _mm256_mul_epu32(words, factor);
    const __m256i odd = _mm256_mul_epu32(_mm256_srli_epi64(words, 32), factor);
    low = reinterpret_cast<WordLanes<N>>(_mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA));
    high = reinterpret_cast<WordLanes<N>>(_mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA));
#endif
  } else {
    for (int i = 0; i < N; ++i) {
      const std::uint64_t product = std::uint64_t{m} * x[i];
      high[i] = static_cast<std::uint32_t>(product >> 32);
      low[i] = static_cast<std::uint32_t>(product);
    }
  }
}

/// Four words for each of N counters that differ in their first word only (entity, low half).
template <int N>
struct PhiloxBlock {
  WordLanes<N> word[4];
};

/// The keys of all rounds of a key.
inline PhiloxKeys philox_keys(PhiloxKey key) {
  PhiloxKeys keys;
  for (int round = 0; round < philox_rounds; ++round) {
    const auto r = static_cast<std::uint32_t>(round);
    keys.lo[round] = key.lo + r * philox_weyl_0;
    keys.hi[round] = key.hi + r * philox_weyl_1;
  }
  return keys;
}

/// Counters of N entities on their way through the rounds.
template <int N>
struct PhiloxState {
  WordLanes<N> word[4];
  PhiloxState(WordLanes<N> entity_lo, std::uint32_t entity_hi, std::uint32_t week, std::uint32_t stream)
      : word{entity_lo, entity_hi - WordLanes<N>{}, week - WordLanes<N>{}, stream - WordLanes<N>{}} {}
  void advance(std::uint32_t key_lo, std::uint32_t key_hi) {
    WordLanes<N> high0, low0, high1, low1;
    multiply_wide<N>(philox_multiplier_0, word[0], high0, low0);
    multiply_wide<N>(philox_multiplier_1, word[2], high1, low1);
    word[0] = high1 ^ word[1] ^ key_lo;
    word[1] = low1;
    word[2] = high0 ^ word[3] ^ key_hi;
    word[3] = low0;
  }
  PhiloxBlock<N> block() const { return {{word[0], word[1], word[2], word[3]}}; }
};

#ifdef __AVX512F__
/// Sixteen counters in two registers of eight, those in even lanes and those in odd ones: a word in the lower
/// half of every 64-bit lane. Of a product the upper half is one shift away and the lower half is where the
/// next round wants it. What the upper halves hold is never read.
template <>
struct PhiloxState<16> {
  __m512i even[4], odd[4];
  PhiloxState(WordLanes<16> entity_lo, std::uint32_t entity_hi, std::uint32_t week, std::uint32_t stream)
      : even{reinterpret_cast<__m512i>(entity_lo), all(entity_hi), all(week), all(stream)},
        odd{_mm512_srli_epi64(even[0], 32), even[1], even[2], even[3]} {}
  static __m512i all(std::uint32_t word) { return _mm512_set1_epi32(static_cast<int>(word)); }
  static void advance(__m512i (&x)[4], __m512i key_lo, __m512i key_hi) {
    constexpr int exclusive_or = 0x96;
    const __m512i p0 = _mm512_mul_epu32(x[0], all(philox_multiplier_0));
    const __m512i p1 = _mm512_mul_epu32(x[2], all(philox_multiplier_1));
    x[0] = _mm512_ternarylogic_epi32(_mm512_srli_epi64(p1, 32), x[1], key_lo, exclusive_or);
    x[1] = p1;
    x[2] = _mm512_ternarylogic_epi32(_mm512_srli_epi64(p0, 32), x[3], key_hi, exclusive_or);
    x[3] = p0;
  }
  void advance(std::uint32_t key_lo, std::uint32_t key_hi) {
    advance(even, all(key_lo), all(key_hi));
    advance(odd, all(key_lo), all(key_hi));
  }
  PhiloxBlock<16> block() const {
    PhiloxBlock<16> block;
    for (int k = 0; k < 4; ++k)
      block.word[k] =
          reinterpret_cast<WordLanes<16>>(_mm512_mask_shuffle_epi32(even[k], 0xAAAA, odd[k], _MM_PERM_CCAA));
    return block;
  }
};
#endif

template <int N>
PhiloxBlock<N> philox_lanes(WordLanes<N> entity_lo, std::uint32_t entity_hi, std::uint32_t week,
                            std::uint32_t stream, const PhiloxKeys& keys) {
  PhiloxState<N> state(entity_lo, entity_hi, week, stream);
  for (int round = 0; round < philox_rounds; ++round) state.advance(keys.lo[round], keys.hi[round]);
  return state.block();
}
template <int N>
PhiloxBlock<N> philox_lanes(WordLanes<N> entity_lo, std::uint32_t entity_hi, std::uint32_t week,
                            std::uint32_t stream, PhiloxKey key) {
  return philox_lanes<N>(entity_lo, entity_hi, week, stream, philox_keys(key));
}

}  // namespace KINDRED_ISA
}  // namespace kindred
