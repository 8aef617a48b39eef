#pragma once

#include <cstdint>
#include <vector>

#include "sim/record/carry_out.hpp"

/// How much memory a run takes at its peak. Every part is asked of whoever will take it.
namespace kindred::record {

struct MemoryForecast {
  std::int64_t program;      ///< code, libraries, and what they hold while a run goes on
  std::int64_t societies;    ///< all that are alive at once
  std::int64_t ensembles;    ///< columns, copies of the graph, sums of the state hash
  std::int64_t recording;    ///< chunks being filled, open bonds, snapshots, the writer's own buffers
  std::int64_t beginning;    ///< societies on their way to the disk, before the first week
  std::int64_t weeks;        ///< frames on their way to the disk, summaries being made
  std::int64_t end_of_task;  ///< bonds that are closed, effects being computed
  std::int64_t layout;       ///< instead of ensembles and recording: laying the file out
  std::int64_t peak() const;
};

/// What the forecast is made from.
struct RunToForesee {
  const Plan& plan;
  const Model& model;
  const RunOptions& options;
  const Society& society;  ///< number 0
  const StudyFile& study;
  const std::vector<Task>& tasks;
  bool side_by_side;
  std::int64_t program;  ///< resident_bytes() before a society was drawn
};
MemoryForecast forecast_memory(const RunToForesee& run);

/// Memory that this process takes now; 0 where that cannot be told.
std::int64_t resident_bytes();

}  // namespace kindred::record
