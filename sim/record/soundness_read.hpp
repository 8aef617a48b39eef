#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record/read_file.hpp"
#include "sim/record/soundness_values.hpp"

/// Parts of a finished file as plain numbers, a piece at a time: what is checked fits into memory however
/// large the file is. All throw IoError when the stored bytes cannot be decoded.
namespace kindred::record {

/// Part of a numeric dataset, row-major.
std::vector<double> numbers_at(const FinishedFile& opened, const Dataset& dataset, const ChunkPlace& place);

/// A whole numeric dataset: for coordinates and other short ones.
std::vector<double> all_numbers(const FinishedFile& opened, const Dataset& dataset);
std::vector<std::int32_t> whole_numbers(const FinishedFile& opened, const Dataset& dataset);

/// Calls `visit(first row, [column][row])` with consecutive rows of columns of equal length.
void for_each_rows(
    const FinishedFile& opened, const std::vector<const Dataset*>& columns,
    const std::function<void(std::int64_t first, const std::vector<std::vector<double>>&)>& visit);

/// Calls `visit(place, values)` for blocks of a dataset that are whole along the axes from `inner` on and as
/// long as chunks along the others.
void for_each_block(
    const FinishedFile& opened, const Dataset& dataset, std::size_t inner,
    const std::function<void(const ChunkPlace& place, const std::vector<double>& values)>& visit);

/// Index in the dataset of the `row`-th row of a block, a row being what lies along the axes from `inner` on.
Extents row_index(const ChunkPlace& place, std::size_t inner, std::uint64_t row);

/// A number that should be an int32; the smallest one when it is none.
std::int32_t whole(double number);

/// Words for places of a dataset, from the scales of its group: "week 12, arm 'course', replicate 1, person
/// 40". The file must outlive what is returned.
PlaceWords place_words(const FinishedFile& opened, const Dataset& dataset);

}  // namespace kindred::record
