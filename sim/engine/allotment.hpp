#pragma once

#include "sim/engine/ensemble.hpp"

namespace kindred {

/// Who could have had a programme and who gets it.
struct Allotment {
  std::vector<std::uint8_t> treated;  ///< [person] 1 = allotted to the programme
  /// [person] 1 = between whom the draw decided: meets `who`, and (but for whole communities, where the
  /// others are what the chosen ones are compared with) belongs to a chosen cluster. The untreated among them
  /// show the indirect effect.
  std::vector<std::uint8_t> eligible;
};

/// Who is enrolled when a programme begins: judged once, in each world on its own state. The luck of
/// enrolment belongs to the society and the programme's group label, so arms that are equal until then
/// treat the same people, and a larger share treats those of the smaller one and more.
/// @throws ConfigError for a person who is not in the society
template <class Real>
Allotment allot(const Ensemble<Real>& ensemble, int world, const ProgrammePlan& programme);

}  // namespace kindred
