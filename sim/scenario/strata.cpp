#include "sim/scenario/strata.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// The short names first: they are what people write.
std::vector<std::string> shown(const std::vector<Stratifier>& all) {
  std::vector<std::string> names;
  for (const Stratifier& one : all) names.push_back(one.alias.empty() ? one.name : one.alias);
  return names;
}

bool is_column(const ModelDeclaration& model, std::string_view name) {
  return std::any_of(model.person_columns.begin(), model.person_columns.end(), [&](const auto& column) {
    return column.name == name || (!column.alias.empty() && column.alias == name);
  });
}

std::string why_not(const ModelDeclaration& model, const std::vector<Stratifier>& all,
                    const std::string& name) {
  if (is_column(model, name))
    return fmt::format("'{}' is measured on a scale or changes from week to week; use a style, a flag or a "
                       "fixed code: {}",
                       name, listed(shown(all)));
  std::vector<std::string> known = shown(all);
  for (const Stratifier& one : all)
    if (!one.alias.empty()) known.push_back(one.name);
  return fmt::format("nothing to make strata of by the name '{}'; {}", name, suggestion(name, known));
}

}  // namespace

std::vector<Stratifier> stratifiers(const ModelDeclaration& model) {
  std::vector<Stratifier> all;
  const auto add = [&](std::string_view name, std::string_view alias, Condition::Kind kind, std::size_t i) {
    all.push_back({std::string(name), std::string(alias), {kind, static_cast<int>(i), {}, {}, {}}});
  };
  for (std::size_t i = 0; i < model.person_columns.size(); ++i) {
    const ColumnDeclaration& column = model.person_columns[i];
    const bool few = column.unit == "flag" || column.unit == "code";
    if (few && column.storage == Storage::shared) add(column.name, column.alias, Condition::Kind::column, i);
  }
  for (std::size_t i = 0; i < model.quadrants.size(); ++i)
    add(model.quadrants[i].name, "", Condition::Kind::quadrant, i);
  if (model.coupled_column >= 0) add("partnered", "", Condition::Kind::coupled, 0);
  return all;
}

std::vector<Condition> read_strata(Reader& reader, const Node& node, std::string_view path) {
  const std::vector<Stratifier> all = stratifiers(reader.model);
  const auto index = [&](const std::string& name) {
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].name == name || (!all[i].alias.empty() && all[i].alias == name)) return static_cast<int>(i);
    return -1;
  };
  if (node.kind == Node::Kind::list && node.children.empty())
    complain(reader.problems, node.place, path, "the list is empty; allowed here: " + listed(shown(all)));
  std::vector<Condition> strata;
  for (const int i : read_names(reader.problems, node, path, index,
                                [&](const std::string& name) { return why_not(reader.model, all, name); }))
    strata.push_back(all[static_cast<std::size_t>(i)].by);
  return strata;
}

}  // namespace kindred::scenario
