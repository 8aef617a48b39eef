#include "sim/app/read_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::app {

namespace {

/// `who` is judged in each world on its own state: arms that differ before a programme starts may treat
/// different people, and then a difference between them is not an effect of treatment alone.
void note_unequal_arms(Plan& plan) {
  for (std::size_t a = 1; a < plan.arms.size(); ++a) {
    const ArmPlan& arm = plan.arms[a];
    const bool selects = std::any_of(arm.programmes.begin(), arm.programmes.end(),
                                     [](const ProgrammePlan& p) { return !p.who.empty(); });
    if (selects && arm.parameters != plan.arms.front().parameters)
      plan.notes.push_back(fmt::format("arm '{}' has other parameters than arm '{}' from the first week on, "
                                       "so `who` may choose other people there",
                                       arm.name, plan.arms.front().name));
  }
}

}  // namespace

Plan read_plan(const ScenarioOptions& scenario, std::string* output) {
  scenario::Sources sources{scenario.file, {}, library_folders()};
  for (const std::string& word : scenario.overrides) {
    if (output != nullptr && word.starts_with("target=")) *output = word.substr(7);
    else sources.overrides.push_back(word);
  }
  if (!scenario.seed.empty()) sources.overrides.push_back("seed=" + scenario.seed);
  const auto models = all_declarations();
  Plan plan = scenario::read(sources, models);
  note_unequal_arms(plan);
  return plan;
}

}  // namespace kindred::app
