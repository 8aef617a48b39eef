#include "sim/app/sitting.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "analysis/effect_file.hpp"
#include "sim/app/branch.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/effects.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/result_table.hpp"
#include "sim/app/run_log.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/forecast.hpp"
#include "sim/record/posix_file.hpp"

namespace kindred::app {

namespace {

void say_how_to_open(const std::string& file, const Plan& plan) {
  const std::string arm = plan.arms.back().name;
  fmt::print("\nWritten: {} ({:.1f} MB)\n", file,
             static_cast<double>(std::filesystem::file_size(file)) / 1e6);
  fmt::print("  Python:  xarray.open_dataset(\"{}\", group=\"population\").sel(arm=\"{}\")\n", file, arm);
  fmt::print("  R:       rhdf5::h5ls(\"{}\"); rhdf5::h5read(\"{}\", \"population/arm\")\n", file, file);
  fmt::print("  Look:    kindred inspect {}\n", file);
}

/// What cannot fit is found out before the first week; what may not fit is worth a warning.
void check_room(const std::string& output, const record::Forecast& cost, bool quiet) {
  std::error_code ignored;
  const std::uintmax_t spool = std::filesystem::file_size(record::spool_path(output), ignored);
  const std::uint64_t there =
      ignored ? 0 : spool;  // what an earlier sitting has written, or this one replaces
  const auto room = record::free_bytes(record::folder_of(output));
  if (!room) return;
  const auto megabytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  const auto least = static_cast<std::uint64_t>(cost.disk_bytes_at_least);
  const auto most = 2 * static_cast<std::uint64_t>(cost.file_bytes_at_most);
  if (*room + there < least)
    throw IoError(output,
                  fmt::format("the disk has {:.0f} MB free, and this run needs at least {:.0f} MB; make "
                              "room, choose another place or record less",
                              megabytes(*room), megabytes(least)));
  if (*room + there < most && !quiet)
    say(fmt::format(
        "warning: the disk has {:.0f} MB free, and this run may need up to {:.0f} MB while it goes on\n",
        megabytes(*room), megabytes(most)));
}

/// How to go on from a stored burn-in.
void say_how_to_branch(const std::string& file, const Plan& plan) {
  const std::size_t worlds = plan.arms.size();
  fmt::print("Written: {} ({:.1f} MB): {} world{} x {} replicates after {} weeks of burn-in\n", file,
             static_cast<double>(std::filesystem::file_size(file)) / 1e6, worlds, worlds == 1 ? "" : "s",
             plan.societies * plan.per_society, plan.burn_in);
  fmt::print("  Use:     branch: {}     in scenarios of the same people, seed, burn-in and parameters\n",
             std::filesystem::path(file).filename().string());
  fmt::print("  Python:  xarray.open_dataset(\"{}\", group=\"persons\")\n", file);
  fmt::print("  Look:    kindred inspect {}\n", file);
}

std::string burn_in_json(const std::string& file, const Plan& plan) {
  nlohmann::ordered_json out{{"file", file},
                             {"worlds", nlohmann::ordered_json::array()},
                             {"replicates", plan.societies * plan.per_society},
                             {"weeks", plan.burn_in}};
  for (const ArmPlan& world : plan.arms) out["worlds"].push_back(world.name);
  return out.dump(2) + "\n";
}

void say_what_is_done(const Plan& plan, const record::Forecast& cost, const Sitting& sitting, bool quiet) {
  if (quiet) return;
  say(fmt::format("{}: {} persons x {} {} x {} replicates x {} weeks = {:.3g} M person-weeks\n", plan.title,
                  cost.persons, plan.arms.size(), sitting.burn_in_only ? "worlds" : "arms",
                  plan.societies * plan.per_society, record::weeks_to_live(plan),
                  static_cast<double>(cost.person_weeks) / 1e6));
  if (sitting.burn_in) say(fmt::format("burn-in taken from {}\n", branch_text(plan, *sitting.burn_in)));
  for (const std::string& note : plan.notes) say(fmt::format("note: {}\n", note));
}

void print_tables(const Plan& plan, const Model& model, const record::RunResult& result,
                  const std::string& output, bool effects, bool json) {
  const auto rows = result_rows(plan, *model.declaration, result);
  const int last = result.last.empty() ? plan.run : result.week;
  if (json) {
    fmt::print("{}", result_json(plan, rows, last, output));
    return;
  }
  if (effects) fmt::print("{}\n", effects_summary(analysis::read_effects(output), output));
  if (!rows.empty()) fmt::print("{}", result_table(plan, rows, last));
  say_how_to_open(output, plan);
}

/// How fast the result was written, and whether the simulation had to wait for it.
std::string writer_text(const record::WriterFigures& f) {
  const auto megabytes = [](std::uint64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  return fmt::format(
      "recorded {:.1f} MB in {:.1f} MB, {:.0f} MB/s of one core, {} writers; waited {:.1f} s for them",
      megabytes(f.raw_bytes), megabytes(f.stored_bytes),
      f.busy_seconds > 0 ? megabytes(f.raw_bytes) / f.busy_seconds : 0.0, f.writers, f.waited_seconds);
}

}  // namespace

int sit(const Plan& plan, const Sitting& sitting, const CommonOptions& common,
        const std::atomic<bool>& stop) {
  const Model& model = model_named(plan.model);
  const parallel::ThreadLimit limit(common.threads);
  record::RunOptions options{sitting.output,
                             instruction_set_in_use(),
                             build_info(),
                             limit.threads(),
                             sitting.widest,
                             {},
                             analysis::effects_addition(plan, *model.declaration),
                             &stop,
                             sitting.checkpoint_every,
                             sitting.resume,
                             [](const std::string& text) { say(text + "\n"); }};
  options.burn_in_only = sitting.burn_in_only;
  options.burn_in = sitting.burn_in.get();
  const record::Forecast cost = record::forecast(plan, model, options);
  say_what_is_done(plan, cost, sitting, common.quiet);
  check_room(sitting.output, cost, common.quiet);
  Progress progress(common.quiet, cost.persons);
  std::atomic<std::int64_t> world_weeks{0};
  options.progress = [&](std::int64_t done, std::int64_t all) {
    world_weeks = all;
    progress.show(done, all);
  };
  RunLog log(sitting, limit.threads());
  record::RunResult result;
  try {
    limit.run([&] { result = record::carry_out(plan, model, options); });
  } catch (const record::Stopped& stopped) {
    progress.end();
    log.write(fmt::format("stopped ({})", stopped.why));
    throw;
  }
  progress.end();
  log.write(writer_text(result.writer) + "; finished");
  if (!common.quiet)
    say(fmt::format("{:.1f} s, {:.1f} M person-weeks/s on {} threads, {} kernels\n", progress.seconds(),
                    static_cast<double>(world_weeks) * static_cast<double>(cost.persons) / 1e6 /
                        progress.seconds(),
                    limit.threads(), name_of(options.isa)));
  if (sitting.burn_in_only) {
    if (common.json) fmt::print("{}", burn_in_json(sitting.output, plan));
    else say_how_to_branch(sitting.output, plan);
    return exit_done;
  }
  print_tables(plan, model, result, sitting.output, !options.addition.datasets.empty(), common.json);
  return exit_done;
}

std::optional<std::chrono::duration<double>> checkpoint_period(const std::string& text) {
  if (text == "never") return std::nullopt;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string unit(rest, end);
  const double seconds = unit == "s" ? number : unit == "m" ? 60 * number : unit == "h" ? 3600 * number : -1;
  if (error != std::errc() || !(seconds >= 0) || !std::isfinite(seconds))
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("--checkpoint-every: '{}' is no time; write 90s, 10m, 1h or never", text)});
  return std::chrono::duration<double>(seconds);
}

}  // namespace kindred::app
