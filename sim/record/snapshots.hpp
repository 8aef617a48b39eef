#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"

/// Person-level states of all arms of one replicate at a few weeks: what effects are computed from. Worlds
/// share their luck, so differences between two arms for one person are that person's effects.
namespace kindred::record {

/// Weeks after the start of the programmes at which states are kept; 0 is the start itself. Close together
/// while a course of the usual eight weeks runs, then up to two years.
inline constexpr int effect_weeks[] = {0, 1, 2, 4, 8, 13, 21, 34, 60, 86, 112};

/// A column whose values are kept, once, however many outcomes and challenges read it.
struct WatchedColumn {
  int column;
  bool among_coupled;  ///< read only while the bond of the start lasts
  bool outcome;        ///< one of the model's outcomes (they come first), else only a challenge reads it
};
std::vector<WatchedColumn> watched_columns(const ModelDeclaration& model);

/// One world. Persons as they stood when the programmes started, and outcomes afterwards.
struct ArmSnapshots {
  std::vector<std::uint8_t> style;     ///< [person] quadrant at the start
  std::vector<std::uint8_t> band;      ///< [person] of the model's first band read-out, at the start
  std::vector<std::uint8_t> treated;   ///< [person] allotted to a programme of this arm
  std::vector<std::uint8_t> eligible;  ///< [person] between whom a draw of this arm decided
  std::vector<std::vector<std::int32_t>> partner;  ///< [week][person] -1 = none
  std::vector<std::vector<float>> outcome;         ///< [week * watched + watched][person]
  std::vector<std::uint8_t> tie_kind;  ///< [tie] how many of the model's tie read-outs it passes at the start
};

struct ReplicateSnapshots {
  std::vector<ArmSnapshots> arms;               ///< recorded arms
  std::vector<ArmSnapshots> probes;             ///< worlds run for an estimand only
  std::vector<std::int32_t> tie_low, tie_high;  ///< the acquaintance graph
};

/// First study week in which a programme of any arm starts; -1 when no arm has one.
int programmes_start(const Plan& plan);

/// Study weeks of the snapshots: the start and effect_weeks after it, as far as the study reaches.
std::vector<int> snapshot_weeks(const Plan& plan);

/// Takes the snapshots of the worlds of one ensemble: consecutive arms, or consecutive probes.
class SnapshotKeeper {
 public:
  /// @param weeks  study weeks, ascending; the first is the programmes' start
  SnapshotKeeper(std::vector<int> weeks, const ModelDeclaration& model)
      : weeks_(std::move(weeks)), watched_(watched_columns(model)) {}
  /// Call with every frame, in order.
  void observe(const Ensemble<float>& ensemble);
  void save(StateWriter& out) const;
  void restore(StateReader& in);
  /// What was kept, by world of the ensemble.
  std::vector<ArmSnapshots> take() { return std::move(arms_); }

 private:
  void keep_start(const Ensemble<float>& ensemble);
  void keep_outcomes(const Ensemble<float>& ensemble);
  void keep_allotment(const Ensemble<float>& ensemble);
  std::vector<int> weeks_;
  std::vector<WatchedColumn> watched_;
  std::size_t next_ = 0;
  std::vector<ArmSnapshots> arms_;
};

}  // namespace kindred::record
