#pragma once

#include <string>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/record/carry_out.hpp"

namespace kindred::record {

/// Root attribute of a file that was laid out from an unfinished run.
inline constexpr const char* incomplete_mark = "incomplete";

/// What came out, by group of the file.
struct SalvagedGroup {
  std::string name;
  std::vector<int> last_week;  ///< [replicate] up to which all arms are there; -1 - burn-in = nothing
  bool left_out = false;       ///< nothing of it is whole in any replicate
};
struct Salvaged {
  std::vector<SalvagedGroup> groups;  ///< those over time
  int complete = 0;                   ///< replicates that are there to their end
  int replicates = 0;
};

/// Lays out what an unfinished run has recorded so far as a file of its own: weeks that all arms of a
/// replicate have, missing values where nothing was recorded yet, bonds as far as they were followed, effects
/// of finished replicates. The run is only looked at; it can be resumed.
/// @param options  as for a resume of the run; its output is the run's
/// @param branch_hash  of the stored burn-in it began from; empty when there is none
/// @throws IoError when the run is under way, nothing is whole yet, or a file cannot be read or written
Salvaged salvage(const Plan& plan, const Model& model, const RunOptions& options,
                 const std::string& branch_hash, const std::string& target);

}  // namespace kindred::record
