#include <fmt/format.h>

#include "sim/app/output_file.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/app/sitting.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/checkpoint_folder.hpp"

namespace kindred::app {

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
  return sit(plan, {verb.output, verb.widest, period, false}, common, stop);
}

}  // namespace kindred::app
