#pragma once

#include <string>

namespace kindred::sweep {

/// What a site asks of a job. Empty = left out.
struct SlurmOptions {
  int shards = 0;
  int most_tasks = 1000;  ///< of one array: MaxArraySize - 1 of the site
  int cpus = 2;           ///< per task
  std::string time;       ///< "02:00:00"
  std::string memory;     ///< "4G"
  std::string partition, account;
};

/// A shell script that submits the shards as a job array and then the merge. Tasks that run out of time stop
/// cleanly and are put into the queue again; the merge runs whatever happened and says what is missing.
/// @param program  words for the shell that start this program on a node; shell_word() of a path
/// @param folder   of the sweep
std::string slurm_script(const std::string& program, const std::string& folder, const std::string& output,
                         const SlurmOptions& options);

/// One word for the shell, whatever it holds.
std::string shell_word(const std::string& text);

}  // namespace kindred::sweep
