#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/scalars.hpp"

namespace kindred::scenario {
namespace {

/// Text in double quotes, so that no word is mistaken for a number, a switch or nothing.
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

/// An arm's name needs quotes only where YAML would not take it for a word.
std::string arm_key(const std::string& name) {
  const bool word = std::isalpha(static_cast<unsigned char>(name.front())) != 0;
  return word && name != "null" && name != "Null" && name != "NULL" ? name : quoted(name);
}

/// Block YAML, two spaces a level.
struct Writer {
  std::string text;
  int level = 0;
  bool item = false;  ///< the next line begins a list item: its dash stands one level out

  void line(std::string_view key, std::string_view value) {
    const int spaces = 2 * level - (item ? 2 : 0);
    text +=
        fmt::format("{:{}}{}{}:{}{}\n", "", spaces, item ? "- " : "", key, value.empty() ? "" : " ", value);
    item = false;
  }
  void open(std::string_view key) {
    line(key, "");
    ++level;
  }
  void close() { --level; }
};

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

bool same(const std::optional<Hypothesis>& a, const std::optional<Hypothesis>& b) {
  if (!a || !b) return !a && !b;
  return a->name == b->name && a->code == b->code && a->title == b->title && a->source == b->source &&
         a->parameters == b->parameters;
}

bool one_hypothesis(const std::vector<ArmDraft>& arms) {
  return std::all_of(arms.begin(), arms.end(),
                     [&](const ArmDraft& arm) { return same(arm.hypothesis, arms[0].hypothesis); });
}

bool agreed(const std::vector<ArmDraft>& arms, std::size_t parameter) {
  return std::all_of(arms.begin(), arms.end(), [&](const ArmDraft& arm) {
    return arm.parameters[parameter] == arms[0].parameters[parameter];
  });
}

/// Parameters on which all arms agree (or, for one arm's section, those on which they do not).
std::vector<std::pair<std::string_view, double>> parameters_where(const ModelDeclaration& model,
                                                                  const std::vector<ArmDraft>& arms,
                                                                  const ArmDraft& arm, bool agree) {
  std::vector<std::pair<std::string_view, double>> numbers;
  for (std::size_t i = 0; i < model.parameters.size(); ++i)
    if (agreed(arms, i) == agree) numbers.emplace_back(model.parameters[i].name, arm.parameters[i]);
  return numbers;
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
  if (condition.above) add("above: " + number_text(*condition.above));
  if (condition.below) add("below: " + number_text(*condition.below));
  return "{" + items + "}";
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
  out.line("share", number_text(plan.share));
  write_text(out, "group", plan.group);
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
    const auto& kinds = find_key(network_key.children, name)->kinds;
    if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) out.line(name, value);
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
  out.line("from", record.burn_in ? "burn-in" : "study");
  out.close();
}

}  // namespace

std::string resolved_yaml(const Plan& plan, const ModelDeclaration& model, const std::vector<ArmDraft>& arms,
                          const std::string& network_path) {
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
  out.open("replicates");
  out.line("societies", std::to_string(plan.societies));
  out.line("per_society", std::to_string(plan.per_society));
  out.close();
  write_record(out, plan.record, model);
  return out.text;
}

}  // namespace kindred::scenario
