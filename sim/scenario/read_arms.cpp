#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// Programme fields that a use may replace, and what it delivers.
struct Programme {
  std::string name, title, source;
  int weeks = 0;
  Numbers total, per_week;
  double adherence_exponent = 0, drop_out = 0, maintained = 0;
};

enum class Span { week, course };

/// The model declares inputs per week; over a whole course they add up.
std::string unit_of(const InputDeclaration& input, Span span) {
  constexpr std::string_view weekly = " per week";
  if (span == Span::week) return std::string(input.unit);
  return std::string(input.unit.substr(0, input.unit.find(weekly))) + " over the whole course";
}

Numbers read_doses(Reader& reader, const Node* node, std::string_view path, Span span) {
  Numbers doses(reader.model.inputs.size());
  if (!node) return doses;
  std::vector<std::string> known;
  for (const InputDeclaration& input : reader.model.inputs) known.emplace_back(input.name);
  for (const Node& entry : entries(reader.problems, *node, path, "a map of inputs to numbers")) {
    const auto at =
        static_cast<std::size_t>(std::find(known.begin(), known.end(), entry.key) - known.begin());
    if (at == known.size()) {
      complain(reader.problems, entry.key_place, joined(path, entry.key),
               fmt::format("no such input of the model '{}'; {}", reader.model.name,
                           suggestion(entry.key, known)));
      continue;
    }
    std::string why;
    doses[at] = real_number(entry, dose_range, unit_of(reader.model.inputs[at], span), "", why);
    if (!doses[at]) complain(reader.problems, entry.place, joined(path, entry.key), why);
  }
  return doses;
}

Programme programme_from(Reader& reader, const Node& node, std::span<const Key> keys, std::string_view path) {
  const Fields fields = read_fields(reader.problems, node, keys, path);
  Programme programme;
  programme.name = fields["programme"].text;
  programme.title = fields["title"].text;
  programme.source = fields["source"].text;
  programme.weeks = static_cast<int>(fields["weeks"].integer);
  programme.total = read_doses(reader, fields["total"].node, joined(path, "total"), Span::course);
  programme.per_week = read_doses(reader, fields["per_week"].node, joined(path, "per_week"), Span::week);
  programme.adherence_exponent = fields["adherence_exponent"].number;
  programme.drop_out = fields["drop_out"].number;
  programme.maintained = fields["maintained"].number;
  return programme;
}

std::optional<Programme> read_programme(Reader& reader, const Field& field, std::string_view path) {
  if (!field.node) return std::nullopt;
  const Node& node = *field.node;
  if (node.kind == Node::Kind::map) return programme_from(reader, node, field.key->children, path);
  const std::string name = text_of(reader.problems, node, path, "the name of a programme");
  if (name.empty()) return std::nullopt;
  const auto file = is_path(name)
                        ? find_path(reader.problems, reader.folders, node.place, path, name, "programmes")
                        : find_named(reader.folders, "programmes", name, false);
  if (!file && !is_path(name))
    complain(reader.problems, node.place, path, not_found(reader.folders, "programmes", "programme", name));
  const Node* root = file ? load_file(reader.problems, reader.folders, *file) : nullptr;
  if (!root) return std::nullopt;
  Programme programme = programme_from(reader, *root, programme_keys(), "");
  if (!is_path(name) && !programme.name.empty() && programme.name != name)
    complain(reader.problems, root->find("programme")->place, "programme",
             fmt::format("the file is found as '{}' but calls itself '{}'", name, programme.name));
  return programme;
}

/// Lays the use's own fields over the programme's.
void replace_fields(Reader& reader, const Fields& fields, Programme& programme) {
  if (fields["weeks"].valid) programme.weeks = static_cast<int>(fields["weeks"].integer);
  if (fields["adherence_exponent"].valid) programme.adherence_exponent = fields["adherence_exponent"].number;
  if (fields["drop_out"].valid) programme.drop_out = fields["drop_out"].number;
  if (fields["maintained"].valid) programme.maintained = fields["maintained"].number;
  const Numbers doses = read_doses(reader, fields["dose"].node, joined(fields.path, "dose"), Span::course);
  for (std::size_t i = 0; i < doses.size(); ++i) {
    if (!doses[i]) continue;
    programme.total[i] = doses[i];
    programme.per_week[i] = std::nullopt;
  }
}

