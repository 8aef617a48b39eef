#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"

/// Person-level states of all arms of one replicate at a few weeks: what effects are computed from. Worlds
/// share their luck, so differences between two arms for one person are that person's effects.
namespace kindred::record {

/// Weeks after the start of the programmes at which outcomes are kept; 0 is the start itself.
inline constexpr int effect_weeks[] = {0, 8, 34, 60, 112};

/// One arm. Persons as they stood when the programmes started, and outcomes afterwards.
struct ArmSnapshots {
  std::vector<std::uint8_t> style;                 ///< [person] quadrant at the start
  std::vector<std::uint8_t> treated;               ///< [person] allotted to a programme of this arm
  std::vector<std::vector<std::int32_t>> partner;  ///< [week][person] -1 = none
  std::vector<std::vector<float>> outcome;         ///< [week * outcomes + outcome][person]
  std::vector<std::pair<std::int32_t, std::int32_t>>
      strong_ties;  ///< the model's strongest kind, at the start
};

struct ReplicateSnapshots {
  std::vector<ArmSnapshots> arms;
};

/// First study week in which a programme of any arm starts; -1 when no arm has one.
int programmes_start(const Plan& plan);

/// Study weeks of the snapshots: the start and effect_weeks after it, as far as the study reaches.
std::vector<int> snapshot_weeks(const Plan& plan);

/// Takes the snapshots of the worlds of one ensemble, which are consecutive arms.
class SnapshotKeeper {
 public:
  SnapshotKeeper(const Plan& plan, int first_arm) : weeks_(snapshot_weeks(plan)), first_arm_(first_arm) {}
  /// Call with every frame, in order.
  void observe(const Ensemble<float>& ensemble);
  /// Moves what was kept into the replicate's place.
  void hand_over(ReplicateSnapshots& to);

 private:
  void keep_start(const Ensemble<float>& ensemble);
  void keep_outcomes(const Ensemble<float>& ensemble);
  std::vector<int> weeks_;
  int first_arm_;
  std::size_t next_ = 0;
  std::vector<ArmSnapshots> arms_;
};

}  // namespace kindred::record
