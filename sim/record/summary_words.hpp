#pragma once

#include "sim/core/lanes.hpp"

/// Registers of 16-bit words, for the summaries' kernel unit only.
namespace kindred::record {
inline namespace KINDRED_ISA {

inline constexpr int reals = native_width, words = 2 * native_width;
using Reals = Lanes<float, reals>;
using Words = typename VectorOf<std::int16_t, words>::type;
using Whole = typename VectorOf<std::int32_t, reals>::type;

inline Words load(const void* from) {
  return *static_cast<const typename VectorOf<std::int16_t, words>::in_memory*>(from);
}
inline void store(void* to, Words w) {
  *static_cast<typename VectorOf<std::int16_t, words>::in_memory*>(to) = w;
}
inline Words all_words(int value) { return static_cast<std::int16_t>(value) - Words{}; }

#if defined(__AVX512F__) && defined(__AVX512BW__)

using WordMask = __mmask32;
using Machine = __m512i;
inline Words packed(Whole a, Whole b) {
  return reinterpret_cast<Words>(
      _mm512_packs_epi32(reinterpret_cast<Machine>(a), reinterpret_cast<Machine>(b)));
}
/// To the nearest; what is beyond the range becomes the lowest number.
inline Whole rounded(Reals x) {
  return reinterpret_cast<Whole>(_mm512_cvtps_epi32(reinterpret_cast<__m512>(x.v)));
}
inline WordMask equal(Words a, Words b) {
  return _mm512_cmpeq_epi16_mask(reinterpret_cast<Machine>(a), reinterpret_cast<Machine>(b));
}
/// low <= a, and of those a < high.
inline WordMask from(Words low, Words a) {
  return _mm512_cmple_epi16_mask(reinterpret_cast<Machine>(low), reinterpret_cast<Machine>(a));
}
inline WordMask less_where(WordMask m, Words a, Words high) {
  return _mm512_mask_cmplt_epi16_mask(m, reinterpret_cast<Machine>(a), reinterpret_cast<Machine>(high));
}
inline WordMask no_words() { return 0; }
inline Words add_where(WordMask m, Words sum, Words summand) {
  return reinterpret_cast<Words>(_mm512_mask_add_epi16(
      reinterpret_cast<Machine>(sum), m, reinterpret_cast<Machine>(sum), reinterpret_cast<Machine>(summand)));
}
inline Words where(WordMask m, Words yes, Words no) {
  return reinterpret_cast<Words>(
      _mm512_mask_blend_epi16(m, reinterpret_cast<Machine>(no), reinterpret_cast<Machine>(yes)));
}
/// Bit `bit_of(i)` is word i's.
inline std::uint32_t bits(WordMask m) { return m; }
inline constexpr int bits_per_word = 1;
/// Bit i is lane i's.
inline std::uint32_t bits_of(Mask<float, reals> m) {
  return _mm512_movepi32_mask(reinterpret_cast<Machine>(m.v));
}

#else

using WordMask = Words;
#if defined(__AVX2__)
using Machine = __m256i;
inline Words packed(Whole a, Whole b) {
  return reinterpret_cast<Words>(
      _mm256_packs_epi32(reinterpret_cast<Machine>(a), reinterpret_cast<Machine>(b)));
}
inline Whole rounded(Reals x) {
  return reinterpret_cast<Whole>(_mm256_cvtps_epi32(reinterpret_cast<__m256>(x.v)));
}
inline std::uint32_t bits(WordMask m) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(reinterpret_cast<Machine>(m))) & 0x55555555u;
}
inline std::uint32_t bits_of(Mask<float, reals> m) {
  return static_cast<std::uint32_t>(_mm256_movemask_ps(reinterpret_cast<__m256>(m.v)));
}
#else
using Machine = __m128i;
inline Words packed(Whole a, Whole b) {
  return reinterpret_cast<Words>(_mm_packs_epi32(reinterpret_cast<Machine>(a), reinterpret_cast<Machine>(b)));
}
inline Whole rounded(Reals x) {
  return reinterpret_cast<Whole>(_mm_cvtps_epi32(reinterpret_cast<__m128>(x.v)));
}
inline std::uint32_t bits(WordMask m) {
  return static_cast<std::uint32_t>(_mm_movemask_epi8(reinterpret_cast<Machine>(m))) & 0x5555u;
}
inline std::uint32_t bits_of(Mask<float, reals> m) {
  return static_cast<std::uint32_t>(_mm_movemask_ps(reinterpret_cast<__m128>(m.v)));
}
#endif
inline constexpr int bits_per_word = 2;
inline WordMask equal(Words a, Words b) { return a == b; }
/// low <= a, and of those a < high.
inline WordMask from(Words low, Words a) { return low <= a; }
inline WordMask less_where(WordMask m, Words a, Words high) { return m & (a < high); }
inline WordMask no_words() { return WordMask{}; }
inline Words add_where(WordMask m, Words sum, Words summand) { return sum + (m & summand); }
inline Words where(WordMask m, Words yes, Words no) { return m ? yes : no; }

#endif

}  // namespace KINDRED_ISA
}  // namespace kindred::record
