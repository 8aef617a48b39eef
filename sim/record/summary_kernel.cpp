#include "sim/record/summary_kernel.hpp"

namespace kindred::record {

namespace isa_v2 {
const SummaryKernel& summary_kernel_here();
}
namespace isa_v3 {
const SummaryKernel& summary_kernel_here();
}
namespace isa_v4 {
const SummaryKernel& summary_kernel_here();
}

const SummaryKernel& summary_kernel(InstructionSet isa) {
  switch (isa) {
  case InstructionSet::v2:
    return isa_v2::summary_kernel_here();
  case InstructionSet::v3:
    return isa_v3::summary_kernel_here();
  default:
    return isa_v4::summary_kernel_here();
  }
}

}  // namespace kindred::record
