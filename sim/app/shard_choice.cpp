#include "sim/app/shard_choice.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "sim/core/errors.hpp"

namespace kindred::app {

namespace {

/// How a batch system numbers the tasks of an array.
struct BatchSystem {
  const char* name;
  const char* index;
  const char *first, *last, *step, *count;  ///< variables that describe the array; null = there is none
  int lowest;
};
constexpr std::array systems{
    BatchSystem{"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_MAX",
                "SLURM_ARRAY_TASK_STEP", "SLURM_ARRAY_TASK_COUNT", 0},
    BatchSystem{"PBS", "PBS_ARRAY_INDEX", nullptr, nullptr, nullptr, nullptr, 0},
    BatchSystem{"Torque", "PBS_ARRAYID", nullptr, nullptr, nullptr, nullptr, 0},
    BatchSystem{"LSF", "LSB_JOBINDEX", nullptr, "LSB_JOBINDEX_END", "LSB_JOBINDEX_STEP", nullptr, 1},
    BatchSystem{"SGE", "SGE_TASK_ID", "SGE_TASK_FIRST", "SGE_TASK_LAST", "SGE_TASK_STEPSIZE", nullptr, 1},
};

[[noreturn]] void refuse(const std::string& text) { throw ConfigError(Problem{"command line", 0, 0, text}); }

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

ShardChoice checked(int shard, int shards, const std::string& source) {
  if (shards < 1) refuse(fmt::format("{}: of how many? add --shards N", source));
  if (shard < 0 || shard >= shards)
    refuse(fmt::format("{}: shard {} of {}; shards are counted from 0 to {}", source, shard, shards,
                       shards - 1));
  return {shard, shards};
}

ShardChoice written(const std::string& text) {
  const std::size_t slash = text.find('/');
  const auto shard = whole_number(text.substr(0, slash));
  const auto shards = slash == std::string::npos ? std::nullopt : whole_number(text.substr(slash + 1));
  if (!shard || !shards)
    refuse(fmt::format("--shard {}: expected i/n, such as 0/12 for the first of twelve", text));
  return checked(*shard, *shards, "--shard " + text);
}

/// A task of an array that says itself what its ends are.
struct Task {
  int index;
  std::optional<int> first, last;
  int step;
  int count;  ///< tasks, when the system says so; 0 = it does not
};

std::optional<int> number_in(const std::function<std::string(const char*)>& variable, const char* name) {
  return name == nullptr ? std::nullopt : whole_number(variable(name));
}

/// Part of the whole array. @throws ConfigError for an array that need not be whole
ShardChoice of_array(const Task& task, int lowest, const std::string& source) {
  const int first = task.first.value_or(lowest);
  if (!task.last) refuse(fmt::format("{}: of how many? add --shards N", source));
  const bool whole = task.step == 1 && (first == 0 || first == 1) &&
                     (task.count == 0 || task.count == *task.last - first + 1);
  if (!whole)
    refuse(fmt::format("{}: the array does not count 0, 1, 2 ... or 1, 2, 3 ...; add --shards N, of how many "
                       "(indices then count from {})",
                       source, lowest));
  return checked(task.index - first, *task.last - first + 1, source);
}

}  // namespace

ShardChoice choose_shard(const std::string& shard, int shards,
                         const std::function<std::string(const char*)>& variable) {
  if (!shard.empty()) {
    const ShardChoice choice = written(shard);
    if (shards > 0 && shards != choice.shards)
      refuse(fmt::format("--shard {} and --shards {} contradict each other", shard, shards));
    return choice;
  }
  for (const BatchSystem& system : systems) {
    const std::string index = variable(system.index);
    // outside an array LSF says 0 and SGE "undefined"
    if (index.empty() || index == "undefined" || (index == "0" && system.lowest == 1)) continue;
    const std::string source = fmt::format("{} ({}={})", system.name, system.index, index);
    const auto number = whole_number(index);
    if (!number) refuse(source + ": is no whole number");
    const Task task{*number, number_in(variable, system.first), number_in(variable, system.last),
                    number_in(variable, system.step).value_or(1),
                    number_in(variable, system.count).value_or(0)};
    if (shards <= 0) return of_array(task, system.lowest, source);
    const int last = task.last.value_or(task.index);
    if (last - system.lowest >= shards)
      refuse(fmt::format("{}: index {} of --shards {}; number the array {} to {}", source, last, shards,
                         system.lowest, shards - 1 + system.lowest));
    return checked(task.index - system.lowest, shards, source);
  }
  if (shards > 1)
    refuse(
        fmt::format("--shards {}: which of them? add --shard i/{}, or run in a job array", shards, shards));
  return {0, 1};
}

int threads_given(const std::function<std::string(const char*)>& variable) {
  for (const char* name : {"SLURM_CPUS_PER_TASK", "LSB_DJOB_NUMPROC", "NCPUS", "PBS_NUM_PPN", "NSLOTS"})
    if (const auto cores = whole_number(variable(name)); cores && *cores > 0) return *cores;
  return 0;
}

double seconds_of(const std::string& text) {
  const std::size_t unit = text.find_first_not_of("0123456789");
  const auto number = whole_number(text.substr(0, unit));
  const std::string word = unit == std::string::npos ? "s" : text.substr(unit);
  const double factor = word == "s" ? 1 : word == "m" ? 60 : word == "h" ? 3600 : 0;
  if (!number || factor == 0 || *number <= 0)
    refuse(fmt::format("--max-time {}: expected a time such as 90s, 30m or 2h", text));
  return *number * factor;
}

}  // namespace kindred::app
