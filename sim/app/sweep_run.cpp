#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sim/app/build_info.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/shard_choice.hpp"
#include "sim/app/sweep.hpp"
#include "sim/app/sweep_parts.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/sweep/results.hpp"
#include "sim/sweep/run_shard.hpp"

namespace kindred::app {

namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// A shard's run from the verb, without what differs between run and retry.
sweep::ShardRun shard_run(const SweepRunVerb& verb) {
  sweep::ShardRun run;
  if (!verb.max_time.empty()) run.seconds = seconds_of(verb.max_time);
  if (verb.fail_fast) run.most_failures = 0;
  if (verb.max_failures) run.most_failures = verb.max_failures;
  return run;
}

/// Results of two builds may differ in their last digits.
void note_build(const sweep::SweepPlan& plan) {
  const record::Build build = build_info();
  if (plan.version == build.version && plan.commit == build.commit) return;
  say(fmt::format("note: the sweep was planned by kindred {} ({}), this is {} ({}): use one build for all "
                  "shards, or their numbers may not belong together\n",
                  plan.version, plan.commit, build.version, build.commit));
}

sweep::ShardReport carry_out(const sweep::OpenSweep& sweep, sweep::ShardRun run, const SweepRunVerb& verb,
                             const CommonOptions& common, const std::atomic<bool>& stop) {
  const Model& model = model_named(sweep.plan.model);
  const sweep::Measures measures = measures_for(*model.declaration);
  const auto plans = plans_of(sweep);
  const sweep::Engine engine{&model, instruction_set_in_use(), verb.widest, &stop};
  note_build(sweep.plan);
  Progress progress(common.quiet, 1);  // it is told person-weeks
  run.progress = [&](std::int64_t done, std::int64_t all) { progress.show(done, all); };
  sweep::ShardReport report;
  const parallel::ThreadLimit limit(common.threads > 0 ? common.threads : threads_given(environment));
  limit.run([&] { report = sweep::run_shard(sweep, run, engine, measures, plans); });
  progress.end();
  if (!common.quiet && report.person_weeks > 0)
    say(fmt::format("{:.1f} s, {:.1f} M person-weeks/s on {} threads\n", progress.seconds(),
                    static_cast<double>(report.person_weeks) / 1e6 / progress.seconds(), limit.threads()));
  return report;
}

int told(const sweep::ShardReport& report, const std::string& what, const std::string& folder) {
  if (!report.stopped.empty()) {
    say(fmt::format("{}; everything that was finished is kept: run the same command again to go on\n",
                    report.stopped));
    return exit_stopped;
  }
  fmt::print("{}: {} of {} points complete, {} failed\n", what, report.complete, report.points,
             report.failed);
  if (report.failed > 0) say(fmt::format("which ones and why: kindred sweep status {}\n", folder));
  if (report.has_given_up) say("given up: more points failed than allowed\n");
  return report.is_over() && report.failed == 0 ? exit_done : exit_answer_is_no;
}

/// The point whose hash begins like this.
std::size_t point_named(const sweep::SweepPlan& plan, const std::string& hash) {
  std::vector<std::size_t> found;
  for (std::size_t p = 0; p < plan.points.size(); ++p)
    if (plan.points[p].hash.starts_with(hash)) found.push_back(p);
  if (found.empty())
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("--point {}: no point of this sweep; manifest.csv lists them", hash)});
  if (plan.points[found.front()].hash != plan.points[found.back()].hash)
    throw ConfigError(Problem{
        "command line", 0, 0,
        fmt::format("--point {}: {} points begin like this; write more of the hash", hash, found.size())});
  return found.front();
}

/// One point alone, in this process, whatever its shard holds.
int replay(const sweep::OpenSweep& sweep, const SweepRunVerb& verb, const CommonOptions& common,
           const std::atomic<bool>& stop) {
  const std::size_t point = point_named(sweep.plan, verb.point);
  const sweep::PlannedPoint& planned = sweep.plan.points[point];
  for (std::size_t f = 0; f < sweep.plan.factors.size(); ++f)
    fmt::print("  {} = {}\n", sweep.plan.factors[f], planned.values[f].text);
  sweep::ShardRun run = shard_run(verb);
  run.points = {static_cast<int>(point)};
  run.afresh = true;
  run.file = (std::filesystem::path(sweep::shards_path(sweep.folder)) / ("point-" + planned.hash + ".shard"))
                 .string();
  const sweep::ShardReport report = carry_out(sweep, run, verb, common, stop);
  if (report.failed > 0)
    for (const auto& [key, result] : sweep::read_shard(run.file, sweep.digest).results)
      if (!result.failure.empty()) fmt::print("  replicate {}: {}\n", key.replicate, result.failure);
  return told(report, "point " + planned.hash, sweep.folder);
}

}  // namespace

int sweep_run(const SweepRunVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop) {
  const sweep::OpenSweep sweep = sweep::read_folder(verb.folder);
  if (!verb.point.empty()) return replay(sweep, verb, common, stop);
  const ShardChoice choice = choose_shard(verb.shard, verb.shards, environment);
  sweep::ShardRun run = shard_run(verb);
  run.shard = choice.shard;
  run.shards = choice.shards;
  const sweep::ShardReport report = carry_out(sweep, run, verb, common, stop);
  if (report.is_over() && report.person_weeks == 0 && !common.quiet)
    say(fmt::format("nothing left to do {}; next: kindred sweep {}\n",
                    choice.shards > 1 ? "in this part" : "here",
                    report.failed > 0   ? "retry " + verb.folder
                    : choice.shards > 1 ? "status " + verb.folder
                                        : "merge " + verb.folder + " -o sweep.h5"));
  return told(report, fmt::format("shard {} of {}", choice.shard, choice.shards), verb.folder);
}

int sweep_retry(const SweepRunVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop) {
  const sweep::OpenSweep sweep = sweep::read_folder(verb.folder);
  const sweep::Measures measures = measures_for(*model_named(sweep.plan.model).declaration);
  const sweep::Gathered gathered = sweep::gather(sweep);
  const auto busy = std::find_if(gathered.shards.begin(), gathered.shards.end(),
                                 [](const sweep::ShardState& s) { return s.is_running; });
  if (busy != gathered.shards.end())
    throw IoError(busy->file, "is being written by another run; wait for it, then retry");
  for (const std::string& problem : gathered.problems()) say(fmt::format("left out: {}\n", problem));
  const sweep::Enough enough(sweep.plan, measures);
  sweep::ShardRun run = shard_run(verb);
  run.points.emplace();
  for (std::size_t p = 0; p < gathered.results.size(); ++p)
    if (!enough.is_complete(gathered.results[p])) run.points->push_back(static_cast<int>(p));
  if (run.points->empty()) {
    fmt::print("nothing to retry: all {} points are complete\n", sweep.plan.points.size());
    return exit_done;
  }
  run.known = gathered.results;
  for (int number = 0; run.file.empty(); ++number) {  // no other machine's name, see part_path
    const auto file = std::filesystem::path(sweep::shards_path(sweep.folder)) /
                      fmt::format("retry-{}-{:03}.shard", sweep::machine_name(), number);
    if (!std::filesystem::exists(file)) run.file = file.string();
  }
  return told(carry_out(sweep, run, verb, common, stop), "retry", verb.folder);
}

}  // namespace kindred::app
