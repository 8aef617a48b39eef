#pragma once

#include "sim/bench/lane_counts.hpp"
#include "sim/engine/contract.hpp"

/// The models' kernels over lanes that count (count_unit.cpp). One thread at a time.
namespace kindred::bench {

/// Phase tables for Ensemble<float>: the same bits as any other, and the counts of what they did.
PhaseFunction attachment_counted(int phase, int width);
PhaseFunction averaging_counted(int phase, int width);

/// What ran since the last call.
LaneCounts taken_counts();

}  // namespace kindred::bench
