#pragma once

#include <string>
#include <vector>

#include "sim/record/study_file.hpp"
#include "sim/sweep/results.hpp"

namespace kindred::sweep {

/// A point that a merge cannot take as it is.
struct Gap {
  std::size_t point;
  std::string hash;
  std::string why;  ///< "failed: ..." or "2 of 4 replicates are missing"
};

/// Every point without all the numbers it needs, in order.
std::vector<Gap> gaps_of(const SweepPlan& plan, const SweepResults& results, const Enough& enough);

/// Writes one file with variables over (point, replicate, arm, outcome, week) and the factors as coordinates
/// of the points. Its bytes depend on plan and numbers only. NaN: replicates that a point did not need, and
/// all of a point that is not complete (how far it came depends on who ran it).
/// @param scenario  text of the sweep's scenario, for the file's provenance
/// @throws IoError
void write_merged(const SweepPlan& plan, const SweepResults& results, const Enough& enough,
                  const std::string& scenario, const record::Build& build, const std::string& output);

}  // namespace kindred::sweep
