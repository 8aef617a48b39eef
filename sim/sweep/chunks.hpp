#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/core/plan.hpp"

/// How points become lanes. Points of one society and schedule are worlds of one ensemble: they share their
/// luck and fill the registers. Nothing about a result depends on it.
namespace kindred::sweep {

/// Points per chunk: with 16, whatever the number of arms, the worlds of a full chunk fill whole registers.
inline constexpr std::size_t points_per_chunk = 16;

/// What points must agree on to share an ensemble: society, time, start of the programmes, model.
std::string society_of_point(const Plan& point);

/// Hash of the file that a network is read from; empty for one that is drawn. @throws IoError
std::string network_hash(const NetworkPlan& network);

/// Points (by place) in chunks: points of one society side by side, in order, at most points_per_chunk.
/// @param society  [point] a number per society_of_point
std::vector<std::vector<int>> chunks_of(std::span<const int> society);

/// Share of the lanes that hold a world of their own, over all ensembles.
double lanes_filled(const std::vector<std::vector<int>>& chunks, std::size_t arms, int widest);

}  // namespace kindred::sweep
