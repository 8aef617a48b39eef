#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scalars.hpp"

namespace kindred::scenario {
namespace {

void write_society(Writer& out, const SocietyPlan& society, const std::string& network_path) {
  const Key& table = *find_key(scenario_keys(), "society");
  const Key& network_key = *find_key(table.children, "network");
  const std::string_view kind =
      find_key(network_key.children, "kind")->words[static_cast<std::size_t>(society.network.kind)];
  const NetworkPlan& network = society.network;
  const std::pair<std::string_view, std::string> values[] = {
      {"acquaintances", std::to_string(network.acquaintances)},
      {"rewiring", number_text(network.rewiring)},
      {"block", std::to_string(network.block)},
      {"within", number_text(network.within)},
      {"exponent", number_text(network.exponent)},
      {"path", quoted(network_path)}};
  out.open("society");
  if (society.persons > 0) out.line("persons", std::to_string(society.persons));
  out.line("population", find_key(table.children, "population")->standard);
  out.open("network");
  out.line("kind", kind);
  for (const auto& [name, value] : values) {
    if (knows(*find_key(network_key.children, name), kind)) out.line(name, value);
  }
  out.close();
  out.close();
}

template <class Declarations>
std::string names_of(const Declarations& declarations, const std::vector<int>& indices) {
  std::string names;
  for (const int i : indices)
    names += (names.empty() ? "" : ", ") + std::string(declarations[static_cast<std::size_t>(i)].name);
  return "[" + names + "]";
}

std::string arm_names(const std::vector<ArmDraft>& arms, const std::vector<int>& indices) {
  std::string names;
  for (const int i : indices)
    names += (names.empty() ? "" : ", ") + arm_key(arms[static_cast<std::size_t>(i)].name);
  return "[" + names + "]";
}

void write_effects(Writer& out, const EffectsDraft& effects, const ModelDeclaration& model,
                   const std::vector<ArmDraft>& arms) {
  if (effects.direct.empty() && effects.mediated.empty()) return;
  out.open("effects");
  if (!effects.direct.empty()) {
    out.open("direct");
    out.line("arms", arm_names(arms, effects.direct));
    out.line("persons", std::to_string(effects.persons));
    out.close();
  }
  if (!effects.mediated.empty()) {
    out.open("mediated");
    out.line("arms", arm_names(arms, effects.mediated));
    out.line("mechanisms", names_of(model.parameters, effects.mechanisms));
    out.close();
  }
  out.close();
}

void write_record(Writer& out, const RecordPlan& record, const ModelDeclaration& model) {
  out.open("record");
  out.line("population", record.population_every > 0 ? duration_text(record.population_every) : "none");
  if (record.persons_every == 0) {
    out.line("persons", "none");
  } else {
    out.open("persons");
    out.line("every", duration_text(record.persons_every));
    out.line("sample", record.persons_sample > 0 ? std::to_string(record.persons_sample) : "all");
    out.line("columns", names_of(model.person_columns, record.person_columns));
    out.line("instruments", names_of(model.instruments, record.instruments));
    out.close();
  }
  out.line("styles", record.styles ? "true" : "false");
  out.line("ties", record.ties ? "events" : "none");
  out.line("society", record.society ? "true" : "false");
  if (record.closeness) out.line("closeness", "true");
  out.line("from", record.burn_in ? "burn-in" : "study");
  out.close();
}

}  // namespace

std::string resolved_yaml(const Plan& plan, const ModelDeclaration& model, const std::vector<ArmDraft>& arms,
                          const EffectsDraft& effects, const std::string& network_path) {
  Writer out;
  out.line("schema", "1");
  write_text(out, "title", plan.title);
  out.line("seed", std::to_string(plan.seed.value));
  out.open("time");
  out.line("burn_in", duration_text(plan.burn_in));
  out.line("run", duration_text(plan.run));
  out.close();
  write_society(out, plan.society, network_path);
  // What all arms share stands in the model's section, what differs in each arm: together they name
  // every parameter, so no default of another release can slip in.
  out.open("model");
  out.open(model.name);
  if (one_hypothesis(arms) && arms[0].hypothesis) write_hypothesis(out, *arms[0].hypothesis, model);
  write_numbers(out, "parameters", parameters_where(model, arms, arms[0], true));
  out.close();
  out.close();
  out.open("arms");
  for (const ArmDraft& arm : arms) write_arm(out, arm, arms, model);
  out.close();
  write_effects(out, effects, model, arms);
  out.open("replicates");
  out.line("societies", std::to_string(plan.societies));
  out.line("per_society", std::to_string(plan.per_society));
  out.close();
  write_record(out, plan.record, model);
  return out.text;
}

}  // namespace kindred::scenario
