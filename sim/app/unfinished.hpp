#pragma once

#include <string>

#include "sim/core/plan.hpp"
#include "sim/record/checkpoint_folder.hpp"

/// Runs that were stopped or killed, as those find them who go on with them.
namespace kindred::app {

/// @param what  the words of the command line that ask
/// @throws ConfigError saying why there is nothing to go on with, or that another program began it; IoError
/// when
///         it is under way or damaged
record::RunIdentity unfinished_run(const std::string& what, const std::string& output);

/// The plan of the run, as it was begun. @throws ConfigError when its files have changed or are gone
Plan plan_of_unfinished(const std::string& output, const record::RunIdentity& identity);

}  // namespace kindred::app
