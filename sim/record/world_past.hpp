#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/record/spells.hpp"

namespace kindred::record {

/// What recording must know of the weeks before a world's study.
struct WorldPast {
  std::vector<SpellKeeper::Open> bonds;  ///< [person] under way; empty for a model without bonds
  std::size_t groups = 0;                ///< of the counts below
  std::vector<std::int32_t> broke_up,
      formed;  ///< [week, group] of every week of the burn-in, the last one week 0
};

}  // namespace kindred::record
