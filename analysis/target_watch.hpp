#pragma once

#include <cstdint>
#include <vector>

#include "analysis/target_quantities.hpp"
#include "sim/core/plan.hpp"
#include "sim/engine/ensemble.hpp"

/// Reads what the calibration targets need from one world while it runs.
namespace kindred::analysis {

/// Where the model keeps what the targets are about, by index.
struct TargetColumns {
  int neuroticism, care, age;
  int anxiety, avoidance, compassion, criticism, distress;
  int duration, partner, committed, event;
  TieReadoutDeclaration friends, strong;
};

/// @throws Bug naming what the model does not declare
TargetColumns target_columns(const ModelDeclaration& model);

/// Weeks from the end of the course to the two follow-ups (3 and 12 months).
inline constexpr int follow_up_weeks[] = {13, 52};

/// One world of an ensemble, from the start of the burn-in to the last follow-up.
class TargetWatch {
 public:
  /// @param course the programme whose effects are targets (also in worlds that do not offer it)
  /// @param own the world's own programme, or null
  TargetWatch(const TargetColumns& columns, int world, const ProgrammePlan& course, const ProgrammePlan* own)
      : columns_(columns), world_(world), course_(course), own_(own) {}

  /// Call with every frame, in order, the one before the first week included.
  void observe(const Ensemble<float>& ensemble);

  /// What was seen, once the last frame has been observed.
  WorldRecord record() const;

 private:
  Values<float> person(const Ensemble<float>& ensemble, int column) const;
  Values<std::int32_t> partner(const Ensemble<float>& ensemble) const;
  void observe_bonds(const Ensemble<float>& ensemble, int week);
  void start(const Ensemble<float>& ensemble);
  void start_correlations(const Ensemble<float>& ensemble);
  void start_bonds(const Ensemble<float>& ensemble);
  void retest(const Ensemble<float>& ensemble, int week);
  void follow_treated(const Ensemble<float>& ensemble, int week);

  const TargetColumns& columns_;
  int world_;
  const ProgrammePlan& course_;
  const ProgrammePlan* own_;
  BondHazards hazards_;
  EstablishedBonds established_;
  std::vector<float> anxiety_, avoidance_, compassion_;  // [person] at the start
  std::vector<std::uint8_t> treated_;                    // [person] by the course, in its world
  WorldRecord record_;
};

}  // namespace kindred::analysis
