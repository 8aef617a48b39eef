#pragma once

#include "sim/engine/kernel_cursor.hpp"

/// The loops that carry a phase over a block of rows or ties: included by a model's kernel unit only,
/// instantiated once per width and instruction set. A phase is a type with
///   static constexpr DrawBlock blocks[]  (person phases: the draws it wants, in order)
///   template <class Me> static void apply(Me& me)
namespace kindred {
inline namespace KINDRED_ISA {

/// The part of a draw block's declaration that a loop needs.
struct DrawBlock {
  std::uint32_t stream;
  Distribution distribution[4];
};

/// Lanes hold several rows when a row's worlds do not fill a register. Writes only the rows of its block.
template <class Phase, class Real, int Native, int W>
void person_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  constexpr int N = Native;
  constexpr int blocks = Phase::draw_blocks;
  alignas(64) Real draws[(blocks == 0 ? 1 : 4 * blocks) * rows_per_block + N];
  for (std::int64_t first = begin; first < end; first += rows_per_block) {
    const std::int64_t last = first + rows_per_block < end ? first + rows_per_block : end;
    for (int b = 0; b < blocks; ++b)
      fill_person_block<Real, Native>(a.keys, Phase::blocks[b].stream, a.week, Phase::blocks[b].distribution,
                                      first, rows_per_block, draws + 4 * b * rows_per_block, rows_per_block);
    if constexpr (W >= N) {
      for (std::int64_t row = first; row < last; ++row)
        for (int slice = 0; slice < W; slice += N) {
          PersonCursor<Real, N, W> me{a, row, slice, draws + (row - first)};
          Phase::apply(me);
        }
    } else {
      for (std::int64_t row = first; row < last; row += N / W) {
        PersonCursor<Real, N, W> me{a, row, 0, draws + (row - first)};
        Phase::apply(me);
      }
    }
  }
}

/// Lanes of a loop that reads neighbours: whole worlds of one tie, so that a neighbour's worlds are one
/// contiguous read. Measured at W = 8 on AVX-512: half a register of plain reads beats a full one of gathers.
template <int Native, int W>
inline constexpr int neighbour_lanes = W < Native ? W : Native;

/// How many ties or rows before its turn a distant read is asked for: some hundred nanoseconds.
inline constexpr std::int64_t ties_ahead = 16;
inline constexpr std::int64_t rows_ahead = 3;

/// Asks for the worlds of one row or tie of a column. GCC takes a function that only prefetches for one
/// without effect and drops the call, hence the inlining here and below.
template <class Real, int W>
[[gnu::always_inline]] inline void ask_for(const void* column, std::int64_t row) {
  constexpr std::int64_t line = 64 / sizeof(Real);
  const Real* const worlds = static_cast<const Real*>(column) + row * W;
  for (std::int64_t k = 0; k < W; k += line) __builtin_prefetch(worlds + k);
}

/// What a tie phase will read of the higher ends of some ties. The lower ends come in order.
template <class Phase, class Real, int W>
[[gnu::always_inline]] inline void ask_for_ends(const PhaseArguments& a, std::int64_t tie, int count) {
  if constexpr (requires { Phase::reads_of_ends; }) {
    if (a.far_offset == nullptr) return;
    for (int i = 0; i < count; ++i)
      for (const RealColumn c : Phase::reads_of_ends)
        ask_for<Real, W>(a.person[c.index], a.tie_high[tie + ties_ahead + i]);
  }
}

/// What a fold will read of the distant acquaintances of a row.
template <class Phase, class Real, int W>
[[gnu::always_inline]] inline void ask_for_neighbours(const PhaseArguments& a, std::int64_t row) {
  for (std::int32_t f = a.far_offset[row]; f < a.far_offset[row + 1]; ++f) {
    const std::int32_t h = a.far_half_tie[f];
    for (const RealColumn c : Phase::reads_of_neighbours) ask_for<Real, W>(a.person[c.index], a.neighbour[h]);
    if constexpr (requires { Phase::reads_of_ties; })
      for (const RealColumn c : Phase::reads_of_ties) ask_for<Real, W>(a.tie[c.index], a.half_tie_tie[h]);
  }
}

/// Fills the ties' weekly luck, then advances them. Writes only the ties of its block; reads persons.
template <class Phase, class Real, int Native, int W>
void tie_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  constexpr int N = W < 4 ? Native : neighbour_lanes<Native, W>;
  fill_tie_uniforms<Real, Native>(a.keys, Phase::stream, a.week, begin, end - begin,
                                  static_cast<Real*>(a.tie_draw) + begin);
  constexpr int ties_at_once = W >= N ? 1 : N / W;
  for (std::int64_t tie = begin; tie < end; tie += ties_at_once) {
    ask_for_ends<Phase, Real, W>(a, tie, ties_at_once);
    for (int slice = 0; slice < W; slice += N) {
      TieCursor<Real, N, W> me{a, tie, slice};
      Phase::apply(me);
    }
  }
}

/// A fold of a single world that reads persons only: rows share a register. (One that reads ties as well
/// would gather three times as much, and two worlds are read faster row by row.)
template <class Phase, class Real, int Native>
void sliced_fold_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  for (std::int64_t row = begin; row < end; row += Native) {
    SlicedFoldCursor<Real, Native> me{{a, row, 0, nullptr}};
    Phase::apply(me);
  }
}

/// Folds are sums in neighbour order, so lanes that share a row are worlds, never acquaintances.
template <class Phase, class Real, int Native, int W>
void row_fold_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  constexpr int N = neighbour_lanes<Native, W>;
  for (std::int64_t row = begin; row < end; ++row) {
    if (a.far_offset != nullptr && row + rows_ahead < end)
      ask_for_neighbours<Phase, Real, W>(a, row + rows_ahead);
    for (int slice = 0; slice < W; slice += N) {
      FoldCursor<Real, N, W> me{{a, row, slice, nullptr}};
      Phase::apply(me);
    }
  }
}

template <class Phase, class Real, int Native, int W>
void fold_loop(const PhaseArguments& a, std::int64_t begin, std::int64_t end) {
  constexpr bool over_persons_only = !requires { Phase::reads_of_ties; };
  if constexpr (W == 1 && Native > 1 && over_persons_only)
    sliced_fold_loop<Phase, Real, Native>(a, begin, end);
  else row_fold_loop<Phase, Real, Native, W>(a, begin, end);
}

template <int W>
struct Width {};

/// Turns a run-time width into a template argument: 1, 2, 4, 8 or 16 worlds, else nullptr.
template <class F>
PhaseFunction phase_by_width(int width, F with_width) {
  switch (width) {
  case 1:
    return with_width(Width<1>{});
  case 2:
    return with_width(Width<2>{});
  case 4:
    return with_width(Width<4>{});
  case 8:
    return with_width(Width<8>{});
  case 16:
    return with_width(Width<16>{});
  default:
    return nullptr;
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred
