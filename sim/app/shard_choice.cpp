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
  const char* first;  ///< variable with the lowest index; null = `lowest`
  const char* count;  ///< variable with the number of tasks; null = there is none
  int lowest;
};
constexpr std::array systems{
    BatchSystem{"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT", 0},
    BatchSystem{"PBS", "PBS_ARRAY_INDEX", nullptr, nullptr, 0},
    BatchSystem{"Torque", "PBS_ARRAYID", nullptr, nullptr, 0},
    BatchSystem{"LSF", "LSB_JOBINDEX", nullptr, nullptr, 1},
    BatchSystem{"SGE", "SGE_TASK_ID", "SGE_TASK_FIRST", nullptr, 1},
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

}  // namespace

ShardChoice choose_shard(const std::string& shard, int shards,
                         const std::function<std::string(const char*)>& variable) {
  if (!shard.empty()) return written(shard);
  for (const BatchSystem& system : systems) {
    const std::string index = variable(system.index);
    // outside an array LSF says 0 and SGE "undefined"
    if (index.empty() || index == "undefined" || (index == "0" && system.lowest == 1)) continue;
    const std::string source = fmt::format("{} ({}={})", system.name, system.index, index);
    const auto task = whole_number(index);
    if (!task) refuse(source + ": is no whole number");
    const std::string first = system.first == nullptr ? "" : variable(system.first);
    const std::string count = system.count == nullptr ? "" : variable(system.count);
    const int of = shards > 0 ? shards : whole_number(count).value_or(0);
    return checked(*task - whole_number(first).value_or(system.lowest), of, source);
  }
  if (shards > 1)
    refuse(
        fmt::format("--shards {}: which of them? add --shard i/{}, or run in a job array", shards, shards));
  return {0, 1};
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
