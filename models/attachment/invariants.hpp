#pragma once

#include "sim/engine/contract.hpp"

namespace kindred::attachment {

/// The first rule that a state breaks: bonds join two who return them, agree about them and may have each
/// other; singles keep nothing of a bond; flags are flags, shares are shares, stocks are not negative;
/// closeness keeps its bounds; nobody comes back to a programme; bonds are the old ones plus formed minus
/// broken.
Violation broken_invariant(const StateView& now, const StateView& week_began);

}  // namespace kindred::attachment
