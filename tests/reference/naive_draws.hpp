#pragma once

#include "models/attachment/draws.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

/// The engine's luck as a naive program would draw it: one Philox call at a time, its four words turned
/// into the four decisions of the block and kept until another block is asked for. `Real` is the program's
/// type of number.
namespace kindred::bench {

template <class Real>
struct DrawMemo {
  std::uint32_t stream = 0, entity = 0, week = ~0u;
  Real value[4] = {};
};

template <class Real>
class NaiveDraws {
 public:
  NaiveDraws(PhiloxKey society, PhiloxKey noise, DrawMemo<Real> (&memo)[4])
      : society_(society), noise_(noise), memo_(memo) {}

  Real neuroticism(int i) const { return block(0, society_, attachment::start_character, i, 0, 0); }
  Real adverse_care(int i) const { return block(0, society_, attachment::start_character, i, 0, 1); }
  Real consolidation(int i) const { return block(0, society_, attachment::start_character, i, 0, 2); }
  Real age_noise(int i) const { return block(0, society_, attachment::start_character, i, 0, 3); }
  Real residual(int i, int k) const { return block(1, society_, attachment::start_residuals, i, 0, k); }
  Real initial_drift(int i, int k) const { return block(2, society_, attachment::start_drift, i, 0, k); }
  Real sex(int i) const { return block(3, society_, attachment::start_sex, i, 0, 0); }
  Real adherence(int i) const { return word(society_, stream_practice, i, 0, 0); }
  Real maintainer(int i) const { return word(society_, stream_practice, i, 0, 1); }
  Real compatibility(int e) const { return tie_word(society_, attachment::start_compatibility.stream, e, 0); }
  Real state(int i, int week, int k) const { return block(0, noise_, attachment::weekly_states, i, week, k); }
  Real drift(int i, int week, int k) const { return block(1, noise_, attachment::weekly_drift, i, week, k); }
  Real stress(int i, int week) const { return events(i, week, 0); }
  Real act(int i, int week) const { return events(i, week, 1); }
  Real leave(int i, int week) const { return events(i, week, 2); }
  Real drop(int i, int week) const { return events(i, week, 3); }
  Real tie(int e, int week) const { return tie_word(noise_, attachment::weekly_ties.stream, e, week); }
  Real match(int e, int week) const { return block(3, noise_, attachment::match_at_formation, e, week, 0); }
  Real commit(int e, int week) const {
    return word(noise_, attachment::commitment_of_tie.stream, e, week, 0);
  }

 private:
  static std::array<std::uint32_t, 4> words(PhiloxKey key, std::uint32_t stream, int entity, int week) {
    return philox({static_cast<std::uint32_t>(entity), 0, static_cast<std::uint32_t>(week), stream}, key);
  }
  static Real word(PhiloxKey key, std::uint32_t stream, int entity, int week, int k) {
    return static_cast<Real>(single_uniform(words(key, stream, entity, week)[static_cast<std::size_t>(k)]));
  }
  static Real tie_word(PhiloxKey key, std::uint32_t stream, int e, int week) {
    return word(key, stream, e / 64 * 16 + e % 16, week, e / 16 % 4);
  }
  /// The reference takes the logarithm of the stress uniform itself.
  Real events(int i, int week, int k) const {
    DrawMemo<Real>& m = memo_[2];
    if (!holds(m, attachment::weekly_events.stream, i, week)) {
      const auto w = words(noise_, m.stream, i, week);
      for (std::size_t j = 0; j < 4; ++j) m.value[j] = static_cast<Real>(single_uniform(w[j]));
    }
    return m.value[k];
  }
  Real block(int slot, PhiloxKey key, const DrawBlockDeclaration& declared, int i, int week, int k) const {
    DrawMemo<Real>& m = memo_[slot];
    if (!holds(m, declared.stream, i, week)) {
      const auto w = words(key, declared.stream, i, week);
      for (std::size_t j = 0; j < 4; j += 2) {
        if (declared.distribution[j] == Distribution::normal) {
          Lanes<float, 1> z0, z1;
          normals_from<1>(w[j], w[j + 1], z0, z1);
          m.value[j] = static_cast<Real>(z0.lane(0));
          m.value[j + 1] = static_cast<Real>(z1.lane(0));
        } else {
          for (const std::size_t l : {j, j + 1}) m.value[l] = static_cast<Real>(single_uniform(w[l]));
        }
      }
    }
    return m.value[k];
  }
  /// True when the memo holds this block already; otherwise it is marked as holding it.
  static bool holds(DrawMemo<Real>& m, std::uint32_t stream, int entity, int week) {
    const auto e = static_cast<std::uint32_t>(entity), t = static_cast<std::uint32_t>(week);
    if (m.stream == stream && m.entity == e && m.week == t) return true;
    m.stream = stream;
    m.entity = e;
    m.week = t;
    return false;
  }

  PhiloxKey society_, noise_;
  DrawMemo<Real> (&memo_)[4];
};

}  // namespace kindred::bench
