#pragma once

#include <cstdint>

#include "sim/core/declarations.hpp"
#include "sim/random/philox.hpp"

/// The draws and the lane mathematics of one instruction set at one width, behind plain pointers.
namespace kindred::self_test {

struct RandomPorts {
  int width;
  /// words[k * width + i]: word k of counter (first + i, entity_hi, week, stream).
  void (*philox)(std::uint32_t first, std::uint32_t entity_hi, std::uint32_t week, std::uint32_t stream,
                 PhiloxKey key, std::uint32_t* words);
  /// fill_person_block: decision k of person first + i at to[k * stride + i]; `count` a multiple of 16.
  void (*persons)(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week,
                  const Distribution (&kind)[4], std::int64_t first, std::int64_t count, float* to,
                  std::int64_t stride);
  /// fill_tie_uniforms: `first` and `count` multiples of 64.
  void (*ties)(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week, std::int64_t first,
               std::int64_t count, float* to);
  /// to[i] = f(from[i]) for i in [0, n), n a multiple of 16.
  void (*uniform)(const std::uint32_t* words, float* to, std::int64_t n);
  void (*exp)(const float* from, float* to, std::int64_t n);
  void (*log)(const float* from, float* to, std::int64_t n);
  void (*turn)(const float* from, float* sine, float* cosine, std::int64_t n);
};

inline constexpr int most_widths = 4;

/// Writes the ports of widths 1, 4, 8 and 16 as far as the instruction set has them. @return how many.
using PortsOf = int (*)(RandomPorts (&to)[most_widths]);

namespace isa_v2 {
int random_ports(RandomPorts (&to)[most_widths]);
}
namespace isa_v3 {
int random_ports(RandomPorts (&to)[most_widths]);
}
namespace isa_v4 {
int random_ports(RandomPorts (&to)[most_widths]);
}

}  // namespace kindred::self_test
