#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/core/state_stream.hpp"
#include "sim/record/population.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/study_file.hpp"

/// What recording keeps in memory between two weeks, as a stream of state. The classes that keep something
/// have save() and restore() of their own; these are their parts. Reading throws IoError for what cannot be.
namespace kindred::record {

void save(StateWriter& out, const std::vector<PopulationFrame>& frames);
std::vector<PopulationFrame> read_frames(StateReader& in);

/// What a Recorder keeps between two weeks.
struct RecorderState {
  /// Frames of one (dataset, world) whose chunk is not whole yet.
  struct Buffer {
    std::vector<std::byte> bytes;
    std::uint64_t rows = 0;   ///< frames in it
    std::uint64_t chunk = 0;  ///< number of the chunk along time
  };
  std::uint64_t next_population = 0, next_person = 0;
  std::vector<PopulationFrame> last_frame, between;   ///< [world]
  std::vector<std::vector<SpellKeeper::Open>> bonds;  ///< [world] under way; empty when they are not recorded
  std::vector<std::uint64_t> spell_rows;              ///< [world] handed in so far
  std::map<std::pair<std::size_t, int>, Buffer> buffers;  ///< by dataset and world
};
RecorderState read_recorder_state(StateReader& in, const StudyFile& study, std::size_t worlds);

void save(StateWriter& out, const ArmSnapshots& arm);
ArmSnapshots read_arm_snapshots(StateReader& in);

}  // namespace kindred::record
