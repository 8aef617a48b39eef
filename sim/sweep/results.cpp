#include "sim/sweep/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "sim/core/errors.hpp"

namespace kindred::sweep {

namespace {

namespace fs = std::filesystem;

std::size_t place_in(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// NaN equals NaN here: the bytes are compared.
bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

}  // namespace

bool PointResults::any_failure() const {
  return std::any_of(replicates.begin(), replicates.end(),
                     [](const auto& r) { return r && !r->failure.empty(); });
}

Enough::Enough(const SweepPlan& plan, const Measures& measures) : plan_(plan), measures_(measures) {
  if (!plan.until) return;
  const Until& until = *plan.until;
  std::size_t variable = 0;
  while (plan.variables[variable].name != until.variable) ++variable;
  const std::size_t arm = place_in(plan.arms, until.arm), outcome = place_in(plan.outcomes, until.outcome);
  const auto week = static_cast<std::size_t>(std::find(plan.weeks.begin(), plan.weeks.end(), until.week) -
                                             plan.weeks.begin());
  watched_ =
      ((variable * plan.arms.size() + arm) * plan.outcomes.size() + outcome) * plan.weeks.size() + week;
}

bool Enough::narrow_enough(const PointResults& results, int societies) const {
  std::vector<double> values;
  for (int r = 0; r < societies * plan_.per_society; ++r)
    values.push_back(results.replicates[static_cast<std::size_t>(r)]->values[watched_]);
  return measures_.halfwidth(values, plan_.per_society) <= plan_.until->halfwidth;
}

int Enough::societies_wanted(const PointResults& results) const {
  if (results.any_failure()) return 0;
  if (!plan_.until) return plan_.societies;
  for (int societies = plan_.until->batch; societies < plan_.until->most; societies += plan_.until->batch) {
    const auto first = results.replicates.begin();
    const bool all = std::all_of(first, first + societies * plan_.per_society,
                                 [](const auto& r) { return r.has_value(); });
    if (!all || narrow_enough(results, societies)) return societies;
  }
  return plan_.until->most;
}

bool Enough::is_complete(const PointResults& results) const {
  if (results.any_failure()) return false;
  const auto wanted = static_cast<std::ptrdiff_t>(societies_wanted(results) * plan_.per_society);
  return std::all_of(results.replicates.begin(), results.replicates.begin() + wanted,
                     [](const auto& r) { return r.has_value(); });
}

SweepResults no_results(const SweepPlan& plan) {
  const auto replicates = static_cast<std::size_t>(plan.most_societies() * plan.per_society);
  return SweepResults(plan.points.size(), PointResults{std::vector<std::optional<Result>>(replicates)});
}

PointIndex index_of_points(const SweepPlan& plan) {
  PointIndex index{{}, plan.result_size()};
  for (std::size_t p = 0; p < plan.points.size(); ++p) index.places[plan.points[p].hash].push_back(p);
  return index;
}

namespace {

/// Where the plan keeps a record of a shard. @throws ConfigError when it has no room for it
const std::vector<std::size_t>& places_of(const PointIndex& index, const SweepResults& into,
                                          const ResultKey& key, const Result& result,
                                          const std::string& shard) {
  const auto refuse = [&](const std::string& what) { throw ConfigError(Problem{shard, 0, 0, what}); };
  const auto found = index.places.find(key.point);
  if (found == index.places.end())
    refuse(fmt::format("holds point {}, which the plan does not have", key.point));
  const std::size_t room = into[found->second.front()].replicates.size();
  if (static_cast<std::size_t>(key.replicate) >= room)
    refuse(
        fmt::format("holds replicate {} of point {}, beyond the plan's {}", key.replicate, key.point, room));
  if (result.failure.empty() && result.values.size() != index.result_size)
    refuse(fmt::format("holds {} numbers for a replicate of point {}; the plan has {}", result.values.size(),
                       key.point, index.result_size));
  return found->second;
}

bool contradict(const std::optional<Result>& there, const Result& result) {
  return there && there->failure.empty() && result.failure.empty() &&
         !same_numbers(there->values, result.values);
}

}  // namespace

void add_results(SweepResults& into, const PointIndex& index, const ShardContents& contents,
                 const std::string& shard) {
  for (const auto& [key, result] : contents.results)
    for (const std::size_t p : places_of(index, into, key, result, shard))
      if (contradict(into[p].replicates[static_cast<std::size_t>(key.replicate)], result))
        throw ConfigError(Problem{
            shard, 0, 0,
            fmt::format(
                "replicate {} of point {} has other numbers here than in another shard: they were made "
                "by different builds; remove one of the shards and run it again",
                key.replicate, key.point)});
  for (const auto& [key, result] : contents.results)
    for (const std::size_t p : index.places.at(key.point)) {
      std::optional<Result>& there = into[p].replicates[static_cast<std::size_t>(key.replicate)];
      if (!there || !there->failure.empty()) there = result;
    }
}

std::vector<std::string> Gathered::problems() const {
  std::vector<std::string> lines;
  for (const ShardState& shard : shards)
    if (!shard.problem.empty()) lines.push_back(shard.problem);
  return lines;
}

namespace {

std::vector<std::string> shard_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(shards_path(folder), error)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".shard" || ending == ".part") files.push_back(entry.path().string());
  }
  if (error) throw IoError(shards_path(folder), "cannot be listed: " + error.message(), error.value());
  std::sort(files.begin(), files.end());  // what is found first must not depend on the file system
  return files;
}

/// A file's results join the others; nothing when the file was given its final name meanwhile.
std::optional<ShardState> gathered_file(const OpenSweep& sweep, const PointIndex& index,
                                        const std::string& file, SweepResults& results) {
  ShardState state{.file = fs::path(file).filename().string()};
  try {
    const ShardContents contents = read_shard(file, sweep.digest);
    state.is_running = record::PosixFile::is_being_written(file);
    add_results(results, index, contents, file);
    state.is_done = contents.is_done;
    state.results = contents.results.size();
    state.failures =
        static_cast<std::size_t>(std::count_if(contents.results.begin(), contents.results.end(),
                                               [](const auto& r) { return !r.second.failure.empty(); }));
    state.torn_bytes = contents.torn_length;
    state.damaged_bytes = contents.damaged_length;
  } catch (const IoError& error) {
    if (error.error_number() == ENOENT) return std::nullopt;
    state.problem = error.what();
  } catch (const ConfigError& error) {
    state.problem = error.what();
  }
  return state;
}

}  // namespace

Gathered gather(const OpenSweep& sweep) {
  const PointIndex index = index_of_points(sweep.plan);
  constexpr int tries = 100;  // shards that finish meanwhile change their names
  for (int i = 0; i < tries; ++i) {
    Gathered gathered{no_results(sweep.plan), {}};
    bool vanished = false;
    for (const std::string& file : shard_files(sweep.folder)) {
      auto state = gathered_file(sweep, index, file, gathered.results);
      vanished = vanished || !state;
      if (state) gathered.shards.push_back(std::move(*state));
    }
    if (!vanished) return gathered;
  }
  throw IoError(shards_path(sweep.folder), "files come and go while they are read");
}

}  // namespace kindred::sweep
