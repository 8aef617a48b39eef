#pragma once

#include <cstdint>

namespace kindred::bench {

/// What kernels did, counted lane by lane (count_unit.hpp).
struct LaneCounts {
  std::int64_t simple = 0;  ///< + - * compare, select, minimum, maximum, sign, and, or, not
  std::int64_t divisions = 0;
  std::int64_t roots = 0;                                    ///< square roots
  std::int64_t uniforms = 0, normals = 0, exponentials = 0;  ///< drawn, whether used or not
};

}  // namespace kindred::bench
