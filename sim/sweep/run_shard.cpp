#include "sim/sweep/run_shard.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <mutex>

#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/text_hash.hpp"
#include "sim/sweep/chunks.hpp"
#include "sim/sweep/results.hpp"

namespace kindred::sweep {

namespace {

/// Below this many (person, lane) pairs a chunk's ensembles are too small to share among threads.
constexpr std::int64_t small_ensemble = 800'000;

/// One replicate of points that share an ensemble.
struct Task {
  std::vector<int> points;
  int society, noise;
};

using Clock = std::chrono::steady_clock;

ShardReport count(const std::vector<int>& points, const SweepResults& results, const Enough& enough) {
  ShardReport report;
  report.points = points.size();
  for (const int p : points) {
    const PointResults& of_point = results[static_cast<std::size_t>(p)];
    report.complete += enough.is_complete(of_point) ? 1 : 0;
    report.failed += of_point.any_failure() ? 1 : 0;
  }
  return report;
}

/// A shard while it runs.
class Shard {
 public:
  Shard(const OpenSweep& sweep, const ShardRun& run, const Engine& engine, const Measures& measures,
        const std::function<Plan(std::size_t)>& plan_of, ShardWriter& writer)
      : sweep_(sweep), run_(run), engine_(engine), measures_(measures), plan_of_(plan_of), writer_(writer),
        enough_(sweep.plan, measures), results_(no_results(sweep.plan)), plans_(sweep.plan.points.size()),
        started_(Clock::now()) {
    points_ = run.points ? *run.points : points_of_shard(sweep.plan, run.shard, run.shards);
    if (run.known) results_ = *run.known;
    add_results(results_, index_of_points(sweep.plan), writer.found(), run.file);
    engine_.stop = &give_up_;
    if (run.points)  // a retry: what failed is tried again
      for (const int p : points_)
        for (auto& replicate : results_[static_cast<std::size_t>(p)].replicates)
          if (replicate && !replicate->failure.empty()) replicate.reset();
  }

  ShardReport work(const std::atomic<bool>* stop) {
    outside_stop_ = stop;
    try {
      for (std::vector<Task> tasks = missing(); !tasks.empty() && !give_up_; tasks = missing())
        run_all(tasks);
    } catch (const Stopped&) {
    }
    return report();
  }

 private:
  /// The next round: for every point the replicates it is known to need and does not have.
  std::vector<Task> missing() const {
    std::vector<Task> tasks;
    const SweepPlan& plan = sweep_.plan;
    for (int replicate = 0; replicate < plan.most_societies() * plan.per_society; ++replicate) {
      std::vector<int> points, societies;
      for (const int p : points_) {
        const PointResults& of_point = results_[static_cast<std::size_t>(p)];
        const bool wanted = replicate < enough_.societies_wanted(of_point) * plan.per_society;
        if (!wanted || of_point.replicates[static_cast<std::size_t>(replicate)]) continue;
        points.push_back(p);
        societies.push_back(plan.points[static_cast<std::size_t>(p)].society);
      }
      for (const std::vector<int>& chunk : chunks_of(societies)) {
        Task task{{}, replicate / plan.per_society, replicate % plan.per_society};
        for (const int place : chunk) task.points.push_back(points[static_cast<std::size_t>(place)]);
        tasks.push_back(std::move(task));
      }
    }
    return tasks;
  }

  void run_all(const std::vector<Task>& tasks) {
    all_ += world_weeks(tasks);
    const bool small = sweep_.plan.persons * 16 < small_ensemble;
    if (small && tasks.size() > 1) {
      parallel::for_tasks(static_cast<std::int64_t>(tasks.size()),
                          [&](std::int64_t i) { run_one(tasks[static_cast<std::size_t>(i)], false); });
    } else {
      for (const Task& task : tasks) run_one(task, true);
    }
  }

  void run_one(const Task& task, bool threads) {
    if (give_up_) return;
    std::vector<Plan> plans;
    for (const int p : task.points) plans.push_back(plan(static_cast<std::size_t>(p)));
    const std::vector<Result> results =
        run_chunk(plans, engine_, measures_, sweep_.plan.weeks, task.society, task.noise, threads,
                  [&](std::int64_t worlds) { advanced(worlds); });
    const int replicate = task.society * sweep_.plan.per_society + task.noise;
    for (std::size_t k = 0; k < results.size(); ++k) {
      const auto p = static_cast<std::size_t>(task.points[k]);
      writer_.add({sweep_.plan.points[p].hash, replicate}, results[k]);
      const std::lock_guard lock(mutex_);
      results_[p].replicates[static_cast<std::size_t>(replicate)] = results[k];
    }
    const std::lock_guard lock(mutex_);
    if (run_.most_failures && static_cast<int>(failures()) > *run_.most_failures) {
      has_given_up_ = true;
      give_up_ = true;
    }
  }

