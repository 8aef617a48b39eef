#include "sim/record/carry_out.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/engine/ensemble.hpp"
#include "sim/engine/widths.hpp"
#include "sim/record/burn_in.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/closeness.hpp"
#include "sim/record/session.hpp"

namespace kindred::record {

namespace {

/// Below this many (person, world) pairs an ensemble is too small to share among threads.
constexpr std::int64_t small_ensemble = 800'000;

std::size_t worlds_of(const Plan& plan) { return plan.arms.size() + plan.probes.size(); }

std::int64_t recording_bytes(const StudyFile& study, const std::vector<Task>& at_once) {
  std::int64_t bytes = 0;
  for (const Task& task : at_once)
    for (const Dataset& d : study.file.datasets)
      if (!task.probes && d.shape.size() >= 4)
        bytes += task.worlds *
                 static_cast<std::int64_t>(d.chunk[0] * value_count({d.shape.begin() + 3, d.shape.end()}) *
                                           element_size(d.type));
  return bytes;
}

/// What effects are computed from: all arms of the replicates under way.
std::int64_t snapshot_bytes(const Plan& plan, const ModelDeclaration& model, std::int64_t persons,
                            std::size_t replicates) {
  const auto weeks = static_cast<std::int64_t>(snapshot_weeks(plan).size());
  const auto per_week =
      static_cast<std::int64_t>(watched_columns(model).size() * sizeof(float) + sizeof(std::int32_t));
  return persons * weeks * per_week * static_cast<std::int64_t>(worlds_of(plan) * replicates);
}

/// Open spells of the bonds of every world under way.
std::int64_t spell_bytes(const std::vector<Task>& at_once, std::int64_t persons) {
  constexpr std::int64_t bytes_of_open_spell = 12;
  std::int64_t bytes = 0;
  for (const Task& task : at_once)
    if (!task.probes) bytes += task.worlds * persons * bytes_of_open_spell;
  return bytes;
}

/// The table of ties of a stored burn-in.
std::int64_t tie_bytes(const Plan& plan, const StudyFile& study, std::int64_t ties) {
  std::int64_t bytes_of_row = 0;
  for (const Dataset& d : study.file.datasets)
    if (is_table(d)) bytes_of_row += static_cast<std::int64_t>(element_size(d.type));
  return bytes_of_row * ties * static_cast<std::int64_t>(plan.arms.size()) * plan.societies *
         plan.per_society;
}

/// Tasks of one group of worlds: the arms, or the probes, of one replicate.
void fill_group(std::vector<Task>& tasks, const Task& group, int count, int widest, std::vector<Task> begun) {
  std::sort(begun.begin(), begun.end(),
            [](const Task& a, const Task& b) { return a.first_arm < b.first_arm; });
  int first = 0;
  const auto fill_until = [&](int end) {
    if (first == end) return;
    for (const int width : choose_widths(end - first, widest)) {
      const int worlds = std::min(width, end - first);
      tasks.push_back({group.society, group.noise, first, worlds, width, group.probes});
      first += worlds;
    }
  };
  for (const Task& task : begun) {
    if (task.first_arm < first || task.worlds < 1 || task.worlds > task.width ||
        task.worlds > count - task.first_arm)
      throw IoError("checkpoint", "holds tasks that do not go together");
    fill_until(task.first_arm);
    tasks.push_back(task);
    first += task.worlds;
  }
  fill_until(count);
}

}  // namespace

int weeks_to_live(const Plan& plan) { return plan.run + (plan.branch.empty() ? plan.burn_in : 0); }

/// Arms and probes fill ensembles of their own: what is recorded then does not depend on the probes.
std::vector<Task> tasks_of(const Plan& plan, int widest, const std::vector<Task>& begun) {
  std::vector<Task> tasks;
  std::size_t taken = 0;
  for (int s = 0; s < plan.societies; ++s)
    for (int r = 0; r < plan.per_society; ++r)
      for (const bool probes : {false, true}) {
        std::vector<Task> own;
        for (const Task& task : begun)
          if (task.society == s && task.noise == r && task.probes == probes) own.push_back(task);
        taken += own.size();
        const int count = static_cast<int>(probes ? plan.probes.size() : plan.arms.size());
        fill_group(tasks, {s, r, 0, 0, 0, probes}, count, widest, std::move(own));
      }
  if (taken != begun.size()) throw IoError("checkpoint", "holds tasks of replicates that there are not");
  return tasks;
}

/// Small ensembles run beside each other when there are enough of them to keep the threads busy; otherwise
/// the rows of one ensemble are shared out. Results do not depend on it.
bool run_side_by_side(const std::vector<Task>& tasks, std::int64_t persons, int threads) {
  const auto widest = std::max_element(tasks.begin(), tasks.end(),
                                       [](const Task& a, const Task& b) { return a.width < b.width; });
  return persons * widest->width < small_ensemble && tasks.size() >= static_cast<std::size_t>(threads);
}

Forecast forecast(const Plan& plan, const Model& model, int threads, int widest, bool burn_in_only) {
  Forecast f{};
  f.tasks = tasks_of(plan, widest);
  const Society society = make_society(plan.society, plan.seed, 0);
  check_allocations(plan, society);
  f.persons = society.persons();
  f.ties_per_person = 2.0 * static_cast<double>(society.ties()) / static_cast<double>(f.persons);
  f.person_weeks = f.persons * weeks_to_live(plan) * static_cast<std::int64_t>(worlds_of(plan)) *
                   plan.societies * plan.per_society;
  const Task& widest_task = *std::max_element(f.tasks.begin(), f.tasks.end(),
                                              [](const Task& a, const Task& b) { return a.width < b.width; });
  f.side_by_side = run_side_by_side(f.tasks, f.persons, threads);
  const auto at_once =
      f.side_by_side ? std::min<std::size_t>(static_cast<std::size_t>(threads), f.tasks.size()) : 1;
  std::size_t slots = 0;
  for (const ArmPlan& arm : plan.arms) slots = std::max(slots, arm.programmes.size());
  const std::int64_t graph = 4 * (3 * f.persons + 6 * society.ties());
  const std::int64_t columns = Ensemble<float>::bytes_needed(*model.declaration, f.persons, society.ties(),
                                                             widest_task.width, static_cast<int>(slots));
  const StudyFile study = burn_in_only ? describe_burn_in(plan, *model.declaration, society, {})
                                       : describe_study(plan, *model.declaration, society, {});
  const std::vector<Task> running(f.tasks.begin(), f.tasks.begin() + static_cast<std::ptrdiff_t>(at_once));
  f.memory_bytes = static_cast<std::int64_t>(at_once) * (graph + columns) + recording_bytes(study, running);
  f.memory_bytes += snapshot_bytes(plan, *model.declaration, f.persons, at_once);
  if (plan.record.ties) f.memory_bytes += spell_bytes(running, f.persons);
  for (const Dataset& d : study.file.datasets)
    if (d.type != ValueType::text && !is_table(d))
      f.file_bytes += static_cast<std::int64_t>(value_count(d.shape) * element_size(d.type));
  if (burn_in_only) f.file_bytes += tie_bytes(plan, study, society.ties());
  else if (plan.record.society) f.file_bytes += society.ties() * 20 * plan.societies;
  if (records_closeness(plan, *model.declaration))
    f.file_bytes +=
        society.ties() * 28 * static_cast<std::int64_t>(plan.arms.size()) * plan.societies * plan.per_society;
  // Dense numbers need nine tenths of their bytes in each file; columns that hardly ever change, a twentieth.
  constexpr std::int64_t sure_share = 8;
  f.disk_bytes_at_least = f.file_bytes / sure_share;
  return f;
}

RunResult carry_out(const Plan& plan, const Model& model, const RunOptions& options) {
  return Session(plan, model, options).run();
}

}  // namespace kindred::record
