#include "sim/sweep/script.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kindred::sweep {

namespace {

/// A word for the shell, whatever it holds.
std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string directives(const SlurmOptions& options) {
  std::string out;
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += fmt::format("#SBATCH --{}={}\n", name, value);
  };
  add("time", options.time);
  add("mem", options.memory);
  add("partition", options.partition);
  add("account", options.account);
  return out;
}

// Slurm sends USR1 to the batch shell only, two minutes before the end. The shell passes it on, waits for the
// program to stop cleanly (exit 75), and puts its own task into the queue again.
constexpr const char* shard_loop = R"SH(
code=0
for (( shard = SLURM_ARRAY_TASK_ID; shard < shards; shard += tasks )); do
  $program sweep run "$folder" --shard "$shard/$shards" -q &
  child=$!
  trap 'kill -USR1 "$child" 2>/dev/null' USR1 TERM
  status=0
  wait "$child" || status=$?
  while kill -0 "$child" 2>/dev/null; do status=0; wait "$child" || status=$?; done
  trap - USR1 TERM
  if [ "$status" -eq 75 ]; then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
    exit 75
  fi
  [ "$status" -eq 0 ] || code=$status
done
exit "$code"
)SH";

}  // namespace

std::string slurm_script(const std::string& program, const std::string& folder, const std::string& output,
                         const SlurmOptions& options) {
  const int tasks = std::min(options.shards, options.most_tasks);
  std::string out = fmt::format("#!/bin/bash\n"
                                "# Submits {} shards of the sweep in {} as {} tasks, then the merge. Run it "
                                "with bash on a login node.\n"
                                "set -euo pipefail\n"
                                "mkdir -p {}\n",
                                options.shards, folder, tasks, quoted(folder + "/log"));
  out += fmt::format("array=$(sbatch --parsable <<'JOB'\n"
                     "#!/bin/bash\n"
                     "#SBATCH --job-name=kindred-sweep\n"
                     "#SBATCH --array=0-{}\n"
                     "#SBATCH --cpus-per-task={}\n"
                     "#SBATCH --requeue\n"
                     "#SBATCH --signal=B:USR1@120\n"
                     "#SBATCH --open-mode=append\n"
                     "#SBATCH --output={}/log/%A_%a.log\n{}",
                     tasks - 1, options.cpus, folder, directives(options));
  out += fmt::format("program={}\nfolder={}\nshards={}\ntasks={}\n", quoted(program), quoted(folder),
                     options.shards, tasks);
  out += shard_loop;
  out += "JOB\n)\n";
  // afterok would wait for ever after one failed task; merge itself refuses an incomplete sweep
  out += fmt::format("sbatch --parsable --dependency=\"afterany:$array\" <<'JOB'\n"
                     "#!/bin/bash\n"
                     "#SBATCH --job-name=kindred-merge\n"
                     "#SBATCH --open-mode=append\n"
                     "#SBATCH --output={}/log/merge_%j.log\n{}"
                     "{} sweep merge {} -o {}\n"
                     "JOB\n",
                     folder, directives(options), program, quoted(folder), quoted(output));
  return out;
}

}  // namespace kindred::sweep
