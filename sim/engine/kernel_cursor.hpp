#pragma once

#include <utility>

#include "sim/core/lane_math.hpp"
#include "sim/engine/contract.hpp"
#include "sim/engine/hash_words.hpp"
#include "sim/engine/lane_access.hpp"
#include "sim/random/draws.hpp"

/// How a kernel sees its own row, its neighbours and its luck. A cursor stands on one register's worth
/// of (row, world) pairs: with W worlds and N lanes it holds a slice of one row (W >= N) or N / W whole
/// rows (W < N), so that one society alone fills a register too. Kernels cannot tell the difference.
namespace kindred {

/// Names of quantities as types, so that `me[name]` knows how it is stored.
struct RealColumn {
  int index;
};  ///< per world
struct IndexColumn {
  int index;
};  ///< int32 per world
struct SharedColumn {
  int index;
};  ///< one value per row for all worlds
struct DerivedColumn {
  int index;
};  ///< per world, or once when the worlds agree
struct Parameter {
  int index;
};
struct Constant {
  int index;
};
struct Input {
  int index;
};

inline namespace KINDRED_ISA {

/// Parameters and constants of the worlds in the lanes.
template <class Real, int N>
struct WorldParameters {
  using L = Lanes<Real, N>;
  const Real* parameters;
  const Real* constants;
  L operator[](Parameter p) const { return L::load(parameters + p.index * tile_width); }
  L operator[](Constant c) const { return L::load(constants + c.index * tile_width); }
};

/// One programme slot seen from a row.
template <class Real, int N, int W>
struct SlotCursor {
  using L = Lanes<Real, N>;
  using M = typename L::MaskType;
  const SlotArguments& slot;
  std::int64_t element;
  int slice;
  L tile(const void* values, int row = 0) const {
    return L::load(static_cast<const Real*>(values) + row * tile_width + slice);
  }
  M treated() const { return is_set(L::load(static_cast<const Real*>(slot.treated) + element)); }
  M enrolled() const { return is_set(L::load(static_cast<const Real*>(slot.enrolled) + element)); }
  void set_enrolled(M m) const { flag<L>(m).store(static_cast<Real*>(slot.enrolled) + element); }
  M on_course() const { return is_set(tile(slot.on_course)); }
  M started() const { return is_set(tile(slot.started)); }
  L dose(Input input) const { return tile(slot.dose, input.index); }
  L adherence_exponent() const { return tile(slot.adherence_exponent); }
  L drop_out() const { return tile(slot.drop_out); }
  L maintained() const { return tile(slot.maintained); }
};

template <class R, int N, int W>
struct PersonCursor {
  using Real = R;
  using L = Lanes<Real, N>;
  using M = typename L::MaskType;
  using I = Indices<Real, N>;
  const PhaseArguments& a;
  std::int64_t row;   ///< first row in the register
  int slice;          ///< first world in the register; 0 when W < N
  const Real* draws;  ///< decision k of `row` at draws[k * rows_per_block]

  std::int64_t element() const { return row * W + slice; }
  const Real* real(int column) const { return static_cast<const Real*>(a.person[column]); }

  L operator[](RealColumn c) const { return L::load(real(c.index) + element()); }
  L operator[](SharedColumn c) const { return expand<Real, N, W>(real(c.index) + row); }
  L operator[](DerivedColumn c) const {
    return a.person_once[c.index] ? expand<Real, N, W>(real(c.index) + row)
                                  : L::load(real(c.index) + element());
  }
  I operator[](IndexColumn c) const {
    return I::load(static_cast<const std::int32_t*>(a.person[c.index]) + element());
  }
  void set(RealColumn c, L value) { value.store(static_cast<Real*>(a.person[c.index]) + element()); }
  void set(IndexColumn c, I value) { value.store(static_cast<std::int32_t*>(a.person[c.index]) + element()); }
  void set(SharedColumn c, L value) { store_once(static_cast<Real*>(a.person[c.index]), value); }
  void set(DerivedColumn c, L value) {
    if (a.person_once[c.index]) store_once(static_cast<Real*>(a.person[c.index]), value);
    else value.store(static_cast<Real*>(a.person[c.index]) + element());
  }

  WorldParameters<Real, N> parameters() const {
    return {static_cast<const Real*>(a.parameters) + slice, static_cast<const Real*>(a.constants) + slice};
  }
  /// Decision k of the draw blocks this phase declares, in their order.
  L draw(int k) const { return expand<Real, N, W>(draws + k * rows_per_block); }
  L position() const { return expand<Real, N, W>(static_cast<const Real*>(a.position) + row); }
  L study_week() const { return L(static_cast<Real>(a.study_week)); }
  bool programmes_running() const { return a.programmes_running; }
  int slots() const { return a.slots; }
  SlotCursor<Real, N, W> slot(int s) const { return {a.slot[s], element(), slice}; }
  L adherence_draw() const { return expand<Real, N, W>(static_cast<const Real*>(a.adherence_draw) + row); }
  L maintenance_draw() const {
    return expand<Real, N, W>(static_cast<const Real*>(a.maintenance_draw) + row);
  }

  // --- other persons and ties, each lane its own ---
  I own_row() const {
    return same_index<Real, N>(static_cast<std::int32_t>(row)) +
           index_pattern<Real, N>([](int i) { return i / W; });
  }
  I world() const {
    return same_index<Real, N>(slice) + index_pattern<Real, N>([](int i) { return i % W; });
  }
  /// Column of the persons in `who` (all valid), each in its lane's own world.
  L of(I who, RealColumn c) const {
    if constexpr (W >= N && N > 1)  // worlds that share their luck mostly agree on who it is
      if (!any(!(who == same_index<Real, N>(who.lane(0)))))
        return L::load(real(c.index) + std::int64_t{who.lane(0)} * W + slice);
    return gather<Real, N>(real(c.index), scaled(who));
  }
  I of(I who, IndexColumn c) const {
    return gather<Real, N>(static_cast<const std::int32_t*>(a.person[c.index]), scaled(who));
  }
  /// The person at the other end of `tie` (valid in every lane).
  I other_end(I tie) const {
    return gather<Real, N>(a.tie_low, tie) + gather<Real, N>(a.tie_high, tie) - own_row();
  }
  /// column = f(column, argument) for the ties in the lanes, where the mask is set and this row is the tie's
  /// lower end, which owns it. Other rows neither read nor write the value meanwhile.
  template <class F>
  void update_owned_tie(M m, I tie, RealColumn c, L argument, F f) const {
    using One = Lanes<Real, 1>;
    for (int i = 0; i < N; ++i) {
      if (!m.lane(i) || a.tie_low[tie.lane(i)] != static_cast<std::int32_t>(row) + i / W) continue;
      Real& value = static_cast<Real*>(a.tie[c.index])[std::int64_t{tie.lane(i)} * W + slice + i % W];
      const Real before = value;
      value = f(One(value), One(argument.lane(i))).lane(0);
      note_change(c, tie.lane(i), slice + i % W, before, value);
    }
  }
  /// Event draws of the ties in the lanes: decision 0 (and 1) of the block with this stream.
  L tie_event_uniform(I tie, std::uint32_t stream) const {
    L r;
    store_widened(uniform_from<N>(tie_event_words(tie, stream).word[0]), reinterpret_cast<Real*>(&r.v));
    return r;
  }
  L tie_event_normal(I tie, std::uint32_t stream) const {
    const auto block = tie_event_words(tie, stream);
    Lanes<float, N> z0, z1;
    normals_from<N>(block.word[0], block.word[1], z0, z1);
    L r;
    store_widened(z0, reinterpret_cast<Real*>(&r.v));
    return r;
  }

 private:
  /// The state's hash follows.
  void note_change(RealColumn c, std::int64_t tie, int lane, Real before, Real after) const {
    if constexpr (sizeof(Real) == sizeof(std::uint32_t)) {
      if (a.tie_changes == nullptr || a.tie_changes->hashed[c.index] == 0) return;
      std::uint32_t* const halves = a.tie_changes->halves + (row / rows_per_block * W + lane) * 2;
      for (int half = 0; half < 2; ++half) {
        const std::uint32_t list =
            tie_list + static_cast<std::uint32_t>(c.index) + (half == 0 ? 0 : tie_upper_half);
        halves[half] += tie_term(__builtin_bit_cast(std::uint32_t, after), tie, list) -
                        tie_term(__builtin_bit_cast(std::uint32_t, before), tie, list);
      }
    }
  }
  I scaled(I entity) const { return I(static_cast<typename I::Vector>(entity.v * W)) + world(); }
  PhiloxBlock<N> tie_event_words(I tie, std::uint32_t stream) const {
    return philox_lanes<N>(bit_cast_lanes<WordLanes<N>>(tie.v), 0, a.week, stream, a.keys);
  }
  /// Every world holds the same value, so the first world's is kept.
  void store_once(Real* column, L value) const {
    if constexpr (W >= N) {
      if (slice == 0) column[row] = value.lane(0);
    } else {
      for (int i = 0; i < N; i += W) column[row + i / W] = value.lane(i);
    }
  }
};

/// A tie and its two ends. `low` and `high` read the ends' published columns.
template <class R, int N, int W>
struct TieCursor {
  using Real = R;
  using L = Lanes<Real, N>;
  using I = Indices<Real, N>;
  const PhaseArguments& a;
  std::int64_t tie;
  int slice;

  std::int64_t element() const { return tie * W + slice; }
  const Real* real(int column) const { return static_cast<const Real*>(a.tie[column]); }
  L operator[](RealColumn c) const { return L::load(real(c.index) + element()); }
  L operator[](DerivedColumn c) const {
    return a.tie_once[c.index] ? expand<Real, N, W>(real(c.index) + tie) : L::load(real(c.index) + element());
  }
  void set(RealColumn c, L value) { value.store(static_cast<Real*>(a.tie[c.index]) + element()); }
  void set(DerivedColumn c, L value) {
    Real* column = static_cast<Real*>(a.tie[c.index]);
    if (!a.tie_once[c.index]) value.store(column + element());
    else if constexpr (W >= N) column[tie] = value.lane(0);
    else
      for (int i = 0; i < N; i += W) column[tie + i / W] = value.lane(i);
  }
  WorldParameters<Real, N> parameters() const {
    return {static_cast<const Real*>(a.parameters) + slice, static_cast<const Real*>(a.constants) + slice};
  }
  L draw() const { return expand<Real, N, W>(static_cast<const Real*>(a.tie_draw) + tie); }
  I id() const {
    return same_index<Real, N>(static_cast<std::int32_t>(tie)) +
           index_pattern<Real, N>([](int i) { return i / W; });
  }
  L low(RealColumn c) const { return end(a.tie_low, static_cast<const Real*>(a.person[c.index])); }
  L high(RealColumn c) const { return end(a.tie_high, static_cast<const Real*>(a.person[c.index])); }
  I low(IndexColumn c) const {
    const auto* column = static_cast<const std::int32_t*>(a.person[c.index]);
    if constexpr (W >= N) return I::load(column + std::int64_t{a.tie_low[tie]} * W + slice);
    else return gather<Real, N>(column, ends(a.tie_low));
  }

 private:
  I ends(const std::int32_t* who) const {
    return index_pattern<Real, N>([&](int i) { return who[tie + i / W] * W + i % W; });
  }
  L end(const std::int32_t* who, const Real* column) const {
    if constexpr (W >= N) return L::load(column + std::int64_t{who[tie]} * W + slice);
    else return gather<Real, N>(column, ends(who));
  }
};

/// One half-tie of a row during a fold; always a slice of a single row (N <= W).
template <class R, int N, int W>
struct HalfTieCursor {
  using Real = R;
  using L = Lanes<Real, N>;
  const PhaseArguments& a;
  std::int32_t neighbour;
  std::int32_t tie;
  int slice;
  L operator[](RealColumn c) const {
    return L::load(static_cast<const Real*>(a.tie[c.index]) + std::int64_t{tie} * W + slice);
  }
  /// Always here; half-ties of rows that share a register may be absent.
  typename L::MaskType present() const { return L(0) == L(0); }
  L draw() const { return L(static_cast<const Real*>(a.tie_draw)[tie]); }
  Indices<Real, N> id() const { return same_index<Real, N>(tie); }
  /// What the neighbour shows.
  L neighbour_shows(RealColumn c) const {
    return L::load(static_cast<const Real*>(a.person[c.index]) + std::int64_t{neighbour} * W + slice);
  }
  L neighbour_shows(SharedColumn c) const {
    return L(static_cast<const Real*>(a.person[c.index])[neighbour]);
  }
};

/// The k-th half-ties of the rows of a single world in a register, which have different numbers of them. An
/// absent neighbour shows 0.
template <class R, int N>
struct HalfTiesCursor {
  using Real = R;
  using L = Lanes<Real, N>;
  using I = Indices<Real, N>;
  const PhaseArguments& a;
  const std::int32_t* neighbour;  ///< absent ones are the row behind all others, which is 0 in every column
  typename L::MaskType present() const { return same_index<R, N>(a.slice_absent) > I::load(neighbour); }
  L neighbour_shows(RealColumn c) const {
    return collect<Real, N>(static_cast<const Real*>(a.person[c.index]), neighbour);
  }
};

/// A row that folds over its ties in ascending neighbour order, always.
template <class R, int N, int W>
struct FoldCursor : PersonCursor<R, N, W> {
  static_assert(N <= W);
  template <class F>
  void for_each_tie(F f) const {
    const PhaseArguments& args = this->a;
    for (std::int32_t h = args.row_offset[this->row]; h < args.row_offset[this->row + 1]; ++h)
      f(HalfTieCursor<R, N, W>{args, args.neighbour[h], args.half_tie_tie[h], this->slice});
  }
};

/// Rows of a single world that share a register and fold over their acquaintances together, each in ascending
/// order.
template <class R, int N>
struct SlicedFoldCursor : PersonCursor<R, N, 1> {
  static_assert(rows_per_slice % N == 0);
  template <class F>
  void for_each_tie(F f) const {
    const PhaseArguments& args = this->a;
    const std::int64_t at = this->row / rows_per_slice, within = this->row % rows_per_slice;
    const std::int32_t* line = args.slice_neighbour + args.slice_offset[at] * rows_per_slice + within;
    for (int left = args.slice_offset[at + 1] - args.slice_offset[at]; left > 0; --left) {
      f(HalfTiesCursor<R, N>{args, line});
      line += rows_per_slice;
    }
  }
};

}  // namespace KINDRED_ISA
}  // namespace kindred
