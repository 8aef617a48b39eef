#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/record/checkpoint_folder.hpp"
#include "sim/record/codec.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/saved_state.hpp"
#include "sim/record/spool_format.hpp"
#include "sim/record/study_file.hpp"

namespace kindred::record {

/// What an unfinished run has recorded: whole chunks and rows in its spool, and the frames that wait in the
/// states of its tasks for their chunk to become whole. Reads only.
class Leftovers {
 public:
  /// @throws IoError when the spool is damaged at its beginning or belongs to something else
  Leftovers(const Plan& plan, const StudyFile& study, const std::string& output, const StoredTasks& tasks);

  bool has_chunk(std::size_t dataset, std::uint64_t chunk) const;
  /// A whole chunk as it was handed in; the padding zero.
  std::vector<std::byte> chunk(std::size_t dataset, std::uint64_t chunk);

  /// Frames from the first on that are there without a gap, of a dataset over [time, arm, replicate, ...].
  std::uint64_t frames(std::size_t dataset, std::uint64_t arm, std::uint64_t replicate) const;
  /// The frames of one chunk that are there, as a whole chunk whose remainder is zero.
  /// @param place  of the chunk along time, @param rest  number of the chunk behind the axis replicate
  std::vector<std::byte> frames_of_chunk(std::size_t dataset, std::uint64_t place, std::uint64_t arm,
                                         std::uint64_t replicate, std::uint64_t rest);

  /// Rows of one segment of a table's column, without a gap from the first on.
  std::vector<std::byte> rows(std::size_t dataset, std::uint64_t segment);
  /// How many there are.
  std::uint64_t row_count(std::size_t dataset, std::uint64_t segment) const;

  /// Where one arm of a replicate stands.
  struct Standing {
    bool finished = false;                 ///< all weeks, and all rows are in the spool
    int week = 0;                          ///< study week of the state that was kept
    bool kept = false;                     ///< there is such a state
    std::uint64_t spell_rows = 0;          ///< handed in by then
    std::vector<SpellKeeper::Open> bonds;  ///< under way then
  };
  const Standing& standing(std::uint64_t arm, std::uint64_t replicate) const;
  /// It is known from elsewhere that all arms of a replicate came to their end.
  void mark_finished(std::uint64_t replicate);

 private:
  struct Waiting {
    std::uint64_t chunk, rows;
    std::vector<std::byte> bytes;
  };
  using Place = std::vector<std::uint64_t>;  // dataset, arm, replicate
  void take_records();
  void take_state(const StoredTask& stored);
  std::uint64_t chunk_number(const Dataset& d, std::uint64_t place, std::uint64_t arm,
                             std::uint64_t replicate, std::uint64_t rest) const;
  std::uint64_t rest_of(const Dataset& d) const;

  const Plan& plan_;
  const StudyFile& study_;
  PosixFile spool_;
  SpoolIndex index_;
  Decompressor decompressor_;
  std::vector<std::map<std::uint64_t, const SpoolRecord*>> chunks_;  // by dataset and chunk
  std::vector<std::map<std::uint64_t, std::map<std::uint64_t, const SpoolRecord*>>>
      pieces_;  // by dataset, segment and first row
  std::map<Place, Waiting> waiting_;
  std::vector<Standing> standing_;  // [replicate * arms + arm]
};

}  // namespace kindred::record
