#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "analysis/effect_file.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/effects.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/app/result_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"

namespace kindred::app {

namespace {

namespace fs = std::filesystem;

/// Why no file can be made beside `output`; empty when it can. Permissions alone do not tell: disks may be
/// full or read-only, and the folders of /proc take no files from anybody.
std::string why_no_new_file(const std::string& output) {
  const std::string probe = fmt::format("{}.{}", output, getpid());
  const int file = open(probe.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) return std::generic_category().message(errno);
  close(file);
  unlink(probe.c_str());
  return "";
}

/// What would make the output fail after hours of work is found out before the first week.
/// @param scenario  file that must not be overwritten by its own results
void check_output(const std::string& output, bool force, const std::string& scenario) {
  std::vector<Problem> problems;
  const auto problem = [&](const std::string& text) { problems.push_back({"command line", 0, 0, text}); };
  if (output.empty())
    throw ConfigError(Problem{"command line", 0, 0, "no output file; say where with -o NAME.h5"});
  std::error_code error;
  const fs::path path(output);
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder, error))
    problem(fmt::format("-o {}: the folder '{}' does not exist; make it first (mkdir -p '{}')", output,
                        folder.string(), folder.string()));
  else if (fs::exists(path, error) && !fs::is_regular_file(path, error) && !fs::is_directory(path, error))
    problem(fmt::format("-o {}: this is a device or pipe; an HDF5 file cannot be written there", output));
  else if (access(folder.c_str(), W_OK) != 0)
    problem(fmt::format("-o {}: the folder '{}' is not writable by you; choose another place", output,
                        folder.string()));
  else if (fs::is_directory(path, error))
    problem(fmt::format("-o {}: this is a folder; name a file in it", output));
  else if (fs::equivalent(path, scenario, error))
    problem(fmt::format("-o {}: this is the scenario itself; choose another name", output));
  else if (fs::exists(path, error) && !force)
    problem(fmt::format("-o {}: the file exists; choose another name, or add --force to replace it", output));
  else if (const std::string why = why_no_new_file(output); !why.empty())
    problem(fmt::format("-o {}: no file can be made in '{}' ({}); choose another place", output,
                        folder.string(), why));
  if (!problems.empty()) throw ConfigError(problems);
}

void say_how_to_open(const std::string& file, const Plan& plan) {
  const std::string arm = plan.arms.back().name;
  fmt::print("\nWritten: {} ({:.1f} MB)\n", file, static_cast<double>(fs::file_size(file)) / 1e6);
  fmt::print("  Python:  xarray.open_dataset(\"{}\", group=\"population\").sel(arm=\"{}\")\n", file, arm);
  fmt::print("  R:       rhdf5::h5ls(\"{}\"); rhdf5::h5read(\"{}\", \"population/arm\")\n", file, file);
  fmt::print("  Look:    kindred inspect {}\n", file);
}

}  // namespace

int run(RunVerb verb, const CommonOptions& common, const std::atomic<bool>& stop) {
  const Plan plan = read_plan(verb.scenario, &verb.output);
  check_output(verb.output, verb.force, verb.scenario.file);
  const Model& model = model_named(plan.model);
  const parallel::ThreadLimit limit(common.threads);
  const record::Forecast cost = record::forecast(plan, model, limit.threads(), verb.widest);
  if (!common.quiet) {
    say(fmt::format("{}: {} persons x {} arms x {} replicates x {} weeks = {:.3g} M person-weeks\n",
                    plan.title, cost.persons, plan.arms.size(), plan.societies * plan.per_society,
                    plan.burn_in + plan.run, static_cast<double>(cost.person_weeks) / 1e6));
    for (const std::string& note : plan.notes) say(fmt::format("note: {}\n", note));
  }
  Progress progress(common.quiet, cost.persons);
  record::RunOptions options{verb.output,
                             instruction_set_in_use(),
                             build_info(),
                             limit.threads(),
                             verb.widest,
                             {},
                             analysis::effects_addition(plan, *model.declaration),
                             &stop};
  options.progress = [&](std::int64_t done, std::int64_t all) { progress.show(done, all); };
  record::RunResult result;
  limit.run([&] { result = record::carry_out(plan, model, options); });
  progress.end();
  if (!common.quiet)
    say(fmt::format("{:.1f} s, {:.1f} M person-weeks/s on {} threads, {} kernels\n", progress.seconds(),
                    static_cast<double>(cost.person_weeks) / 1e6 / progress.seconds(), limit.threads(),
                    name_of(options.isa)));
  const auto rows = result_rows(plan, *model.declaration, result);
  const int last = result.last.empty() ? plan.run : result.week;
  if (common.json) {
    fmt::print("{}", result_json(plan, rows, last, verb.output));
  } else {
    if (!options.addition.datasets.empty())
      fmt::print("{}\n", effects_summary(analysis::read_effects(verb.output), verb.output));
    if (!rows.empty()) fmt::print("{}", result_table(plan, rows, last));
    say_how_to_open(verb.output, plan);
  }
  return exit_done;
}

}  // namespace kindred::app
