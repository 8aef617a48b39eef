#include "sim/app/unfinished.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/app/branch.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/spool_format.hpp"

namespace kindred::app {

namespace {

namespace fs = std::filesystem;

/// Why there is nothing to go on with.
[[noreturn]] void refuse(const std::string& what, const std::string& output) {
  std::error_code ignored;
  const auto problem = [&](const std::string& text) {
    throw ConfigError(Problem{"command line", 0, 0, fmt::format("{} {}: {}", what, output, text)});
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

void require_same_program(const std::string& output, const record::RunIdentity& stored) {
  record::RunIdentity now = stored;
  now.build = build_info();
  record::require_same_run(output, stored, now);
}

}  // namespace

record::RunIdentity unfinished_run(const std::string& what, const std::string& output) {
  if (!record::has_checkpoint(output)) refuse(what, output);
  record::RunIdentity identity = record::read_identity(output);
  require_same_program(output, identity);
  return identity;
}

Plan plan_of_unfinished(const std::string& output, const record::RunIdentity& identity) {
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
  plan.branch = identity.branch_path;
  return identity.burn_in_only ? burn_in_of(plan, stored) : plan;
}

}  // namespace kindred::app
