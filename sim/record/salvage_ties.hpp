#pragma once

#include <cstddef>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/record/leftovers.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"

namespace kindred::record {

/// Hands in the tables of an unfinished run: whole segments of what is recorded at once, and bonds as far as
/// an arm was followed, those under way then marked as censored.
/// @param declared  of the file that is laid out   @param kept  its datasets' places in the study's
void salvage_tables(const Plan& plan, const StudyFile& study, Leftovers& left, const File& declared,
                    const std::vector<std::size_t>& kept, Spool& spool);

}  // namespace kindred::record
