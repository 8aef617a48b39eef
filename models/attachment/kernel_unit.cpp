// Compiled once per instruction set with -DKINDRED_ISA=isa_v2 | isa_v3 | isa_v4; see sim/core/isa.hpp.
#include "models/attachment/phases.hpp"

namespace kindred::attachment {
inline namespace KINDRED_ISA {

PhaseFunction phase_table(int phase, int width) {
  return phase_by_width(width,
                        [phase]<int W>(Width<W>) { return phase_of_width<float, native_width, W>(phase); });
}

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
