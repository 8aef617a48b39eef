#include "sim/scenario/schema_model.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/keys.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/strata.hpp"

namespace kindred::scenario {
namespace {

using namespace json;

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

Json nonempty_list(const Json& item) {
  return object({{"type", text("array")}, {"items", item}, {"minItems", "1"}, {"uniqueItems", "true"}});
}

Json who_of(const ModelDeclaration& model) {
  Members properties;
  properties.push_back({"by", object({{"enum", texts({"latent", "score"})}})});
  if (model.coupled_column >= 0) properties.push_back({"partnered", object({{"type", text("boolean")}})});
  properties.push_back(
      {"acquaintances", described_as("number of acquaintances", bounds(acquaintance_range))});
  const Json community = ranged("integer", community_range);
  properties.push_back({"community", described_as("number of the own community, from 0",
                                                  any_of({community, nonempty_list(community)}))});
  for (const QuadrantDeclaration& quadrant : model.quadrants) {
    const Json label = object({{"enum", texts({quadrant.labels.begin(), quadrant.labels.end()})}});
    properties.push_back({std::string(quadrant.name), any_of({label, nonempty_list(label)})});
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

std::vector<std::string> strata_names(const ModelDeclaration& model) {
  std::vector<std::string> names;
  for (const Stratifier& stratifier : stratifiers(model)) {
    names.push_back(stratifier.name);
    if (!stratifier.alias.empty()) names.push_back(stratifier.alias);
  }
  return names;
}

Json names_list(const std::vector<std::string>& names) {
  return object(
      {{"type", text("array")}, {"uniqueItems", "true"}, {"items", object({{"enum", texts(names)}})}});
}

}  // namespace

void define_model(Members& definitions, const ModelDeclaration& model) {
  const auto define = [&](std::string_view what, const Json& shape) {
    definitions.push_back({fmt::format("{}.{}", model.name, what), shape});
  };
  std::vector<std::string> columns, instruments, switches;
  for (const ParameterDeclaration& parameter : model.parameters)
    if (parameter.is_switch) switches.emplace_back(parameter.name);
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
  define("strata", names_list(strata_names(model)));
  define("switches", names_list(switches));
}

}  // namespace kindred::scenario
