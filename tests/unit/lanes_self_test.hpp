#pragma once

#include <cstdint>

/// The lane type against scalar code, inside the instruction set it is compiled for. Plain data crosses the
/// border, nothing of the standard library is instantiated behind it.
namespace kindred::self_test {

enum class Operation : int {
  load_store,
  where_lanes,
  where_scalar,
  where_indices,
  masked_assignment,
  masked_add,
  comparison,
  mask_logic,
  arithmetic,
  minimum_maximum,
  clamp,
  absolute,
  square_root,
  index_arithmetic,
  index_comparison,
  flag_and_is_set,
  any,
  expand,
  gather_real,
  gather_index,
  count
};
inline constexpr int operation_count = static_cast<int>(Operation::count);

/// By operation: lanes compared, and lanes that differ from scalar code (bit patterns; any NaN equals any
/// NaN).
struct LaneReport {
  std::int64_t checked[operation_count];
  std::int64_t failed[operation_count];
};

/// Every operation with every mask pattern (4096 keyed ones for 16 lanes) on keyed and special values.
/// @param planted  an operation whose expected value is made wrong in the last lane; Operation::count = none.
/// @return false when the instruction set has no register of `width` lanes; double has width 1 only.
using CheckLanes = bool (*)(int width, bool in_double, Operation planted, LaneReport& report);

namespace isa_v2 {
bool check_lanes(int width, bool in_double, Operation planted, LaneReport& report);
}
namespace isa_v3 {
bool check_lanes(int width, bool in_double, Operation planted, LaneReport& report);
}
namespace isa_v4 {
bool check_lanes(int width, bool in_double, Operation planted, LaneReport& report);
}

}  // namespace kindred::self_test
