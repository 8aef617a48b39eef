#pragma once

#include <cstdint>
#include <string_view>

#include "sim/core/plan.hpp"
#include "sim/random/philox.hpp"

/// Where the keys of a replicate come from, and the streams that belong to the engine (a model's streams
/// lie below 0x1000). Seeds are never added to numbers: neighbouring seeds would share their luck.
namespace kindred {

inline constexpr std::uint32_t stream_society = 0x1000;
inline constexpr std::uint32_t stream_noise = 0x1001;
inline constexpr std::uint32_t stream_practice = 0x1002;   ///< word 0 adherence, word 1 maintenance
inline constexpr std::uint32_t stream_enrolment = 0x1003;  ///< the counter's week holds the group's hash
inline constexpr std::uint32_t stream_cluster = 0x1005;    ///< which clusters: person = number of the cluster
inline constexpr std::uint32_t stream_sample = 0x1006;     ///< who of the treated is treated alone
inline constexpr std::uint32_t stream_panel = 0x1004;      ///< who is in the recorded sample
inline constexpr std::uint32_t stream_instrument = 0x3000;  ///< + index of the instrument

inline PhiloxKey key_of(Seed seed) {
  return {static_cast<std::uint32_t>(seed.value), static_cast<std::uint32_t>(seed.value >> 32)};
}
/// Key of statics, graph, initial drift and enrolment of society s.
inline PhiloxKey society_key(Seed seed, std::uint32_t s) {
  const auto words = philox({s, 0, 0, stream_society}, key_of(seed));
  return {words[0], words[1]};
}
/// Key of weekly and event draws of replicate (s, r).
inline PhiloxKey noise_key(Seed seed, std::uint32_t s, std::uint32_t r) {
  const auto words = philox({s, r, 0, stream_noise}, key_of(seed));
  return {words[0], words[1]};
}
/// FNV-1a, 32 bits: a label as a counter word.
constexpr std::uint32_t label_hash(std::string_view label) {
  std::uint32_t hash = 2166136261u;
  for (const char c : label) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}
/// One uniform, drawn alone. The same number a vector fill would give.
inline float single_uniform(std::uint32_t word) {
  return (static_cast<float>(word >> 9) + 0.5f) * 1.1920928955078125e-7f;
}

}  // namespace kindred
