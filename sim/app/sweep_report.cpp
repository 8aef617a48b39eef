#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "sim/app/build_info.hpp"
#include "sim/app/models.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/sweep.hpp"
#include "sim/app/sweep_parts.hpp"
#include "sim/core/errors.hpp"
#include "sim/sweep/merge.hpp"
#include "sim/sweep/script.hpp"

namespace kindred::app {

namespace {

constexpr std::size_t most_named = 20;  ///< points that are named one by one

std::string state_word(const sweep::ShardState& shard) {
  if (!shard.problem.empty()) return "unusable";
  if (shard.is_running) return "running";
  return shard.is_done ? "done" : "unfinished";
}

std::string gap_lines(const sweep::SweepPlan& plan, const std::vector<sweep::Gap>& gaps) {
  std::string out;
  for (std::size_t g = 0; g < std::min(gaps.size(), most_named); ++g) {
    const sweep::PlannedPoint& point = plan.points[gaps[g].point];
    std::string values;
    for (std::size_t f = 0; f < plan.factors.size(); ++f)
      values +=
          fmt::format(" {}={}", plan.factors[f].substr(plan.factors[f].rfind('.') + 1), point.values[f].text);
    out +=
        fmt::format("  point {} {}{}: {}\n", gaps[g].point, gaps[g].hash.substr(0, 12), values, gaps[g].why);
  }
  if (gaps.size() > most_named)
    out += fmt::format("  and {} more (sweep status --json names all)\n", gaps.size() - most_named);
  return out;
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw IoError(path, "cannot be read");
  return text.str();
}

/// Words for the shell that a batch script has to call: as told, the wrapper of a bundle, or this very
/// program.
std::string own_command(const std::string& told) {
  if (!told.empty()) return told;
  if (const char* wrapper = std::getenv("KINDRED_COMMAND"); wrapper != nullptr)
    return sweep::shell_word(wrapper);
  std::error_code error;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe", error).string();
  return error ? "kindred" : sweep::shell_word(self);
}

nlohmann::ordered_json status_json(const sweep::OpenSweep& sweep, const sweep::Gathered& gathered,
                                   const std::vector<sweep::Gap>& gaps, std::size_t failed) {
  nlohmann::ordered_json shards = nlohmann::ordered_json::array(), open = nlohmann::ordered_json::array();
  for (const sweep::ShardState& s : gathered.shards)
    shards.push_back({{"file", s.file},
                      {"state", state_word(s)},
                      {"results", s.results},
                      {"failures", s.failures},
                      {"torn_bytes", s.torn_bytes},
                      {"damaged_bytes", s.damaged_bytes},
                      {"problem", s.problem}});
  for (const sweep::Gap& gap : gaps)
    open.push_back({{"point", gap.point}, {"hash", gap.hash}, {"why", gap.why}});
  return {{"folder", sweep.folder},
          {"points", sweep.plan.points.size()},
          {"complete", sweep.plan.points.size() - gaps.size()},
          {"failed", failed},
          {"missing", gaps.size() - failed},
          {"shards", shards},
          {"open", open}};
}

}  // namespace

namespace {

std::string shard_line(const sweep::ShardState& shard) {
  if (!shard.problem.empty()) return fmt::format("  unusable: {}\n", shard.problem);
  std::string lost;
  if (shard.torn_bytes > 0 && !shard.is_running)
    lost += fmt::format(", {} bytes at its end were cut short and will be done again", shard.torn_bytes);
  if (shard.damaged_bytes > 0)
    lost += fmt::format(", {} bytes are damaged: what they held will be done again", shard.damaged_bytes);
  return fmt::format("  {} {}: {} results, {} failures{}\n", shard.file, state_word(shard), shard.results,
                     shard.failures, lost);
}

void print_status(const sweep::OpenSweep& sweep, const sweep::Gathered& gathered,
                  const std::vector<sweep::Gap>& gaps, std::size_t failed, bool verbose) {
  fmt::print("{}: {} of {} points complete, {} failed, {} missing\n", sweep.folder,
             sweep.plan.points.size() - gaps.size(), sweep.plan.points.size(), failed, gaps.size() - failed);
  for (const sweep::ShardState& s : gathered.shards)
    if (!s.is_done || s.is_running || s.failures > 0 || s.damaged_bytes > 0 || verbose)
      fmt::print("{}", shard_line(s));
  fmt::print("{}", gap_lines(sweep.plan, gaps));
  if (gaps.empty()) fmt::print("  next: kindred sweep merge {} -o sweep.h5\n", sweep.folder);
  if (failed > 0) fmt::print("  one alone: kindred sweep run {} --point HASH\n", sweep.folder);
  if (!gaps.empty()) fmt::print("  all that is open, here: kindred sweep retry {}\n", sweep.folder);
}

}  // namespace

int sweep_status(const std::string& folder, const CommonOptions& common) {
  const sweep::OpenSweep sweep = sweep::read_folder(folder);
  const sweep::Measures measures = measures_for(*model_named(sweep.plan.model).declaration);
  const sweep::Gathered gathered = sweep::gather(sweep);
  const std::vector<sweep::Gap> gaps =
      sweep::gaps_of(sweep.plan, gathered.results, sweep::Enough(sweep.plan, measures));
  const auto failed = static_cast<std::size_t>(std::count_if(
      gaps.begin(), gaps.end(), [](const sweep::Gap& gap) { return gap.why.starts_with("failed"); }));
  if (common.json) fmt::print("{}\n", status_json(sweep, gathered, gaps, failed).dump(2));
  else print_status(sweep, gathered, gaps, failed, common.verbose);
  return gathered.problems().empty() ? exit_done : exit_answer_is_no;
}

int sweep_script(const SweepScriptVerb& verb) {
  const sweep::OpenSweep sweep = sweep::read_folder(verb.folder);
  const std::string folder = std::filesystem::absolute(verb.folder).lexically_normal().string();
  if (verb.output.empty())
    throw ConfigError(
        Problem{"command line", 0, 0, "no file for the merged result; say where with -o NAME.h5"});
  fmt::print("{}", sweep::slurm_script(own_command(verb.program), folder,
                                       std::filesystem::absolute(verb.output).lexically_normal().string(),
                                       {verb.shards, verb.most_tasks, verb.cpus, verb.time, verb.memory,
                                        verb.partition, verb.account}));
  return exit_done;
}

int sweep_merge(const SweepMergeVerb& verb, const CommonOptions& common) {
  const sweep::OpenSweep sweep = sweep::read_folder(verb.folder);
  check_output(verb.output, verb.force, sweep::scenario_path(verb.folder));
  const sweep::Measures measures = measures_for(*model_named(sweep.plan.model).declaration);
  const sweep::Enough enough(sweep.plan, measures);
  const sweep::Gathered gathered = sweep::gather(sweep);
  const std::vector<sweep::Gap> gaps = sweep::gaps_of(sweep.plan, gathered.results, enough);
  const std::vector<std::string> problems = gathered.problems();
  for (const std::string& problem : problems) say(fmt::format("left out: {}\n", problem));
  if (!gaps.empty())
    say(fmt::format("{} of {} points are not complete:\n{}", gaps.size(), sweep.plan.points.size(),
                    gap_lines(sweep.plan, gaps)));
  if ((!gaps.empty() || !problems.empty()) && !verb.allow_missing) {
    say(fmt::format(
        "nothing was written; {} or add --allow-missing, which leaves points that are not complete "
        "NaN\n",
        gaps.empty() ? "move what cannot be used out of the folder,"
                     : fmt::format("complete them (kindred sweep retry {})", verb.folder)));
    return exit_answer_is_no;
  }
  sweep::write_merged(sweep.plan, gathered.results, enough, text_of(sweep::scenario_path(verb.folder)),
                      build_info(), verb.output);
  if (!common.quiet)
    fmt::print("{}: {} points\n  Python: xarray.open_dataset(\"{}\", group=\"sweep\")\n", verb.output,
               sweep.plan.points.size(), verb.output);
  return exit_done;
}

}  // namespace kindred::app
