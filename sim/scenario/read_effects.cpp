#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// What both parts of the section need.
struct Subject {
  Reader& reader;
  const std::vector<ArmDraft>& arms;
  bool sound;  ///< the arms were read without a problem
};

const ArmDraft& arm_at(const Subject& subject, int index) {
  return subject.arms[static_cast<std::size_t>(index)];
}

/// Where an arm stands in a list of names: its own place when it can be found there.
const Place& place_in(const Node& list, std::string_view name) {
  for (const Node& item : list.children)
    if (item.text == name) return item.place;
  return list.place;
}

/// Week in which an arm's first programme begins; the arm has one.
int first_start(const ArmDraft& arm) {
  return std::min_element(arm.uses.begin(), arm.uses.end(),
                          [](const UseDraft& a, const UseDraft& b) { return a.plan.start < b.plan.start; })
      ->plan.start;
}

/// People are looked at, and weeks counted, from the first programme of any arm on.
void check_begins_first(const Subject& subject, const ArmDraft& arm, const Place& place,
                        std::string_view path) {
  int first = first_start(arm);
  for (const ArmDraft& other : subject.arms)
    if (!other.uses.empty()) first = std::min(first, first_start(other));
  if (first_start(arm) > first)
    complain(
        subject.reader.problems, place, path,
        fmt::format("the arm '{}' begins in week {}, later than others (week {}), so it gets no effects; "
                    "take it out of the list or give it a scenario of its own",
                    arm.name, first_start(arm), first));
}

/// An arm's effect is its difference from an arm that offers nothing and is otherwise the same.
void check_has_effect(const Subject& subject, const ArmDraft& arm, const Place& place,
                      std::string_view path) {
  if (arm.uses.empty()) {
    complain(subject.reader.problems, place, path,
             fmt::format("the arm '{}' has no programme, so it has no effect to measure", arm.name));
    return;
  }
  const bool compared = std::any_of(subject.arms.begin(), subject.arms.end(), [&](const ArmDraft& other) {
    return other.uses.empty() && other.parameters == arm.parameters;
  });
  if (!compared)
    complain(subject.reader.problems, place, path,
             fmt::format("there is nothing to compare the arm '{}' with: no arm without a programme has its "
                         "parameters; add one",
                         arm.name));
  check_begins_first(subject, arm, place, path);
}

std::vector<int> read_arm_names(const Subject& subject, const Fields& fields) {
  const Field& field = fields["arms"];
  if (!field.node) return {};
  const std::string path = joined(fields.path, "arms");
  std::vector<std::string> known;
  for (const ArmDraft& arm : subject.arms) known.push_back(arm.name);
  const auto index = [&](const std::string& name) {
    const auto at = std::find(known.begin(), known.end(), name);
    return at == known.end() ? -1 : static_cast<int>(at - known.begin());
  };
  const std::vector<int> found =
      read_names(subject.reader.problems, *field.node, path, index, [&](const std::string& name) {
        return fmt::format("no arm '{}'; {}", name, suggestion(name, known));
      });
  if (field.node->kind == Node::Kind::list && field.node->children.empty())
    complain(subject.reader.problems, field.node->place, path,
             "the list is empty; name an arm with a programme");
  for (const int i : found)
    if (subject.sound)
      check_has_effect(subject, arm_at(subject, i), place_in(*field.node, arm_at(subject, i).name), path);
  return found;
}

/// Treated alone is one person by one programme.
void check_alone(const Subject& subject, const Fields& fields, const ArmDraft& arm) {
  if (arm.uses.empty()) return;
  Problems& problems = subject.reader.problems;
  if (arm.uses.size() > 1)
    complain(problems, place_in(*fields["arms"].node, arm.name), joined(fields.path, "arms"),
             fmt::format("the arm '{}' uses {} programmes (each step of a stepped wedge is one); the direct "
                         "effect is measured of one",
                         arm.name, arm.uses.size()));
  const bool one_person = arm.uses.front().plan.allocation.kind == Allocation::Kind::person;
  const Field& persons = fields["persons"];
  if (one_person && persons.valid && persons.integer > 1)
    complain(problems, persons.node->place, joined(fields.path, "persons"),
             fmt::format("the arm '{}' treats one person only; write 1", arm.name));
}

void read_direct(const Subject& subject, const Field& section, EffectsDraft& effects) {
  if (!section.node) return;
  const Fields fields =
      read_fields(subject.reader.problems, *section.node, section.key->children, "effects.direct");
  effects.direct = read_arm_names(subject, fields);
  const Field& persons = fields["persons"];
  effects.persons = static_cast<int>(persons.integer);
  const std::int64_t all = subject.reader.society.plan.persons;
  if (persons.node && persons.valid && all > 0 && persons.integer > all)
    complain(subject.reader.problems, persons.node->place, "effects.direct.persons",
             fmt::format("{} persons where the society has {}", persons.integer, all));
  if (!subject.sound) return;
  for (const int i : effects.direct) check_alone(subject, fields, arm_at(subject, i));
}

