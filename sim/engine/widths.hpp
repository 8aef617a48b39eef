#pragma once

#include <vector>

namespace kindred {

/// Widths of the ensembles that carry `worlds` worlds, widest first: the set that wastes least, by the
/// measured relative cost of one ensemble of each width (tests/bench). Worlds beyond the widest ensemble
/// fill further ensembles. The choice changes no result: a world alone equals its lane.
std::vector<int> choose_widths(int worlds, int widest = 16);

/// Cost of advancing an ensemble of this width, in units of one world alone.
double relative_cost(int width);

}  // namespace kindred
