#pragma once

#include <functional>
#include <string>

namespace kindred::app {

struct ShardChoice {
  int shard, shards;
};

/// Which part of a sweep this process is to do: `shard` ("3/7") when given, else the index variable of a
/// batch system (Slurm, PBS, Torque, LSF, SGE) with `shards` parts, else everything. Indices count from the
/// lowest that the system has (LSF, SGE: 1; else 0), whatever part of the array was submitted, so that a task
/// submitted again does the same part again. Without `shards` the array itself says of how many, when it is a
/// whole one (Slurm, SGE); it may then count from 0 or 1.
/// @param variable  reads the environment; empty text = not set
/// @throws ConfigError saying what is wrong with which of them
ShardChoice choose_shard(const std::string& shard, int shards,
                         const std::function<std::string(const char*)>& variable);

/// Cores that a batch system gave this task; 0 = it does not say.
int threads_given(const std::function<std::string(const char*)>& variable);

/// Seconds of "90s", "30m", "2h" or plain seconds. @throws ConfigError
double seconds_of(const std::string& text);

}  // namespace kindred::app
