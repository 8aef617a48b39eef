#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/engine/contract.hpp"

/// What must hold of every state, asked after every phase in builds that are made for it (CMake option
/// KINDRED_CHECK_INVARIANTS, on in the preset `dev`): a fault is named where it arises.
namespace kindred {

#ifdef KINDRED_CHECK_INVARIANTS
inline constexpr bool invariants_checked = true;
#else
inline constexpr bool invariants_checked = false;
#endif

/// Remembers the state in which a week began.
class InvariantWatch {
 public:
  /// Before the first phase of a week; the programmes that begin have been allotted.
  void begin_week(const ModelDeclaration& model, const StateView& state);
  /// The model's own rules, and the engine's: what programmes deliver is 0 before the first one.
  Violation broken(const Model& model, const StateView& now, bool programmes_running) const;

 private:
  std::vector<std::vector<std::byte>> columns_, flags_;
  std::vector<const void*> person_;
  std::vector<SlotArguments> slots_;
  StateView began_{};
};

/// "week 12, after phase 'bonds', world 3, person 17: ..."
std::string text_of(const Violation& violation, const ModelDeclaration& model, int study_week, int phase);

}  // namespace kindred