/// A use starts inside the run; `from` is the place to blame when it does not.
bool starts_in_time(Reader& reader, const Node* from, std::string_view path, const ProgrammePlan& plan,
                    std::string_view what) {
  if (!from || reader.run == 0 || plan.start < reader.run) return true;
  complain(
      reader.problems, from->place, path,
      fmt::format("{} is not before the end of the run, which lasts {}", what, duration_text(reader.run)));
  return false;
}

void note_late_end(Reader& reader, const ProgrammePlan& plan, std::string_view arm) {
  if (reader.run == 0 || plan.weeks == 0 || plan.start + plan.weeks <= reader.run) return;
  reader.notes.push_back(
      fmt::format("arm '{}', programme '{}': the course ends in week {}, after the end of the run in week {}",
                  arm, plan.name, plan.start + plan.weeks, reader.run));
}

/// The slots of a use: one, or one for each step of a stepped wedge, which start one after another.
std::vector<UseDraft> slots_of(Reader& reader, const Fields& fields, const UseDraft& use, int every,
                               std::string_view arm) {
  const int slots = every > 0 ? use.plan.allocation.steps : 1;
  std::vector<UseDraft> all(static_cast<std::size_t>(slots), use);
  for (int k = 0; k < slots; ++k) {
    ProgrammePlan& plan = all[static_cast<std::size_t>(k)].plan;
    plan.start += k * every;
    if (every > 0) plan.allocation.step = k;
  }
  const Field& start = fields["start"];
  const bool valid = start.valid && start.node;
  const bool first = starts_in_time(reader, valid ? start.node : nullptr, joined(fields.path, "start"),
                                    use.plan, valid ? start.node->text : "");
  if (valid && first && every > 0) {
    const Node* between = fields["allocation"].node->find("every");
    starts_in_time(reader, between, joined(fields.path, "allocation.every"), all.back().plan,
                   fmt::format("the start of step {}, week {},", slots, all.back().plan.start));
  }
  if (valid && first)
    for (const UseDraft& slot : all) note_late_end(reader, slot.plan, arm);
  return all;
}

std::vector<UseDraft> read_use(Reader& reader, const Node& node, std::span<const Key> keys,
                               std::string_view arm, std::string_view path) {
  const Fields fields = read_fields(reader.problems, node, keys, path);
  Programme programme;
  programme.total.resize(reader.model.inputs.size());
  programme.per_week.resize(reader.model.inputs.size());
  if (auto found = read_programme(reader, fields["programme"], joined(path, "programme"))) programme = *found;
  replace_fields(reader, fields, programme);
  UseDraft use{{}, programme.title, programme.source, false};
  ProgrammePlan& plan = use.plan;
  plan.name = programme.name;
  plan.start = static_cast<int>(fields["start"].integer);
  plan.weeks = programme.weeks;
  for (std::size_t i = 0; i < programme.total.size(); ++i)
    plan.dose.push_back(programme.total[i].value_or(0) / std::max(1, programme.weeks) +
                        programme.per_week[i].value_or(0));
  plan.adherence_exponent = programme.adherence_exponent;
  plan.drop_out = programme.drop_out;
  plan.maintained = programme.maintained;
  plan.share = fields["share"].number;
  plan.group = fields["group"].text;
  if (const Node* who = fields["who"].node) plan.who = read_who(reader, *who, use, arm, joined(path, "who"));
  const Field& allocation = fields["allocation"];
  const AllocationDraft how =
      read_allocation(reader, allocation.node, fields["share"], *allocation.key, path);
  plan.allocation = how.plan;
  return slots_of(reader, fields, use, how.every, arm);
}

/// Arm names become names in files and paths on the command line.
bool is_arm_name(const std::string& name) {
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
  });
}

struct ArmFields {
  std::optional<Hypothesis> hypothesis;
  Numbers parameters;
};

