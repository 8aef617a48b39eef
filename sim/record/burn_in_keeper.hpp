#pragma once

#include <cstdint>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/record/population.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/task.hpp"

namespace kindred::record {

/// Writes down what a study needs of a burn-in: the worlds of one ensemble as they are in its last week, the
/// bonds under way, and the bonds that ended and began week by week.
class BurnInKeeper {
 public:
  /// @param alone  made by burn_in_alone   @param study  made by describe_burn_in
  BurnInKeeper(const Plan& alone, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
               const Task& task);

  /// Looks at the state after the week just done (or before the first); call once a week, in order.
  void observe(const Ensemble<float>& ensemble);
  /// Hands everything in, in week 0 of the study.
  void finish(const Ensemble<float>& ensemble);

  void save(StateWriter& out) const;
  /// @throws IoError when the state does not fit
  void restore(StateReader& in);

 private:
  void submit_persons(const Ensemble<float>& ensemble);
  void submit_ties(const Ensemble<float>& ensemble);
  void submit_society(const Ensemble<float>& ensemble);
  void submit_onsets(int world, std::int64_t persons);
  /// One row of [replicate, world, rest...], cut into its chunks.
  void submit(std::string_view group, std::string_view name, std::uint64_t row,
              std::span<const std::byte> values);
  std::uint64_t row_of(int world) const;

  const Plan& plan_;
  const StudyFile& study_;
  Spool& spool_;
  Task task_;
  std::vector<SpellKeeper> spells_;                  // [world]
  std::vector<std::vector<std::int32_t>> broke_up_;  // [world][week, group]
  std::vector<std::vector<std::int32_t>> formed_;
};

/// What belongs to no replicate: the numeric coordinates and the parameters of the worlds.
void record_burn_in_frame(const Plan& alone, const StudyFile& study, Spool& spool);

}  // namespace kindred::record
