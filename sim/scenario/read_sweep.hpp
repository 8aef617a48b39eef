#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/destination.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/sweep_draft.hpp"

/// The parts of reading the section `sweep`.
namespace kindred::scenario {

/// What every part needs.
struct SweepReader {
  Problems& problems;
  const Folders& folders;
  Territory land;
  const Plan* plan;  ///< of the scenario alone; null = not known because it was wrong
};

SweepDraft read_sweep(SweepReader& reader, const Node& section);

/// The parameters of the section, those that are right.
std::vector<FactorDraft> read_factors(SweepReader& reader, const Field& parameters);

/// What the path of a factor leads to; complains when nothing can vary there.
std::optional<Destination> factor_destination(SweepReader& reader, std::string_view at,
                                              const FactorPath& path);

/// Reports paths that set the same value, or one of which lies inside another.
void check_separate(SweepReader& reader, const Sources& sources, std::string_view at,
                    const std::vector<FactorPath>& paths);

/// Whole numbers, ascending.
std::vector<int> read_weeks(SweepReader& reader, const Field& field);

/// @param weeks  null = not known because they were wrong
std::optional<Until> read_until(SweepReader& reader, const Field& field, const std::vector<int>* weeks);

}  // namespace kindred::scenario
