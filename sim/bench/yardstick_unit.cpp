// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4; see sim/core/isa.hpp.
#include "sim/bench/yardstick_unit.hpp"

#include <utility>

#include "sim/random/draws.hpp"

namespace kindred::bench {
inline namespace KINDRED_ISA {

constexpr int N = native_width;
using L = Lanes<float, N>;

/// The compiler must neither drop what comes before nor move it past this point.
inline void hold(const void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

/// A number that depends on every lane of every register of x.
template <int... I>
float result_of(const L (&x)[sizeof...(I)], std::integer_sequence<int, I...>) {
  L sum(0.0f);
  ((sum += x[I]), ...);
  float lanes[N];
  sum.store(lanes);
  hold(lanes);
  return lanes[0];
}

float read_floats(const float* from, std::int64_t count, std::int64_t times) {
  // 8 sums: additions wait for each other, loads must not wait for them
  L sum[8] = {};
  for (std::int64_t t = 0; t < times; ++t) {
    for (std::int64_t i = 0; i < count; i += 8 * N) [&]<int... I>(std::integer_sequence<int, I...>) {
        ((sum[I] += L::load(from + i + I * N)), ...);
      }
    (std::make_integer_sequence<int, 8>{});
    hold(from);
  }
  return result_of(sum, std::make_integer_sequence<int, 8>{});
}

void copy_floats(const float* from, float* to, std::int64_t count, std::int64_t times) {
  for (std::int64_t t = 0; t < times; ++t) {
    for (std::int64_t i = 0; i < count; i += 4 * N) [&]<int... I>(std::integer_sequence<int, I...>) {
        (L::load(from + i + I * N).store(to + i + I * N), ...);
      }
    (std::make_integer_sequence<int, 4>{});
    hold(to);
  }
}

std::uint32_t philox_words(std::int64_t blocks) {
  WordLanes<N> together{};
  const PhiloxKeys keys = philox_keys({1, 2});
  hold(&keys);
  for (std::int64_t i = 0; i < blocks; ++i) {
    const auto block = philox_lanes<N>(consecutive<N>(static_cast<std::uint32_t>(i * N)), 0, 7, 3, keys);
    together ^= block.word[0] ^ block.word[1] ^ block.word[2] ^ block.word[3];
  }
  std::uint32_t word = 0;
  for (int i = 0; i < N; ++i) word ^= together[i];
  return word;
}

void draw_persons(Distributions kinds, float* to, std::int64_t times) {
  const auto kind_of = [&](int k) { return static_cast<Distribution>(kinds.kind[k]); };
  const Distribution kind[4] = {kind_of(0), kind_of(1), kind_of(2), kind_of(3)};
  const PhiloxKeys keys = philox_keys({1, 2});
  hold(&keys);
  for (std::int64_t t = 0; t < times; ++t) {
    fill_person_block<float, N>(keys, 3, static_cast<std::uint32_t>(t), kind, 0, drawn_persons, to,
                                drawn_persons);
    hold(to);
  }
}

template <int Chains, class F>
float run_chains(float start, std::int64_t turns, F next) {
  L x[Chains];
  for (int i = 0; i < Chains; ++i) x[i] = L(start + static_cast<float>(i));
  for (std::int64_t t = 0; t < turns; ++t) [&]<int... I>(std::integer_sequence<int, I...>) {
      ((x[I] = next(x[I], I)), ...);
    }
  (std::make_integer_sequence<int, Chains>{});
  return result_of(x, std::make_integer_sequence<int, Chains>{});
}

float add_and_multiply(float start, std::int64_t turns) {
  const L step(start * 1e-7f), factor(1.0f - start * 1e-7f);
  return run_chains<chains_per_turn>(
      start, turns, [&](L x, int i) { return i < chains_per_turn / 2 ? x + step : x * factor; });
}
float divide(float start, std::int64_t turns) {
  return run_chains<slow_chains_per_turn>(start, turns, [&](L x, int) { return L(start) / x; });
}
float take_roots(float start, std::int64_t turns) {
  return run_chains<slow_chains_per_turn>(start, turns, [](L x, int) { return sqrt(x); });
}

Yardsticks yardstick_table() {
  return {N,       &read_floats, &copy_floats, &philox_words, &draw_persons, &add_and_multiply,
          &divide, &take_roots};
}

}  // namespace KINDRED_ISA
}  // namespace kindred::bench
