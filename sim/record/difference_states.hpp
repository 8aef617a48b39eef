#pragma once

#include <string>
#include <vector>

#include "sim/record/difference_values.hpp"

/// When and for whom two runs part, told from the hashes of their states and from recorded persons.
namespace kindred::record {

/// The first week, arm and replicate in which the states differ; empty when all weeks that both files hold
/// are the same, or one of them holds no hashes.
/// @param compared  becomes the number of hashes that both files hold
std::string parting_of_states(const FinishedFile& a, const FinishedFile& b, std::uint64_t& compared);

/// The first week, arm, replicate and person recorded in both files of whom a recorded value differs; empty
/// when there is none.
std::string first_differing_person(const FinishedFile& a, const FinishedFile& b);

}  // namespace kindred::record
