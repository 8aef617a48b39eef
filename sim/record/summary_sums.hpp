#pragma once

#include "sim/record/summary_kernel.hpp"
#include "sim/record/summary_words.hpp"

/// Who has which style, and sums: for the summaries' kernel unit only.
namespace kindred::record {
inline namespace KINDRED_ISA {

namespace {

template <int W>
inline constexpr int rows_of_block = block_elements / W;
/// Lanes that are added up together, and how many such parts a row has.
template <int W>
inline constexpr int part_lanes = W < reals / 2 ? W : reals / 2;
template <int W>
inline constexpr int parts = W / part_lanes<W>;

/// What is known of the elements of one register of reals.
template <int W>
Whole marks_of(const MarkBlock& b, int element) {
  Whole mark;
  for (int i = 0; i < reals; ++i) mark[i] = i % W * 4;
  if constexpr (W > reals) mark += element % W * 4;
  if (b.first != nullptr) {
    mark |= (Reals::load(b.first + element) > Reals(b.first_cut)).v & 1;
    mark |= (Reals::load(b.second + element) > Reals(b.second_cut)).v & 2;
  }
  if (b.bond != nullptr)
    mark |= (Indices<float, reals>::load(b.bond + element).v < 0) & static_cast<std::int32_t>(mark_single);
  else mark |= static_cast<std::int32_t>(mark_single);
  return mark;
}

/// Notes the parts of rows in a register that have a style in some lane.
template <int W>
void note_rows(std::uint32_t* row, std::uint32_t (&rows)[parts<W> * summary_styles], Whole mark, int element,
               int elements) {
  constexpr int lanes = part_lanes<W>;
  const std::uint32_t low = bits_of(Mask<float, reals>{(mark & 1) != 0});
  const std::uint32_t high = bits_of(Mask<float, reals>{(mark & 2) != 0});
  const std::uint32_t has[summary_styles] = {~(low | high), low & ~high, high & ~low, low & high};
  const int first_part = W > reals ? element % W / lanes : 0;
  for (int i = 0; i < reals && element + i < elements; i += lanes) {
    const int part = first_part + i % W / lanes;
    const auto number = static_cast<std::uint32_t>((element + i) / W) << 8;
    for (int s = 0; s < summary_styles; ++s) {
      const int list = part * summary_styles + s;
      const std::uint32_t which = has[s] >> i & ((1u << lanes) - 1u);
      row[list * rows_of_block<W> + static_cast<int>(rows[list])] = number | which;
      rows[list] += which != 0 ? 1 : 0;
    }
  }
}

/// Registers of words that a row takes at least: what is kept per slot is kept in as many.
template <int W>
inline constexpr int phases = W > words ? W / words : 1;

template <int W>
void count_marks(const StyleRows& out, int elements) {
  const Words one = all_words(1);
  for (int phase = 0; phase < phases<W>; ++phase)
    for (int s = 0; s < summary_styles; ++s) {
      const Words style = all_words(s);
      const int slot = s * most_words + phase * words;
      Words persons = load(out.persons + slot), coupled = load(out.coupled + slot);
      for (int e = phase * words; e < elements; e += phases<W> * words) {
        const Words mark = load(out.mark + e);
        persons = add_where(equal(mark & all_words(mark_style | mark_nobody), style), persons, one);
        coupled =
            add_where(equal(mark & all_words(mark_style | mark_single | mark_nobody), style), coupled, one);
      }
      store(out.persons + slot, persons);
      store(out.coupled + slot, coupled);
    }
}

template <int W>
void mark_block(const MarkBlock& b, const StyleRows& out) {
  std::uint32_t rows[parts<W> * summary_styles] = {};
  for (int e = 0; e < b.elements; e += words) {
    const Whole low = marks_of<W>(b, e), high = marks_of<W>(b, e + reals);
    note_rows<W>(out.row, rows, low, e, b.elements);
    note_rows<W>(out.row, rows, high, e + reals, b.elements);
    store(out.mark + e, packed(low, high));
  }
  for (int i = 0; i < parts<W> * summary_styles; ++i) out.rows[i] = rows[i];
  for (int word = 0; b.elements % words != 0 && word < words; ++word) {
    const int whole = b.elements / words * words;
    if (whole + element_of_word(word, reals) >= b.elements) out.mark[whole + word] |= mark_nobody;
  }
  count_marks<W>(out, b.elements);
}

/// Sums of some lanes: their rows one after another.
template <int D>
struct Double {
  using Vector = typename VectorOf<double, D>::type;
  using Bits = typename VectorOf<std::int64_t, D>::type;
  static Vector load(const double* from) {
    return *reinterpret_cast<const typename VectorOf<double, D>::in_memory*>(from);
  }
  static void store(double* to, Vector v) {
    *reinterpret_cast<typename VectorOf<double, D>::in_memory*>(to) = v;
  }
  static Vector widened(const float* from) {
    if constexpr (D == 1) return static_cast<double>(*from);
#ifdef __AVX512F__
    else if constexpr (D == 8)  // GCC would make it of halves
      return reinterpret_cast<Vector>(_mm512_cvtps_pd(_mm256_loadu_ps(from)));
#endif
    else
      return __builtin_convertvector(*reinterpret_cast<const typename VectorOf<float, D>::in_memory*>(from),
                                     Vector);
  }
  /// 0 where nobody is to be counted: adding it changes no sum, as none is -0.
  static Vector kept(Vector v, Bits mask) {
    if constexpr (D == 1) return mask != 0 ? v : 0.0;
    else return reinterpret_cast<Vector>(reinterpret_cast<Bits>(v) & mask);
  }
  static Bits bonded(const std::int32_t* bond) {
    if constexpr (D == 1) return *bond >= 0 ? -1 : 0;
    else
      return __builtin_convertvector(
          *reinterpret_cast<const typename VectorOf<std::int32_t, D>::in_memory*>(bond) >= 0, Bits);
  }
  /// The lanes whose bit is set.
  static Vector of_lanes(const double* from, std::uint32_t lanes) {
#ifdef __AVX512F__
    if constexpr (D == 8)
      return reinterpret_cast<Vector>(_mm512_maskz_loadu_pd(static_cast<__mmask8>(lanes), from));
#endif
    if constexpr (D == 1) {
      return *from;  // a row is noted for the style it has
    } else {
      Bits one;
      for (int i = 0; i < D; ++i) one[i] = 1 << i;
      return kept(load(from), ((static_cast<std::int64_t>(lanes) - Bits{}) & one) != 0);
    }
  }
};

template <int D, int K>
struct Running {
  typename Double<D>::Vector sum[K], squares[K];
  Running(StyleSums* const* from, int group, int lane) {
    for (int k = 0; k < K; ++k) {
      sum[k] = Double<D>::load(from[k]->sum[group] + lane);
      squares[k] = Double<D>::load(from[k]->squares[group] + lane);
    }
  }
  void add(int k, typename Double<D>::Vector x) {
    sum[k] += x;
    squares[k] += x * x;
  }
  void into(StyleSums* const* to, int group, int lane) const {
    for (int k = 0; k < K; ++k) {
      Double<D>::store(to[k]->sum[group] + lane, sum[k]);
      Double<D>::store(to[k]->squares[group] + lane, squares[k]);
    }
  }
};

/// K outcomes side by side, so that their chains of additions overlap.
template <int W, int K>
void add_outcomes(const SumBlock& b, StyleSums* const* sums) {
  constexpr int D = part_lanes<W>;
  using Part = Double<D>;
  alignas(64) double widened[K][block_elements];
  for (int part = 0; part < parts<W>; ++part) {
    const int lane = part * D;
    Running<D, K> everybody(sums, 0, lane);
    for (int e = lane; e < b.elements; e += W)
      for (int k = 0; k < K; ++k) {
        auto x = Part::widened(b.value[k] + e);
        if (b.bond[k] != nullptr) x = Part::kept(x, Part::bonded(b.bond[k] + e));
        Part::store(widened[k] + e, x);
        everybody.add(k, x);
      }
    everybody.into(sums, 0, lane);
    for (int s = 0; s < summary_styles; ++s) {
      const int list = part * summary_styles + s;
      const std::uint32_t* const row = b.row + list * rows_of_block<W>;
      Running<D, K> of_style(sums, 1 + s, lane);
      for (std::uint32_t i = 0; i < b.rows[list]; ++i)
        for (int k = 0; k < K; ++k)
          of_style.add(k, Part::of_lanes(widened[k] + (row[i] >> 8) * W + lane, row[i] & 255u));
      of_style.into(sums, 1 + s, lane);
    }
  }
}

template <int W>
void add_block(const SumBlock& b, StyleSums* const* sums) {
  if (b.outcomes == 2) add_outcomes<W, 2>(b, sums);
  else add_outcomes<W, 1>(b, sums);
}

}  // namespace

}  // namespace KINDRED_ISA
}  // namespace kindred::record
