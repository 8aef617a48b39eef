#include "sim/sweep/run_shard.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
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
constexpr std::int64_t widest_ensemble = 16;

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
  /// @param found  results of the shard that are there already
  Shard(const OpenSweep& sweep, const ShardRun& run, const Engine& engine, const Measures& measures,
        const std::function<Plan(std::size_t)>& plan_of, SweepResults found, std::vector<int> points,
        ShardWriter& writer)
      : sweep_(sweep), run_(run), engine_(engine), measures_(measures), plan_of_(plan_of), writer_(writer),
        enough_(sweep.plan, measures), points_(std::move(points)), results_(std::move(found)),
        plans_(sweep.plan.points.size()), started_(Clock::now()) {
    engine_.stop = &give_up_;
  }

  ShardReport work(const std::atomic<bool>* stop) {
    outside_stop_ = stop;
    heed_failures();
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
    std::vector<int> wanted;
    for (const int p : points_)
      wanted.push_back(enough_.societies_wanted(results_[static_cast<std::size_t>(p)]) * plan.per_society);
    for (int replicate = 0; replicate < plan.most_societies() * plan.per_society; ++replicate) {
      std::vector<int> points, societies;
      for (std::size_t i = 0; i < points_.size(); ++i) {
        const auto p = static_cast<std::size_t>(points_[i]);
        if (replicate >= wanted[i] || results_[p].replicates[static_cast<std::size_t>(replicate)]) continue;
        points.push_back(points_[i]);
        societies.push_back(plan.points[p].society);
      }
      for (const std::vector<int>& chunk : chunks_of(societies)) {
        Task task{{}, replicate / plan.per_society, replicate % plan.per_society};
        for (const int place : chunk) task.points.push_back(points[static_cast<std::size_t>(place)]);
        tasks.push_back(std::move(task));
      }
    }
    return tasks;
  }

  const SocietyKind& kind_of(const Task& task) const {
    return sweep_.plan.kind_of(static_cast<std::size_t>(task.points.front()));
  }

  void run_all(const std::vector<Task>& tasks) {
    std::int64_t persons = 0;
    for (const Task& task : tasks) {
      const SocietyKind& kind = kind_of(task);
      persons = std::max(persons, kind.persons);
      all_ +=
          static_cast<std::int64_t>(task.points.size() * sweep_.plan.arms.size()) * kind.weeks * kind.persons;
    }
    const bool small = persons * widest_ensemble < small_ensemble;
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
    const std::int64_t persons = kind_of(task).persons;
    const std::vector<Result> results =
        run_chunk(plans, engine_, measures_, sweep_.plan.weeks, task.society, task.noise, threads,
                  [&](std::int64_t worlds) { advanced(worlds * persons); });
    const int replicate = task.society * sweep_.plan.per_society + task.noise;
    for (std::size_t k = 0; k < results.size(); ++k) {
      const auto p = static_cast<std::size_t>(task.points[k]);
      writer_.add({sweep_.plan.points[p].hash, replicate}, results[k]);
      const std::lock_guard lock(mutex_);
      results_[p].replicates[static_cast<std::size_t>(replicate)] = results[k];
    }
    const std::lock_guard lock(mutex_);
    heed_failures();
  }

  void heed_failures() {
    if (!run_.most_failures || static_cast<int>(failures()) <= *run_.most_failures) return;
    has_given_up_ = true;
    give_up_ = true;
  }

  /// The plan of a point, read once and compared with what was planned.
  Plan plan(std::size_t point) {
    const std::lock_guard lock(plans_mutex_);
    std::optional<Plan>& known = plans_[point];
    if (known) return *known;
    known = plan_of_(point);
    const std::string& network = sweep_.plan.kind_of(point).network;
    if (record::text_hash(known->resolved) != sweep_.plan.points[point].hash ||
        network_now(*known) != network)
      throw ConfigError(Problem{
          sweep_.folder, 0, 0,
          fmt::format(
              "point {} ({}) means something else now than when the sweep was planned: a programme, a "
              "hypothesis or the network's file has changed; restore it, or plan the sweep again in a "
              "new folder",
              point, sweep_.plan.points[point].hash)});
    known->resolved.clear();
    return *known;
  }

  const std::string& network_now(const Plan& point) {
    const auto [place, is_new] = networks_.try_emplace(point.society.network.path);
    if (is_new) place->second = network_hash(point.society.network);
    return place->second;
  }

  void advanced(std::int64_t person_weeks) {
    const std::int64_t done = done_ += person_weeks;
    if (run_.progress) run_.progress(done, all_);
    const std::chrono::duration<double> took = Clock::now() - started_;
    if (run_.seconds && took.count() > *run_.seconds) is_late_ = true;
    if (outside_stop_ != nullptr && *outside_stop_) is_told_ = true;
    if (is_late_ || is_told_) give_up_ = true;
  }

  std::size_t failures() const {
    std::size_t count = 0;
    for (const int p : points_) count += results_[static_cast<std::size_t>(p)].any_failure() ? 1 : 0;
    return count;
  }

  ShardReport report() const {
    ShardReport report = count(points_, results_, enough_);
    report.person_weeks = done_;
    if (report.is_over()) return report;
    report.stopped = is_told_ ? "stopped early" : is_late_ ? "the time is over" : "";
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
  std::map<std::string, std::string> networks_;  ///< network_hash by path
  Clock::time_point started_;
  const std::atomic<bool>* outside_stop_ = nullptr;
  std::atomic<bool> give_up_{false}, is_late_{false}, is_told_{false}, has_given_up_{false};
  std::atomic<std::int64_t> done_{0}, all_{0};  ///< person-weeks
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

/// What is there of a shard: in its own file and in unfinished ones.
struct Found {
  std::vector<std::string> others;  ///< unfinished files, of other machines
  std::vector<ShardContents> contents;
};

/// What a file holds; nothing when another machine has finished the shard and cleaned up meanwhile.
std::optional<ShardContents> contents_of(const OpenSweep& sweep, const std::string& file) {
  try {
    return read_shard(file, sweep.digest);
  } catch (const IoError& error) {
    if (error.error_number() == ENOENT) return std::nullopt;
    throw;
  }
}

/// Undamaged and finished.
bool is_whole(const std::optional<ShardContents>& contents) {
  return contents && contents->is_done && contents->damaged_length == 0;
}

/// @throws IoError when another machine is writing the shard
Found found_of(const OpenSweep& sweep, const std::string& file) {
  Found found;
  for (const std::string& part : parts_of(file)) {
    if (part == part_path(file)) continue;
    auto contents = contents_of(sweep, part);
    if (!contents) continue;
    if (record::PosixFile::is_being_written(part)) throw IoError(part, "is being written by another run");
    found.others.push_back(part);
    found.contents.push_back(std::move(*contents));
  }
  if (auto contents = contents_of(sweep, file)) found.contents.push_back(std::move(*contents));
  return found;
}

SweepResults results_of(const OpenSweep& sweep, const ShardRun& run, const std::vector<int>& points,
                        const std::vector<const ShardContents*>& contents) {
  SweepResults results = run.known ? *run.known : no_results(sweep.plan);
  if (run.points)  // what failed elsewhere is tried again
    for (const int p : points)
      for (auto& replicate : results[static_cast<std::size_t>(p)].replicates)
        if (replicate && !replicate->failure.empty()) replicate.reset();
  const PointIndex index = index_of_points(sweep.plan);
  for (const ShardContents* shard : contents) add_results(results, index, *shard, run.file);
  return results;
}

/// A finished file alone holds its shard: what was found elsewhere goes with it.
void carry_over(ShardWriter& writer, const Found& found) {
  for (const ShardContents& shard : found.contents)
    for (const auto& [key, result] : shard.results)
      if (!writer.found().results.contains(key)) writer.add(key, result);
}

/// Gives the finished file its name. On a file system without locks another machine may have been faster, and
/// have cleaned up.
void publish(const OpenSweep& sweep, const std::string& file, const Found& found) {
  try {
    record::publish(part_path(file), file);
  } catch (const IoError& error) {
    if (error.error_number() != ENOENT || !is_whole(contents_of(sweep, file))) throw;
  }
  for (const std::string& part : found.others) record::remove_quietly(part);
}

bool is_full(const IoError& error) {
  return error.error_number() == ENOSPC || error.error_number() == EDQUOT || error.error_number() == EFBIG;
}

ShardReport run_open_shard(const OpenSweep& sweep, const ShardRun& run, const std::vector<int>& points,
                           const Engine& engine, const Measures& measures,
                           const std::function<Plan(std::size_t)>& plan_of) {
  ShardWriter writer(part_path(run.file), sweep.digest, run.afresh);
  const Found found = run.afresh ? Found{} : found_of(sweep, run.file);
  std::vector<const ShardContents*> contents{&writer.found()};
  for (const ShardContents& shard : found.contents) contents.push_back(&shard);
  const ShardReport report =
      Shard(sweep, run, engine, measures, plan_of, results_of(sweep, run, points, contents), points, writer)
          .work(engine.stop);
  if (!report.is_over()) {
    writer.sync();
    return report;
  }
  carry_over(writer, found);
  writer.finish();
  publish(sweep, run.file, found);
  return report;
}

}  // namespace

ShardReport run_shard(const OpenSweep& sweep, const ShardRun& asked, const Engine& engine,
                      const Measures& measures, const std::function<Plan(std::size_t point)>& plan_of) {
  ShardRun run = asked;
  if (run.file.empty()) run.file = shard_path(sweep.folder, run.shard, run.shards);
  const std::vector<int> points =
      run.points ? *run.points : points_of_shard(sweep.plan, run.shard, run.shards);
  if (const auto own = run.afresh ? std::nullopt : contents_of(sweep, run.file); is_whole(own)) {
    const ShardReport report =
        count(points, results_of(sweep, run, points, {&*own}), Enough(sweep.plan, measures));
    if (report.is_over()) return report;
  }
  try {
    return run_open_shard(sweep, run, points, engine, measures, plan_of);
  } catch (const IoError& error) {
    if (!is_full(error)) throw;
    ShardReport report;
    report.points = points.size();
    report.stopped = error.what();
    return report;
  }
}

}  // namespace kindred::sweep
