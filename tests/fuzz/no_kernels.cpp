#include "sim/core/errors.hpp"
#include "sim/engine/contract.hpp"

/// The models' declarations without their kernels, which take longest to build and which no reader runs.
namespace kindred {
namespace {

PhaseFunction none() { throw Bug("a reader asked for a kernel"); }

}  // namespace

namespace attachment {
namespace isa_v2 {
PhaseFunction phase_table(int, int) { return none(); }
}  // namespace isa_v2
namespace isa_v3 {
PhaseFunction phase_table(int, int) { return none(); }
}  // namespace isa_v3
namespace isa_v4 {
PhaseFunction phase_table(int, int) { return none(); }
}  // namespace isa_v4
}  // namespace attachment

namespace averaging {
namespace isa_v2 {
PhaseFunction phase_table(int, int) { return none(); }
}  // namespace isa_v2
namespace isa_v3 {
PhaseFunction phase_table(int, int) { return none(); }
}  // namespace isa_v3
namespace isa_v4 {
PhaseFunction phase_table(int, int) { return none(); }
}  // namespace isa_v4
}  // namespace averaging

}  // namespace kindred
