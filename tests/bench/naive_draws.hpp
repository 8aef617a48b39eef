#pragma once

#include "models/attachment/draws.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

/// The engine's luck as a naive program would draw it: one Philox call at a time, its four words turned
/// into the four decisions of the block and kept until another block is asked for.
namespace kindred::bench {

struct DrawMemo {
  std::uint32_t stream = 0, entity = 0, week = ~0u;
  double value[4] = {};
};

class NaiveDraws {
 public:
  NaiveDraws(PhiloxKey society, PhiloxKey noise, DrawMemo (&memo)[4])
      : society_(society), noise_(noise), memo_(memo) {}

  double neuroticism(int i) const { return block(0, society_, attachment::start_character, i, 0, 0); }
  double adverse_care(int i) const { return block(0, society_, attachment::start_character, i, 0, 1); }
  double consolidation(int i) const { return block(0, society_, attachment::start_character, i, 0, 2); }
  double age_noise(int i) const { return block(0, society_, attachment::start_character, i, 0, 3); }
  double residual(int i, int k) const { return block(1, society_, attachment::start_residuals, i, 0, k); }
  double initial_drift(int i, int k) const { return block(2, society_, attachment::start_drift, i, 0, k); }
  double sex(int i) const { return block(3, society_, attachment::start_sex, i, 0, 0); }
  double adherence(int i) const { return word(society_, stream_practice, i, 0, 0); }
  double maintainer(int i) const { return word(society_, stream_practice, i, 0, 1); }
  double compatibility(int e) const {
    return tie_word(society_, attachment::start_compatibility.stream, e, 0);
  }
  double state(int i, int week, int k) const {
    return block(0, noise_, attachment::weekly_states, i, week, k);
  }
  double drift(int i, int week, int k) const {
    return block(1, noise_, attachment::weekly_drift, i, week, k);
  }
  double stress(int i, int week) const { return events(i, week, 0); }
  double act(int i, int week) const { return events(i, week, 1); }
  double leave(int i, int week) const { return events(i, week, 2); }
  double drop(int i, int week) const { return events(i, week, 3); }
  double tie(int e, int week) const { return tie_word(noise_, attachment::weekly_ties.stream, e, week); }
  double match(int e, int week) const { return block(3, noise_, attachment::match_at_formation, e, week, 0); }
  double commit(int e, int week) const {
    return word(noise_, attachment::commitment_of_tie.stream, e, week, 0);
  }

 private:
  static std::array<std::uint32_t, 4> words(PhiloxKey key, std::uint32_t stream, int entity, int week) {
    return philox({static_cast<std::uint32_t>(entity), 0, static_cast<std::uint32_t>(week), stream}, key);
  }
  static double word(PhiloxKey key, std::uint32_t stream, int entity, int week, int k) {
    return static_cast<double>(single_uniform(words(key, stream, entity, week)[static_cast<std::size_t>(k)]));
  }
  static double tie_word(PhiloxKey key, std::uint32_t stream, int e, int week) {
    return word(key, stream, e / 64 * 16 + e % 16, week, e / 16 % 4);
  }
  /// The reference takes the logarithm of the stress uniform itself.
  double events(int i, int week, int k) const {
    DrawMemo& m = memo_[2];
    if (!holds(m, attachment::weekly_events.stream, i, week)) {
      const auto w = words(noise_, m.stream, i, week);
      for (std::size_t j = 0; j < 4; ++j) m.value[j] = static_cast<double>(single_uniform(w[j]));
    }
    return m.value[k];
  }
  double block(int slot, PhiloxKey key, const DrawBlockDeclaration& declared, int i, int week, int k) const {
    DrawMemo& m = memo_[slot];
    if (!holds(m, declared.stream, i, week)) {
      const auto w = words(key, declared.stream, i, week);
      for (std::size_t j = 0; j < 4; j += 2) {
        if (declared.distribution[j] == Distribution::normal) {
          Lanes<float, 1> z0, z1;
          normals_from<1>(w[j], w[j + 1], z0, z1);
          m.value[j] = static_cast<double>(z0.lane(0));
          m.value[j + 1] = static_cast<double>(z1.lane(0));
        } else {
          for (const std::size_t l : {j, j + 1}) m.value[l] = static_cast<double>(single_uniform(w[l]));
        }
      }
    }
    return m.value[k];
  }
  /// True when the memo holds this block already; otherwise it is marked as holding it.
  static bool holds(DrawMemo& m, std::uint32_t stream, int entity, int week) {
    const auto e = static_cast<std::uint32_t>(entity), t = static_cast<std::uint32_t>(week);
    if (m.stream == stream && m.entity == e && m.week == t) return true;
    m.stream = stream;
    m.entity = e;
    m.week = t;
    return false;
  }

  PhiloxKey society_, noise_;
  DrawMemo (&memo_)[4];
};

}  // namespace kindred::bench
