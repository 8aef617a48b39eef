#include "sim/bench/naive_programs.hpp"

namespace kindred::bench {

namespace isa_v2 {
NaivePrograms naive_table();
}
namespace isa_v3 {
NaivePrograms naive_table();
}
namespace isa_v4 {
NaivePrograms naive_table();
}

NaivePrograms naive_programs(InstructionSet isa) {
  switch (isa) {
  case InstructionSet::v4:
    return isa_v4::naive_table();
  case InstructionSet::v3:
    return isa_v3::naive_table();
  default:
    return isa_v2::naive_table();
  }
}

}  // namespace kindred::bench
