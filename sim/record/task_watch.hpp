#pragma once

#include <optional>
#include <vector>

#include "sim/record/burn_in_keeper.hpp"
#include "sim/record/recorder.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/task.hpp"

namespace kindred::record {

/// Everything that looks at the worlds of one task week by week: what is recorded of arms, the states that
/// effects are computed from, and, when the burn-in is all there is, what is stored of it.
class TaskWatch {
 public:
  TaskWatch(const Plan& plan, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
            const Task& task, bool burn_in_only);

  /// Before the first week: what is fixed then.
  void begin(const Ensemble<float>& ensemble);
  /// Instead of the weeks of the burn-in. @param past  [world]
  void go_on_from(std::vector<WorldPast> past);
  /// Looks at the state after the week just done (or before the first); call once a week, in order.
  /// @throws RunFailed when a state has left its range
  void observe(const Ensemble<float>& ensemble);
  /// Hands in what is left when all weeks are done.
  void finish(const Ensemble<float>& ensemble);
  void save(StateWriter& out) const;
  /// @throws IoError when the state does not fit
  void restore(StateReader& in);

  std::vector<PopulationFrame> last_frame() const;
  std::vector<ArmSnapshots> take_snapshots() { return snapshots_.take(); }

 private:
  const Plan& plan_;
  const StudyFile& study_;
  Spool& spool_;
  Task task_;
  SnapshotKeeper snapshots_;
  std::optional<Recorder> recorder_;
  std::optional<BurnInKeeper> burn_in_;
};

}  // namespace kindred::record
