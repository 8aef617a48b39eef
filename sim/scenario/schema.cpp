#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/json.hpp"
#include "sim/scenario/keys.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/schema_model.hpp"

namespace kindred::scenario {
namespace {

using namespace json;

/// What the schema is made from.
struct Sheet {
  std::span<const ModelDeclaration* const> models;
  std::vector<std::string> programmes, hypotheses;
};

Json map_of(const Sheet& sheet, std::span<const Key> keys);

/// One definition of each model, or the choice between those of several.
Json by_model(const Sheet& sheet, std::string_view what) {
  std::vector<Json> choices;
  for (const ModelDeclaration* model : sheet.models)
    choices.push_back(reference(fmt::format("{}.{}", model->name, what)));
  return choices.empty() ? Json("true") : any_of(choices);
}

Json named(const std::vector<std::string>& examples) {
  Members members{{"type", text("string")}};
  if (!examples.empty()) members.push_back({"examples", texts(examples)});
  return object(members);
}

Json models_map(const Sheet& sheet, const Key& key) {
  Members properties;
  for (const ModelDeclaration* model : sheet.models) {
    Members own;
    for (const Key& child : key.children) {
      const Json shape = child.type == Type::parameters
                             ? reference(fmt::format("{}.parameters", model->name))
                             : any_of({named(sheet.hypotheses), map_of(sheet, child.children)});
      own.push_back({std::string(child.name), shape});
    }
    const Json title = text(model->title);
    properties.push_back({std::string(model->name), object({{"description", title},
                                                            {"type", list({text("object"), text("null")})},
                                                            {"properties", object(own)},
                                                            {"additionalProperties", "false"}})});
  }
  return object({{"type", text("object")},
                 {"properties", object(properties)},
                 {"additionalProperties", "false"},
                 {"minProperties", "1"},
                 {"maxProperties", "1"}});
}

Json arms_map(const Sheet& sheet, const Key& key) {
  const Json uses = reference("programmes");
  const Json arm = any_of({nothing(), uses, map_of(sheet, key.children)});
  return object({{"type", text("object")}, {"minProperties", "1"}, {"additionalProperties", arm}});
}

Json files() {
  const Json file = object({{"type", text("string")}});
  return any_of({file, object({{"type", text("array")}, {"items", file}})});
}

Json single_value() { return object({{"type", list({text("string"), text("number"), text("boolean")})}}); }

/// What only a sweep has.
Json sweep_shape(const Sheet& sheet, const Key& key) {
  switch (key.type) {
  case Type::factors:
    return object({{"type", text("object")}, {"additionalProperties", map_of(sheet, key.children)}});
  case Type::values:
    return object({{"type", text("array")}, {"minItems", "1"}, {"items", single_value()}});
  case Type::amount:
    return any_of({object({{"type", text("number")}}), reference("duration")});
  case Type::weeks:
    return object(
        {{"type", text("array")}, {"minItems", "1"}, {"items", ranged("integer", {0, longest_time})}});
  default:
    return object({{"type", text("number")}});
  }
}

/// Maps, lists and whatever depends on a model or the library.
Json structure_of(const Sheet& sheet, const Key& key) {
  switch (key.type) {
  case Type::map:
    return map_of(sheet, key.children);
  case Type::map_or_none:
    return any_of({map_of(sheet, key.children), constant("none")});
  case Type::files:
    return files();
  case Type::models:
    return models_map(sheet, key);
  case Type::arms:
    return arms_map(sheet, key);
  case Type::uses:
    return reference("programmes");
  case Type::programme:
    return any_of({named(sheet.programmes), map_of(sheet, key.children)});
  case Type::hypothesis:
    return any_of({named(sheet.hypotheses), map_of(sheet, key.children)});
  case Type::parameters:
    return by_model(sheet, "parameters");
  case Type::doses:
    return by_model(sheet, "inputs");
  case Type::who:
    return by_model(sheet, "who");
  case Type::columns:
    return by_model(sheet, "columns");
  case Type::instruments:
    return by_model(sheet, "instruments");
  case Type::strata:
    return by_model(sheet, "strata");
  case Type::switches:
    return by_model(sheet, "switches");
  case Type::arm_names:
    return object({{"type", text("array")},
                   {"uniqueItems", "true"},
                   {"minItems", "1"},
                   {"items", object({{"type", text("string")}})}});
  default:
    return sweep_shape(sheet, key);
  }
}

/// The shape of what stands behind a key, without its description.
Json shape_of(const Sheet& sheet, const Key& key) {
  switch (key.type) {
  case Type::schema:
    return object({{"const", "1"}});
  case Type::seed:
    return object({{"type", text("integer")}, {"minimum", "0"}, {"maximum", "18446744073709551615"}});
  case Type::integer:
    return ranged("integer", key.range);
  case Type::integer_or_all:
    return any_of({ranged("integer", key.range), constant("all")});
  case Type::number:
    return ranged("number", key.range);
  case Type::boolean:
    return object({{"type", text("boolean")}});
  case Type::text:
    return single_value();
  case Type::word:
    return object({{"enum", texts({key.words.begin(), key.words.end()})}});
  case Type::duration:
    return reference("duration");
  case Type::duration_or_none:
    return any_of({reference("duration"), constant("none")});
  default:
    return structure_of(sheet, key);
  }
}

/// Meaning, unit, default and the network kinds a key belongs to, in one line for a hint.
std::string hint_of(const Key& key) {
  std::string hint(key.meaning);
  if (!key.unit.empty()) hint += fmt::format("; unit: {}", key.unit);
  if (!key.standard.empty()) hint += fmt::format("; default: {}", key.standard);
  for (std::size_t i = 0; i < key.kinds.size(); ++i)
    hint += (i ? ", " : "; only for: ") + std::string(key.kinds[i]);
  return hint;
}

/// A file that includes others may leave required keys to them.
Json required_unless_included(const std::vector<std::string>& required, std::string_view include) {
  return list(
      {object({{"required", texts({std::string(include)})}}), object({{"required", texts(required)}})});
}

Json map_of(const Sheet& sheet, std::span<const Key> keys) {
  Members properties;
  std::vector<std::string> required;
  std::string_view include;
  for (const Key& key : keys) {
    properties.push_back({std::string(key.name), described_as(hint_of(key), shape_of(sheet, key))});
    if (key.required) required.emplace_back(key.name);
    if (key.type == Type::files) include = key.name;
  }
  if (include.empty()) return closed_map(properties, required);
  const Json map = closed_map(properties);
  return map.substr(0, map.size() - 1) + ", " + text("anyOf") + ": " +
         required_unless_included(required, include) + "}";
}

}  // namespace

std::string schema_json(std::span<const ModelDeclaration* const> models,
                        const std::vector<std::string>& library) {
  const Folders folders{"", library, library};
  const Sheet sheet{models, names_in(folders, "programmes"), names_in(folders, "hypotheses")};
  const Key& arms = *find_key(scenario_keys(), "arms");
  const Key& uses = *find_key(arms.children, "programmes");
  Members definitions{
      {"duration",
       object({{"type", text("string")},
               {"description", text("whole weeks, such as 8 weeks or 1 year (1 year = 52 weeks)")},
               {"pattern", text("^[+]?(0|[1-9][0-9]*)([.][0-9]+)? +(week|weeks|year|years)$")}})},
      {"programmes",
       object({{"type", list({text("array"), text("null")})}, {"items", map_of(sheet, uses.children)}})}};
  for (const ModelDeclaration* model : models) define_model(definitions, *model);
  const Json body = map_of(sheet, scenario_keys());
  return "{" + text("$schema") + ": " + text("https://json-schema.org/draft/2020-12/schema") + ", " +
         text("title") + ": " + text("Kindred scenario") + ", " + body.substr(1, body.size() - 2) + ", " +
         text("$defs") + ": " + object(definitions) + "}\n";
}

}  // namespace kindred::scenario
