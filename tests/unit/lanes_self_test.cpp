// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4; see sim/core/isa.hpp.
#include "tests/unit/lanes_self_test.hpp"

#include "sim/engine/kernel_cursor.hpp"

namespace kindred::self_test::KINDRED_ISA {

namespace {

template <class Real>
std::uint64_t bits_of(Real value) {
  std::uint64_t bits = 0;
  __builtin_memcpy(&bits, &value, sizeof(Real));
  return bits;
}

/// The scalar expectations are written out here, `if` by `if`; nothing of them comes from the lane type.
template <class Real, int N>
class LaneCheck {
 public:
  LaneCheck(Operation planted, LaneReport& report) : planted_(planted), report_(report) {}

  void run() {
    constexpr int rounds = N >= 16 ? 1 : 4096 >> N;
    for (int round = 0; round < rounds; ++round)
      for (std::uint32_t pattern = 0; pattern < (N >= 16 ? 4096u : 1u << N); ++pattern) {
        const std::uint32_t keyed = philox_lanes<1>(pattern, 0, 0, 1, PhiloxKey{7, 7}).word[0];
        prepare(N >= 16 ? keyed : pattern, pattern + 65536u * static_cast<std::uint32_t>(round));
        selections();
        masked();
        comparisons();
        numbers();
        bounds();
        indices();
        mask_questions();
        expansions<1, 2, 4, 8, 16>();
        gathers();
      }
  }

 private:
  using L = Lanes<Real, N>;
  using M = typename L::MaskType;
  using I = typename L::IndexType;

  /// One in four values is special; the second operand repeats the first now and then, so that equality is
  /// met.
  static Real value(std::uint32_t word) {
    constexpr Real inf = static_cast<Real>(__builtin_inf()), nan = static_cast<Real>(__builtin_nan(""));
    const Real special[8] = {Real(0), -Real(0), inf, -inf, nan, Real(1), static_cast<Real>(1e-42), Real(-3)};
    if (word % 4 == 0) return special[(word >> 2) % 8];
    return (static_cast<Real>(word >> 8) / Real(1 << 20)) - Real(8);
  }

  void prepare(std::uint32_t pattern, std::uint32_t counter) {
    for (int i = 0; i < N; ++i) {
      const auto w = philox_lanes<1>(counter, static_cast<std::uint32_t>(i), 0, 2, PhiloxKey{7, 7});
      set_[i] = (pattern >> i & 1u) != 0;
      xs_[i] = value(w.word[0]);
      ys_[i] = w.word[1] % 5 == 0 ? xs_[i] : value(w.word[1]);
      low_[i] = static_cast<Real>(w.word[2] % 64) / Real(8) - Real(8);
      high_[i] = low_[i] + static_cast<Real>(w.word[2] / 64 % 64) / Real(8);
      ps_[i] = static_cast<std::int32_t>(w.word[3] % 64);
      qs_[i] = w.word[3] / 64 % 3 == 0 ? ps_[i] : static_cast<std::int32_t>(w.word[3] / 256 % 64) - 1;
    }
    x_ = L::load(xs_);
    y_ = L::load(ys_);
    p_ = I::load(ps_);
    q_ = I::load(qs_);
    m_ = counter % 2 == 0 ? mask_by_numbers() : mask_by_indices();
  }
  M mask_by_numbers() const {
    Real sign[N];
    for (int i = 0; i < N; ++i) sign[i] = set_[i] ? Real(1) : Real(-1);
    return L::load(sign) > L(0);
  }
  M mask_by_indices() const {
    std::int32_t sign[N];
    for (int i = 0; i < N; ++i) sign[i] = set_[i] ? 5 : -1;
    return I::load(sign) >= I(typename I::Vector{});
  }

  void expect(Operation op, int lane, std::uint64_t got, std::uint64_t wanted) {
    if (op == planted_ && lane == N - 1) wanted ^= 1u;
    ++report_.checked[static_cast<int>(op)];
    if (got != wanted) ++report_.failed[static_cast<int>(op)];
  }
  void expect_real(Operation op, int lane, Real got, Real wanted) {
    const bool both_nan = got != got && wanted != wanted;
    expect(op, lane, both_nan ? 0 : bits_of(got), both_nan ? 0 : bits_of(wanted));
  }
  template <class F>
  void lanes_are(Operation op, L got, F wanted) {
    Real stored[N];
    got.store(stored);
    for (int i = 0; i < N; ++i) expect_real(op, i, stored[i], wanted(i));
  }
  template <class F>
  void indices_are(Operation op, I got, F wanted) {
    std::int32_t stored[N];
    got.store(stored);
    for (int i = 0; i < N; ++i)
      expect(op, i, static_cast<std::uint32_t>(stored[i]), static_cast<std::uint32_t>(wanted(i)));
  }
  template <class F>
  void mask_is(Operation op, M got, F wanted) {
    for (int i = 0; i < N; ++i) expect(op, i, got.lane(i) ? 1 : 0, wanted(i) ? 1 : 0);
  }

  void selections() {
    L built;
    for (int i = 0; i < N; ++i) built.set_lane(i, x_.lane(i));
    lanes_are(Operation::load_store, built, [&](int i) { return xs_[i]; });
    lanes_are(Operation::load_store, L(xs_[0]), [&](int) { return xs_[0]; });
    lanes_are(Operation::where_lanes, where(m_, x_, y_), [&](int i) { return set_[i] ? xs_[i] : ys_[i]; });
    lanes_are(Operation::where_scalar, where(m_, x_, ys_[0]),
              [&](int i) { return set_[i] ? xs_[i] : ys_[0]; });
    lanes_are(Operation::where_scalar, where(m_, xs_[0], y_),
              [&](int i) { return set_[i] ? xs_[0] : ys_[i]; });
    indices_are(Operation::where_indices, where(m_, p_, q_),
                [&](int i) { return set_[i] ? ps_[i] : qs_[i]; });
  }

  /// The form in which kernels assign under a mask: the old value stays where the mask is not set.
  void masked() {
    L assigned = y_;
    assigned = where(m_, x_, assigned);
    lanes_are(Operation::masked_assignment, assigned, [&](int i) { return set_[i] ? xs_[i] : ys_[i]; });
    L sum = y_;
    sum = where(m_, sum + x_, sum);
    lanes_are(Operation::masked_add, sum, [&](int i) { return set_[i] ? ys_[i] + xs_[i] : ys_[i]; });
    L weighted = L::load(low_);
    weighted += where(m_, L::load(high_), L(0));
    lanes_are(Operation::masked_add, weighted, [&](int i) { return set_[i] ? low_[i] + high_[i] : low_[i]; });
  }

  void comparisons() {
    mask_is(Operation::comparison, x_ < y_, [&](int i) { return xs_[i] < ys_[i]; });
    mask_is(Operation::comparison, x_ > y_, [&](int i) { return xs_[i] > ys_[i]; });
    mask_is(Operation::comparison, x_ <= y_, [&](int i) { return xs_[i] <= ys_[i]; });
    mask_is(Operation::comparison, x_ >= y_, [&](int i) { return xs_[i] >= ys_[i]; });
    mask_is(Operation::comparison, x_ == y_, [&](int i) { return xs_[i] == ys_[i]; });
    const M less = x_ < y_;
    mask_is(Operation::mask_logic, m_ & less, [&](int i) { return set_[i] && xs_[i] < ys_[i]; });
    mask_is(Operation::mask_logic, m_ | less, [&](int i) { return set_[i] || xs_[i] < ys_[i]; });
    mask_is(Operation::mask_logic, !m_, [&](int i) { return !set_[i]; });
    lanes_are(Operation::mask_logic, where((!m_) & (!less), x_, y_),
              [&](int i) { return !set_[i] && !(xs_[i] < ys_[i]) ? xs_[i] : ys_[i]; });
  }

  void numbers() {
    lanes_are(Operation::arithmetic, x_ + y_, [&](int i) { return xs_[i] + ys_[i]; });
    lanes_are(Operation::arithmetic, x_ - y_, [&](int i) { return xs_[i] - ys_[i]; });
    lanes_are(Operation::arithmetic, x_ * y_, [&](int i) { return xs_[i] * ys_[i]; });
    lanes_are(Operation::arithmetic, x_ / y_, [&](int i) { return xs_[i] / ys_[i]; });
    lanes_are(Operation::arithmetic, -x_, [&](int i) { return -xs_[i]; });
    // a product that is rounded before it is added: a fused multiply-add would differ
    lanes_are(Operation::arithmetic, x_ * y_ + x_, [&](int i) {
      volatile Real product = xs_[i] * ys_[i];
      return product + xs_[i];
    });
    lanes_are(Operation::square_root, sqrt(x_), [&](int i) {
      // the double root of a float, rounded once more, is the correctly rounded float root
      volatile double wide = static_cast<double>(xs_[i]);
      return static_cast<Real>(__builtin_sqrt(wide));
    });
  }

  void bounds() {
    lanes_are(Operation::minimum_maximum, min(x_, y_),
              [&](int i) { return xs_[i] < ys_[i] ? xs_[i] : ys_[i]; });
    lanes_are(Operation::minimum_maximum, max(x_, y_),
              [&](int i) { return xs_[i] > ys_[i] ? xs_[i] : ys_[i]; });
    lanes_are(Operation::absolute, abs(x_), [&](int i) { return xs_[i] < 0 ? -xs_[i] : xs_[i]; });
    const auto clamped = [&](int i, Real low, Real high) {
      if (xs_[i] != xs_[i]) return xs_[i];  // a NaN stays
      if (xs_[i] < low) return low;
      if (xs_[i] > high) return high;
      return xs_[i];
    };
    lanes_are(Operation::clamp, clamp(x_, L::load(low_), L::load(high_)),
              [&](int i) { return clamped(i, low_[i], high_[i]); });
    lanes_are(Operation::clamp, clamp(x_, Real(-1), Real(2)), [&](int i) { return clamped(i, -1, 2); });
  }

  void indices() {
    indices_are(Operation::index_arithmetic, p_ + q_, [&](int i) { return ps_[i] + qs_[i]; });
    indices_are(Operation::index_arithmetic, p_ - q_, [&](int i) { return ps_[i] - qs_[i]; });
    I built{typename I::Vector{}};
    for (int i = 0; i < N; ++i) built.set_lane(i, q_.lane(i));
    indices_are(Operation::index_arithmetic, built, [&](int i) { return qs_[i]; });
    mask_is(Operation::index_comparison, p_ == q_, [&](int i) { return ps_[i] == qs_[i]; });
    mask_is(Operation::index_comparison, p_ >= q_, [&](int i) { return ps_[i] >= qs_[i]; });
    mask_is(Operation::index_comparison, p_ > q_, [&](int i) { return ps_[i] > qs_[i]; });
  }

  void mask_questions() {
    lanes_are(Operation::flag_and_is_set, flag<L>(m_), [&](int i) { return set_[i] ? Real(1) : Real(0); });
    mask_is(Operation::flag_and_is_set, is_set(flag<L>(m_)), [&](int i) { return set_[i]; });
    mask_is(Operation::flag_and_is_set, is_set(x_), [&](int i) { return xs_[i] > 0; });
    bool some = false;
    for (int i = 0; i < N; ++i) some = some || set_[i];
    expect(Operation::any, N - 1, kindred::any(m_) ? 1 : 0, some ? 1 : 0);
  }

  template <int... W>
  void expansions() {
    (lanes_are(Operation::expand, kindred::expand<Real, N, W>(xs_), [&](int i) { return xs_[i / W]; }), ...);
  }

  void gathers() {
    Real table[64];
    std::int32_t places[64];
    for (int k = 0; k < 64; ++k) {
      table[k] = xs_[k % N] + static_cast<Real>(k);
      places[k] = 1000 * ps_[k % N] + k;
    }
    lanes_are(Operation::gather_real, gather<Real, N>(table, p_), [&](int i) { return table[ps_[i]]; });
    indices_are(Operation::gather_index, gather<Real, N>(places, p_), [&](int i) { return places[ps_[i]]; });
  }

  Operation planted_;
  LaneReport& report_;
  bool set_[N];
  Real xs_[N], ys_[N], low_[N], high_[N];
  std::int32_t ps_[N], qs_[N];
  L x_, y_;
  I p_, q_;
  M m_;
};

template <class Real, int N>
bool check(Operation planted, LaneReport& report) {
  LaneCheck<Real, N>(planted, report).run();
  return true;
}

}  // namespace

bool check_lanes(int width, bool in_double, Operation planted, LaneReport& report) {
  if (in_double) return width == 1 && check<double, 1>(planted, report);
  if (width == 1) return check<float, 1>(planted, report);
  if (width == 4) return check<float, 4>(planted, report);
  if constexpr (native_width >= 8)
    if (width == 8) return check<float, 8>(planted, report);
  if constexpr (native_width >= 16)
    if (width == 16) return check<float, 16>(planted, report);
  return false;
}

}  // namespace kindred::self_test::KINDRED_ISA
