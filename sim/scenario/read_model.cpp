#include "sim/scenario/reader.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

constexpr std::size_t names_in_a_message = 20;

void report_unknown_parameter(Reader& reader, const Node& entry, std::string_view path) {
  std::vector<std::string> names;
  std::string hint;
  for (const ParameterDeclaration& parameter : reader.model.parameters) {
    names.emplace_back(parameter.name);
    if (parameter.symbol == entry.key) hint = fmt::format("did you mean '{}'?", parameter.name);
  }
  if (hint.empty()) {
    const std::string all =
        names.size() > names_in_a_message
            ? fmt::format("`kindred describe parameters` lists all {} there are", names.size())
            : "allowed here: " + listed(names);
    hint = guess(entry.key, names).value_or(all);
  }
  complain(reader.problems, entry.key_place, joined(path, entry.key),
           fmt::format("no such parameter of the model '{}'; {}", reader.model.name, hint));
}

/// The numbers of a hypothesis from a map, of a file or written in place.
Hypothesis hypothesis_from(Reader& reader, const Node& node, std::span<const Key> keys,
                           std::string_view path) {
  const Fields fields = read_fields(reader.problems, node, keys, path);
  Hypothesis hypothesis{
      fields["hypothesis"].text, fields["code"].text, fields["title"].text, fields["source"].text, {}};
  hypothesis.parameters = read_parameters(reader, fields["parameters"].node, joined(path, "parameters"));
  return hypothesis;
}

std::optional<std::string> hypothesis_file(Reader& reader, const Node& node, std::string_view path) {
  if (is_path(node.text))
    return find_path(reader.problems, reader.folders, node.place, path, node.text, "hypotheses");
  const auto file = find_named(reader.folders, "hypotheses", node.text, true);
  if (!file)
    complain(reader.problems, node.place, path,
             not_found(reader.folders, "hypotheses", "hypothesis", node.text));
  return file;
}

std::string differing(const ModelDeclaration& model, const ArmDraft& arm) {
  const std::vector<double> set = calibrated_set(model, arm.hypothesis);
  std::string names;
  for (std::size_t i = 0; i < set.size(); ++i)
    if (arm.parameters[i] != set[i])
      names += (names.empty() ? "" : ", ") + std::string(model.parameters[i].name);
  return names;
}

}  // namespace

Numbers read_parameters(Reader& reader, const Node* node, std::string_view path) {
  Numbers numbers(reader.model.parameters.size());
  if (!node) return numbers;
  for (const Node& entry : entries(reader.problems, *node, path, "a map of parameters to numbers")) {
    std::size_t i = 0;
    while (i < numbers.size() && reader.model.parameters[i].name != entry.key) ++i;
    if (i == numbers.size()) {
      report_unknown_parameter(reader, entry, path);
      continue;
    }
    const ParameterDeclaration& parameter = reader.model.parameters[i];
    std::string why;
    numbers[i] = real_number(entry, parameter.range, parameter.unit, parameter.source, why);
    if (!numbers[i]) complain(reader.problems, entry.place, joined(path, entry.key), why);
  }
  return numbers;
}

std::optional<Hypothesis> read_hypothesis(Reader& reader, const Node* node, const Key& key,
                                          std::string_view path) {
  if (!node) return std::nullopt;
  if (node->kind == Node::Kind::map) return hypothesis_from(reader, *node, key.children, path);
  if (node->kind != Node::Kind::scalar || node->text.empty()) {
    complain(reader.problems, node->place, path,
             fmt::format("expected the name of a hypothesis, found {}", described(*node)));
    return std::nullopt;
  }
  const auto file = hypothesis_file(reader, *node, path);
  const Node* root = file ? load_file(reader.problems, reader.folders, *file) : nullptr;
  if (!root) return std::nullopt;
  Hypothesis hypothesis = hypothesis_from(reader, *root, hypothesis_keys(), "");
  const bool named = is_path(node->text) || hypothesis.name == node->text || hypothesis.code == node->text;
  if (!named && !hypothesis.name.empty())
    complain(reader.problems, root->find("hypothesis")->place, "hypothesis",
             fmt::format("the file is found as '{}' but calls itself '{}'", node->text, hypothesis.name));
  return hypothesis;
}

ModelSettings read_model_settings(Reader& reader, const Node& node, std::string_view path) {
  const Key& models = *find_key(scenario_keys(), "model");
  const Fields fields = read_fields(reader.problems, node, models.children, path);
  const Field& hypothesis = fields["hypothesis"];
  return {read_hypothesis(reader, hypothesis.node, *hypothesis.key, joined(path, "hypothesis")),
          read_parameters(reader, fields["parameters"].node, joined(path, "parameters"))};
}

std::vector<double> calibrated_set(const ModelDeclaration& model,
                                   const std::optional<Hypothesis>& hypothesis) {
  std::vector<double> set;
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    const std::optional<double> own = hypothesis ? hypothesis->parameters[i] : std::nullopt;
    set.push_back(own.value_or(model.parameters[i].default_value));
  }
  return set;
}

void note_uncalibrated(std::vector<std::string>& notes, const ModelDeclaration& model,
                       const std::vector<ArmDraft>& arms) {
  std::vector<std::pair<std::string, std::vector<std::string>>> said;  // note, arms it holds for
  for (const ArmDraft& arm : arms) {
    const std::string names = arm.hypothesis ? differing(model, arm) : "";
    if (names.empty()) continue;
    const std::string note =
        fmt::format("parameters leave the calibrated set '{}': {}; the targets were not re-checked",
                    arm.hypothesis->name, names);
    const auto same =
        std::find_if(said.begin(), said.end(), [&](const auto& other) { return other.first == note; });
    if (same == said.end()) said.push_back({note, {arm.name}});
    else same->second.push_back(arm.name);
  }
  for (const auto& [note, names] : said) {
    const std::string who = names.size() == 1 ? fmt::format("arm '{}'", names[0]) : "arms " + listed(names);
    notes.push_back(names.size() == arms.size() ? note : fmt::format("{}: {}", who, note));
  }
}

}  // namespace kindred::scenario
