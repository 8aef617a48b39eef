#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/sensitivity.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/read_file.hpp"

/// The file that `kindred sweep merge` writes, as an analysis of its design needs it.
namespace kindred::analysis {

/// A quantity over (point, replicate, arm, outcome, week).
struct SweepVariable {
  std::string name, long_name;
};

struct MergedSweep {
  std::string design;  ///< "morris", "saltelli", "grid" ...
  Seed seed;
  std::vector<SweepVariable> variables;
  std::vector<std::string> axes;  ///< paths of factors, or the names under which factors move together
  std::vector<std::string> arms, outcomes, units;
  std::vector<int> weeks;                             ///< after the programmes' start, ascending
  std::vector<std::string> hashes;                    ///< [point]
  std::vector<int> block, step, matrix, axis_number;  ///< [point] as in the file; -1 = none, matrix 0 = none
  std::vector<double> unit;                           ///< [point * axes + axis]
  std::size_t replicates;                             ///< of the point that has most
  std::vector<std::size_t> replicates_of;  ///< [point] first ones with numbers; 0 = incomplete: a hole

  std::size_t points() const { return hashes.size(); }
};

/// Reads everything but the variables.
/// @throws ConfigError when the file is sound but no merged sweep; IoError when its parts do not fit together
MergedSweep read_merged_sweep(const record::FinishedFile& opened);

/// One number of every point and replicate.
struct SweepFigure {
  std::size_t arm, outcome, week;  ///< indices
};

/// [point][replicate][arm][outcome][week] of a variable, row-major; NaN where there is nothing.
std::vector<double> read_sweep_variable(const record::FinishedFile& opened, const MergedSweep& sweep,
                                        const std::string& variable);

/// A figure of the replicates with numbers; NaN where it is of nobody.
Outcomes figure_of(const MergedSweep& sweep, const std::vector<double>& variable, const SweepFigure& figure);

/// Points without numbers.
std::vector<std::size_t> holes_of(const MergedSweep& sweep);

/// Points of one base row or trajectory: axes + 2 (Saltelli) or axes + 1 (Morris).
std::size_t block_width(const MergedSweep& sweep);

/// What the steps of a Morris design did, [point].
std::vector<Step> steps_of(const MergedSweep& sweep);

/// Nothing when the points lie as the design lays them, else what does not fit.
std::string layout_problem(const MergedSweep& sweep);

}  // namespace kindred::analysis
