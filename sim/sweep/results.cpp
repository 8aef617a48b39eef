#include "sim/sweep/results.hpp"

#include <fmt/format.h>

#include <algorithm>
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

bool Enough::narrow_enough(const PointResults& results, int societies) const {
  const Until& until = *plan_.until;
  std::size_t variable = 0;
  while (plan_.variables[variable].name != until.variable) ++variable;
  const std::size_t arm = place_in(plan_.arms, until.arm), outcome = place_in(plan_.outcomes, until.outcome);
  const auto week = static_cast<std::size_t>(std::find(plan_.weeks.begin(), plan_.weeks.end(), until.week) -
                                             plan_.weeks.begin());
  const std::size_t place =
      ((variable * plan_.arms.size() + arm) * plan_.outcomes.size() + outcome) * plan_.weeks.size() + week;
  std::vector<double> values;
  for (int r = 0; r < societies * plan_.per_society; ++r)
    values.push_back(results.replicates[static_cast<std::size_t>(r)]->values[place]);
  return measures_.halfwidth(values, plan_.per_society) <= until.halfwidth;
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
  PointIndex index;
  for (std::size_t p = 0; p < plan.points.size(); ++p) index[plan.points[p].hash].push_back(p);
  return index;
}

void add_results(SweepResults& into, const PointIndex& index, const ShardContents& contents,
                 const std::string& shard) {
  for (const auto& [key, result] : contents.results) {
    const auto found = index.find(key.point);
    if (found == index.end())
      throw ConfigError(
          Problem{shard, 0, 0, fmt::format("holds point {}, which the plan does not have", key.point)});
    for (const std::size_t p : found->second) {
      auto& replicates = into[p].replicates;
      const auto r = static_cast<std::size_t>(key.replicate);
      if (r >= replicates.size())
        throw ConfigError(Problem{shard, 0, 0,
                                  fmt::format("holds replicate {} of point {}, beyond the plan's {}", r,
                                              key.point, replicates.size())});
      std::optional<Result>& there = replicates[r];
      const bool both = there && there->failure.empty() && result.failure.empty();
      if (both && !same_numbers(there->values, result.values))
        throw ConfigError(Problem{
            shard, 0, 0,
            fmt::format(
                "replicate {} of point {} has other numbers here than in another shard: they were made "
                "by different builds; remove one of the shards and run it again",
                r, key.point)});
      if (!there || !there->failure.empty()) there = result;
    }
  }
}

Gathered gather(const OpenSweep& sweep) {
  Gathered gathered{no_results(sweep.plan), {}};
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(shards_path(sweep.folder), error)) {
    const std::string ending = entry.path().extension().string();
    if (ending == ".shard" || ending == ".part") files.push_back(entry.path().string());
  }
  if (error) throw IoError(shards_path(sweep.folder), "cannot be listed: " + error.message());
  const PointIndex index = index_of_points(sweep.plan);
  std::sort(files.begin(), files.end());  // what is found first must not depend on the file system
  for (const std::string& file : files) {
    const ShardContents contents = read_shard(file, sweep.digest);
    const auto failures = std::count_if(contents.results.begin(), contents.results.end(),
                                        [](const auto& r) { return !r.second.failure.empty(); });
    gathered.shards.push_back({fs::path(file).filename().string(), contents.is_done,
                               record::PosixFile::is_being_written(file), contents.results.size(),
                               static_cast<std::size_t>(failures), contents.torn_length});
    add_results(gathered.results, index, contents, file);
  }
  return gathered;
}

}  // namespace kindred::sweep
