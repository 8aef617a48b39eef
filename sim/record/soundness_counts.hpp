#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "sim/record/soundness_faults.hpp"

/// Numbers that other numbers of the same file imply: groups and everybody, figures and the persons behind
/// them. Each function looks at one row of one world in one week.
namespace kindred::record {

/// Says in words which place of a row is meant: "week 12, arm 'course', replicate 1, cell 'friends'".
using RowWords = std::function<std::string(std::size_t place)>;

/// Everybody stands first, then the groups that divide them. @param counts  at least one
void check_groups(const std::string& path, std::span<const double> counts, const std::string& where,
                  Faults& faults);

/// Figures exist exactly where there are persons enough.
/// @param path     of the figures, which NaN stands for where there are none
/// @param persons  [figure] behind it
/// @param least    persons that the figure needs: 1 for a mean, 2 for a standard deviation
void check_present(const std::string& path, std::span<const double> figures, std::span<const double> persons,
                   double least, const RowWords& words, Faults& faults);

/// Quantiles ascend. @param quantiles  of one group
void check_ascending(const std::string& path, std::span<const double> quantiles, const std::string& where,
                     Faults& faults);

/// The shares of those who moved up and down: of whole persons, together at most 1.
void check_shares(std::span<const double> up, std::span<const double> down, std::span<const double> persons,
                  const RowWords& words, Faults& faults);

/// Replicates of a point of a sweep that are counted have numbers in some variable, the others in none.
/// @param variables  of each the values [replicate][...] of the point
/// @param counted    replicates that have numbers, from the first on
void check_counted(std::span<const std::vector<double>> variables, std::size_t replicates, double counted,
                   const std::string& where, Faults& faults);

}  // namespace kindred::record
