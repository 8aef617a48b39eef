#include "sim/scenario/destination.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

using Found = std::optional<Destination>;

/// A path half followed.
struct Walk {
  const Territory& land;
  std::vector<std::string> steps;
  std::string& why;
  std::size_t at = 0;

  bool done() const { return at == steps.size(); }
  std::string walked() const {
    std::string path;
    for (std::size_t i = 0; i < at; ++i) path = joined(path, steps[i]);
    return path;
  }
  Found lost(std::string reason) const {
    why = std::move(reason);
    return std::nullopt;
  }
};

Found behind(Walk& walk, const Key& key, const Node* node);

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Found arrived(Walk& walk, Destination found) {
  if (walk.done()) return found;
  return walk.lost(fmt::format("'{}' is a single value, so nothing lies inside it", walk.walked()));
}

Found arrived(Walk& walk, Key key) {
  // A programme that starts after the run is no programme, so the language's own bound would be of no use.
  if (key.type == Type::duration && walk.land.run > 0)
    key.range.high = std::min(key.range.high, static_cast<double>(walk.land.run - 1));
  return arrived(walk, Destination{key, {}, number_of(key.standard)});
}

/// The next step must be one of `known`; nothing, with the reason, when the path ends here or goes astray.
std::optional<std::string> next_of(Walk& walk, const std::vector<std::string>& known, std::string_view noun) {
  if (walk.done()) {
    walk.lost(fmt::format("'{}' is no single value; name one inside it, such as {}", walk.walked(),
                          known.empty() ? "its own" : joined(walk.walked(), known.front())));
    return std::nullopt;
  }
  const std::string step = walk.steps[walk.at];
  if (std::find(known.begin(), known.end(), step) == known.end()) {
    walk.lost(fmt::format("no {} '{}'{}; {}", noun, step, walk.at > 0 ? " in '" + walk.walked() + "'" : "",
                          suggestion(step, known)));
    return std::nullopt;
  }
  ++walk.at;
  return step;
}

Found in_map(Walk& walk, std::span<const Key> keys, const Node* node) {
  std::vector<std::string> known;
  for (const Key& key : keys) known.emplace_back(key.name);
  const auto step = next_of(walk, known, "key");
  return step ? behind(walk, *find_key(keys, *step), node ? node->find(*step) : nullptr) : std::nullopt;
}

Found in_model(Walk& walk, const Key& key, const Node* node) {
  if (!walk.land.model) return std::nullopt;
  const auto name = next_of(walk, {std::string(walk.land.model->name)}, "model");
  return name ? in_map(walk, key.children, node ? node->find(*name) : nullptr) : std::nullopt;
}

Found in_parameters(Walk& walk) {
  if (!walk.land.model) return std::nullopt;
  std::vector<std::string> known;
  for (const ParameterDeclaration& parameter : walk.land.model->parameters)
    known.emplace_back(parameter.name);
  const auto name = next_of(walk, known, "parameter");
  for (const ParameterDeclaration& parameter : walk.land.model->parameters)
    if (name && parameter.name == *name)
      return arrived(walk, Destination{{.name = parameter.name,
                                        .type = Type::number,
                                        .meaning = parameter.meaning,
                                        .range = parameter.range,
                                        .unit = parameter.unit},
                                       parameter.source,
                                       parameter.default_value});
  return std::nullopt;
}

Found in_doses(Walk& walk) {
  if (!walk.land.model) return std::nullopt;
  std::vector<std::string> known;
  for (const InputDeclaration& input : walk.land.model->inputs) known.emplace_back(input.name);
  if (!next_of(walk, known, "input")) return std::nullopt;
  return arrived(walk, Key{.name = {}, .type = Type::number, .meaning = {}, .range = dose_range});
}

Found in_bounds(Walk& walk, Range range, std::string_view unit) {
  std::vector<std::string> known;
  for (const Key& key : bound_keys()) known.emplace_back(key.name);
  if (!next_of(walk, known, "bound")) return std::nullopt;
  return arrived(walk, Key{.name = {}, .type = Type::number, .meaning = {}, .range = range, .unit = unit});
}

/// Bounds of a column, which are raw points of its first instrument when people are judged by score.
Found in_column(Walk& walk, int column, bool by_score) {
  const ModelDeclaration& model = *walk.land.model;
  for (const InstrumentDeclaration& instrument : model.instruments)
    if (by_score && instrument.column == column) return in_bounds(walk, instrument.range, instrument.unit);
  const ColumnDeclaration& own = model.person_columns[static_cast<std::size_t>(column)];
  return in_bounds(walk, own.range, own.unit);
}

