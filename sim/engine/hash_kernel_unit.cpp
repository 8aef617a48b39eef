// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4; see sim/core/isa.hpp.
#include "sim/engine/hash_kernel.hpp"

#include "sim/engine/kernel_loops.hpp"

namespace kindred {
inline namespace KINDRED_ISA {

namespace {

template <int N>
using Words = typename VectorOf<std::uint32_t, N>::type;
template <int N>
using Sums = typename VectorOf<std::uint64_t, N / 2>::type;

/// Products of the even lanes, 64 bits each.
template <int N>
Sums<N> even_products(Words<N> a, Words<N> b) {
#ifdef __AVX512F__
  if constexpr (N == 16)
    return reinterpret_cast<Sums<N>>(
        _mm512_mul_epu32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#endif
#ifdef __AVX2__
  if constexpr (N == 8)
    return reinterpret_cast<Sums<N>>(
        _mm256_mul_epu32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#endif
  if constexpr (N == 4)
    return reinterpret_cast<Sums<N>>(
        _mm_mul_epu32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
}

template <int N>
Words<N> odd_to_even(Words<N> a) {
  return reinterpret_cast<Words<N>>(reinterpret_cast<Sums<N>>(a) >> 32);
}

/// Numbers of consecutive entities become their factors.
template <int N>
void fill_factors(std::uint32_t list, std::int64_t first, std::int64_t count, std::uint32_t* factors) {
  const std::uint32_t start = first_number(list) + static_cast<std::uint32_t>(first);
  for (std::int64_t i = 0; i < count; i += N)
    *reinterpret_cast<typename VectorOf<std::uint32_t, N>::in_memory*>(factors + i) =
        factor_of<Words<N>>(start + static_cast<std::uint32_t>(i) + consecutive<N>(0));
}

/// Factors of the rows in a register, each repeated for its worlds.
template <int N, int W>
Words<N> factors_of(const std::uint32_t* of_rows) {
  if constexpr (W >= N) {
    return *of_rows - Words<N>{};
  } else {
    const Words<N> rows = *reinterpret_cast<const typename VectorOf<std::uint32_t, N>::in_memory*>(of_rows);
    return [&]<int... I>(std::integer_sequence<int, I...>) {
      return __builtin_shufflevector(rows, rows, (I / W)...);
    }
    (std::make_integer_sequence<int, N>{});
  }
}

/// Sums over lanes that hold folded words times their factors.
template <int N, int W>
struct LaneSums {
  Sums<N> even{}, odd{};
  void add(Words<N> folded, Words<N> factors) {
    even += even_products<N>(folded, factors);
    // from two worlds on, both lanes of a pair belong to the same row
    odd += even_products<N>(odd_to_even<N>(folded), W == 1 ? odd_to_even<N>(factors) : factors);
  }
  void into(std::uint64_t* sums, int slice) const {
    for (int lane = 0; lane < N; ++lane)
      sums[slice + lane % W] += lane % 2 == 0 ? even[lane / 2] : odd[lane / 2];
  }
};

/// A rows of registers are folded side by side, so that their chains of operations overlap.
template <int N, int W, int A>
void fold_rows(const HashedRows& list, std::int64_t element, const std::uint32_t* factors,
               LaneSums<N, W>& lanes, Lanes<float, N>* real_sum) {
  constexpr int rows_at_once = W >= N ? 1 : N / W, stride = rows_at_once * W;
  Words<N> t[A] = {};
  for (int c = 0; c < list.reals; ++c) {
    const float* column = static_cast<const float*>(list.column[c]) + element;
    for (int i = 0; i < A; ++i) {
      const auto x = Lanes<float, N>::load(column + i * stride);
      real_sum[i] += x;
      t[i] = rotated(t[i], 9) ^ reinterpret_cast<Words<N>>(x.v);
    }
  }
  for (int c = list.reals; c < list.columns; ++c) {
    const std::int32_t* column = static_cast<const std::int32_t*>(list.column[c]) + element;
    for (int i = 0; i < A; ++i)
      t[i] = rotated(t[i], 9) ^ reinterpret_cast<Words<N>>(Indices<float, N>::load(column + i * stride).v);
  }
  for (int i = 0; i < A; ++i) lanes.add(t[i], factors_of<N, W>(factors + i * rows_at_once));
}

template <int N, int W>
void hash_slice(const HashedRows& list, std::int64_t first, std::int64_t count, int slice,
                const std::uint32_t* factors, std::uint64_t* sums, float* total) {
  using L = Lanes<float, N>;
  constexpr int abreast = 4, rows_at_once = W >= N ? 1 : N / W, group = abreast * rows_at_once;
  LaneSums<N, W> lanes;
  L real_sum[abreast] = {L(0), L(0), L(0), L(0)};
  std::int64_t row = 0;
  for (; row + group <= count; row += group)
    fold_rows<N, W, abreast>(list, (first + row) * W + slice, factors + row, lanes, real_sum);
  for (; row < count; row += rows_at_once)  // those behind the last one have the factor 0
    fold_rows<N, W, 1>(list, (first + row) * W + slice, factors + row, lanes, real_sum);
  lanes.into(sums, slice);
  const L sum = (real_sum[0] + real_sum[1]) + (real_sum[2] + real_sum[3]);
  for (int lane = 0; lane < N; ++lane) total[slice + lane % W] += sum.lane(lane);
}

/// Rows behind the last one that counts are read with the factor 0.
template <int W>
void hash_rows(const HashedRows& list, std::int64_t begin, std::int64_t end, std::uint64_t* sums,
               float* total) {
  constexpr int N = native_width;
  alignas(64) std::uint32_t factors[rows_per_block + N];
  for (std::int64_t first = begin; first < end; first += rows_per_block) {
    const std::int64_t count = end - first < rows_per_block ? end - first : rows_per_block;
    fill_factors<N>(list.list, first, count, factors);
    for (std::int64_t i = count; i < count + N; ++i) factors[i] = 0;
    for (int slice = 0; slice < W; slice += N)
      hash_slice<N, W>(list, first, count, slice, factors, sums, total);
  }
}

/// Folds of consecutive ties' words, `abreast` registers of them.
template <int N, int W, int abreast>
void fold_ties(const float* block, Words<N>* folds) {
  constexpr int ties_at_once = W >= N ? 1 : N / W;
  const auto add = [&]<int K>(std::integral_constant<int, K>) {
    for (int i = 0; i < abreast; ++i)
      folds[i] += rotated(
          reinterpret_cast<Words<N>>(
              Lanes<float, N>::load(block + (K * static_cast<int>(tie_stride) + i * ties_at_once) * W).v),
          9 * K % 32);
  };
  [&]<int... K>(std::integer_sequence<int, K...>) { (add(std::integral_constant<int, K>{}), ...); }
  (std::make_integer_sequence<int, ties_per_hash_block / tie_stride>{});
}

/// One block of ties from its first one on, in the order in which they lie in memory.
template <int W>
void hash_tie_block(const float* block, const std::uint32_t* lower, const std::uint32_t* upper,
                    std::uint32_t* halves) {
  constexpr int N = native_width;
  constexpr int ties_at_once = W >= N ? 1 : N / W, registers = static_cast<int>(tie_stride) / ties_at_once;
  constexpr int abreast = registers < 8 ? registers : 8;
  for (int slice = 0; slice < W; slice += N) {
    Words<N> sum[2] = {};
    for (int j = 0; j < static_cast<int>(tie_stride); j += abreast * ties_at_once) {
      Words<N> folds[abreast] = {};
      fold_ties<N, W, abreast>(block + j * W + slice, folds);
      for (int i = 0; i < abreast; ++i) {
        sum[0] += folds[i] * factors_of<N, W>(lower + j + i * ties_at_once);
        sum[1] += folds[i] * factors_of<N, W>(upper + j + i * ties_at_once);
      }
    }
    for (int lane = 0; lane < N; ++lane)
      for (int half = 0; half < 2; ++half) halves[(slice + lane % W) * 2 + half] += sum[half][lane];
  }
}

/// The last block may be cut short: what lies behind it is taken as 0.
template <int W>
void hash_ties(const HashedTies& list, std::int64_t begin, std::int64_t end, std::uint32_t* halves) {
  constexpr int N = native_width;
  const auto* column = static_cast<const float*>(list.column);
  alignas(64) std::uint32_t lower[tie_stride + N], upper[tie_stride + N];
  for (std::int64_t first = begin; first < end; first += ties_per_hash_block) {
    fill_factors<N>(list.list, fold_of(first), tie_stride, lower);
    fill_factors<N>(list.list + tie_upper_half, fold_of(first), tie_stride, upper);
    if (list.ties - first >= ties_per_hash_block) {
      hash_tie_block<W>(column + first * W, lower, upper, halves);
      continue;
    }
    alignas(64) float rest[ties_per_hash_block * W] = {};
    for (std::int64_t i = 0; i < (list.ties - first) * W; ++i) rest[i] = column[first * W + i];
    hash_tie_block<W>(rest, lower, upper, halves);
  }
}

}  // namespace

void hash_rows_of_width(const HashedRows& list, int width, std::int64_t begin, std::int64_t end,
                        std::uint64_t* sums, float* total) {
  switch (width) {
  case 1:
    return hash_rows<1>(list, begin, end, sums, total);
  case 2:
    return hash_rows<2>(list, begin, end, sums, total);
  case 4:
    return hash_rows<4>(list, begin, end, sums, total);
  case 8:
    return hash_rows<8>(list, begin, end, sums, total);
  default:
    return hash_rows<16>(list, begin, end, sums, total);
  }
}

void hash_ties_of_width(const HashedTies& list, int width, std::int64_t begin, std::int64_t end,
                        std::uint32_t* halves) {
  switch (width) {
  case 1:
    return hash_ties<1>(list, begin, end, halves);
  case 2:
    return hash_ties<2>(list, begin, end, halves);
  case 4:
    return hash_ties<4>(list, begin, end, halves);
  case 8:
    return hash_ties<8>(list, begin, end, halves);
  default:
    return hash_ties<16>(list, begin, end, halves);
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred
