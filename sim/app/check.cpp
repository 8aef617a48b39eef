#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "analysis/effect_file.hpp"
#include "sim/app/branch.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/models.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/engine/widths.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/disk_forecast.hpp"
#include "sim/record/forecast.hpp"
#include "sim/record/time_forecast.hpp"

namespace kindred::app {

namespace {

/// In the unit that suits.
std::string time_of(double minutes) {
  if (minutes < 1) return fmt::format("{:.0f} s", std::ceil(60 * minutes));
  return minutes < 100 ? fmt::format("{:.0f} min", minutes) : fmt::format("{:.1f} h", minutes / 60);
}

/// How long the finished file will be, or why that cannot be told.
struct FileForecast {
  std::int64_t bytes = 0;
  std::string unknown;  ///< why
};

FileForecast file_forecast(const Plan& plan, const Model& model, const record::RunOptions& options) {
  try {
    return {record::forecast_file(
                plan, model, options,
                [&](const Plan& of) { return analysis::effects_addition(of, *model.declaration); }),
            {}};
  } catch (const IoError& error) {
    return {0, error.what()};
  }
}

std::string widths_text(std::size_t worlds) {
  std::string text;
  int left = static_cast<int>(worlds);
  for (const int width : choose_widths(left)) {
    text += fmt::format("{}{} of {} lanes", text.empty() ? "" : " + ", std::min(width, left), width);
    left -= width;
  }
  return text;
}

}  // namespace

int check(ScenarioOptions scenario, const CommonOptions& common) {
  const Plan plan = read_plan(scenario, nullptr);
  const auto burn_in = open_branch(plan, scenario);
  const Model& model = model_named(plan.model);
  const parallel::ThreadLimit limit(common.threads);
  record::RunOptions options{};
  options.isa = instruction_set_in_use();
  options.build = build_info();
  options.threads = limit.threads();
  options.addition = analysis::effects_addition(plan, *model.declaration);
  const record::Forecast cost = record::forecast(plan, model, options);
  const FileForecast file = file_forecast(plan, model, options);
  const record::TimeForecast wait = record::forecast_time(plan, model, cost, limit.threads());
  const auto megabytes = [](std::int64_t bytes) { return static_cast<double>(bytes) / 1e6; };
  if (common.json) {
    nlohmann::ordered_json out{
        {"title", plan.title},
        {"persons", cost.persons},
        {"arms", plan.arms.size()},
        {"replicates", plan.societies * plan.per_society},
        {"weeks", plan.burn_in + plan.run},
        {"person_weeks", cost.person_weeks},
        {"memory_bytes", cost.memory.peak()},
        {"file_bytes", file.unknown.empty() ? nlohmann::json(file.bytes) : nlohmann::json()},
        {"minutes", wait.all},
        {"recording_minutes", wait.recording},
        {"notes", plan.notes},
        {"resolved", plan.resolved}};
    if (burn_in)
      out["branch"] = {{"file", burn_in->path()},
                       {"content_hash", burn_in->content_hash()},
                       {"person_weeks_saved", saved_person_weeks(plan, cost.persons)}};
    fmt::print("{}\n", out.dump(2));
    return exit_done;
  }
  fmt::print("{}\n", plan.resolved);
  fmt::print("# {} is in order.\n", scenario.file);
  for (const std::string& note : plan.notes) fmt::print("# note: {}\n", note);
  fmt::print("# society    {} persons with {:.1f} acquaintances each\n", cost.persons, cost.ties_per_person);
  fmt::print("# worlds     {} arms ({}) x {} replicates\n", plan.arms.size(), widths_text(plan.arms.size()),
             plan.societies * plan.per_society);
  if (!plan.probes.empty())
    fmt::print("#            and {} worlds for direct and mediated effects ({}) beside them\n",
               plan.probes.size(), widths_text(plan.probes.size()));
  fmt::print("# work       {:.1f} M person-weeks, about {} on {} threads\n",
             static_cast<double>(cost.person_weeks) / 1e6, time_of(wait.all), limit.threads());
  fmt::print("# recording  about {:.0f} % of that time\n",
             wait.all > 0 ? 100 * wait.recording / wait.all : 0.0);
  if (burn_in)
    fmt::print("# burn-in    taken from {}: saves {:.1f} M person-weeks\n", branch_text(plan, *burn_in),
               static_cast<double>(saved_person_weeks(plan, cost.persons)) / 1e6);
  fmt::print("# memory     about {:.0f} MB\n", megabytes(cost.memory.peak()));
  if (file.unknown.empty())
    fmt::print("# disk       about {:.1f} MB, and as much again while it runs\n", megabytes(file.bytes));
  else fmt::print("# disk       not known: {}\n", file.unknown);
  return exit_done;
}

}  // namespace kindred::app
