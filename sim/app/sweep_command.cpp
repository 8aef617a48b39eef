#include "sim/app/sweep_command.hpp"

namespace kindred::app {

namespace {

constexpr const char* folder_help = "folder of the sweep";

}  // namespace

void SweepCommand::declare_running(CLI::App& verb, CommonOptions& common) {
  verb.add_option("FOLDER", run_verb_.folder, folder_help)->required();
  verb.add_option("--max-time", run_verb_.max_time, "stop, resumable, after this time (90s, 30m, 2h)");
  verb.add_flag("--fail-fast", run_verb_.fail_fast, "stop when a point fails");
  verb.add_option("--max-failures", run_verb_.max_failures, "stop when more points than this have failed");
  verb.add_option("--widest", run_verb_.widest, "widest ensemble in lanes; results do not depend on it")
      ->check(CLI::IsMember({1, 2, 4, 8, 16}));
  add_common(verb, common);
}

void SweepCommand::declare(CLI::App& app, CommonOptions& common) {
  sweep_ = app.add_subcommand("sweep", "parameter sweeps on this machine or a cluster: plan, run, merge");
  sweep_->require_subcommand(1);

  plan_ =
      sweep_->add_subcommand("plan", "write the folder of a sweep: its points, checked, and what it costs");
  add_scenario(*plan_, plan_verb_.scenario);
  plan_->add_option("-o,--output", plan_verb_.folder, "folder to make");
  add_common(*plan_, common);

  run_ =
      sweep_->add_subcommand("run", "compute what is missing of a sweep, or of one shard; resumes by itself");
  run_->add_option(
      "--shard", run_verb_.shard,
      "i/n: only this part, counted from 0 (default: the index of a job array, else everything)");
  run_->add_option("--shards", run_verb_.shards, "n: in how many parts, when a job array says which");
  run_->add_option("--point", run_verb_.point, "hash, or its beginning: only this point");
  declare_running(*run_, common);

  retry_ = sweep_->add_subcommand("retry", "run again what failed or is missing");
  declare_running(*retry_, common);

  status_ = sweep_->add_subcommand("status", "how far a sweep is, and which points failed why");
  status_->add_option("FOLDER", status_folder_, folder_help)->required();
  add_common(*status_, common);

  script_ = sweep_->add_subcommand("script", "print a script that submits the sweep to Slurm and merges it");
  script_->add_option("FOLDER", script_verb_.folder, folder_help)->required();
  script_->add_option("-o,--output", script_verb_.output, "HDF5 file of the merged result");
  script_->add_option("--shards", script_verb_.shards, "parts (default: 16)")->check(CLI::Range(1, 100000));
  script_->add_option("--cpus", script_verb_.cpus, "cores per task (default: 2)")->check(CLI::Range(1, 4096));
  script_->add_option("--time", script_verb_.time, "time limit of a task, as in sbatch --time");
  script_->add_option("--mem", script_verb_.memory, "memory of a task, as in sbatch --mem");
  script_->add_option("--partition", script_verb_.partition, "as in sbatch");
  script_->add_option("--account", script_verb_.account, "as in sbatch");
  script_
      ->add_option("--max-tasks", script_verb_.most_tasks,
                   "longest job array the site allows (MaxArraySize - 1; default: 1000)")
      ->check(CLI::Range(1, 1000000));
  script_->add_option("--program", script_verb_.program, "command that starts kindred on a node");

  merge_ = sweep_->add_subcommand("merge", "one HDF5 file of a complete sweep");
  merge_->add_option("FOLDER", merge_verb_.folder, folder_help)->required();
  merge_->add_option("-o,--output", merge_verb_.output, "HDF5 file to write");
  merge_->add_flag("--allow-missing", merge_verb_.allow_missing, "leave points that are not complete NaN");
  merge_->add_flag("-f,--force", merge_verb_.force, "replace an existing output file");
  add_common(*merge_, common);
}

std::optional<int> SweepCommand::run(const CommonOptions& common, const std::atomic<bool>& stop) const {
  if (!*sweep_) return std::nullopt;
  if (*plan_) return sweep_plan(plan_verb_, common);
  if (*run_) return sweep_run(run_verb_, common, stop);
  if (*retry_) return sweep_retry(run_verb_, common, stop);
  if (*status_) return sweep_status(status_folder_, common);
  if (*script_) return sweep_script(script_verb_);
  return sweep_merge(merge_verb_, common);
}

}  // namespace kindred::app
