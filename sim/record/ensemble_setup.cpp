#include "sim/record/ensemble_setup.hpp"

#include <utility>
#include <vector>

#include "sim/record/snapshots.hpp"

namespace kindred::record {

EnsembleSetup setup_of(const Plan& plan, const Model& model, const Society& society, const Task& task,
                       InstructionSet isa, bool threads) {
  std::vector<World> worlds;
  for (int w = 0; w < task.worlds; ++w) {
    const auto index = static_cast<std::size_t>(task.first_arm + w);
    const ArmPlan& arm = task.probes ? plan.probes[index].world : plan.arms[index];
    worlds.push_back({arm.parameters, arm.programmes});
  }
  return {&model,
          &society,
          replicate_noise(plan.seed, task.society, task.noise),
          plan.burn_in,
          task.width,
          std::move(worlds),
          model.phase_table[static_cast<int>(isa)],
          threads,
          programmes_start(plan),
          &hash_kernel(isa)};
}

}  // namespace kindred::record
