// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4; see sim/core/isa.hpp.
#include "tests/unit/random_self_test.hpp"

#include "sim/random/draws.hpp"

namespace kindred::self_test::KINDRED_ISA {

namespace {

template <int N>
struct Ports {
  using L = Lanes<float, N>;

  static void words(std::uint32_t first, std::uint32_t entity_hi, std::uint32_t week, std::uint32_t stream,
                    PhiloxKey key, std::uint32_t* to) {
    const auto block = philox_lanes<N>(consecutive<N>(first), entity_hi, week, stream, key);
    for (int k = 0; k < 4; ++k) __builtin_memcpy(to + k * N, &block.word[k], sizeof block.word[k]);
  }
  static void uniforms(const std::uint32_t* from, float* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; i += N) {
      WordLanes<N> word;
      __builtin_memcpy(&word, from + i, sizeof word);
      uniform_from<N>(word).store(to + i);
    }
  }
  static void exps(const float* from, float* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; i += N) exp(L::load(from + i)).store(to + i);
  }
  static void logs(const float* from, float* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; i += N) log(L::load(from + i)).store(to + i);
  }
  static void turns(const float* from, float* sine, float* cosine, std::int64_t n) {
    for (std::int64_t i = 0; i < n; i += N) {
      L s, c;
      sine_cosine_of_turns(L::load(from + i), s, c);
      s.store(sine + i);
      c.store(cosine + i);
    }
  }
  static RandomPorts make() {
    return {N,     &words, &fill_person_block<float, N>, &fill_tie_uniforms<float, N>, &uniforms, &exps,
            &logs, &turns};
  }
};

}  // namespace

int random_ports(RandomPorts (&to)[most_widths]) {
  int count = 0;
  to[count++] = Ports<1>::make();
  to[count++] = Ports<4>::make();
  if constexpr (native_width >= 8) to[count++] = Ports<8>::make();
  if constexpr (native_width >= 16) to[count++] = Ports<16>::make();
  return count;
}

}  // namespace kindred::self_test::KINDRED_ISA
