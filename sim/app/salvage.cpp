#include "sim/record/salvage.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/effect_file.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/models.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/unfinished.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"

namespace kindred::app {

namespace {

/// Neither of the two may be there yet.
bool names_same_file(const std::string& a, const std::string& b) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  return fs::weakly_canonical(fs::absolute(a, ignored), ignored) ==
         fs::weakly_canonical(fs::absolute(b, ignored), ignored);
}

std::string week_text(int week, int nothing) {
  return week == nothing ? std::string("nothing") : fmt::format("week {}", week);
}

void print_salvaged(const Plan& plan, const record::Salvaged& salvaged, const std::string& target) {
  fmt::print("Written: {} ({:.1f} MB): {} of {} replicates are complete\n", target,
             static_cast<double>(std::filesystem::file_size(target)) / 1e6, salvaged.complete,
             salvaged.replicates);
  for (const record::SalvagedGroup& group : salvaged.groups) {
    const auto [least, most] = std::minmax_element(group.last_week.begin(), group.last_week.end());
    const int nothing = -1 - plan.burn_in;
    if (group.left_out) fmt::print("  {:11} left out: no replicate has a week of all arms yet\n", group.name);
    else if (*least == *most)
      fmt::print("  {:11} to {} in every replicate\n", group.name, week_text(*most, nothing));
    else
      fmt::print("  {:11} to {} in the longest replicate, {} in the shortest\n", group.name,
                 week_text(*most, nothing), week_text(*least, nothing));
  }
}

nlohmann::ordered_json json_of(const record::Salvaged& salvaged, const std::string& target) {
  nlohmann::ordered_json out{
      {"file", target}, {"replicates", salvaged.replicates}, {"replicates_complete", salvaged.complete}};
  for (const record::SalvagedGroup& group : salvaged.groups)
    if (!group.left_out) out["last_week"][group.name] = group.last_week;
  return out;
}

}  // namespace

int salvage(const InspectVerb& verb, const CommonOptions& common) {
  if (names_same_file(verb.salvage, verb.file))
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("--salvage {}: this is the file that the run will write; choose another name",
                            verb.salvage)});
  check_output(verb.salvage, verb.force, verb.file);
  const record::RunIdentity identity = unfinished_run("inspect --salvage", verb.file);
  if (identity.burn_in_only)
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("inspect --salvage: '{}' is to hold a burn-in, of which only the last week "
                            "is stored; go on with 'kindred resume {}'",
                            verb.file, verb.file)});
  const Plan plan = plan_of_unfinished(verb.file, identity);
  const Model& model = model_named(plan.model);
  record::RunOptions options{verb.file,
                             instruction_set_in_use(),
                             build_info(),
                             1,
                             16,
                             {},
                             analysis::effects_addition(plan, *model.declaration)};
  const record::Salvaged salvaged = record::salvage(plan, model, options, identity.branch_hash, verb.salvage);
  if (common.json) fmt::print("{}\n", json_of(salvaged, verb.salvage).dump(2));
  else {
    print_salvaged(plan, salvaged, verb.salvage);
    fmt::print("The run itself is as it was. Go on with: kindred resume {}\n", verb.file);
  }
  return exit_done;
}

}  // namespace kindred::app
