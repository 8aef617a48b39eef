#include "sim/record/task_watch.hpp"

#include <utility>

#include "sim/record/soundness.hpp"

namespace kindred::record {

TaskWatch::TaskWatch(const Plan& plan, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
                     const Task& task, bool burn_in_only)
    : plan_(plan), study_(study), spool_(spool), task_(task),
      snapshots_(snapshot_weeks(plan), *ensemble.model().declaration) {
  if (burn_in_only) burn_in_.emplace(plan, study, spool, ensemble, task);
  else if (!task.probes)
    recorder_.emplace(plan, study, spool, ensemble, task.first_arm,
                      static_cast<int>(replicate_of(plan, task)));
}

void TaskWatch::begin(const Ensemble<float>& ensemble) {
  if (recorder_ && task_.noise == 0)
    record_society(plan_, study_, spool_, ensemble, task_.first_arm, task_.society);
}

void TaskWatch::go_on_from(std::vector<WorldPast> past) {
  if (recorder_) recorder_->go_on_from(std::move(past));
}

void TaskWatch::observe(const Ensemble<float>& ensemble) {
  require_sound(plan_, task_, ensemble);
  if (recorder_) recorder_->observe(ensemble);
  if (burn_in_) burn_in_->observe(ensemble);
  snapshots_.observe(ensemble);
}

void TaskWatch::finish(const Ensemble<float>& ensemble) {
  if (recorder_) recorder_->finish(ensemble);
  if (burn_in_) burn_in_->finish(ensemble);
}

void TaskWatch::save(StateWriter& out) const {
  if (recorder_) recorder_->save(out);
  if (burn_in_) burn_in_->save(out);
  snapshots_.save(out);
}

void TaskWatch::restore(StateReader& in) {
  if (recorder_) recorder_->restore(in);
  if (burn_in_) burn_in_->restore(in);
  snapshots_.restore(in);
}

std::vector<PopulationFrame> TaskWatch::last_frame() const {
  return recorder_ ? recorder_->last_frame() : std::vector<PopulationFrame>{};
}

}  // namespace kindred::record
