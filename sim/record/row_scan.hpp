#pragma once

#include <cstdint>
#include <cstring>

#include "sim/engine/columns.hpp"

namespace kindred::record {

/// look_at(row, lane, value) for every number of a column that is not 0, ascending by row, then lane. For
/// columns that are 0 nearly everywhere: they are passed over a cache line at a time.
/// @param rows  persons
template <class F>
void for_each_not_zero(const ColumnView<float>& column, std::int64_t rows, F look_at) {
  constexpr std::int64_t at_once = 32;  // two cache lines
  const std::int64_t stride = column.stride(), end = rows * stride;
  const auto look_into = [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t e = from; e < to; ++e)
      if (column.data[e] != 0.0f) look_at(e / stride, static_cast<int>(e % stride), column.data[e]);
  };
  std::int64_t e = 0;
  for (; e + at_once <= end; e += at_once) {
    std::uint32_t any = 0;
    for (std::int64_t i = 0; i < at_once; ++i) {
      std::uint32_t bits = 0;
      std::memcpy(&bits, column.data + e + i, sizeof bits);
      any |= bits;
    }
    if (any != 0) look_into(e, e + at_once);
  }
  look_into(e, end);
}

}  // namespace kindred::record
