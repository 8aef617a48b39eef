#include "sim/record/finished_tasks.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/saved_state.hpp"

namespace kindred::record {

FinishedTasks::FinishedTasks(const Plan& plan, const std::vector<Task>& tasks, bool gathers)
    : plan_(plan), replicates_(static_cast<std::size_t>(plan.societies * plan.per_society)) {
  for (const Task& task : tasks) ++replicates_[replicate_of(plan, task)].missing;
  if (!gathers)
    for (Replicate& replicate : replicates_) replicate.stage = Gathering::filled;
}

void FinishedTasks::keep(const Task& task, std::vector<ArmSnapshots> snapshots) {
  Replicate& replicate = replicates_[replicate_of(plan_, task)];
  --replicate.missing;
  if (replicate.stage != Gathering::waiting) return;
  replicate.snapshots.arms.resize(plan_.arms.size());
  replicate.snapshots.probes.resize(plan_.probes.size());
  auto& worlds = task.probes ? replicate.snapshots.probes : replicate.snapshots.arms;
  std::move(snapshots.begin(), snapshots.end(), worlds.begin() + task.first_arm);
}

ReplicateSnapshots FinishedTasks::take(Replicate& replicate, const graph::AcquaintanceGraph& graph) {
  replicate.stage = Gathering::filling;
  replicate.snapshots.tie_low = graph.tie_low;
  replicate.snapshots.tie_high = graph.tie_high;
  return std::exchange(replicate.snapshots, {});
}

std::optional<ReplicateSnapshots> FinishedTasks::add(const Task& task, const graph::AcquaintanceGraph& graph,
                                                     std::vector<PopulationFrame> last,
                                                     std::vector<ArmSnapshots> snapshots) {
  const std::scoped_lock lock(mutex_);
  keep(task, std::move(snapshots));
  finished_.push_back({task, std::move(last), false});
  Replicate& replicate = replicates_[replicate_of(plan_, task)];
  if (replicate.missing != 0 || replicate.stage != Gathering::waiting) return std::nullopt;
  return take(replicate, graph);
}

void FinishedTasks::filled(std::size_t replicate) {
  const std::scoped_lock lock(mutex_);
  replicates_[replicate].stage = Gathering::filled;
  for (Finished& finished : finished_)  // their snapshots need not be stored any longer
    if (replicate_of(plan_, finished.task) == replicate) finished.saved = false;
}

void FinishedTasks::restore(const TaskProgress& progress, StateReader& in) {
  const std::scoped_lock lock(mutex_);
  std::vector<PopulationFrame> last = read_frames(in);
  if (!last.empty() &&
      (progress.task.probes || last.size() != static_cast<std::size_t>(progress.task.worlds)))
    in.refuse("holds another number of worlds");
  std::vector<ArmSnapshots> snapshots;
  if (progress.stage == TaskStage::done)
    for (int w = 0; w < progress.task.worlds; ++w) snapshots.push_back(read_arm_snapshots(in));
  in.end();
  if (progress.stage == TaskStage::filled) {
    Replicate& replicate = replicates_[replicate_of(plan_, progress.task)];
    replicate.stage = Gathering::filled;
    replicate.snapshots = {};
  }
  keep(progress.task, std::move(snapshots));
  finished_.push_back({progress.task, std::move(last), true});
}

bool FinishedTasks::is_complete(std::size_t replicate) {
  const std::scoped_lock lock(mutex_);
  return replicates_[replicate].missing == 0 && replicates_[replicate].stage == Gathering::waiting;
}

std::optional<ReplicateSnapshots> FinishedTasks::take_complete(std::size_t replicate,
                                                               const graph::AcquaintanceGraph& graph) {
  if (!is_complete(replicate)) return std::nullopt;
  const std::scoped_lock lock(mutex_);
  return take(replicates_[replicate], graph);
}

/// @returns false when the replicate has moved on to another stage meanwhile: the next call will see to it
bool FinishedTasks::save(Checkpoints& checkpoints, const Finished& finished, Gathering stage, int weeks,
                         std::uint64_t length) {
  const std::scoped_lock lock(mutex_);
  const Replicate& replicate = replicates_[replicate_of(plan_, finished.task)];
  if (replicate.stage != stage) return false;
  const TaskStage written = stage == Gathering::filled ? TaskStage::filled : TaskStage::done;
  checkpoints.write({finished.task, written, weeks, length}, [&](StateWriter& out) {
    record::save(out, finished.last);
    if (written == TaskStage::filled) return;
    const auto& worlds = finished.task.probes ? replicate.snapshots.probes : replicate.snapshots.arms;
    for (int w = 0; w < finished.task.worlds; ++w)
      record::save(out, worlds[static_cast<std::size_t>(finished.task.first_arm + w)]);
  });
  return true;
}

/// What is saved as filled must have its figures on the disk: the stage is looked at first, then the spool is
/// synced.
void FinishedTasks::save_new(Checkpoints& checkpoints, int weeks) {
  const std::scoped_lock one(saving_);
  std::vector<std::pair<std::size_t, Gathering>> unsaved;
  std::vector<Finished> copies;
  {
    const std::scoped_lock lock(mutex_);
    for (std::size_t f = 0; f < finished_.size(); ++f) {
      const Gathering stage = replicates_[replicate_of(plan_, finished_[f].task)].stage;
      if (finished_[f].saved || stage == Gathering::filling) continue;
      unsaved.emplace_back(f, stage);
      copies.push_back(finished_[f]);
    }
  }
  if (unsaved.empty()) return;
  const std::uint64_t length = checkpoints.sync();
  for (std::size_t k = 0; k < unsaved.size(); ++k) {
    const bool written = save(checkpoints, copies[k], unsaved[k].second, weeks, length);
    const std::scoped_lock lock(mutex_);
    const Gathering now = replicates_[replicate_of(plan_, copies[k].task)].stage;
    if (written && now == unsaved[k].second) finished_[unsaved[k].first].saved = true;
  }
}

std::vector<std::vector<PopulationFrame>> FinishedTasks::last_frames() const {
  std::vector<std::vector<PopulationFrame>> frames(replicates_.size(),
                                                   std::vector<PopulationFrame>(plan_.arms.size()));
  for (const Finished& finished : finished_)
    for (std::size_t w = 0; w < finished.last.size(); ++w)
      frames[replicate_of(plan_, finished.task)][static_cast<std::size_t>(finished.task.first_arm) + w] =
          finished.last[w];
  return frames;
}

}  // namespace kindred::record
