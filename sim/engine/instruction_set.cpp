#include "sim/engine/instruction_set.hpp"

#include <cstdlib>
#include <string>

#include "sim/core/errors.hpp"

namespace kindred {

std::string_view name_of(InstructionSet isa) {
  switch (isa) {
  case InstructionSet::v2:
    return "x86-64-v2";
  case InstructionSet::v3:
    return "x86-64-v3";
  case InstructionSet::v4:
    return "x86-64-v4";
  }
  return "unknown";
}

bool machine_has(InstructionSet isa) {
  __builtin_cpu_init();
  const bool v2 = __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
  const bool v3 =
      v2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  const bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                  __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                  __builtin_cpu_supports("avx512cd");
  return isa == InstructionSet::v4 ? v4 : isa == InstructionSet::v3 ? v3 : v2;
}

InstructionSet instruction_set_in_use() {
  const auto refuse = [](const std::string& what) { throw ConfigError(Problem{"", 0, 0, what}); };
  if (const char* forced = std::getenv("KINDRED_ISA"); forced != nullptr && *forced != '\0') {
    const std::string wanted(forced);
    const InstructionSet isa = wanted == "v2"   ? InstructionSet::v2
                               : wanted == "v3" ? InstructionSet::v3
                                                : InstructionSet::v4;
    if (wanted != "v2" && wanted != "v3" && wanted != "v4")
      refuse("KINDRED_ISA: '" + wanted + "' is none of v2, v3, v4");
    if (!machine_has(isa))
      refuse("KINDRED_ISA: this machine cannot run " + std::string(name_of(isa)) + " code");
    return isa;
  }
  for (const InstructionSet isa : {InstructionSet::v4, InstructionSet::v3, InstructionSet::v2})
    if (machine_has(isa)) return isa;
  refuse("this machine lacks x86-64-v2 (SSE4.2), which the simulation kernels need");
  return InstructionSet::v2;
}

}  // namespace kindred
