#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "sim/core/declarations.hpp"
#include "sim/engine/contract.hpp"
#include "sim/engine/lane_plan.hpp"
#include "sim/random/draws.hpp"

/// How long the columns of an ensemble are: said once, for whoever makes them and whoever foresees them.
namespace kindred {

inline std::int64_t rounded_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

/// Persons, rounded up so that a register never ends inside a row.
inline std::int64_t rows_of(std::int64_t persons) { return rounded_up(persons, tile_width); }

/// Ties, rounded up so that a group of draws never ends beyond them.
inline std::int64_t padded_ties_of(std::int64_t ties) {
  return rounded_up(std::max<std::int64_t>(ties, 1), ties_per_counter_group);
}

/// Whether all worlds share a column: it belongs to the society, or follows from parameters in which the
/// worlds agree.
inline bool is_stored_once(const ColumnDeclaration& column, std::span<const World> worlds) {
  if (column.storage != Storage::derived) return column.storage == Storage::shared;
  return std::all_of(column.depends_on.begin(), column.depends_on.end(), [&](int parameter) {
    const auto p = static_cast<std::size_t>(parameter);
    return std::all_of(worlds.begin(), worlds.end(),
                       [&](const World& w) { return w.parameters[p] == worlds.front().parameters[p]; });
  });
}

/// @param n  rows or padded ties   @param width  lanes of a row
template <class Real>
std::size_t column_bytes(const ColumnDeclaration& column, std::span<const World> worlds, std::int64_t n,
                         int width) {
  const std::size_t element = column.element == Element::index ? sizeof(std::int32_t) : sizeof(Real);
  return static_cast<std::size_t>(n * (is_stored_once(column, worlds) ? 1 : width)) * element;
}

}  // namespace kindred
