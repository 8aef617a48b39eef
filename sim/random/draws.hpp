#pragma once

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

/// The four decisions of one block for N entities, stored at to[k * stride], k = 0..3. Normals come in
/// pairs: words 0-1 make decisions 0-1, words 2-3 make decisions 2-3.
template <class Real, int N>
void store_block(const PhiloxBlock<N>& block, const Distribution (&kind)[4], Real* to, std::int64_t stride) {
  for (int k = 0; k < 4; k += 2) {
    if (kind[k] == Distribution::normal) {
      Lanes<float, N> z0, z1;
      normals_from<N>(block.word[k], block.word[k + 1], z0, z1);
      store_widened(z0, to + k * stride);
      store_widened(z1, to + (k + 1) * stride);
      continue;
    }
    for (int j = k; j < k + 2; ++j) {
      const Lanes<float, N> u = uniform_from<N>(block.word[j]);
      if (kind[j] == Distribution::exponential) store_exponential(u, to + j * stride);
      else store_widened(u, to + j * stride);
    }
  }
}

/// First entity + 0, 1, 2, ... in the lanes.
template <int N>
WordLanes<N> consecutive(std::uint32_t first) {
  if constexpr (N == 1) {
    return first;
  } else {
    WordLanes<N> r;
    for (int i = 0; i < N; ++i) r[i] = first + static_cast<std::uint32_t>(i);
    return r;
  }
}

/// Draws of persons [first, first + count), count a multiple of N: decision k at to[k * stride + row -
/// first].
template <class Real, int N>
void fill_person_block(PhiloxKey key, std::uint32_t stream, std::uint32_t week, const Distribution (&kind)[4],
                       std::int64_t first, std::int64_t count, Real* to, std::int64_t stride) {
  for (std::int64_t i = 0; i < count; i += N) {
    const auto block =
        philox_lanes<N>(consecutive<N>(static_cast<std::uint32_t>(first + i)), 0, week, stream, key);
    store_block<Real, N>(block, kind, to + i, stride);
  }
}

inline constexpr std::int64_t ties_per_counter_group = 64;

/// Uniforms of ties [first, first + count); both multiples of 64. One decision per tie.
template <class Real, int N>
void fill_tie_uniforms(PhiloxKey key, std::uint32_t stream, std::uint32_t week, std::int64_t first,
                       std::int64_t count, Real* to) {
  for (std::int64_t group = 0; group < count; group += ties_per_counter_group) {
    const auto counter = static_cast<std::uint32_t>((first + group) / ties_per_counter_group * 16);
    for (int part = 0; part < 16; part += N) {
      const auto block =
          philox_lanes<N>(consecutive<N>(counter + static_cast<std::uint32_t>(part)), 0, week, stream, key);
      for (int word = 0; word < 4; ++word)
        store_widened(uniform_from<N>(block.word[word]), to + group + 16 * word + part);
    }
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred
