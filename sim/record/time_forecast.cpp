#include "sim/record/time_forecast.hpp"

#include <algorithm>
#include <ctime>
#include <map>
#include <span>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/engine/society.hpp"
#include "sim/record/codec.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/summariser.hpp"

namespace kindred::record {

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
  Compressor compressor(SpoolOptions{}.compression_level);
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
                      replicate_noise(plan.seed, 0, 0),
                      plan.burn_in,
                      width,
                      std::move(worlds),
                      model.phase_table[static_cast<int>(instruction_set_in_use())],
                      false};
  setup.keep_apart = true;  // as arms are from the first programme on
  Ensemble<float> ensemble(std::move(setup));
  const bool bonds = model.declaration->coupled_column >= 0;
  Summariser summariser;
  BondWatch watch;
  std::vector<SpellKeeper> keepers;
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
  const std::size_t values = frame_weeks(plan, record.persons_every).size() * plan.arms.size() *
                             static_cast<std::size_t>(plan.societies * plan.per_society);
  const std::size_t bytes = sizeof(float) * (record.person_columns.size() + record.instruments.size());
  return static_cast<double>(values * bytes) * static_cast<double>(sample);
}

}  // namespace

TimeForecast forecast_time(const Plan& plan, const Model& model, const Forecast& cost, int threads) {
  std::map<int, Trial> trials;
  const auto persons = static_cast<double>(cost.persons);
  const int weeks = weeks_to_live(plan);
  double living = 0, recording = 0;
  for (const Task& task : cost.tasks) {
    if (!trials.contains(task.width)) trials[task.width] = trial_of(plan, model, task.width);
    const Trial& trial = trials[task.width];
    living += trial.week * persons * weeks;
    if (task.probes) continue;
    if (plan.record.ties) recording += trial.watch * persons * weeks;
    if (plan.record.population_every > 0)
      recording +=
          trial.frame * persons * static_cast<double>(frame_weeks(plan, plan.record.population_every).size());
  }
  recording += trials.begin()->second.byte * panel_bytes(plan, cost.persons);
  const auto busy = cost.side_by_side
                        ? std::min<std::size_t>(static_cast<std::size_t>(threads), cost.tasks.size())
                        : static_cast<std::size_t>(threads);
  const double in_minutes = 1 / static_cast<double>(busy) / 60;
  return {(living + recording) * in_minutes, recording * in_minutes};
}

}  // namespace kindred::record
