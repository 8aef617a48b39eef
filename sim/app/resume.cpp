#include "sim/app/branch.hpp"
#include "sim/app/sitting.hpp"
#include "sim/app/unfinished.hpp"
#include "sim/app/verbs.hpp"

namespace kindred::app {

int resume(const ResumeVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop) {
  const auto period = checkpoint_period(verb.checkpoint_every);
  const record::RunIdentity identity = unfinished_run("resume", verb.output);
  const Plan plan = plan_of_unfinished(verb.output, identity);
  return sit(plan,
             {verb.output, verb.widest, period, true, identity.burn_in_only,
              reopen_branch(verb.output, identity.branch_path, identity.branch_hash)},
             common, stop);
}

}  // namespace kindred::app
