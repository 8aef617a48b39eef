#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scalars.hpp"

namespace kindred::scenario {
namespace {

bool same(const std::optional<Hypothesis>& a, const std::optional<Hypothesis>& b) {
  if (!a || !b) return !a && !b;
  return a->name == b->name && a->code == b->code && a->title == b->title && a->source == b->source &&
         a->parameters == b->parameters;
}

bool agreed(const std::vector<ArmDraft>& arms, std::size_t parameter) {
  return std::all_of(arms.begin(), arms.end(), [&](const ArmDraft& arm) {
    return arm.parameters[parameter] == arms[0].parameters[parameter];
  });
}

std::string_view condition_name(const ModelDeclaration& model, const Condition& condition) {
  const auto index = static_cast<std::size_t>(condition.index);
  switch (condition.kind) {
  case Condition::Kind::column:
    return model.person_columns[index].name;
  case Condition::Kind::instrument:
    return model.instruments[index].name;
  case Condition::Kind::quadrant:
    return model.quadrants[index].name;
  case Condition::Kind::acquaintances:
    return "acquaintances";
  case Condition::Kind::community:
    return "community";
  case Condition::Kind::coupled:
    break;
  }
  return "partnered";
}

std::string condition_value(const ModelDeclaration& model, const Condition& condition) {
  if (condition.kind == Condition::Kind::coupled) return condition.labels.front() == 1 ? "true" : "false";
  std::string items;
  const auto add = [&](const std::string& item) { items += (items.empty() ? "" : ", ") + item; };
  if (condition.kind == Condition::Kind::quadrant) {
    const auto& labels = model.quadrants[static_cast<std::size_t>(condition.index)].labels;
    for (const int label : condition.labels) add(std::string(labels[static_cast<std::size_t>(label)]));
    return "[" + items + "]";
  }
  if (condition.kind == Condition::Kind::community) {
    for (const int label : condition.labels) add(std::to_string(label));
    return "[" + items + "]";
  }
  if (condition.above) add("above: " + number_text(*condition.above));
  if (condition.below) add("below: " + number_text(*condition.below));
  return "{" + items + "}";
}

/// The words of the allocation's kind, by its place in the table.
const Key& allocation_key(std::string_view name) {
  const Key& uses = *find_key(find_key(scenario_keys(), "arms")->children, "programmes");
  return *find_key(find_key(uses.children, "allocation")->children, name);
}

std::string_view allocation_word(const Allocation& allocation) {
  return allocation_key("kind").words[static_cast<std::size_t>(allocation.kind)];
}

/// Every key that the kind knows; of the stepped wedge the single slot this use is.
std::string allocation_text(const ModelDeclaration& model, const Allocation& allocation) {
  std::string strata;
  for (const Condition& by : allocation.strata)
    strata += (strata.empty() ? "" : ", ") + std::string(condition_name(model, by));
  const auto unit = static_cast<std::size_t>(allocation.unit);
  const std::pair<std::string_view, std::string> values[] = {
      {"strata", "[" + strata + "]"},
      {"unit", std::string(allocation_key("unit").words[unit])},
      {"members", std::string(allocation_key("members").words[allocation.one_of_each ? 1 : 0])},
      {"clusters", number_text(allocation.clusters)},
      {"otherwise", number_text(allocation.otherwise)},
      {"steps", std::to_string(allocation.steps)},
      {"step", std::to_string(allocation.step + 1)},
      {"person", std::to_string(allocation.person)}};
  const std::string_view kind = allocation_word(allocation);
  std::string text = fmt::format("{{kind: {}", kind);
  for (const auto& [name, value] : values)
    if (knows(allocation_key(name), kind)) text += fmt::format(", {}: {}", name, value);
  return text + "}";
}

void write_use(Writer& out, const UseDraft& use, const ModelDeclaration& model) {
  const ProgrammePlan& plan = use.plan;
  out.item = true;
  out.open("programme");
  out.line("programme", quoted(plan.name));
  write_text(out, "title", use.title);
  write_text(out, "source", use.source);
  out.line("weeks", std::to_string(plan.weeks));
  std::vector<std::pair<std::string_view, double>> doses;
  for (std::size_t i = 0; i < plan.dose.size(); ++i)
    if (plan.dose[i] != 0) doses.emplace_back(model.inputs[i].name, plan.dose[i]);
  write_numbers(out, "per_week", doses);
  out.line("adherence_exponent", number_text(plan.adherence_exponent));
  out.line("drop_out", number_text(plan.drop_out));
  out.line("maintained", number_text(plan.maintained));
  out.close();
  out.line("start", duration_text(plan.start));
  if (!plan.who.empty() || use.by_score) {
    out.open("who");
    if (use.by_score) out.line("by", "score");
    for (const Condition& condition : plan.who)
      out.line(condition_name(model, condition), condition_value(model, condition));
    out.close();
  }
  const Key& uses = *find_key(find_key(scenario_keys(), "arms")->children, "programmes");
  if (knows(*find_key(uses.children, "share"), allocation_word(plan.allocation)))
    out.line("share", number_text(plan.share));
  // Simple is what a use without the key has always been: its text, and the hash of it, stay as they were.
  if (plan.allocation.kind != Allocation::Kind::simple)
    out.line("allocation", allocation_text(model, plan.allocation));
  write_text(out, "group", plan.group);
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += fmt::format("\\{}", c);
    else if (c == '\n') out += "\\n";
    else if (byte < 0x20 || byte == 0x7F) out += fmt::format("\\x{:02x}", byte);
    else out += c;
  }
  return out + "\"";
}

std::string arm_key(const std::string& name) {
  const bool word = std::isalpha(static_cast<unsigned char>(name.front())) != 0;
  return word && name != "null" && name != "Null" && name != "NULL" ? name : quoted(name);
}

void Writer::line(std::string_view key, std::string_view value) {
  const int spaces = 2 * level - (item ? 2 : 0);
  text += fmt::format("{:{}}{}{}:{}{}\n", "", spaces, item ? "- " : "", key, value.empty() ? "" : " ", value);
  item = false;
}

void write_numbers(Writer& out, std::string_view key,
                   const std::vector<std::pair<std::string_view, double>>& numbers) {
  if (numbers.empty()) return;
  out.open(key);
  for (const auto& [name, value] : numbers) out.line(name, number_text(value));
  out.close();
}

void write_text(Writer& out, std::string_view key, const std::string& text) {
  if (!text.empty()) out.line(key, quoted(text));
}

bool knows(const Key& key, std::string_view kind) {
  return key.kinds.empty() || std::find(key.kinds.begin(), key.kinds.end(), kind) != key.kinds.end();
}

void write_hypothesis(Writer& out, const Hypothesis& hypothesis, const ModelDeclaration& model) {
  out.open("hypothesis");
  out.line("hypothesis", quoted(hypothesis.name));
  write_text(out, "code", hypothesis.code);
  write_text(out, "title", hypothesis.title);
  write_text(out, "source", hypothesis.source);
  std::vector<std::pair<std::string_view, double>> numbers;
  for (std::size_t i = 0; i < hypothesis.parameters.size(); ++i)
    if (hypothesis.parameters[i]) numbers.emplace_back(model.parameters[i].name, *hypothesis.parameters[i]);
  write_numbers(out, "parameters", numbers);
  out.close();
}

bool one_hypothesis(const std::vector<ArmDraft>& arms) {
  return std::all_of(arms.begin(), arms.end(),
                     [&](const ArmDraft& arm) { return same(arm.hypothesis, arms[0].hypothesis); });
}

std::vector<std::pair<std::string_view, double>> parameters_where(const ModelDeclaration& model,
                                                                  const std::vector<ArmDraft>& arms,
                                                                  const ArmDraft& arm, bool agree) {
  std::vector<std::pair<std::string_view, double>> numbers;
  for (std::size_t i = 0; i < model.parameters.size(); ++i)
    if (agreed(arms, i) == agree) numbers.emplace_back(model.parameters[i].name, arm.parameters[i]);
  return numbers;
}

void write_arm(Writer& out, const ArmDraft& arm, const std::vector<ArmDraft>& arms,
               const ModelDeclaration& model) {
  const bool own_hypothesis = arm.hypothesis && !one_hypothesis(arms);
  const auto own = parameters_where(model, arms, arm, false);
  if (!own_hypothesis && own.empty() && arm.uses.empty()) {
    out.line(arm_key(arm.name), "{}");
    return;
  }
  out.open(arm_key(arm.name));
  if (own_hypothesis) write_hypothesis(out, *arm.hypothesis, model);
  write_numbers(out, "parameters", own);
  if (!arm.uses.empty()) {
    out.open("programmes");
    ++out.level;
    for (const UseDraft& use : arm.uses) write_use(out, use, model);
    --out.level;
    out.close();
  }
  out.close();
}

}  // namespace kindred::scenario
