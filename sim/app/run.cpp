#include <fmt/format.h>

#include <filesystem>

#include "sim/app/branch.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/app/sitting.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/checkpoint_folder.hpp"

namespace kindred::app {

namespace {

void require_other_file(const std::string& output, const std::string& branch) {
  std::error_code ignored;
  if (!branch.empty() && std::filesystem::equivalent(output, branch, ignored))
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("-o {}: this is the burn-in that is read; choose another name", output)});
}

}  // namespace

int run(RunVerb verb, const CommonOptions& common, const std::atomic<bool>& stop) {
  const auto period = checkpoint_period(verb.checkpoint_every);
  const Plan plan = read_plan(verb.scenario, &verb.output);
  if (!verb.output.empty() && !verb.force && record::has_checkpoint(verb.output))
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("-o {}: an unfinished run is kept beside it; go on with 'kindred resume {}', "
                            "or add --force to begin anew and lose it",
                            verb.output, verb.output)});
  check_output(verb.output, verb.force, verb.scenario.file);
  Sitting sitting{verb.output, verb.widest, period, false, verb.burn_in_only};
  if (verb.burn_in_only) return sit(burn_in_of(plan, verb.scenario), sitting, common, stop);
  require_other_file(verb.output, plan.branch);
  sitting.burn_in = open_branch(plan, verb.scenario);
  return sit(plan, sitting, common, stop);
}

}  // namespace kindred::app
