// Compiled with -DKINDRED_ISA=isa_counting. The counting lanes come first: what follows is instantiated with
// them.
// clang-format off
#include "sim/bench/counting_lanes.hpp"
// clang-format on

#include "sim/bench/count_unit.hpp"

#include "models/attachment/phases.hpp"
#include "models/averaging/phases.hpp"

namespace kindred {
inline namespace KINDRED_ISA {

// Draws are counted as draws and not as operations, so wider lanes, which do not count, make them: the same
// bits by contract.
template <>
inline void fill_person_block<float, 1>(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week,
                                        const Distribution (&kind)[4], std::int64_t first, std::int64_t count,
                                        float* to, std::int64_t stride) {
  for (const Distribution d : kind)
    (d == Distribution::normal        ? lane_counts().normals
     : d == Distribution::exponential ? lane_counts().exponentials
                                      : lane_counts().uniforms) += count;
  fill_person_block<float, 4>(keys, stream, week, kind, first, count, to, stride);
}
template <>
inline void fill_tie_uniforms<float, 1>(const PhiloxKeys& keys, std::uint32_t stream, std::uint32_t week,
                                        std::int64_t first, std::int64_t count, float* to) {
  lane_counts().uniforms += count;
  fill_tie_uniforms<float, 4>(keys, stream, week, first, count, to);
}

}  // namespace KINDRED_ISA

namespace bench {

PhaseFunction attachment_counted(int phase, int width) {
  return phase_by_width(width,
                        [phase]<int W>(Width<W>) { return attachment::phase_of_width<float, 1, W>(phase); });
}
PhaseFunction averaging_counted(int phase, int width) {
  return phase_by_width(width,
                        [phase]<int W>(Width<W>) { return averaging::phase_of_width<float, 1, W>(phase); });
}

LaneCounts taken_counts() {
  const LaneCounts counts = lane_counts();
  lane_counts() = LaneCounts{};
  return counts;
}

}  // namespace bench
}  // namespace kindred
