#include "sim/sweep/script.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kindred::sweep {

namespace {

/// Slurm replaces %A and the like in the names of logs.
std::string log_pattern(const std::string& folder, const std::string& name) {
  std::string out;
  for (const char c : folder + "/log/") out += c == '%' ? std::string("%%") : std::string(1, c);
  return out + name;
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
// program to stop cleanly (exit 75), and puts its own task into the queue again. Only then: a task that was
// cancelled (TERM), or that stopped because the disk is full, must not come back by itself. A signal
// interrupts `wait`, so it waits again until no new one has come.
constexpr const char* shard_loop = R"SH(child= signals=0 is_out_of_time=
pass_on() {
  signals=$((signals + 1))
  [ -z "$child" ] || kill -USR1 "$child" 2>/dev/null
}
trap 'is_out_of_time=yes; pass_on' USR1
trap pass_on TERM
code=0
for (( shard = SLURM_ARRAY_TASK_ID; shard < shards && signals == 0; shard += tasks )); do
  "${program[@]}" sweep run "$folder" --shard "$shard/$shards" -q &
  child=$!
  [ "$signals" -eq 0 ] || kill -USR1 "$child" 2>/dev/null
  seen=-1
  while [ "$seen" -ne "$signals" ]; do
    seen=$signals status=0
    wait "$child" || status=$?
  done
  child=
  [ "$status" -eq 0 ] || code=$status
done
[ "$shard" -ge "$shards" ] || code=75
if [ -n "$is_out_of_time" ] && [ "$code" -eq 75 ]; then
  scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
fi
exit "$code"
)SH";

/// Submits what stands between the JOB lines, as the shell does not read it.
std::string submission(const std::string& words, const std::string& name, const std::string& log,
                       const std::string& body) {
  return fmt::format("sbatch --parsable {}--output={} <<'JOB'\n"
                     "#!/bin/bash\n"
                     "#SBATCH --job-name={}\n"
                     "#SBATCH --open-mode=append\n"
                     "{}JOB\n",
                     words, shell_word(log), name, body);
}

}  // namespace

std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string slurm_script(const std::string& program, const std::string& folder, const std::string& output,
                         const SlurmOptions& options) {
  const int tasks = std::min(options.shards, options.most_tasks);
  const std::string array = fmt::format("#SBATCH --array=0-{}\n"
                                        "#SBATCH --cpus-per-task={}\n"
                                        "#SBATCH --requeue\n"
                                        "#SBATCH --signal=B:USR1@120\n{}"
                                        "program=({})\nfolder={}\nshards={} tasks={}\n",
                                        tasks - 1, options.cpus, directives(options), program,
                                        shell_word(folder), options.shards, tasks);
  // afterok would wait for ever after one failed task; merge itself refuses an incomplete sweep
  const std::string merge = fmt::format("{}{} sweep merge {} -o {}\n", directives(options), program,
                                        shell_word(folder), shell_word(output));
  return fmt::format(
      "#!/bin/bash\n"
      "# Submits {} shards of a sweep as {} tasks, then the merge. Run it with bash on a login "
      "node.\n"
      "set -euo pipefail\n"
      "mkdir -p {}\n"
      "array=$({})\n"
      "merge=$({})\n"
      "echo \"shards: job $array, then the merge: job $merge\"\n",
      options.shards, tasks, shell_word(folder + "/log"),
      submission("", "kindred-sweep", log_pattern(folder, "%A_%a.log"), array + shard_loop),
      submission("--dependency=\"afterany:$array\" ", "kindred-merge", log_pattern(folder, "merge_%j.log"),
                 merge));
}

}  // namespace kindred::sweep
