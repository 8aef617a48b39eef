#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/record/carry_out.hpp"
#include "sim/record/memory_forecast.hpp"

namespace kindred::record {

/// What a run is going to cost, known beforehand.
struct Forecast {
  std::vector<Task> tasks;
  bool side_by_side;  ///< ensembles run beside each other; otherwise rows share the threads
  std::int64_t persons;
  double ties_per_person;
  std::int64_t person_weeks;  ///< over all worlds and replicates, those of a stored burn-in aside
  MemoryForecast memory;
  std::int64_t file_bytes_at_most;   ///< of the finished file, bonds aside; the spool takes as much again
  std::int64_t disk_bytes_at_least;  ///< of spool and file together: less than that is never enough
};

/// @param options  of the run; decides nothing but what it takes
Forecast forecast(const Plan& plan, const Model& model, const RunOptions& options);

}  // namespace kindred::record
