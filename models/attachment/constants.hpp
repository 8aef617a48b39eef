#pragma once

namespace kindred::attachment {

/// Constants of a world from its parameters (both by index; formulas in constants.def), in double.
void derive(const double* parameters, double* constants);

}  // namespace kindred::attachment
