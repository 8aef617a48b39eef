#pragma once

#include "sim/core/lanes.hpp"

/// exp, log, sine and cosine for lanes, from + - * / and bit patterns only: the C library's versions
/// choose their code by CPU and differ in the last bit. The polynomials and their order of evaluation
/// are part of the format (another program can redraw our numbers). Coefficients: Cephes single
/// precision (Moshier, Methods and Programs for Mathematical Functions, 1989).
/// `double` lanes exist only for the reference build and call the C library.
namespace kindred {
inline namespace KINDRED_ISA {

template <class To, class From>
To bit_cast_lanes(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  __builtin_memcpy(&to, &from, sizeof(To));
  return to;
}

/// Nearest integer as a float, for |x| < 2^22: adding 1.5 * 2^23 pushes the fraction out of the mantissa.
template <int N>
Lanes<float, N> nearest(Lanes<float, N> x) {
  const Lanes<float, N> magic(12582912.0f);
  return (x + magic) - magic;
}

/// 2^n for an integral float n in [-126, 127].
template <int N>
Lanes<float, N> power_of_two(Lanes<float, N> n) {
  using Ints = typename VectorOf<std::int32_t, N>::type;
  const Lanes<float, N> magic(12582912.0f);
  // the low mantissa bits of n + magic hold n; moved into the exponent field they make 2^n
  const Ints bits = bit_cast_lanes<Ints>((n + magic).v) - bit_cast_lanes<std::int32_t>(12582912.0f);
  const Ints exponent = static_cast<Ints>(bits + 127);
  if constexpr (N == 1) {
    return Lanes<float, 1>(
        bit_cast_lanes<float>(static_cast<std::int32_t>(static_cast<std::uint32_t>(exponent) << 23)));
  } else {
    return Lanes<float, N>::wrap(
        bit_cast_lanes<typename Lanes<float, N>::Vector>(static_cast<Ints>(exponent << 23)));
  }
}

/// e^x; x is clamped to [-87, 88], so the result is always normal and finite. Error below 1 ulp.
template <int N>
Lanes<float, N> exp(Lanes<float, N> x) {
  using L = Lanes<float, N>;
  const L inside = clamp(x, L(-87.0f), L(88.0f));
  const L n = nearest(inside * L(1.44269504088896341f));
  const L r = (inside - n * L(0.693359375f)) - n * L(-2.12194440e-4f);
  L p(1.9875691500e-4f);
  p = p * r + L(1.3981999507e-3f);
  p = p * r + L(8.3334519073e-3f);
  p = p * r + L(4.1665795894e-2f);
  p = p * r + L(1.6666665459e-1f);
  p = p * r + L(5.0000001201e-1f);
  return ((p * (r * r) + r) + L(1.0f)) * power_of_two(n);
}

/// ln x for normal x > 0. Error below 1 ulp.
template <int N>
Lanes<float, N> log(Lanes<float, N> x) {
  using L = Lanes<float, N>;
  using Ints = typename VectorOf<std::int32_t, N>::type;
  const Ints bits = bit_cast_lanes<Ints>(x.v);
  // mantissa in [sqrt(1/2), sqrt(2)): subtract the bits of sqrt(1/2) before splitting off the exponent
  const Ints shifted = bits - 0x3f3504f3;
  const Ints exponent = shifted >> 23;
  Ints mantissa_bits;
  if constexpr (N == 1)
    mantissa_bits = bits - static_cast<std::int32_t>(static_cast<std::uint32_t>(exponent) << 23);
  else mantissa_bits = bits - (exponent << 23);
  const L m = L::wrap(bit_cast_lanes<typename L::Vector>(mantissa_bits)) - L(1.0f);
  L e;
  if constexpr (N == 1) e = L(static_cast<float>(exponent));
  else e = L::wrap(__builtin_convertvector(exponent, typename L::Vector));
  L p(7.0376836292e-2f);
  p = p * m + L(-1.1514610310e-1f);
  p = p * m + L(1.1676998740e-1f);
  p = p * m + L(-1.2420140846e-1f);
  p = p * m + L(1.4249322787e-1f);
  p = p * m + L(-1.6668057665e-1f);
  p = p * m + L(2.0000714765e-1f);
  p = p * m + L(-2.4999993993e-1f);
  p = p * m + L(3.3333331174e-1f);
  const L square = m * m;
  L y = p * m * square;
  y = y + e * L(-2.12194440e-4f);
  y = y - L(0.5f) * square;
  return (m + y) + e * L(0.693359375f);
}

/// sin and cos of 2 pi u for u in [0, 1): quarter turns are split off exactly, |rest| <= 1/8 turn.
template <int N>
void sine_cosine_of_turns(Lanes<float, N> u, Lanes<float, N>& sine, Lanes<float, N>& cosine) {
  using L = Lanes<float, N>;
  const L quarter = nearest(u * L(4.0f));
  const L x = (u - quarter * L(0.25f)) * L(6.283185307179586f);
  const L z = x * x;
  const L s = ((L(-1.9515295891e-4f) * z + L(8.3321608736e-3f)) * z + L(-1.6666654611e-1f)) * z * x + x;
  const L c =
      ((L(2.443315711809948e-5f) * z + L(-1.388731625493765e-3f)) * z + L(4.166664568298827e-2f)) * z * z -
      L(0.5f) * z + L(1.0f);
  const auto odd = (quarter == L(1.0f)) | (quarter == L(3.0f));
  const auto sine_negative = (quarter == L(2.0f)) | (quarter == L(3.0f));
  const auto cosine_negative = (quarter == L(1.0f)) | (quarter == L(2.0f));
  const L s0 = where(odd, c, s);
  const L c0 = where(odd, s, c);
  sine = where(sine_negative, -s0, s0);
  cosine = where(cosine_negative, -c0, c0);
}

inline Lanes<double, 1> exp(Lanes<double, 1> x) { return Lanes<double, 1>(std::exp(x.v)); }
inline Lanes<double, 1> log(Lanes<double, 1> x) { return Lanes<double, 1>(std::log(x.v)); }

}  // namespace KINDRED_ISA
}  // namespace kindred
