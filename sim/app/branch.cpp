#include "sim/app/branch.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "sim/app/build_info.hpp"
#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/app/read_plan.hpp"
#include "sim/core/errors.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::app {

namespace {

[[noreturn]] void refuse(const ScenarioOptions& scenario, const std::vector<scenario::KeyProblem>& problems) {
  throw ConfigError(scenario::placed(scenario_sources(scenario), problems));
}

/// What is wrong with the file itself is wrong with the key that names it.
template <class F>
auto of_branch(const ScenarioOptions& scenario, F read) {
  try {
    return read();
  } catch (const IoError& error) {
    const std::string text = error.what();  // "path: what happened"
    const bool named = text.starts_with(error.path() + ": ");
    refuse(scenario, {{"branch", fmt::format("'{}' {}", error.path(),
                                             named ? text.substr(error.path().size() + 2) : text)}});
  }
}

std::int64_t persons_of(const Plan& plan) {
  if (plan.society.network.kind != NetworkPlan::Kind::file) return plan.society.persons;
  return make_society(plan.society, plan.seed, 0).persons();
}

}  // namespace

std::shared_ptr<record::StoredBurnIn> open_branch(const Plan& plan, const ScenarioOptions& scenario) {
  if (plan.branch.empty()) return nullptr;
  const ModelDeclaration& model = *model_named(plan.model).declaration;
  const std::int64_t persons = persons_of(plan);
  auto burn_in = of_branch(scenario, [&] { return std::make_shared<record::StoredBurnIn>(plan.branch); });
  const auto differences =
      of_branch(scenario, [&] { return burn_in->problems(plan, model, persons, build_info()); });
  std::vector<scenario::KeyProblem> problems;
  for (const record::BurnInProblem& problem : differences) problems.push_back({problem.key, problem.text});
  if (!problems.empty()) refuse(scenario, problems);
  of_branch(scenario, [&] {
    burn_in->verify();
    return 0;
  });
  return burn_in;
}

std::shared_ptr<record::StoredBurnIn> reopen_branch(const std::string& output, const std::string& path,
                                                    const std::string& hash) {
  if (path.empty()) return nullptr;
  std::error_code ignored;
  const auto refused = [&](const char* what) {
    return ConfigError(Problem{
        output, 0, 0, fmt::format("the stored burn-in '{}' {}; put the old one back to go on", path, what)});
  };
  if (!std::filesystem::exists(path, ignored)) throw refused("is gone");
  auto burn_in = std::make_shared<record::StoredBurnIn>(path);
  if (burn_in->content_hash() != hash) throw refused("has changed since the run began");
  burn_in->verify();
  return burn_in;
}

Plan burn_in_of(const Plan& plan, const ScenarioOptions& scenario) {
  if (!plan.branch.empty())
    refuse(scenario, {{"branch", "this scenario takes its burn-in from a file, so there is none to store"}});
  if (plan.burn_in == 0) refuse(scenario, {{"time.burn_in", "0 weeks: there is no burn-in to store"}});
  return record::burn_in_alone(plan, *model_named(plan.model).declaration);
}

std::string branch_text(const Plan& plan, const record::StoredBurnIn& burn_in) {
  const int used = plan.societies * plan.per_society;
  return fmt::format("{}: {} weeks, {} world{}, {} of {} replicates", burn_in.path(), plan.burn_in,
                     burn_in.worlds().size(), burn_in.worlds().size() == 1 ? "" : "s", used,
                     burn_in.replicates());
}

std::int64_t saved_person_weeks(const Plan& plan, std::int64_t persons) {
  const auto worlds = static_cast<std::int64_t>(plan.arms.size() + plan.probes.size());
  return persons * plan.burn_in * worlds * plan.societies * plan.per_society;
}

}  // namespace kindred::app
