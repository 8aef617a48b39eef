#include <fmt/format.h>

#include <cmath>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "analysis/effect_file.hpp"
#include "sim/app/branch.hpp"
#include "sim/app/build_info.hpp"
#include "sim/app/models.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/engine/widths.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/random/seeds.hpp"
#include "sim/record/codec.hpp"
#include "sim/record/disk_forecast.hpp"
#include "sim/record/forecast.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/summariser.hpp"

namespace kindred::app {

namespace {

/// What a whole ensemble costs here and now, in seconds of one core: a short trial on a small society of the
/// same kind.
struct Trial {
  double week;   ///< one week of one person
  double watch;  ///< looking for the week's bonds, per person
  double frame;  ///< summaries of one frame, per person
  double byte;   ///< compressing a byte of a panel
};

/// Of all threads of this process: others on the machine do not count.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

template <class F>
double seconds_of(F f) {
  const double begun = processor_seconds();
  f();
  return processor_seconds() - begun;
}

double compressing_seconds(const Ensemble<float>& ensemble, int column) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) values.push_back(ensemble.person(column)(i, 0));
  record::Compressor compressor(record::SpoolOptions{}.compression_level);
  const auto compress = [&] { compressor.compress(std::as_bytes(std::span(values)), sizeof(float)); };
  compress();  // first touch of the memory
  return seconds_of(compress) / static_cast<double>(values.size() * sizeof(float));
}

Trial trial_of(const Plan& plan, const Model& model, int width) {
  constexpr std::int64_t trial_persons = 16384;
  constexpr int trial_weeks = 8;
  SocietyPlan small = plan.society;
  if (small.network.kind != NetworkPlan::Kind::file) small.persons = std::min(small.persons, trial_persons);
  const Society society = make_society(small, plan.seed, 0);
  std::vector<World> worlds(static_cast<std::size_t>(width), World{plan.arms.front().parameters, {}});
  EnsembleSetup setup{&model,
                      &society,
                      noise_key(plan.seed, 0, 0),
                      plan.burn_in,
                      width,
                      std::move(worlds),
                      model.phase_table[static_cast<int>(instruction_set_in_use())],
                      false};
  setup.keep_apart = true;  // as arms are from the first programme on
  Ensemble<float> ensemble(std::move(setup));
  const bool bonds = model.declaration->coupled_column >= 0;
  record::Summariser summariser;
  record::BondWatch watch;
  std::vector<record::SpellKeeper> keepers;
  for (int w = 0; w < width && bonds; ++w) keepers.emplace_back(ensemble, w);
  Trial trial{};
  for (int week = -2; week < trial_weeks; ++week) {
    const Trial took{seconds_of([&] { ensemble.advance(); }),
                     seconds_of([&] { watch.observe(keepers, ensemble); }),
                     seconds_of([&] { summariser.frames(ensemble); }), 0};
    if (week < 0) continue;  // first touch of the memory, and nothing is known yet of where quantiles lie
    trial.week += took.week, trial.watch += took.watch, trial.frame += took.frame;
  }
  for (double* part : {&trial.week, &trial.watch, &trial.frame})
    *part /= trial_weeks * static_cast<double>(society.persons());
  if (!plan.record.person_columns.empty())
    trial.byte = compressing_seconds(ensemble, model.declaration->outcomes.front().column);
  return trial;
}

/// Bytes of the panels of all arms and replicates, before they are compressed.
double panel_bytes(const Plan& plan, std::int64_t persons) {
  const RecordPlan& record = plan.record;
  const std::int64_t sample = record.persons_sample == 0 ? persons : std::min(record.persons_sample, persons);
  const std::size_t values = record::frame_weeks(plan, record.persons_every).size() * plan.arms.size() *
                             static_cast<std::size_t>(plan.societies * plan.per_society);
  const std::size_t bytes = sizeof(float) * (record.person_columns.size() + record.instruments.size());
  return static_cast<double>(values * bytes) * static_cast<double>(sample);
}

struct Minutes {
  double all = 0, recording = 0;
};

Minutes minutes(const Plan& plan, const Model& model, const record::Forecast& cost, int threads) {
  std::map<int, Trial> trials;
  const auto persons = static_cast<double>(cost.persons);
  const int weeks = record::weeks_to_live(plan);
  double living = 0, recording = 0;
  for (const record::Task& task : cost.tasks) {
    if (!trials.contains(task.width)) trials[task.width] = trial_of(plan, model, task.width);
    const Trial& trial = trials[task.width];
    living += trial.week * persons * weeks;
    if (task.probes) continue;
    if (plan.record.ties) recording += trial.watch * persons * weeks;
    if (plan.record.population_every > 0)
      recording += trial.frame * persons *
                   static_cast<double>(record::frame_weeks(plan, plan.record.population_every).size());
  }
  recording += trials.begin()->second.byte * panel_bytes(plan, cost.persons);
  const auto busy = cost.side_by_side
                        ? std::min<std::size_t>(static_cast<std::size_t>(threads), cost.tasks.size())
                        : static_cast<std::size_t>(threads);
  const double in_minutes = 1 / static_cast<double>(busy) / 60;
  return {(living + recording) * in_minutes, recording * in_minutes};
}

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
  const Minutes wait = minutes(plan, model, cost, limit.threads());
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
