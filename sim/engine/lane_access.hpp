#pragma once

#include <utility>

#include "sim/core/lanes.hpp"

/// How lanes are filled from memory when they do not lie there side by side: one value for several lanes, or
/// an index for each.
namespace kindred {
inline namespace KINDRED_ISA {

/// Row values repeated for their worlds: {r0, r0, r1, r1, ...} for W = 2. Reads N values.
template <class Real, int N, int W>
Lanes<Real, N> expand(const Real* row_values) {
  using L = Lanes<Real, N>;
  if constexpr (W >= N) {
    return L(*row_values);
  } else if constexpr (W == 1) {
    return L::load(row_values);
  } else {
    const auto rows = L::load(row_values).v;
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      return L::wrap(__builtin_shufflevector(rows, rows, (I / W)...));
    }
    (std::make_integer_sequence<int, N>{});
  }
}

template <class Real, int N>
Indices<Real, N> same_index(std::int32_t value) {
  return Indices<Real, N>(value - typename Indices<Real, N>::Vector{});
}

/// 0, 1, 2, ... in the lanes, mapped by f; a constant of the program when f is one.
template <class Real, int N, class F>
Indices<Real, N> index_pattern(F f) {
  Indices<Real, N> r;
  for (int i = 0; i < N; ++i) r.set_lane(i, f(i));
  return r;
}

template <class Real, int N>
Lanes<Real, N> gather(const Real* base, Indices<Real, N> at) {
  using L = Lanes<Real, N>;
  if constexpr (N == 1) {
    return L(base[at.lane(0)]);
#ifdef __AVX512F__
  } else if constexpr (N == 16 && sizeof(Real) == 4) {
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm512_i32gather_ps(reinterpret_cast<__m512i>(at.v), base, sizeof(Real))));
#endif
#ifdef __AVX2__
  } else if constexpr (N == 8 && sizeof(Real) == 4) {
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm256_i32gather_ps(base, reinterpret_cast<__m256i>(at.v), sizeof(Real))));
#endif
  } else {
    L r;
    for (int i = 0; i < N; ++i) r.set_lane(i, base[at.lane(i)]);
    return r;
  }
}

/// base[at[0]], base[at[1]], ... one by one, none of them negative: at half the cost of the machine's own
/// gather (Zen 4) when the indices are in memory. They are read in pairs, since reads are what there is most
/// of.
template <class Real, int N>
Lanes<Real, N> collect(const Real* base, const std::int32_t* at) {
  static_assert(N % 2 == 0);
  std::uint64_t pair[N / 2];
  __builtin_memcpy(pair, at, sizeof(pair));
  const auto value = [&](int i) {
    return base[static_cast<std::uint32_t>(i % 2 == 0 ? pair[i / 2] : pair[i / 2] >> 32)];
  };
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return Lanes<Real, N>::wrap(typename Lanes<Real, N>::Vector{value(I)...});
  }
  (std::make_integer_sequence<int, N>{});
}

template <class Real, int N>
Indices<Real, N> gather(const std::int32_t* base, Indices<Real, N> at) {
  using Vector [[maybe_unused]] = typename Indices<Real, N>::Vector;
#ifdef __AVX512F__
  if constexpr (N == 16)
    return Indices<Real, N>(reinterpret_cast<Vector>(
        _mm512_i32gather_epi32(reinterpret_cast<__m512i>(at.v), base, sizeof(std::int32_t))));
#endif
#ifdef __AVX2__
  if constexpr (N == 8)
    return Indices<Real, N>(reinterpret_cast<Vector>(
        _mm256_i32gather_epi32(base, reinterpret_cast<__m256i>(at.v), sizeof(std::int32_t))));
#endif
  return index_pattern<Real, N>([&](int i) { return base[at.lane(i)]; });
}

}  // namespace KINDRED_ISA
}  // namespace kindred
