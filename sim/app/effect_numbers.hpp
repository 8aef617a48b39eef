#pragma once

#include <string>

#include "analysis/intervals.hpp"

namespace kindred::app {

/// True when the two worlds hold the very same numbers for everybody in the cell.
bool exactly_zero(const analysis::Interval& e);

/// "+0.612 [+0.598, +0.626]"; "0" when exactly zero, "nobody" for an empty cell. Small effects get the
/// decimals they need: a spillover of -0.0004 is not zero.
/// @param societies  of the study: when fewer had anybody in the cell, "(3 of 8)" follows
std::string effect_text(const analysis::Interval& e, int societies);

/// A share in per cent, "42 % [38, 46]".
std::string share_text(const analysis::Interval& e);

}  // namespace kindred::app
