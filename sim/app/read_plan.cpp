#include "sim/app/read_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "analysis/effects.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::app {

namespace {

/// Fixed traits, acquaintances and communities are the same in every world; all else is a world's own state.
bool is_state(const ModelDeclaration& model, const Condition& condition) {
  switch (condition.kind) {
  case Condition::Kind::acquaintances:
  case Condition::Kind::community:
    return false;
  case Condition::Kind::column:
    return model.person_columns[static_cast<std::size_t>(condition.index)].storage != Storage::shared;
  default:
    return true;
  }
}

bool chooses_by_state(const ModelDeclaration& model, const ProgrammePlan& programme) {
  const auto state = [&](const Condition& condition) { return is_state(model, condition); };
  const Allocation& a = programme.allocation;
  return a.unit == Allocation::Unit::couples ||
         std::any_of(programme.who.begin(), programme.who.end(), state) ||
         std::any_of(a.strata.begin(), a.strata.end(), state);
}

void note_once(Plan& plan, std::string note) {
  if (std::find(plan.notes.begin(), plan.notes.end(), note) == plan.notes.end())
    plan.notes.push_back(std::move(note));
}

/// People are chosen in each world on its own state: arms that differ before a programme starts may treat
/// different people, and then a difference between them is not an effect of treatment alone.
void note_unequal_arms(Plan& plan, const ModelDeclaration& model) {
  for (std::size_t a = 1; a < plan.arms.size(); ++a) {
    const ArmPlan& arm = plan.arms[a];
    bool selects = false;
    for (const ProgrammePlan& p : arm.programmes) {
      if (!chooses_by_state(model, p)) continue;
      selects = true;
      for (const ProgrammePlan& earlier : arm.programmes) {
        if (earlier.start >= p.start) continue;
        note_once(plan,
                  earlier.name == p.name
                      ? fmt::format("arm '{}': '{}' starts for some before it chooses others, so an arm "
                                    "without it may choose others",
                                    arm.name, p.name)
                      : fmt::format("arm '{}': '{}' starts before '{}' chooses its people, so an arm "
                                    "without the former may choose others",
                                    arm.name, earlier.name, p.name));
      }
    }
    if (selects && arm.parameters != plan.arms.front().parameters)
      note_once(plan, fmt::format("arm '{}' has other parameters than arm '{}' from the first week on, so it "
                                  "may choose other people",
                                  arm.name, plan.arms.front().name));
  }
}

/// What effects can and cannot say of these arms.
void note_comparisons(Plan& plan) {
  for (std::size_t a = 0; a < plan.arms.size(); ++a) {
    const ArmPlan& arm = plan.arms[a];
    if (arm.programmes.empty()) continue;
    const int first = arm.programmes.empty() ? 0 : record::programmes_start(plan);
    const auto begins = std::min_element(arm.programmes.begin(), arm.programmes.end(),
                                         [](const auto& x, const auto& y) { return x.start < y.start; });
    if (begins->start > first)
      note_once(plan,
                fmt::format("arm '{}' begins in week {}, later than others (week {}): it gets no effects; "
                            "give it a scenario of its own",
                            arm.name, begins->start, first));
    if (analysis::untreated_counterpart(plan, a) < 0)
      note_once(plan, fmt::format("arm '{}' is compared with none: no arm without a programme has the same "
                                  "parameters, so it has no effects",
                                  arm.name));
    const bool together =
        std::all_of(arm.programmes.begin(), arm.programmes.end(),
                    [&](const ProgrammePlan& p) { return p.start == arm.programmes.front().start; });
    if (!together)
      note_once(plan,
                fmt::format("arm '{}': its programmes begin in different weeks; effects count weeks from "
                            "the first, and who is treated later counts as treated from then on",
                            arm.name));
  }
}

}  // namespace

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

scenario::Sources scenario_sources(const ScenarioOptions& scenario) {
  scenario::Sources sources{scenario.file, scenario.overrides, library_folders()};
  if (!scenario.seed.empty()) sources.overrides.push_back("seed=" + scenario.seed);
  return sources;
}

Plan read_plan(const ScenarioOptions& scenario, std::string* output) {
  scenario::Sources sources = scenario_sources(scenario);
  if (output != nullptr)
    std::erase_if(sources.overrides, [&](const std::string& word) {
      const bool names_output = word.starts_with("target=");
      if (names_output) *output = word.substr(7);
      return names_output;
    });
  const auto models = all_declarations();
  Plan plan = scenario::read(sources, models);
  const ModelDeclaration& model = *model_named(plan.model).declaration;
  note_unequal_arms(plan, model);
  require_matching_controls(plan, model, scenario.file);
  note_comparisons(plan);
  return plan;
}

}  // namespace kindred::app
