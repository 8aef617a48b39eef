#include "sim/record/carry_out.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

#include "sim/engine/ensemble.hpp"
#include "sim/engine/widths.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/recorder.hpp"

namespace kindred::record {

namespace {

/// Below this many (person, world) pairs an ensemble is too small to share among threads.
constexpr std::int64_t small_ensemble = 800'000;

std::vector<Task> tasks_of(const Plan& plan, int widest) {
  std::vector<Task> tasks;
  const int arms = static_cast<int>(plan.arms.size());
  for (int s = 0; s < plan.societies; ++s)
    for (int r = 0; r < plan.per_society; ++r)
      for (int arm = 0; const int width : choose_widths(arms, widest)) {
        const int worlds = std::min(width, arms - arm);
        tasks.push_back({s, r, arm, worlds, width});
        arm += worlds;
      }
  return tasks;
}

/// Small ensembles run beside each other when there are enough of them to keep the threads busy; otherwise
/// the rows of one ensemble are shared out. Results do not depend on it.
bool run_side_by_side(const std::vector<Task>& tasks, std::int64_t persons, int threads) {
  const auto widest = std::max_element(tasks.begin(), tasks.end(),
                                       [](const Task& a, const Task& b) { return a.width < b.width; });
  return persons * widest->width < small_ensemble && tasks.size() >= static_cast<std::size_t>(threads);
}

World world_of(const ArmPlan& arm) { return {arm.parameters, arm.programmes}; }

/// One ensemble through burn-in and study.
class TaskRun {
 public:
  TaskRun(const Plan& plan, const Model& model, const RunOptions& options, const StudyFile& study,
          Spool& spool, std::atomic<std::int64_t>& done, std::int64_t all)
      : plan_(plan), model_(model), options_(options), study_(study), spool_(spool), done_(done), all_(all) {}

  std::vector<PopulationFrame> operator()(const Task& task, const Society& society, bool threads,
                                          SnapshotKeeper& snapshots) const {
    std::vector<World> worlds;
    for (int w = 0; w < task.worlds; ++w)
      worlds.push_back(world_of(plan_.arms[static_cast<std::size_t>(task.first_arm + w)]));
    Ensemble<float> ensemble({&model_, &society, replicate_noise(plan_.seed, task.society, task.noise),
                              plan_.burn_in, task.width, std::move(worlds),
                              model_.phase_table[static_cast<int>(options_.isa)], threads,
                              programmes_start(plan_)});
    Recorder recorder(plan_, study_, spool_, ensemble, task.first_arm,
                      task.society * plan_.per_society + task.noise);
    if (task.noise == 0) record_society(plan_, study_, spool_, ensemble, task.first_arm, task.society);
    recorder.observe(ensemble);
    snapshots.observe(ensemble);
    for (int week = 0; week < plan_.burn_in + plan_.run; ++week) {
      if (options_.stop != nullptr && *options_.stop) throw Stopped{};
      ensemble.advance();
      recorder.observe(ensemble);
      snapshots.observe(ensemble);
      if (options_.progress) options_.progress(done_ += task.worlds, all_);
    }
    recorder.finish(ensemble);
    return recorder.last_frame();
  }

 private:
  const Plan& plan_;
  const Model& model_;
  const RunOptions& options_;
  const StudyFile& study_;
  Spool& spool_;
  std::atomic<std::int64_t>& done_;
  std::int64_t all_;
};

/// Collects the snapshots of a replicate's tasks and passes them on when the last has come in.
class ReplicateGathering {
 public:
  ReplicateGathering(const Plan& plan, const std::vector<Task>& tasks)
      : plan_(plan), replicates_(static_cast<std::size_t>(plan.societies * plan.per_society)),
        missing_(replicates_.size()) {
    for (const Task& task : tasks) ++missing_[index_of_replicate(task)];
  }
  /// The replicate's snapshots when this task was its last, else nothing.
  std::optional<ReplicateSnapshots> add(const Task& task, SnapshotKeeper& keeper) {
    const std::lock_guard lock(mutex_);
    ReplicateSnapshots& replicate = replicates_[index_of_replicate(task)];
    replicate.arms.resize(plan_.arms.size());
    keeper.hand_over(replicate);
    if (--missing_[index_of_replicate(task)] != 0) return std::nullopt;
    return std::move(replicate);
  }

