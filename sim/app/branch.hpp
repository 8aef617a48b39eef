#pragma once

#include <memory>
#include <vector>

#include "sim/app/verbs.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/stored_burn_in.hpp"

/// Scenarios that take their burn-in from a file, and runs that write one.
namespace kindred::app {

/// The burn-in of `branch`, looked at from end to end; nothing when the scenario lives through its own.
/// @throws ConfigError with everything that keeps the scenario from using it, where its keys are written
std::shared_ptr<record::StoredBurnIn> open_branch(const Plan& plan, const ScenarioOptions& scenario);

/// The same for a run that goes on. @param path, hash  as the run began with
/// @throws ConfigError when the file is gone or another one
std::shared_ptr<record::StoredBurnIn> reopen_branch(const std::string& output, const std::string& path,
                                                    const std::string& hash);

/// The burn-in of a scenario as a plan of its own. @throws ConfigError when it has none
Plan burn_in_of(const Plan& plan, const ScenarioOptions& scenario);

/// "branch.h5: 520 weeks of 2 worlds, 4 of 8 replicates"
std::string branch_text(const Plan& plan, const record::StoredBurnIn& burn_in);

/// Person-weeks that the stored burn-in saves.
std::int64_t saved_person_weeks(const Plan& plan, std::int64_t persons);

}  // namespace kindred::app