std::vector<int> switches_of(const ModelDeclaration& model) {
  std::vector<int> found;
  for (std::size_t i = 0; i < model.parameters.size(); ++i)
    if (model.parameters[i].is_switch) found.push_back(static_cast<int>(i));
  return found;
}

std::vector<int> read_mechanisms(const Subject& subject, const Field& field) {
  const ModelDeclaration& model = subject.reader.model;
  const std::vector<int> all = switches_of(model);
  if (!field.node) return all;
  std::vector<std::string> known;
  for (const int i : all) known.emplace_back(model.parameters[static_cast<std::size_t>(i)].name);
  const auto index = [&](const std::string& name) {
    const auto at = std::find(known.begin(), known.end(), name);
    return at == known.end() ? -1 : all[static_cast<std::size_t>(at - known.begin())];
  };
  const auto unknown = [&](const std::string& name) {
    const bool is_parameter = std::any_of(model.parameters.begin(), model.parameters.end(),
                                          [&](const auto& parameter) { return parameter.name == name; });
    return is_parameter ? fmt::format("'{}' is a number, not a switch; allowed here: {}", name, listed(known))
                        : fmt::format("no switch '{}'; {}", name, suggestion(name, known));
  };
  const std::string path = "effects.mediated.mechanisms";
  if (field.node->kind == Node::Kind::list && field.node->children.empty())
    complain(subject.reader.problems, field.node->place, path,
             "the list is empty; leave the key out for every switch");
  return read_names(subject.reader.problems, *field.node, path, index, unknown);
}

/// A mechanism that is off already cannot be switched off.
void check_switches(const Subject& subject, const Fields& fields, const EffectsDraft& effects) {
  const ModelDeclaration& model = subject.reader.model;
  const Node* written = fields["mechanisms"].node;
  for (const int a : effects.mediated)
    for (const int m : effects.mechanisms) {
      const ArmDraft& arm = arm_at(subject, a);
      const ParameterDeclaration& mechanism = model.parameters[static_cast<std::size_t>(m)];
      const double value = arm.parameters[static_cast<std::size_t>(m)];
      if (value == mechanism.default_value) continue;
      const std::string_view key = written ? "mechanisms" : "arms";
      complain(subject.reader.problems,
               written ? place_in(*written, mechanism.name) : place_in(*fields["arms"].node, arm.name),
               joined(fields.path, key),
               fmt::format("the arm '{}' has {} at {} instead of {}; take {}", arm.name, mechanism.name,
                           value, mechanism.default_value,
                           written ? "one of the two out" : "the arm out or list the other mechanisms"));
    }
}

void read_mediated(const Subject& subject, const Field& section, EffectsDraft& effects) {
  if (!section.node) return;
  const Fields fields =
      read_fields(subject.reader.problems, *section.node, section.key->children, "effects.mediated");
  effects.mediated = read_arm_names(subject, fields);
  if (switches_of(subject.reader.model).empty()) {
    complain(
        subject.reader.problems, section.node->key_place, "effects.mediated",
        fmt::format("the model '{}' has no mechanism that can be switched off", subject.reader.model.name));
    return;
  }
  effects.mechanisms = read_mechanisms(subject, fields["mechanisms"]);
  if (subject.sound) check_switches(subject, fields, effects);
}

}  // namespace

EffectsDraft read_effects(Reader& reader, const Node* node, const std::vector<ArmDraft>& arms,
                          bool arms_sound) {
  EffectsDraft effects;
  if (!node) return effects;
  const Subject subject{reader, arms, arms_sound};
  const Key& key = *find_key(scenario_keys(), "effects");
  const Fields fields = read_fields(reader.problems, *node, key.children, "effects");
  read_direct(subject, fields["direct"], effects);
  read_mediated(subject, fields["mediated"], effects);
  const std::size_t worlds = arms.size() + effects.direct.size() * static_cast<std::size_t>(effects.persons) +
                             2 * effects.mediated.size() * effects.mechanisms.size();
  if (worlds > most_worlds)
    complain(
        reader.problems, node->key_place, "effects",
        fmt::format("asks for {} worlds in each history; at most {} are run: lower the number of arms or "
                    "persons",
                    worlds, most_worlds));
  return effects;
}

}  // namespace kindred::scenario
