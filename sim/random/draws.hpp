#pragma once

#include <utility>

#include "sim/core/declarations.hpp"
#include "sim/core/lane_math.hpp"
#include "sim/random/philox.hpp"

/// From Philox words to uniforms, normals and exponentials.
///
/// Which word serves whom is part of the format:
/// - a person block: counter (person, 0, week, stream); word k belongs to decision k of the block;
/// - a weekly tie block: one decision; tie t takes word (t / 16) mod 4 of counter
///   (16 (t / 64) + t mod 16, 0, week, stream), so that 64 neighbouring ties fill a register four times;
/// - an event of a tie: counter (tie, 0, week, stream), like a person block.
namespace kindred {
inline namespace KINDRED_ISA {

/// Uniform in (0, 1): 23 bits and a half, so that neither 0 nor (after rounding) 1 can occur.
template <int N>
Lanes<float, N> uniform_from(WordLanes<N> word) {
  using L = Lanes<float, N>;
  using Ints = typename VectorOf<std::int32_t, N>::type;
  const Ints top = bit_cast_lanes<Ints>(static_cast<WordLanes<N>>(word >> 9));
  L real;
  if constexpr (N == 1) real = L(static_cast<float>(top));
  else real = L::wrap(__builtin_convertvector(top, typename L::Vector));
  return (real + L(0.5f)) * L(1.1920928955078125e-7f);
}

/// Two independent standard normals (Box & Muller 1958); |z| <= 5.77 with 23-bit uniforms.
template <int N>
void normals_from(WordLanes<N> first, WordLanes<N> second, Lanes<float, N>& z0, Lanes<float, N>& z1) {
  using L = Lanes<float, N>;
  const L radius = sqrt(L(-2.0f) * log(uniform_from<N>(first)));
  L sine, cosine;
  sine_cosine_of_turns(uniform_from<N>(second), sine, cosine);
  z0 = radius * cosine;
  z1 = radius * sine;
}

/// Widened to `Real`: the reference build sees the same draws as the float build.
template <class Real, int N>
void store_widened(Lanes<float, N> values, Real* to) {
  if constexpr (std::is_same_v<Real, float>) {
    values.store(to);
  } else {
    for (int i = 0; i < N; ++i) to[i] = static_cast<Real>(values.lane(i));
  }
}

/// -ln u, computed in `Real` so that the reference build does not inherit float rounding.
template <class Real, int N>
void store_exponential(Lanes<float, N> uniform, Real* to) {
  if constexpr (std::is_same_v<Real, float>) {
    (-log(uniform)).store(to);
  } else {
    for (int i = 0; i < N; ++i) to[i] = -log(Lanes<Real, 1>(static_cast<Real>(uniform.lane(i)))).lane(0);
  }
}

/// First entity + 0, 1, 2, ... in the lanes. The steps are a constant; set lane by lane they were a chain of
/// sixteen operations that waited for each other, longer than the rounds of Philox.
template <int N>
WordLanes<N> consecutive(std::uint32_t first) {
  if constexpr (N == 1) {
    return first;
  } else {
    return [&]<std::uint32_t... I>(std::integer_sequence<std::uint32_t, I...>) {
      return WordLanes<N>{I...} + first;
    }
    (std::make_integer_sequence<std::uint32_t, N>{});
  }
}

/// How many entities' words are made before the first is turned into a draw. Either chain of operations waits
/// for its own results; in a loop of its own the processor works on several registers of it at a time.
inline constexpr std::int64_t drawn_at_once = 128;

/// Words of one block for as many entities.
struct BlockWords {
  alignas(64) std::uint32_t word[4][drawn_at_once];
};
template <int N>
WordLanes<N> load_words(const std::uint32_t* from) {
  WordLanes<N> words;
  __builtin_memcpy(&words, from, sizeof(words));
  return words;
}
template <int N>
void make_words(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week, std::int64_t first,
                std::int64_t count, BlockWords& to) {
  const auto state_of = [&](std::int64_t i) {
    return PhiloxState<N>(consecutive<N>(static_cast<std::uint32_t>(first + i)), 0, week, stream);
  };
  const auto store = [&](const PhiloxBlock<N>& block, std::int64_t i) {
    for (int k = 0; k < 4; ++k) __builtin_memcpy(&to.word[k][i], &block.word[k], sizeof(block.word[k]));
  };
  for (std::int64_t i = 0; i < count; i += 2 * N) {
    PhiloxState<N> one = state_of(i), other = state_of(i + N);
    for (int round = 0; round < philox_rounds; ++round) {
      one.advance(keys.lo[round], keys.hi[round]);
      other.advance(keys.lo[round], keys.hi[round]);
    }
    store(one.block(), i);
    if (i + N < count) store(other.block(), i + N);
  }
}

/// Decision k of `count` entities, one word each.
template <class Real, int N>
void draws_from(const std::uint32_t* word, Distribution kind, std::int64_t count, Real* to) {
  for (std::int64_t i = 0; i < count; i += N) {
    const Lanes<float, N> u = uniform_from<N>(load_words<N>(word + i));
    if (kind == Distribution::exponential) store_exponential(u, to + i);
    else store_widened(u, to + i);
  }
}
/// Two decisions of `count` entities from a pair of words each.
template <class Real, int N>
void normal_pairs_from(const std::uint32_t* first, const std::uint32_t* second, std::int64_t count, Real* to,
                       std::int64_t stride) {
  for (std::int64_t i = 0; i < count; i += N) {
    Lanes<float, N> z0, z1;
    normals_from<N>(load_words<N>(first + i), load_words<N>(second + i), z0, z1);
    store_widened(z0, to + i);
    store_widened(z1, to + i + stride);
  }
}

/// Draws of persons [first, first + count), count a multiple of N: decision k at to[k * stride + row -
/// first]. Normals come in pairs: words 0-1 make decisions 0-1, words 2-3 make decisions 2-3.
template <class Real, int N>
void fill_person_block(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week,
                       const Distribution (&kind)[4], std::int64_t first, std::int64_t count, Real* to,
                       std::int64_t stride) {
  BlockWords words;
  for (std::int64_t from = 0; from < count; from += drawn_at_once) {
    const std::int64_t now = count - from < drawn_at_once ? count - from : drawn_at_once;
    make_words<N>(keys, stream, week, first + from, now, words);
    for (int k = 0; k < 4; k += 2) {
      Real* const pair = to + k * stride + from;
      if (kind[k] == Distribution::normal) {
        normal_pairs_from<Real, N>(words.word[k], words.word[k + 1], now, pair, stride);
        continue;
      }
      draws_from<Real, N>(words.word[k], kind[k], now, pair);
      draws_from<Real, N>(words.word[k + 1], kind[k + 1], now, pair + stride);
    }
  }
}

inline constexpr std::int64_t ties_per_counter_group = 64;

/// Uniforms of ties [first, first + count); both multiples of 64. One decision per tie.
template <class Real, int N>
void fill_tie_uniforms(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week, std::int64_t first,
                       std::int64_t count, Real* to) {
  for (std::int64_t group = 0; group < count; group += ties_per_counter_group) {
    const auto counter = static_cast<std::uint32_t>((first + group) / ties_per_counter_group * 16);
    for (int part = 0; part < 16; part += N) {
      const auto block =
          philox_lanes<N>(consecutive<N>(counter + static_cast<std::uint32_t>(part)), 0, week, stream, keys);
      for (int word = 0; word < 4; ++word)
        store_widened(uniform_from<N>(block.word[word]), to + group + 16 * word + part);
    }
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred
