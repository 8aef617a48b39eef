#pragma once

#include <cstdint>

#include "sim/bench/lane_counts.hpp"
#include "sim/core/lanes.hpp"

/// A lane type that counts: Lanes<float, 1> of this unit's own namespace computes what it always computes
/// and adds up how many operations that took, so that kernels, being templates over their lanes, report
/// their own work. Included before anything else that uses lanes, and only by count_unit.cpp.
namespace kindred {

inline namespace KINDRED_ISA {

/// Operators have no argument to carry the counts in, hence the one place of this program that is remembered
/// between calls.
inline bench::LaneCounts& lane_counts() {
  static bench::LaneCounts counts;
  return counts;
}
/// Counts one operation, unless its operands are the same in all lanes (`same`): such work is a constant of
/// the program or done once for a row, and may cost next to nothing.
inline bool counted(bool same, std::int64_t bench::LaneCounts::*kind = &bench::LaneCounts::simple) {
  if (!same) ++(lane_counts().*kind);
  return same;
}

template <>
struct Mask<float, 1> {
  using Vector = bool;
  bool v;
  bool same = false;
  friend Mask operator&(Mask a, Mask b) { return {a.v && b.v, counted(a.same && b.same)}; }
  friend Mask operator|(Mask a, Mask b) { return {a.v || b.v, counted(a.same && b.same)}; }
  friend Mask operator!(Mask a) { return {!a.v, counted(a.same)}; }
  bool lane(int) const { return v; }
};

template <>
struct Indices<float, 1> {
  using Vector = std::int32_t;
  using MaskType = Mask<float, 1>;
  static constexpr int size = 1;
  Vector v;
  bool same = false;
  Indices() = default;
  explicit Indices(Vector value, bool everywhere = true) : v(value), same(everywhere) {}
  static Indices load(const std::int32_t* from) { return Indices(*from, false); }
  void store(std::int32_t* to) const { *to = v; }
  std::int32_t lane(int) const { return v; }
  void set_lane(int, std::int32_t value) { v = value; }
  friend Indices operator+(Indices a, Indices b) { return Indices(a.v + b.v, counted(a.same && b.same)); }
  friend Indices operator-(Indices a, Indices b) { return Indices(a.v - b.v, counted(a.same && b.same)); }
  friend MaskType operator==(Indices a, Indices b) { return {a.v == b.v, counted(a.same && b.same)}; }
  friend MaskType operator>=(Indices a, Indices b) { return {a.v >= b.v, counted(a.same && b.same)}; }
  friend MaskType operator>(Indices a, Indices b) { return {a.v > b.v, counted(a.same && b.same)}; }
};

template <>
struct Lanes<float, 1> {
  using Real = float;
  using Vector = float;
  using MaskType = Mask<float, 1>;
  using IndexType = Indices<float, 1>;
  static constexpr int size = 1;
  float v;
  bool same = false;
  Lanes() = default;
  Lanes(float value) : v(value), same(true) {}
  Lanes(float value, bool everywhere) : v(value), same(everywhere) {}
  static Lanes load(const float* from) { return {*from, false}; }
  void store(float* to) const { *to = v; }
  float lane(int) const { return v; }
  void set_lane(int, float value) { v = value; }
  static Lanes wrap(float value) { return {value, false}; }
  friend Lanes operator+(Lanes a, Lanes b) { return {a.v + b.v, counted(a.same && b.same)}; }
  friend Lanes operator-(Lanes a, Lanes b) { return {a.v - b.v, counted(a.same && b.same)}; }
  friend Lanes operator*(Lanes a, Lanes b) { return {a.v * b.v, counted(a.same && b.same)}; }
  friend Lanes operator/(Lanes a, Lanes b) {
    return {a.v / b.v, counted(a.same && b.same, &bench::LaneCounts::divisions)};
  }
  friend Lanes operator-(Lanes a) { return {-a.v, counted(a.same)}; }
  friend MaskType operator<(Lanes a, Lanes b) { return {a.v < b.v, counted(a.same && b.same)}; }
  friend MaskType operator>(Lanes a, Lanes b) { return {a.v > b.v, counted(a.same && b.same)}; }
  friend MaskType operator>=(Lanes a, Lanes b) { return {a.v >= b.v, counted(a.same && b.same)}; }
  friend MaskType operator<=(Lanes a, Lanes b) { return {a.v <= b.v, counted(a.same && b.same)}; }
  friend MaskType operator==(Lanes a, Lanes b) { return {a.v == b.v, counted(a.same && b.same)}; }
  Lanes& operator+=(Lanes b) { return *this = *this + b; }
};

// Plain functions win over the templates of lanes.hpp, whose bodies would count a minimum as two. A selection
// by a mask that is the same everywhere is a branch.
using CountedLanes = Lanes<float, 1>;
inline CountedLanes where(Mask<float, 1> m, CountedLanes yes, CountedLanes no) {
  const CountedLanes chosen = m.v ? yes : no;
  return {chosen.v, m.same ? chosen.same : counted(false)};
}
inline Indices<float, 1> where(Mask<float, 1> m, Indices<float, 1> yes, Indices<float, 1> no) {
  const Indices<float, 1> chosen = m.v ? yes : no;
  return Indices<float, 1>(chosen.v, m.same ? chosen.same : counted(false));
}
inline CountedLanes min(CountedLanes a, CountedLanes b) {
  return {a.v < b.v ? a.v : b.v, counted(a.same && b.same)};
}
inline CountedLanes max(CountedLanes a, CountedLanes b) {
  return {a.v > b.v ? a.v : b.v, counted(a.same && b.same)};
}
inline CountedLanes abs(CountedLanes x) { return {x.v < 0 ? -x.v : x.v, counted(x.same)}; }
inline CountedLanes sqrt(CountedLanes x) {
  return {__builtin_sqrtf(x.v), counted(x.same, &bench::LaneCounts::roots)};
}

}  // namespace KINDRED_ISA
}  // namespace kindred
