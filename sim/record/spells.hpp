#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine/ensemble.hpp"

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
  /// Looks at the week just done: at the persons whose bond began or ended, which the model's column of bond
  /// events tells, and at the bonds that are not committed yet. The first time at everybody.
  void observe(const Ensemble<float>& ensemble);
  /// The same for the keepers of all worlds [world], looking at the column of events once.
  friend void observe_bonds(std::vector<SpellKeeper>& keepers, const Ensemble<float>& ensemble);
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
  void go_on_from(std::vector<Open> open) {
    open_ = std::move(open);
    settled_ = false;
  }
  /// The spells still open; those that ended must have been taken.
  void save(StateWriter& out) const;
  void restore(StateReader& in);
  /// Spells still open at the end of the study, marked as censored.
  std::vector<Spell> close(int study_week);

 private:
  void end(std::int32_t tail, const Open& open, std::int32_t week, std::int8_t censored);
  void look_at_everybody(const Ensemble<float>& ensemble);
  bool look_at(const Ensemble<float>& ensemble, std::int32_t person);
  void begin_watching();
  void watch(const ColumnView<float>& committed, std::int32_t week, std::int32_t until);

  int world_;
  bool settled_ = false;                // open_ holds every bond of last week
  std::vector<Open> open_;              // by lower person
  std::vector<std::int32_t> waiting_;   // lower persons of bonds that are not committed, ascending
  std::size_t watched_ = 0, kept_ = 0;  // of them, while they are looked at
  std::vector<Spell> finished_;
};

void observe_bonds(std::vector<SpellKeeper>& keepers, const Ensemble<float>& ensemble);

}  // namespace kindred::record
