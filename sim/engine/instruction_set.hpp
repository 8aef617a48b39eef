#pragma once

#include <string_view>

#include "sim/engine/contract.hpp"

namespace kindred {

/// The best instruction set this machine has kernels for, asked feature by feature; KINDRED_ISA=v2|v3|v4
/// in the environment forces a lower one.
/// @throws ConfigError when the forced one is unknown or not to be had, or the machine lacks x86-64-v2.
InstructionSet instruction_set_in_use();

std::string_view name_of(InstructionSet isa);

/// True when this machine can run kernels of that set.
bool machine_has(InstructionSet isa);

}  // namespace kindred
