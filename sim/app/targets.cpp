#include <fmt/format.h>

#include <atomic>
#include <filesystem>

#include "analysis/targets.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/target_table.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/scenario/targets_file.hpp"

namespace kindred::app {

namespace {

namespace fs = std::filesystem;

/// The targets that come with the program.
std::string file_of_library() {
  for (const std::string& folder : library_folders())
    if (const fs::path file = fs::path(folder) / "evidence" / "targets.yaml"; fs::exists(file))
      return file.string();
  throw ConfigError(
      Problem{"command line", 0, 0,
              "targets: the library has no evidence/targets.yaml; name a file, or set KINDRED_CONFIGS to "
              "the folder that holds it"});
}

/// Text in single quotes, which YAML takes as it is.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

scenario::Sources sources_of(TargetsVerb verb) {
  if (verb.file.find('=') != std::string::npos) {  // FILE may be left out: the first word is an override then
    verb.overrides.insert(verb.overrides.begin(), verb.file);
    verb.file.clear();
  }
  scenario::Sources sources{verb.file, verb.overrides, library_folders()};
  if (verb.file.empty()) {
    sources.file = file_of_library();
    sources.library.emplace_back(".");  // own hypotheses of the working folder, after the library's
  }
  if (!verb.seed.empty()) sources.overrides.push_back("study.seed=" + verb.seed);
  std::string names;
  for (const std::string& name : verb.hypotheses) names += (names.empty() ? "" : ", ") + quoted(name);
  if (!names.empty()) sources.overrides.push_back("study.hypotheses=[" + names + "]");
  return sources;
}

using Records = std::vector<std::vector<analysis::WorldRecord>>;

/// Every task writes the records of its own society and arms, so their order does not matter.
Records carry_out(const Plan& study, const Model& model, Progress& progress) {
  const std::vector<analysis::TargetTask> tasks = analysis::target_tasks(study);
  Records records(static_cast<std::size_t>(study.societies),
                  std::vector<analysis::WorldRecord>(study.arms.size()));
  const std::int64_t weeks = study.burn_in + study.run;
  const std::int64_t all = weeks * study.societies * static_cast<std::int64_t>(study.arms.size());
  std::atomic<std::int64_t> done{0};
  parallel::for_tasks(static_cast<std::int64_t>(tasks.size()), [&](std::int64_t i) {
    const analysis::TargetTask& task = tasks[static_cast<std::size_t>(i)];
    const auto advanced = [&] { progress.show(done += task.worlds, all); };
    const auto found = analysis::run_target_task(study, model, instruction_set_in_use(), task, advanced);
    std::copy(found.begin(), found.end(),
              records[static_cast<std::size_t>(task.society)].begin() + task.first_arm);
  });
  return records;
}

}  // namespace

int targets(const TargetsVerb& verb, const CommonOptions& common) {
  const Model& model = model_named("attachment");
  const scenario::Sources sources = sources_of(verb);
  scenario::TargetsFile file =
      scenario::read_targets(sources, *model.declaration, analysis::target_quantities());
  file.study.run = analysis::target_weeks(file.study);
  const parallel::ThreadLimit limit(common.threads);
  Progress progress(common.quiet, file.study.society.persons);
  const double person_weeks = static_cast<double>(file.study.society.persons) * file.study.societies *
                              static_cast<double>(file.study.arms.size()) *
                              (file.study.burn_in + file.study.run);
  if (!common.quiet)
    say(fmt::format("{} societies x {} persons x {} worlds x {} weeks = {:.0f} M person-weeks\n",
                    file.study.societies, file.study.society.persons, file.study.arms.size(),
                    file.study.burn_in + file.study.run, person_weeks / 1e6));
  const Records records = carry_out(file.study, model, progress);
  progress.end();
  if (!common.quiet)
    say(fmt::format("{:.1f} s, {:.1f} M person-weeks/s on {} threads, {} kernels\n", progress.seconds(),
                    person_weeks / 1e6 / progress.seconds(), limit.threads(),
                    name_of(instruction_set_in_use())));
  const auto results = analysis::judged(file.study, file.targets, records);
  const TargetReport report{sources.file, file.study, file.targets, results};
  fmt::print("{}", common.json ? target_json(report) : target_table(report));
  return verb.strict && !all_claims_hold(report) ? exit_answer_is_no : exit_done;
}

}  // namespace kindred::app
