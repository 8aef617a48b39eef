#pragma once

/// Kernels are compiled once per instruction set from one source. Three builds of one template are one
/// function to the linker, so everything a kernel unit instantiates lives in a namespace of its own.
/// A kernel unit is compiled with -DKINDRED_ISA=isa_v2 (or isa_v3, isa_v4); all other code sees the
/// baseline. This is the only macro a kernel sees: a namespace name cannot be a template argument.
#ifndef KINDRED_ISA
#define KINDRED_ISA isa_baseline
#endif
