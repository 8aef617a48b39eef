#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/contract.hpp"
#include "sim/sweep/measures.hpp"
#include "sim/sweep/shard_file.hpp"

namespace kindred::sweep {

/// What running needs to know besides the points.
struct Engine {
  const Model* model;
  InstructionSet isa;
  int widest = 16;
  const std::atomic<bool>* stop = nullptr;  ///< give up: what is under way is thrown away
};

/// Thrown when `stop` was set.
struct Stopped {};

/// One replicate of points that share their society: every arm of every point is a world of an ensemble.
/// @param points    of one society_of_point, at most points_per_chunk
/// @param weeks     [kept week] after the start, ascending
/// @param threads   share rows among threads; off when chunks run side by side
/// @param advanced  called after every world-week
/// @return [point] values, or what state left its range where
std::vector<Result> run_chunk(const std::vector<Plan>& points, const Engine& engine, const Measures& measures,
                              const std::vector<int>& weeks, int society, int noise, bool threads,
                              const std::function<void(std::int64_t worlds)>& advanced);

}  // namespace kindred::sweep
