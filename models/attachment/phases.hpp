#pragma once

#include "models/attachment/phase_bonds.hpp"
#include "models/attachment/phase_persons.hpp"
#include "models/attachment/phase_signals.hpp"
#include "models/attachment/phase_start.hpp"
#include "models/attachment/phase_ties.hpp"

/// The schedule of a week, phase by phase. A phase reads its own row, its neighbours' signals and its own
/// ties as they stood after the phase before, and writes only its own row (the tie phase: its own tie).
/// Between two phases lies a barrier. Which values of a week are old and which new:
///   P1 reads the state the last week left behind.
///   P2 and P3 see the signals and bonds of P1's week; closeness is already the new one in P3.
///   P4 changes the bond and leaves relationship_quality alone: P5 still needs the week's start value.
///   P5 moves the person; a bond that formed or broke this week gets its quality there, not by eq. 38.
namespace kindred::attachment {
inline namespace KINDRED_ISA {

/// The schedule: what phase function number i is, for W worlds in registers of Native lanes.
template <class Real, int Native, int W>
PhaseFunction phase_of_width(int phase) {
  switch (phase) {
  case 0:
    return &person_loop<StartTraits, Real, Native, W>;
  case 1:
    return &person_loop<StartPersons, Real, Native, W>;
  case 2:
    return &tie_loop<StartTies, Real, Native, W>;
  case 3:
    return &person_loop<Signals, Real, Native, W>;
  case 4:
    return &tie_loop<Ties, Real, Native, W>;
  case 5:
    return &fold_loop<Support, Real, Native, W>;
  case 6:
    return &person_loop<Bonds, Real, Native, W>;
  case 7:
    return &person_loop<Persons, Real, Native, W>;
  default:
    return nullptr;
  }
}

}  // namespace KINDRED_ISA
}  // namespace kindred::attachment
