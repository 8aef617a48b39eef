#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/record/read_file.hpp"

/// Which places of two datasets speak of the same thing: frames of the same week, arms of the same name, the
/// same persons.
namespace kindred::record {

/// Places along one axis, in both files, in the order of the first.
struct SharedAxis {
  std::vector<std::uint64_t> in_a, in_b;
  bool whole = false;  ///< every place of both, in the same order
};

/// The coordinate at one place, or its index where the group has no such coordinate.
std::string coordinate_text(const FinishedFile& opened, const std::string& group,
                            const std::string& dimension, std::uint64_t index);

/// Places along an axis of a dataset that both files have, by their coordinate; nothing where a coordinate is
/// missing from a group and the lengths differ.
std::optional<SharedAxis> shared_axis(const FinishedFile& a, const FinishedFile& b, const Dataset& in_a,
                                      const Dataset& in_b, std::size_t axis);

/// Places of a panel in both files whose person is the same, for one replicate of each: a place is nobody's
/// name. Nothing when the group keeps no list of who they are.
std::optional<SharedAxis> shared_persons(const FinishedFile& a, const FinishedFile& b,
                                         const std::string& group, std::uint64_t replicate_a,
                                         std::uint64_t replicate_b);

/// The dataset of a file that has this path, or nullptr.
const Dataset* find_dataset(const FinishedFile& opened, std::string_view group, std::string_view name);

/// One value as text.
std::string value_text(ValueType type, const std::byte* at);

}  // namespace kindred::record
