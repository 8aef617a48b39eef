#include <fmt/format.h>

#include <filesystem>

#include "sim/app/build_info.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/app/sitting.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/checkpoint_folder.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/spool_format.hpp"

namespace kindred::app {

namespace {

namespace fs = std::filesystem;

/// Why there is nothing to go on with.
[[noreturn]] void refuse(const std::string& output) {
  std::error_code ignored;
  const auto problem = [&](const std::string& text) {
    throw ConfigError(Problem{"command line", 0, 0, fmt::format("resume {}: {}", output, text)});
  };
  const std::string spool = record::spool_path(output);
  if (fs::exists(spool, ignored) && record::PosixFile::is_being_written(spool))
    throw IoError(output, "is being written by another run");
  if (fs::is_regular_file(output, ignored))
    problem("the run is finished; kindred inspect shows what is in the file");
  if (fs::exists(spool, ignored))
    problem("the run ended before its first checkpoint, so there is nothing to go on from; run it again");
  problem("there is no unfinished run of this name");
  throw Bug("a refusal that does not refuse");
}

/// The plan of the run, as it was begun.
Plan plan_of(const std::string& output, const record::RunIdentity& identity) {
  ScenarioOptions stored;
  stored.file = record::stored_plan(output, identity);
  if (!identity.network_path.empty()) {
    std::error_code ignored;
    if (!fs::exists(identity.network_path, ignored))
      throw ConfigError(
          Problem{output, 0, 0,
                  fmt::format("the network file '{}' is gone; put it back to go on", identity.network_path)});
    stored.overrides.push_back("society.network.path=" + fmt::format("'{}'", identity.network_path));
  }
  Plan plan = read_plan(stored, nullptr);
  if (identity.network_path.empty() && plan.resolved != identity.plan)
    throw Bug("the scenario of the checkpoint reads back as another one");
  plan.resolved = identity.plan;  // with the network's path as it was written
  return plan;
}

void require_same_program(const std::string& output, const record::RunIdentity& stored) {
  record::RunIdentity now = stored;
  now.build = build_info();
  record::require_same_run(output, stored, now);
}

}  // namespace

int resume(const ResumeVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop) {
  const auto period = checkpoint_period(verb.checkpoint_every);
  if (!record::has_checkpoint(verb.output)) refuse(verb.output);
  const record::RunIdentity identity = record::read_identity(verb.output);
  require_same_program(verb.output, identity);
  const Plan plan = plan_of(verb.output, identity);
  return sit(plan, {verb.output, verb.widest, period, true}, common, stop);
}

}  // namespace kindred::app
