#pragma once

#include "models/attachment/draws.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

/// The engine's luck, one draw at a time, for the naive reference: the same words of the same Philox
/// calls, asked for by purpose.
namespace kindred::reference {

class EngineDraws {
 public:
  EngineDraws(PhiloxKey society, PhiloxKey noise) : society_(society), noise_(noise) {}

  double neuroticism(int i) const { return start(attachment::start_character, i, 0); }
  double adverse_care(int i) const { return start(attachment::start_character, i, 1); }
  double consolidation(int i) const { return start(attachment::start_character, i, 2); }
  double age_noise(int i) const { return start(attachment::start_character, i, 3); }
  double residual(int i, int k) const { return start(attachment::start_residuals, i, k); }
  double initial_drift(int i, int k) const { return start(attachment::start_drift, i, k); }
  double sex(int i) const { return start(attachment::start_sex, i, 0); }
  double adherence(int i) const { return practice(i, 0); }
  double maintainer(int i) const { return practice(i, 1); }
  double compatibility(int e) const {
    return tie_uniform(society_, attachment::start_compatibility.stream, e, 0);
  }

  double state(int i, int week, int k) const { return weekly(attachment::weekly_states, i, week, k); }
  double drift(int i, int week, int k) const { return weekly(attachment::weekly_drift, i, week, k); }
  double stress(int i, int week) const {
    return uniform(noise_, attachment::weekly_events.stream, i, week, 0);
  }
  double act(int i, int week) const { return uniform(noise_, attachment::weekly_events.stream, i, week, 1); }
  double leave(int i, int week) const {
    return uniform(noise_, attachment::weekly_events.stream, i, week, 2);
  }
  double drop(int i, int week) const { return uniform(noise_, attachment::weekly_events.stream, i, week, 3); }
  double tie(int e, int week) const { return tie_uniform(noise_, attachment::weekly_ties.stream, e, week); }
  double match(int e, int week) const {
    return normal(noise_, attachment::match_at_formation.stream, e, week, 0);
  }
  double commit(int e, int week) const {
    return uniform(noise_, attachment::commitment_of_tie.stream, e, week, 0);
  }

 private:
  static double uniform(PhiloxKey key, std::uint32_t stream, int entity, int week, int word) {
    const auto words =
        philox({static_cast<std::uint32_t>(entity), 0, static_cast<std::uint32_t>(week), stream}, key);
    return static_cast<double>(single_uniform(words[static_cast<std::size_t>(word)]));
  }
  static double normal(PhiloxKey key, std::uint32_t stream, int entity, int week, int k) {
    const auto words =
        philox({static_cast<std::uint32_t>(entity), 0, static_cast<std::uint32_t>(week), stream}, key);
    const auto pair = static_cast<std::size_t>(k / 2 * 2);
    Lanes<float, 1> z0, z1;
    normals_from<1>(words[pair], words[pair + 1], z0, z1);
    return static_cast<double>(k % 2 == 0 ? z0.lane(0) : z1.lane(0));
  }
  /// sim/random/draws.hpp: tie t takes word (t / 16) mod 4 of counter 16 (t / 64) + t mod 16.
  static double tie_uniform(PhiloxKey key, std::uint32_t stream, int e, int week) {
    return uniform(key, stream, e / 64 * 16 + e % 16, week, e / 16 % 4);
  }
  double start(const DrawBlockDeclaration& block, int i, int k) const {
    return block.distribution[static_cast<std::size_t>(k)] == Distribution::normal
               ? normal(society_, block.stream, i, 0, k)
               : uniform(society_, block.stream, i, 0, k);
  }
  double weekly(const DrawBlockDeclaration& block, int i, int week, int k) const {
    return normal(noise_, block.stream, i, week, k);
  }
  double practice(int i, int word) const { return uniform(society_, stream_practice, i, 0, word); }

  PhiloxKey society_, noise_;
};

}  // namespace kindred::reference
