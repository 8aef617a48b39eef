#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/record/summary_kernel.hpp"

namespace kindred::record {

/// One spell of a bond or of a commitment within it. Weeks of the study, burn-in negative.
struct Spell {
  std::int32_t tail, head;  ///< tail < head
  std::int32_t onset, terminus;
  std::int8_t censored;  ///< 1 = still lasted when the study ended
  std::int8_t kind;      ///< 0 bond, 1 commitment
};

/// Follows the bonds of one world week by week. Spells come out in order of their end, within a week by
/// their lower person, a commitment before its bond.
class SpellKeeper {
 public:
  SpellKeeper(const Ensemble<float>& ensemble, int world);
  /// Looks at the week just done.
  void observe(const Ensemble<float>& ensemble);
  /// The same for some persons, ascending: all others must be as they were.
  void observe(const Ensemble<float>& ensemble, std::span<const std::int32_t> persons);
  /// The spells that ended since the last call.
  std::vector<Spell> take() { return std::exchange(finished_, {}); }
  /// A bond under way.
  struct Open {
    std::int32_t partner = -1;  ///< the higher person; -1 = none
    std::int32_t onset = 0;
    std::int32_t committed = none;  ///< week of the commitment
  };
  static constexpr std::int32_t none = INT32_MAX;
  /// [person] by the lower person of each bond
  const std::vector<Open>& open() const { return open_; }
  /// Takes over the bonds of a world that was followed elsewhere until now.
  void go_on_from(std::vector<Open> open) { open_ = std::move(open); }
  /// The spells still open; those that ended must have been taken.
  void save(StateWriter& out) const;
  void restore(StateReader& in);
  /// Spells still open at the end of the study, marked as censored.
  std::vector<Spell> close(int study_week);

 private:
  void observe(const Ensemble<float>& ensemble, std::int32_t person);
  void end(std::int32_t tail, const Open& open, std::int32_t week, std::int8_t censored);

  int world_;
  std::vector<Open> open_;  // by lower person
  std::vector<Spell> finished_;
};

/// Shows each week to the keepers of all worlds, but only the persons of whom the model's columns of bond
/// events and of commitment say something new; the first time everybody.
class BondWatch {
 public:
  /// With the instruction set in use.
  BondWatch();
  explicit BondWatch(const SummaryKernel& kernel) : kernel_(&kernel) {}
  /// @param keepers  [world]
  void observe(std::vector<SpellKeeper>& keepers, const Ensemble<float>& ensemble);
  /// The keepers go on from elsewhere: the next time everybody is looked at.
  void forget() { knows_ = false; }

 private:
  void find_changes(const Ensemble<float>& ensemble);

  const SummaryKernel* kernel_;
  bool knows_ = false;                              // committed_ is of last week
  int lanes_ = 0;                                   // of a row then
  std::vector<std::uint16_t> committed_;            // a bit per element
  std::vector<std::vector<std::int32_t>> changed_;  // [block] elements of the block, ascending
};

}  // namespace kindred::record
