#include "sim/record/carry_out.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/engine/widths.hpp"
#include "sim/record/session.hpp"

namespace kindred::record {

namespace {

/// Below this many (person, world) pairs an ensemble is too small to share among threads.
constexpr std::int64_t small_ensemble = 800'000;

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

RunResult carry_out(const Plan& plan, const Model& model, const RunOptions& options) {
  return Session(plan, model, options).run();
}

}  // namespace kindred::record
