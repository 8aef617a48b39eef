#pragma once

#include <cstdint>
#include <functional>

#include "sim/record/carry_out.hpp"

/// How long the finished file is going to be. How well values deflate and how many bonds there are is not
/// known from the plan: a small society lives the same plan, and its file is measured.
namespace kindred::record {

/// Bytes of the finished file of `plan`.
/// @param addition  what a run of a plan adds to its file
/// @throws IoError when there is no room for the small file among the system's temporary files; ConfigError
std::int64_t forecast_file(const Plan& plan, const Model& model, const RunOptions& options,
                           const std::function<Addition(const Plan&)>& addition);

}  // namespace kindred::record
