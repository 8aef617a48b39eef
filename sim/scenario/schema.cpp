#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/json.hpp"
#include "sim/scenario/keys.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/scenario.hpp"

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

Json ranged(std::string_view type, Range range) {
  return object({{"type", text(type)}, {"minimum", number(range.low)}, {"maximum", number(range.high)}});
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
  default:
    return object({{"type", text("number")}});
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
    return object({{"type", list({text("string"), text("number"), text("boolean")})}});
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

Json described_as(const std::string& hint, const Json& shape) {
  const Json description = text("description") + ": " + text(hint);
  return shape == "true" ? "{" + description + "}" : "{" + description + ", " + shape.substr(1);
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

Json parameters_of(const ModelDeclaration& model) {
  Members properties;
  for (const ParameterDeclaration& parameter : model.parameters) {
    const std::string hint =
        fmt::format("{} ({}); unit: {}; default: {}; source: {}", parameter.meaning, parameter.symbol,
                    parameter.unit, number_text(parameter.default_value), parameter.source);
    properties.push_back(
        {std::string(parameter.name), described_as(hint, ranged("number", parameter.range))});
  }
  return closed_map(properties);
}

Json inputs_of(const ModelDeclaration& model) {
  Members properties;
  for (const InputDeclaration& input : model.inputs)
    properties.push_back(
        {std::string(input.name),
         described_as(fmt::format("{}; unit: {}", input.meaning, input.unit), ranged("number", dose_range))});
  return closed_map(properties);
}

Json bounds(Range range) {
  Members properties;
  for (const Key& key : bound_keys())
    properties.push_back(
        {std::string(key.name), described_as(std::string(key.meaning), ranged("number", range))});
  return object({{"type", text("object")},
                 {"properties", object(properties)},
                 {"additionalProperties", "false"},
                 {"minProperties", "1"}});
}

/// With `by: score` a column's bounds are raw points, so its range is the union with its instruments'.
Range any_range(const ModelDeclaration& model, std::size_t column) {
  Range range = model.person_columns[column].range;
  for (const InstrumentDeclaration& instrument : model.instruments) {
    if (instrument.column != static_cast<int>(column)) continue;
    range = {std::min(range.low, instrument.range.low), std::max(range.high, instrument.range.high)};
  }
  return range;
}

Json who_of(const ModelDeclaration& model) {
  Members properties;
  properties.push_back({"by", object({{"enum", texts({"latent", "score"})}})});
  if (model.coupled_column >= 0) properties.push_back({"partnered", object({{"type", text("boolean")}})});
  for (const QuadrantDeclaration& quadrant : model.quadrants) {
    const Json label = object({{"enum", texts({quadrant.labels.begin(), quadrant.labels.end()})}});
    properties.push_back(
        {std::string(quadrant.name),
         any_of({label, object({{"type", text("array")}, {"items", label}, {"minItems", "1"}})})});
  }
  for (std::size_t i = 0; i < model.person_columns.size(); ++i) {
    const ColumnDeclaration& column = model.person_columns[i];
    const Json shape =
        described_as(fmt::format("{}; unit: {}", column.meaning, column.unit), bounds(any_range(model, i)));
    if (!column.alias.empty()) properties.push_back({std::string(column.alias), shape});
    properties.push_back({std::string(column.name), shape});
  }
  for (const InstrumentDeclaration& instrument : model.instruments)
    properties.push_back({std::string(instrument.name),
                          described_as(fmt::format("score; unit: {}; needs by: score", instrument.unit),
                                       bounds(instrument.range))});
  return closed_map(properties);
}

Json names_list(const std::vector<std::string>& names) {
  return object(
      {{"type", text("array")}, {"uniqueItems", "true"}, {"items", object({{"enum", texts(names)}})}});
}

void define_model(Members& definitions, const ModelDeclaration& model) {
  const auto define = [&](std::string_view what, const Json& shape) {
    definitions.push_back({fmt::format("{}.{}", model.name, what), shape});
  };
  std::vector<std::string> columns, instruments;
  for (const ColumnDeclaration& column : model.person_columns) {
    columns.emplace_back(column.name);
    if (!column.alias.empty()) columns.emplace_back(column.alias);
  }
  for (const InstrumentDeclaration& instrument : model.instruments) instruments.emplace_back(instrument.name);
  define("parameters", parameters_of(model));
  define("inputs", inputs_of(model));
  define("who", who_of(model));
  define("columns", names_list(columns));
  define("instruments", names_list(instruments));
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
