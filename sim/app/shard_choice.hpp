#pragma once

#include <functional>
#include <string>

namespace kindred::app {

struct ShardChoice {
  int shard, shards;
};

/// Which part of a sweep this process is to do: `shard` ("3/7") when given, else the index variable of a
/// batch system (Slurm, PBS, LSF, SGE) with `shards` parts, else everything.
/// @param variable  reads the environment; empty text = not set
/// @throws ConfigError saying what is wrong with which of them
ShardChoice choose_shard(const std::string& shard, int shards,
                         const std::function<std::string(const char*)>& variable);

/// Seconds of "90s", "30m", "2h" or plain seconds. @throws ConfigError
double seconds_of(const std::string& text);

}  // namespace kindred::app