  /// The plan of a point, read once and compared with what was planned.
  Plan plan(std::size_t point) {
    const std::lock_guard lock(plans_mutex_);
    std::optional<Plan>& known = plans_[point];
    if (known) return *known;
    known = plan_of_(point);
    if (record::text_hash(known->resolved) != sweep_.plan.points[point].hash)
      throw ConfigError(Problem{
          sweep_.folder, 0, 0,
          fmt::format(
              "point {} ({}) means something else now than when the sweep was planned: scenario.yaml, a "
              "programme or a hypothesis has changed; plan the sweep again in a new folder",
              point, sweep_.plan.points[point].hash)});
    known->resolved.clear();
    return *known;
  }

  void advanced(std::int64_t worlds) {
    const std::int64_t done = done_ += worlds;
    if (run_.progress) run_.progress(done, all_);
    const std::chrono::duration<double> took = Clock::now() - started_;
    const bool late = run_.seconds && took.count() > *run_.seconds;
    if (late || (outside_stop_ != nullptr && *outside_stop_)) {
      is_stopped_ = true;
      give_up_ = true;
    }
  }

  std::int64_t world_weeks(const std::vector<Task>& tasks) const {
    std::int64_t worlds = 0;
    for (const Task& task : tasks)
      worlds += static_cast<std::int64_t>(task.points.size() * sweep_.plan.arms.size());
    return worlds * sweep_.plan.weeks_in_all;
  }

  std::size_t failures() const {
    std::size_t count = 0;
    for (const int p : points_) count += results_[static_cast<std::size_t>(p)].any_failure() ? 1 : 0;
    return count;
  }

  ShardReport report() const {
    ShardReport report = count(points_, results_, enough_);
    report.person_weeks = done_ * sweep_.plan.persons;
    report.is_stopped = is_stopped_;
    report.has_given_up = has_given_up_;
    return report;
  }

  const OpenSweep& sweep_;
  const ShardRun& run_;
  Engine engine_;
  const Measures& measures_;
  const std::function<Plan(std::size_t)>& plan_of_;
  ShardWriter& writer_;
  Enough enough_;
  std::vector<int> points_;
  SweepResults results_;  ///< guarded by mutex_ while tasks run
  std::mutex mutex_, plans_mutex_;
  std::vector<std::optional<Plan>> plans_;
  Clock::time_point started_;
  const std::atomic<bool>* outside_stop_ = nullptr;
  std::atomic<bool> give_up_{false}, is_stopped_{false}, has_given_up_{false};
  std::atomic<std::int64_t> done_{0}, all_{0};
};

}  // namespace

std::vector<int> points_of_shard(const SweepPlan& plan, int shard, int shards) {
  std::vector<int> societies, points;
  for (const PlannedPoint& point : plan.points) societies.push_back(point.society);
  const std::vector<std::vector<int>> chunks = chunks_of(societies);
  for (std::size_t c = 0; c < chunks.size(); ++c)
    if (c % static_cast<std::size_t>(shards) == static_cast<std::size_t>(shard))
      points.insert(points.end(), chunks[c].begin(), chunks[c].end());
  return points;
}

namespace {

/// Verifies a finished shard instead of computing it again.
ShardReport report_of_finished(const OpenSweep& sweep, const ShardRun& run, const Measures& measures) {
  SweepResults results = no_results(sweep.plan);
  add_results(results, index_of_points(sweep.plan), read_shard(run.file, sweep.digest), run.file);
  return count(points_of_shard(sweep.plan, run.shard, run.shards), results, Enough(sweep.plan, measures));
}

}  // namespace

ShardReport run_shard(const OpenSweep& sweep, const ShardRun& asked, const Engine& engine,
                      const Measures& measures, const std::function<Plan(std::size_t point)>& plan_of) {
  ShardRun run = asked;
  if (run.file.empty()) run.file = shard_path(sweep.folder, run.shard, run.shards);
  const std::string part = run.file + ".part";
  if (std::filesystem::exists(run.file) && read_shard(run.file, sweep.digest).is_done)
    return report_of_finished(sweep, run, measures);
  ShardWriter writer(part, sweep.digest);
  const ShardReport report = Shard(sweep, run, engine, measures, plan_of, writer).work(engine.stop);
  if (report.complete + report.failed < report.points) {
    writer.sync();
    return report;
  }
  writer.finish();
  record::publish(part, run.file);
  return report;
}

}  // namespace kindred::sweep