ArmFields read_arm_map(Reader& reader, const Node& node, const Key& arms, ArmDraft& arm,
                       std::string_view path) {
  if (node.find("programme")) {
    complain(
        reader.problems, node.place, path,
        "programmes are items of a list: begin the line with '- ', as in '- {programme: ..., start: ...}'");
    return {std::nullopt, Numbers(reader.model.parameters.size())};
  }
  const Fields fields = read_fields(reader.problems, node, arms.children, path);
  const Field& hypothesis = fields["hypothesis"];
  ArmFields own{read_hypothesis(reader, hypothesis.node, *hypothesis.key, joined(path, "hypothesis")),
                read_parameters(reader, fields["parameters"].node, joined(path, "parameters"))};
  if (const Node* uses = fields["programmes"].node)
    arm.uses = read_uses(reader, *uses, arm.name, joined(path, "programmes"));
  return own;
}

/// Defaults, the hypothesis (the arm's own or the model's), the model's numbers, the arm's numbers.
void resolve_parameters(const ModelDeclaration& model, const ModelSettings& settings, const ArmFields& own,
                        ArmDraft& arm) {
  arm.hypothesis = own.hypothesis ? own.hypothesis : settings.hypothesis;
  arm.parameters = calibrated_set(model, arm.hypothesis);
  for (std::size_t i = 0; i < arm.parameters.size(); ++i) {
    if (settings.parameters[i]) arm.parameters[i] = *settings.parameters[i];
    if (own.parameters[i]) arm.parameters[i] = *own.parameters[i];
  }
}

}  // namespace

std::vector<UseDraft> read_uses(Reader& reader, const Node& node, std::string_view arm,
                                std::string_view path) {
  std::vector<UseDraft> uses;
  if (node.kind == Node::Kind::null) return uses;
  if (node.kind != Node::Kind::list) {
    complain(reader.problems, node.place, path,
             fmt::format("expected a list of programmes, found {}", described(node)));
    return uses;
  }
  const Key& arms = *find_key(scenario_keys(), "arms");
  const Key& programmes = *find_key(arms.children, "programmes");
  for (std::size_t i = 0; i < node.children.size(); ++i)
    for (UseDraft& slot :
         read_use(reader, node.children[i], programmes.children, arm, joined(path, std::to_string(i)))) {
      uses.push_back(std::move(slot));
      if (uses.size() <= most_uses) continue;
      complain(reader.problems, node.children[i].place, joined(path, std::to_string(i)),
               fmt::format("an arm uses at most {} programmes, each step of a stepped wedge being one",
                           most_uses));
      return uses;
    }
  return uses;
}

std::vector<ArmDraft> read_arms(Reader& reader, const Node& node, const ModelSettings& settings) {
  const Key& arms = *find_key(scenario_keys(), "arms");
  std::vector<ArmDraft> drafts;
  const auto all = entries(reader.problems, node, "arms", "a map of arm names to what they offer");
  if (all.empty() && (node.kind == Node::Kind::map || node.kind == Node::Kind::null))
    complain(reader.problems, node.place, "arms", "at least one arm is needed, such as 'waitlist: {}'");
  if (all.size() > most_arms) {
    complain(reader.problems, all[most_arms].key_place, joined("arms", all[most_arms].key),
             fmt::format("{} arms; a scenario has at most {}: let a sweep vary what they differ in",
                         all.size(), most_arms));
    return drafts;
  }
  for (const Node& entry : all) {
    const std::string path = joined("arms", entry.key);
    ArmDraft& arm = drafts.emplace_back();
    arm.name = entry.key;
    if (!is_arm_name(entry.key))
      complain(reader.problems, entry.key_place, path,
               "an arm's name is made of letters a to z, digits, '-' and '_', at most 64");
    ArmFields own{std::nullopt, Numbers(reader.model.parameters.size())};
    if (entry.kind == Node::Kind::list) {
      arm.uses = read_uses(reader, entry, arm.name, path);
    } else if (entry.kind == Node::Kind::map) {
      own = read_arm_map(reader, entry, arms, arm, path);
    } else if (entry.kind == Node::Kind::scalar) {
      complain(reader.problems, entry.place, path,
               fmt::format("expected {{}}, a list of programmes or a map, found {}", described(entry)));
    }
    resolve_parameters(reader.model, settings, own, arm);
  }
  return drafts;
}

}  // namespace kindred::scenario
