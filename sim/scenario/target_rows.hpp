#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/core/target.hpp"
#include "sim/scenario/reader.hpp"

/// The rows of a file of targets.
namespace kindred::scenario {

/// The items of a list; reports another kind. Nothing written (null pointer) gives no items.
std::span<const Node> items(Problems& problems, const Node* node, std::string_view path,
                            std::string_view wanted);

/// @param quantities every quantity that can be computed
std::vector<Target> read_rows(Reader& reader, const Node* node, std::span<const TargetQuantity> quantities);

}  // namespace kindred::scenario
