#pragma once

#include <cmath>
#include <cstdint>
#include <immintrin.h>
#include <type_traits>

#include "sim/core/isa.hpp"

/// The lane type: one register of numbers that advance together. Kernels are templates over it, so one
/// source serves `Lanes<float, 16>` (AVX-512), `<float, 8>` (AVX2), `<float, 4>` (SSE), `<float, 1>` and
/// `<double, 1>`. Built on compiler vector extensions: the standard library's simd leaves masked lanes
/// unassigned under Clang with AVX-512. Every operation is IEEE-exact per lane, so a lane's value never
/// depends on the width. (Compile with -ffp-contract=off: a fused multiply-add would break that.)
namespace kindred {
inline namespace KINDRED_ISA {

template <class T, int N>
struct VectorOf {
  typedef T type __attribute__((vector_size(sizeof(T) * N)));
  /// The same as it lies in a column: aligned like its elements. Loads and stores through it alias only
  /// with columns of that element, so pointers stay in registers (a memcpy would alias with everything).
  typedef T in_memory __attribute__((vector_size(sizeof(T) * N), aligned(alignof(T))));
};
template <class T>
struct VectorOf<T, 1> {
  using type = T;
  using in_memory = T;
};

/// The integer type that is as wide as `Real`; comparisons of reals give masks of it.
template <class Real>
using BitsOf = std::conditional_t<sizeof(Real) == 4, std::int32_t, std::int64_t>;

template <class Real, int N>
struct Mask {
  using Vector = std::conditional_t<N == 1, bool, typename VectorOf<BitsOf<Real>, N>::type>;
  Vector v;
  friend Mask operator&(Mask a, Mask b) { return {static_cast<Vector>(a.v & b.v)}; }
  friend Mask operator|(Mask a, Mask b) { return {static_cast<Vector>(a.v | b.v)}; }
  friend Mask operator!(Mask a) {
    if constexpr (N == 1) return {!a.v};
    else return {~a.v};
  }
  bool lane(int i) const {
    if constexpr (N == 1) return v;
    else return v[i] != 0;
  }
};

/// True when at least one lane is set. Only for skipping work that cannot change any value.
template <class Real, int N>
bool any(Mask<Real, N> m) {
  if constexpr (N == 1) {
    return m.v;
#ifdef __AVX512F__
  } else if constexpr (N == 16 && sizeof(Real) == 4) {
    return _mm512_test_epi32_mask(reinterpret_cast<__m512i>(m.v), reinterpret_cast<__m512i>(m.v)) != 0;
#endif
#ifdef __AVX__
  } else if constexpr (N == 8 && sizeof(Real) == 4) {
    return _mm256_movemask_ps(reinterpret_cast<__m256>(m.v)) != 0;
#endif
  } else {
    BitsOf<Real> together = 0;
    for (int i = 0; i < N; ++i) together |= m.v[i];
    return together != 0;
  }
}

/// int32 indices (rows, ties, weeks), one per lane; -1 means "none".
template <class Real, int N>
struct Indices {
  using Vector = typename VectorOf<std::int32_t, N>::type;
  static constexpr int size = N;
  Vector v;
  Indices() = default;
  explicit Indices(Vector values) : v(values) {}
  Indices(std::int32_t value) requires(N > 1) : v(value - Vector{}) {}
  static Indices load(const std::int32_t* from) {
    return Indices(*reinterpret_cast<const typename VectorOf<std::int32_t, N>::in_memory*>(from));
  }
  void store(std::int32_t* to) const {
    *reinterpret_cast<typename VectorOf<std::int32_t, N>::in_memory*>(to) = v;
  }
  std::int32_t lane(int i) const {
    if constexpr (N == 1) return v;
    else return v[i];
  }
  void set_lane(int i, std::int32_t value) {
    if constexpr (N == 1) v = value;
    else v[i] = value;
  }
  friend Indices operator+(Indices a, Indices b) { return Indices(a.v + b.v); }
  friend Indices operator-(Indices a, Indices b) { return Indices(a.v - b.v); }
  friend Mask<Real, N> operator==(Indices a, Indices b) { return mask(a.v == b.v); }
  friend Mask<Real, N> operator>=(Indices a, Indices b) { return mask(a.v >= b.v); }
  friend Mask<Real, N> operator>(Indices a, Indices b) { return mask(a.v > b.v); }

 private:
  template <class M>
  static Mask<Real, N> mask(M m) {
    if constexpr (N == 1) return {m};
    else if constexpr (sizeof(Real) == 4) return {m};
    else return {__builtin_convertvector(m, typename Mask<Real, N>::Vector)};
  }
};

template <class R, int N>
struct Lanes {
  using Real = R;
  using Vector = typename VectorOf<R, N>::type;
  using MaskType = Mask<R, N>;
  using IndexType = Indices<R, N>;
  static constexpr int size = N;
  Vector v;

  Lanes() = default;
  explicit Lanes(Vector values) requires(N > 1) : v(values) {}
  Lanes(R value) : v(value - Vector{}) {}  // every lane the same; -0.0 - 0 keeps its sign
  static Lanes load(const R* from) {
    return wrap(*reinterpret_cast<const typename VectorOf<R, N>::in_memory*>(from));
  }
  void store(R* to) const { *reinterpret_cast<typename VectorOf<R, N>::in_memory*>(to) = v; }
  R lane(int i) const {
    if constexpr (N == 1) return v;
    else return v[i];
  }
  void set_lane(int i, R value) {
    if constexpr (N == 1) v = value;
    else v[i] = value;
  }
  friend Lanes operator+(Lanes a, Lanes b) { return wrap(a.v + b.v); }
  friend Lanes operator-(Lanes a, Lanes b) { return wrap(a.v - b.v); }
  friend Lanes operator*(Lanes a, Lanes b) { return wrap(a.v * b.v); }
  friend Lanes operator/(Lanes a, Lanes b) { return wrap(a.v / b.v); }
  friend Lanes operator-(Lanes a) { return wrap(-a.v); }
  friend MaskType operator<(Lanes a, Lanes b) { return {a.v < b.v}; }
  friend MaskType operator>(Lanes a, Lanes b) { return {a.v > b.v}; }
  friend MaskType operator>=(Lanes a, Lanes b) { return {a.v >= b.v}; }
  friend MaskType operator<=(Lanes a, Lanes b) { return {a.v <= b.v}; }
  friend MaskType operator==(Lanes a, Lanes b) { return {a.v == b.v}; }
  Lanes& operator+=(Lanes b) { return *this = *this + b; }

  static Lanes wrap(Vector values) {
    Lanes r;
    r.v = values;
    return r;
  }
};

template <class R, int N>
Lanes<R, N> where(Mask<R, N> m, Lanes<R, N> yes, Lanes<R, N> no) {
  return Lanes<R, N>::wrap(m.v ? yes.v : no.v);
}
template <class R, int N>
Lanes<R, N> where(Mask<R, N> m, Lanes<R, N> yes, std::type_identity_t<R> no) {
  return where(m, yes, Lanes<R, N>(no));
}
template <class R, int N>
Lanes<R, N> where(Mask<R, N> m, std::type_identity_t<R> yes, Lanes<R, N> no) {
  return where(m, Lanes<R, N>(yes), no);
}
template <class R, int N>
Indices<R, N> where(Mask<R, N> m, Indices<R, N> yes, Indices<R, N> no) {
  if constexpr (N == 1 || sizeof(R) == 4) {
    return Indices<R, N>(m.v ? yes.v : no.v);
  } else {
    Indices<R, N> r = no;
    for (int i = 0; i < N; ++i) r.set_lane(i, m.lane(i) ? yes.lane(i) : no.lane(i));
    return r;
  }
}
/// 1 where the mask is set, 0 elsewhere: how flags are stored in columns.
template <class L>
L flag(typename L::MaskType m) {
  return where(m, L(1), L(0));
}
template <class L>
typename L::MaskType is_set(L flags) {
  return flags > L(0);
}

/// a < b ? a : b, so b when one of them is NaN: exactly what the machine's instruction does.
template <class R, int N>
Lanes<R, N> min(Lanes<R, N> a, Lanes<R, N> b) {
  using L = Lanes<R, N>;
#ifdef __AVX512F__
  if constexpr (N == 16 && sizeof(R) == 4)
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm512_min_ps(reinterpret_cast<__m512>(a.v), reinterpret_cast<__m512>(b.v))));
#endif
#ifdef __AVX__
  if constexpr (N == 8 && sizeof(R) == 4)
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm256_min_ps(reinterpret_cast<__m256>(a.v), reinterpret_cast<__m256>(b.v))));
#endif
  if constexpr (N == 4 && sizeof(R) == 4)
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm_min_ps(reinterpret_cast<__m128>(a.v), reinterpret_cast<__m128>(b.v))));
  return where(a < b, a, b);
}
/// a > b ? a : b, so b when one of them is NaN.
template <class R, int N>
Lanes<R, N> max(Lanes<R, N> a, Lanes<R, N> b) {
  using L = Lanes<R, N>;
#ifdef __AVX512F__
  if constexpr (N == 16 && sizeof(R) == 4)
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm512_max_ps(reinterpret_cast<__m512>(a.v), reinterpret_cast<__m512>(b.v))));
#endif
#ifdef __AVX__
  if constexpr (N == 8 && sizeof(R) == 4)
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm256_max_ps(reinterpret_cast<__m256>(a.v), reinterpret_cast<__m256>(b.v))));
#endif
  if constexpr (N == 4 && sizeof(R) == 4)
    return L::wrap(reinterpret_cast<typename L::Vector>(
        _mm_max_ps(reinterpret_cast<__m128>(a.v), reinterpret_cast<__m128>(b.v))));
  return where(a > b, a, b);
}
/// A NaN stays NaN, so that the integrity check can find it: x is the second argument both times.
template <class R, int N>
Lanes<R, N> clamp(Lanes<R, N> x, std::type_identity_t<Lanes<R, N>> low,
                  std::type_identity_t<Lanes<R, N>> high) {
  return min(high, max(low, x));
}
template <class R, int N>
Lanes<R, N> abs(Lanes<R, N> x) {
  return where(x < Lanes<R, N>(0), -x, x);
}

