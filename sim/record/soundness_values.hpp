#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/layout.hpp"
#include "sim/record/soundness_faults.hpp"

/// What single numbers, and the numbers along one axis, must be by themselves.
namespace kindred::record {

/// Says in words which place an index is: "week 12, arm 'course', replicate 1, person 40".
using PlaceWords = std::function<std::string(const Extents& index)>;

/// What the values of a dataset may be.
struct ValueRule {
  double low, high;  ///< both allowed; infinite where nothing is declared
  bool may_be_nan;   ///< NaN stands for "nobody": declared by `missing`, or by the format of the group
  std::optional<double> fill;  ///< whole number that stands for "not there"
  std::string unit;
};

/// The number that stands for "not there" in a file of an unfinished run; nothing where it holds all.
std::optional<double> fill_of(const Dataset& dataset);

/// @param dataset     a numeric one
/// @param incomplete  the file is of an unfinished run: real numbers may be missing, whole ones the fill
/// value
ValueRule rule_of(const Dataset& dataset, bool incomplete = false);

/// Looks at one chunk.
/// @param block  the whole chunk, padding included, in the dataset's type
void check_values(const Dataset& dataset, const ChunkPlace& place, std::span<const std::byte> block,
                  const ValueRule& rule, const PlaceWords& words, Faults& faults);

/// Weeks must ascend by equal steps.
/// @param promised  the weeks that the file's own scenario asks for; empty = nobody knows
void check_weeks(const std::string& path, std::span<const std::int32_t> weeks,
                 std::span<const std::int32_t> promised, bool equal_steps, Faults& faults);

/// A coordinate that only numbers its axis counts 0, 1, 2 ...
/// @param first  place of the first of these values
void check_numbering(const std::string& path, std::span<const double> values, std::uint64_t first,
                     Faults& faults);

}  // namespace kindred::record
