#include "sim/app/read_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/core/errors.hpp"
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
    for (const ProgrammePlan& p : arm.programmes)
      for (const ProgrammePlan& earlier : arm.programmes)
        if (!p.who.empty() && earlier.start < p.start)
          plan.notes.push_back(
              fmt::format("arm '{}': '{}' starts before '{}' chooses its people, so an arm without the "
                          "former may choose others",
                          arm.name, earlier.name, p.name));
    if (selects && arm.parameters != plan.arms.front().parameters)
      plan.notes.push_back(fmt::format("arm '{}' has other parameters than arm '{}' from the first week on, "
                                       "so `who` may choose other people there",
                                       arm.name, plan.arms.front().name));
  }
}

/// A mechanism that is switched off changes everybody from the programmes' start on, so a switched arm can
/// only be compared with an untreated arm that has the same switches.
void require_matching_controls(const Plan& plan, const ModelDeclaration& model, const std::string& file) {
  std::vector<Problem> problems;
  for (const ArmPlan& arm : plan.arms) {
    bool switched = false;
    for (std::size_t p = 0; p < model.parameters.size(); ++p)
      switched = switched ||
                 (model.parameters[p].is_switch && arm.parameters[p] != model.parameters[p].default_value);
    const bool control = std::any_of(plan.arms.begin(), plan.arms.end(), [&](const ArmPlan& other) {
      return other.programmes.empty() && other.parameters == arm.parameters;
    });
    if (switched && !arm.programmes.empty() && !control)
      problems.push_back({file, 0, 0,
                          fmt::format("arms.{}: switches a mechanism off, but no arm without a programme has "
                                      "the same parameters; add one to compare it with",
                                      arm.name)});
  }
  if (!problems.empty()) throw ConfigError(problems);
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
  require_matching_controls(plan, *model_named(plan.model).declaration, scenario.file);
  return plan;
}

}  // namespace kindred::app