/// Correctly rounded on every instruction set.
template <class R, int N>
Lanes<R, N> sqrt(Lanes<R, N> x) {
  using L = Lanes<R, N>;
  if constexpr (N == 1) {
    return L(std::is_same_v<R, float> ? static_cast<R>(__builtin_sqrtf(static_cast<float>(x.v)))
                                      : static_cast<R>(__builtin_sqrt(static_cast<double>(x.v))));
#ifdef __AVX512F__
  } else if constexpr (sizeof(R) == 4 && N == 16) {
    return L::wrap(reinterpret_cast<typename L::Vector>(_mm512_sqrt_ps(reinterpret_cast<__m512>(x.v))));
#endif
#ifdef __AVX__
  } else if constexpr (sizeof(R) == 4 && N == 8) {
    return L::wrap(reinterpret_cast<typename L::Vector>(_mm256_sqrt_ps(reinterpret_cast<__m256>(x.v))));
#endif
  } else if constexpr (sizeof(R) == 4 && N == 4) {
    return L::wrap(reinterpret_cast<typename L::Vector>(_mm_sqrt_ps(reinterpret_cast<__m128>(x.v))));
  } else {
    L r;
    for (int i = 0; i < N; ++i) r.v[i] = static_cast<R>(__builtin_sqrt(static_cast<double>(x.v[i])));
    return r;
  }
}

/// Lane width of one register of floats in this unit.
#if defined(__AVX512F__) && defined(__AVX512DQ__) && defined(__AVX512VL__) && defined(__AVX512BW__)
inline constexpr int native_width = 16;
#elif defined(__AVX2__)
inline constexpr int native_width = 8;
#else
inline constexpr int native_width = 4;
#endif

}  // namespace KINDRED_ISA
}  // namespace kindred
