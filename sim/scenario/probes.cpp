#include <fmt/format.h>

#include "sim/scenario/reader.hpp"

namespace kindred::scenario {
namespace {

ProbePlan alone(const ArmPlan& arm, int of, int place) {
  ProbePlan probe{ProbePlan::Kind::alone, of, -1, arm};
  probe.world.name = fmt::format("{}/alone-{}", arm.name, place);
  probe.world.programmes.front().only_place = place;
  return probe;
}

ProbePlan without(const ArmPlan& arm, int of, int mechanism, std::string_view name) {
  ProbePlan probe{ProbePlan::Kind::path, of, mechanism, arm};
  probe.world.name = fmt::format("{}/without-{}", arm.name, name);
  probe.world.parameters[static_cast<std::size_t>(mechanism)] = 0;
  return probe;
}

}  // namespace

std::vector<ProbePlan> probes_of(const EffectsDraft& effects, const ModelDeclaration& model,
                                 const std::vector<ArmPlan>& arms) {
  std::vector<ProbePlan> probes;
  for (const int of : effects.direct)
    for (int place = 0; place < effects.persons; ++place)
      probes.push_back(alone(arms[static_cast<std::size_t>(of)], of, place));
  for (const int of : effects.mediated)
    for (const int mechanism : effects.mechanisms) {
      const std::string_view name = model.parameters[static_cast<std::size_t>(mechanism)].name;
      ProbePlan treated = without(arms[static_cast<std::size_t>(of)], of, mechanism, name);
      ProbePlan untreated = treated;
      untreated.world.name += "/untreated";
      untreated.world.programmes.clear();
      probes.push_back(std::move(treated));
      probes.push_back(std::move(untreated));
    }
  return probes;
}

void note_cost_of_effects(std::vector<std::string>& notes, const Plan& plan) {
  if (plan.probes.size() <= 2 * plan.arms.size()) return;
  notes.push_back(fmt::format("effects: {} worlds are run on top of the {} of the arms, in each replicate",
                              plan.probes.size(), plan.arms.size()));
}

}  // namespace kindred::scenario