Found in_who(Walk& walk, const Node* node) {
  if (!walk.land.model) return std::nullopt;
  const ModelDeclaration& model = *walk.land.model;
  const auto name = next_of(walk, who_keys(model), "condition");
  if (!name) return std::nullopt;
  const Node* by = node ? node->find("by") : nullptr;
  const bool by_score = by && by->text == "score";
  for (std::size_t i = 0; i < model.person_columns.size(); ++i)
    if (model.person_columns[i].name == *name || model.person_columns[i].alias == *name)
      return in_column(walk, static_cast<int>(i), by_score);
  for (const InstrumentDeclaration& instrument : model.instruments)
    if (instrument.name == *name) return in_bounds(walk, instrument.range, instrument.unit);
  if (*name == "acquaintances") return in_bounds(walk, acquaintance_range, "persons");
  return arrived(walk, Key{.name = {}, .type = Type::text, .meaning = {}});  // a word that `who` looks up
}

Found in_uses(Walk& walk, const Key& key, const Node* node) {
  if (!node || node->kind != Node::Kind::list)
    return walk.lost(fmt::format("there is no list of programmes at '{}'", walk.walked()));
  std::vector<std::string> known;
  for (std::size_t i = 0; i < node->children.size(); ++i) known.push_back(std::to_string(i));
  const auto step = next_of(walk, known, "programme");
  return step ? in_map(walk, key.children, &node->children[std::stoul(*step)]) : std::nullopt;
}

Found in_arms(Walk& walk, const Key& arms, const Node* node) {
  std::vector<std::string> known;
  if (node)
    for (const Node& arm : node->children) known.push_back(arm.key);
  const auto name = next_of(walk, known, "arm");
  if (!name) return std::nullopt;
  const Node* arm = node->find(*name);
  if (arm->kind == Node::Kind::list) return in_uses(walk, *find_key(arms.children, "programmes"), arm);
  return in_map(walk, arms.children, arm);
}

/// A programme or a hypothesis is a name, or a map that stands in its place.
Found in_named(Walk& walk, const Key& key, const Node* node) {
  if (walk.done()) return Destination{key, {}, std::nullopt};
  if (node && node->kind == Node::Kind::map) return in_map(walk, key.children, node);
  return walk.lost(fmt::format("'{}' is a name here, so nothing can be set inside it", walk.walked()));
}

Found behind(Walk& walk, const Key& key, const Node* node) {
  switch (key.type) {
  case Type::map:
  case Type::map_or_none:
    return in_map(walk, key.children, node);
  case Type::models:
    return in_model(walk, key, node);
  case Type::arms:
    return in_arms(walk, key, node);
  case Type::uses:
    return in_uses(walk, key, node);
  case Type::programme:
  case Type::hypothesis:
    return in_named(walk, key, node);
  case Type::parameters:
    return in_parameters(walk);
  case Type::doses:
    return in_doses(walk);
  case Type::who:
    return in_who(walk, node);
  case Type::columns:
  case Type::instruments:
  case Type::strata:
  case Type::arm_names:
  case Type::switches:
    return walk.lost(fmt::format("'{}' is a list; what varies is a single value", walk.walked()));
  default:
    return arrived(walk, key);
  }
}

}  // namespace

Territory territory_of(const Node& root, std::span<const ModelDeclaration* const> models) {
  Territory land{root, nullptr, 0};
  if (const Node* model = root.find("model"))
    for (const ModelDeclaration* known : models)
      if (!land.model && model->find(known->name)) land.model = known;
  const Node* time = root.find("time");
  const Node* run = time ? time->find("run") : nullptr;
  std::string why;
  if (run) land.run = static_cast<int>(duration(*run, {1, longest_time}, why).value_or(0));
  return land;
}

Found destination_of(const Territory& territory, const std::string& path, std::string& why) {
  why.clear();
  auto steps = steps_of(path);
  Walk walk{territory, steps ? std::move(*steps) : std::vector<std::string>{}, why};
  if (walk.steps.empty()) return walk.lost("is no path of keys, such as society.persons");
  return in_map(walk, scenario_keys(), &territory.root);
}

std::optional<std::vector<std::string>> steps_of(const std::string& path) {
  std::vector<std::string> steps{""};
  for (const char c : path) {
    if (c == '.') steps.emplace_back();
    else steps.back() += c;
  }
  const bool whole =
      std::none_of(steps.begin(), steps.end(), [](const std::string& step) { return step.empty(); });
  return whole ? std::optional(steps) : std::nullopt;
}

}  // namespace kindred::scenario
