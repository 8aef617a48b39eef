// The model's kernels in double, one lane at a time: the reference build, compiled for tests only.
#include "tests/reference/double_kernels.hpp"

#include "models/attachment/phases.hpp"
#include "models/averaging/phases.hpp"

namespace kindred::reference {

PhaseFunction attachment_in_double(int phase, int width) {
  return phase_by_width(width,
                        [phase]<int W>(Width<W>) { return attachment::phase_of_width<double, 1, W>(phase); });
}
PhaseFunction averaging_in_double(int phase, int width) {
  return phase_by_width(width,
                        [phase]<int W>(Width<W>) { return averaging::phase_of_width<double, 1, W>(phase); });
}

}  // namespace kindred::reference