 private:
  std::size_t index_of_replicate(const Task& task) const {
    return static_cast<std::size_t>(task.society * plan_.per_society + task.noise);
  }
  const Plan& plan_;
  std::vector<ReplicateSnapshots> replicates_;
  std::vector<int> missing_;
  std::mutex mutex_;
};

/// Puts the last frame of a task's worlds into their arms' places.
void keep_last(RunResult& result, const Plan& plan, const Task& task,
               const std::vector<PopulationFrame>& worlds) {
  auto& replicate = result.last[static_cast<std::size_t>(task.society * plan.per_society + task.noise)];
  for (std::size_t w = 0; w < worlds.size(); ++w)
    replicate[static_cast<std::size_t>(task.first_arm) + w] = worlds[w];
}

std::int64_t recording_bytes(const StudyFile& study, const std::vector<Task>& at_once) {
  std::int64_t bytes = 0;
  for (const Task& task : at_once)
    for (const Dataset& d : study.file.datasets)
      if (d.shape.size() >= 4)
        bytes += task.worlds *
                 static_cast<std::int64_t>(d.chunk[0] * value_count({d.shape.begin() + 3, d.shape.end()}) *
                                           element_size(d.type));
  return bytes;
}

/// What effects are computed from: all arms of the replicates under way.
std::int64_t snapshot_bytes(const Plan& plan, const ModelDeclaration& model, std::int64_t persons,
                            std::size_t replicates) {
  const auto weeks = static_cast<std::int64_t>(snapshot_weeks(plan).size());
  const auto per_week =
      static_cast<std::int64_t>(model.outcomes.size() * sizeof(float) + sizeof(std::int32_t));
  return persons * weeks * per_week * static_cast<std::int64_t>(plan.arms.size() * replicates);
}

/// Open spells of the bonds of every world under way.
std::int64_t spell_bytes(const std::vector<Task>& at_once, std::int64_t persons) {
  constexpr std::int64_t bytes_of_open_spell = 12;
  std::int64_t bytes = 0;
  for (const Task& task : at_once) bytes += task.worlds * persons * bytes_of_open_spell;
  return bytes;
}

}  // namespace

Forecast forecast(const Plan& plan, const Model& model, int threads, int widest) {
  Forecast f{};
  f.tasks = tasks_of(plan, widest);
  const Society society = make_society(plan.society, plan.seed, 0);
  f.persons = society.persons();
  f.ties_per_person = 2.0 * static_cast<double>(society.ties()) / static_cast<double>(f.persons);
  f.person_weeks = f.persons * (plan.burn_in + plan.run) * static_cast<std::int64_t>(plan.arms.size()) *
                   plan.societies * plan.per_society;
  const Task& widest_task = *std::max_element(f.tasks.begin(), f.tasks.end(),
                                              [](const Task& a, const Task& b) { return a.width < b.width; });
  f.side_by_side = run_side_by_side(f.tasks, f.persons, threads);
  const auto at_once =
      f.side_by_side ? std::min<std::size_t>(static_cast<std::size_t>(threads), f.tasks.size()) : 1;
  std::size_t slots = 0;
  for (const ArmPlan& arm : plan.arms) slots = std::max(slots, arm.programmes.size());
  const std::int64_t graph = 4 * (3 * f.persons + 6 * society.ties());
  const std::int64_t columns = Ensemble<float>::bytes_needed(*model.declaration, f.persons, society.ties(),
                                                             widest_task.width, static_cast<int>(slots));
  const StudyFile study = describe_study(plan, *model.declaration, society, {});
  const std::vector<Task> running(f.tasks.begin(), f.tasks.begin() + static_cast<std::ptrdiff_t>(at_once));
  f.memory_bytes = static_cast<std::int64_t>(at_once) * (graph + columns) + recording_bytes(study, running);
  f.memory_bytes += snapshot_bytes(plan, *model.declaration, f.persons, at_once);
  if (plan.record.ties) f.memory_bytes += spell_bytes(running, f.persons);
  for (const Dataset& d : study.file.datasets)
    if (d.type != ValueType::text && !is_table(d))
      f.file_bytes += static_cast<std::int64_t>(value_count(d.shape) * element_size(d.type));
  if (plan.record.society) f.file_bytes += society.ties() * 20 * plan.societies;
  return f;
}

RunResult carry_out(const Plan& plan, const Model& model, const RunOptions& options) {
  const std::vector<Task> tasks = tasks_of(plan, options.widest);
  auto society = std::make_shared<Society>(make_society(plan.society, plan.seed, 0));
  StudyFile study = describe_study(plan, *model.declaration, *society, options.build);
  const std::size_t first_addition = study.file.datasets.size();
  study.file.datasets.insert(study.file.datasets.end(), options.addition.datasets.begin(),
                             options.addition.datasets.end());
  RunResult result;
  if (!study.population_weeks.empty()) {
    result.week = study.population_weeks.back();
    result.last.assign(static_cast<std::size_t>(plan.societies * plan.per_society),
                       std::vector<PopulationFrame>(plan.arms.size()));
  }
  Spool spool(study.file, options.output);
  record_coordinates(plan, study, spool, first_addition);
  if (options.addition.begin) options.addition.begin(spool, first_addition);

  const bool side_by_side = run_side_by_side(tasks, society->persons(), options.threads);
  std::atomic<std::int64_t> done{0};
  const std::int64_t all = static_cast<std::int64_t>(plan.arms.size()) * plan.societies * plan.per_society *
                           (plan.burn_in + plan.run);
  const TaskRun run_task(plan, model, options, study, spool, done, all);
  ReplicateGathering gathering(plan, tasks);
  const auto carry = [&](const Task& task, const Society& on, bool threads) {
    SnapshotKeeper snapshots(plan, task.first_arm);
    const std::vector<PopulationFrame> last = run_task(task, on, threads, snapshots);
    if (!result.last.empty()) keep_last(result, plan, task, last);
    if (!options.addition.fill) return;
    if (const auto whole = gathering.add(task, snapshots))
      options.addition.fill(task.society * plan.per_society + task.noise, *whole, spool, first_addition);
  };
  if (side_by_side) {
    // every task writes its own replicate and arms; a society this small is drawn again where it is needed
    parallel::for_tasks(static_cast<std::int64_t>(tasks.size()), [&](std::int64_t i) {
      const Task& task = tasks[static_cast<std::size_t>(i)];
      const Society own = make_society(plan.society, plan.seed, static_cast<std::uint32_t>(task.society));
      carry(task, own, false);
    });
  } else {
    int drawn = 0;
    for (const Task& task : tasks) {
      if (task.society != drawn) {
        drawn = task.society;
        society = std::make_shared<Society>(
            make_society(plan.society, plan.seed, static_cast<std::uint32_t>(drawn)));
      }
      carry(task, *society, true);
    }
  }
  spool.finish();
  return result;
}

}  // namespace kindred::record
