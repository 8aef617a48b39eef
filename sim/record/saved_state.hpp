#pragma once

#include <vector>

#include "sim/core/state_stream.hpp"
#include "sim/record/population.hpp"
#include "sim/record/snapshots.hpp"

/// What recording keeps in memory between two weeks, as a stream of state. The classes that keep something
/// have save() and restore() of their own; these are their parts. Reading throws IoError for what cannot be.
namespace kindred::record {

void save(StateWriter& out, const std::vector<PopulationFrame>& frames);
std::vector<PopulationFrame> read_frames(StateReader& in);

void save(StateWriter& out, const ArmSnapshots& arm);
ArmSnapshots read_arm_snapshots(StateReader& in);

}  // namespace kindred::record
