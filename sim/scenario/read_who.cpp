#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "sim/scenario/destination.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

constexpr std::string_view by_key = "by";
constexpr std::string_view coupled_key = "partnered";
constexpr std::string_view acquaintances_key = "acquaintances";
constexpr std::string_view community_key = "community";

/// Where one condition stands.
struct Spot {
  Reader& reader;
  UseDraft& use;
  std::string_view arm;
  std::string path;
};

template <class Declarations, class Test>
std::optional<int> index_where(const Declarations& declarations, const Test& test) {
  for (std::size_t i = 0; i < declarations.size(); ++i)
    if (test(declarations[i])) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<double> bound(Spot& spot, const Fields& fields, std::string_view name, Range range,
                            std::string_view unit, std::string_view source) {
  const Node* node = fields[name].node;
  if (!node) return std::nullopt;
  std::string why;
  const auto value = real_number(*node, range, unit, source, why);
  if (!value) complain(spot.reader.problems, node->place, joined(spot.path, name), why);
  return value;
}

void read_bounds(Spot& spot, const Node& node, Condition& condition, Range range, std::string_view unit,
                 std::string_view source) {
  if (node.kind != Node::Kind::map || node.children.empty()) {
    complain(spot.reader.problems, node.place, spot.path,
             fmt::format("expected bounds such as {{above: 0.5}} or {{below: 0}}, found {}",
                         node.kind == Node::Kind::map ? "an empty map" : described(node)));
    return;
  }
  // The bounds' own type is checked here, against the range of what they bound.
  const Fields fields = read_fields(spot.reader.problems, node, bound_keys(), spot.path);
  condition.above = bound(spot, fields, "above", range, unit, source);
  condition.below = bound(spot, fields, "below", range, unit, source);
  if (condition.above && condition.below && !(*condition.above < *condition.below))
    complain(spot.reader.problems, node.place, spot.path,
             fmt::format("nobody is above {} and below {}", number_text(*condition.above),
                         number_text(*condition.below)));
}

void note_latent(Spot& spot, std::string_view name) {
  spot.reader.notes.push_back(
      fmt::format("arm '{}', programme '{}': no instrument reads '{}', so it is judged on its own "
                  "value although who says by: score",
                  spot.arm, spot.use.plan.name, name));
}

std::optional<Condition> column_condition(Spot& spot, const Node& node, int index) {
  const ModelDeclaration& model = spot.reader.model;
  const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(index)];
  Condition condition{Condition::Kind::column, index, {}, {}, {}};
  if (spot.use.by_score) {
    const auto first =
        index_where(model.instruments, [&](const auto& other) { return other.column == index; });
    if (first) {
      const InstrumentDeclaration& instrument = model.instruments[static_cast<std::size_t>(*first)];
      condition.kind = Condition::Kind::instrument;
      condition.index = *first;
      read_bounds(spot, node, condition, instrument.range, instrument.unit,
                  fmt::format("raw points of {}", instrument.name));
      return condition;
    }
    note_latent(spot, column.name);
  }
  read_bounds(spot, node, condition, column.range, column.unit, "");
  return condition;
}

std::optional<Condition> instrument_condition(Spot& spot, const Node& node, int index) {
  const InstrumentDeclaration& instrument = spot.reader.model.instruments[static_cast<std::size_t>(index)];
  if (!spot.use.by_score) {
    complain(spot.reader.problems, node.key_place, spot.path,
             "is a questionnaire; to select people by what they score, add by: score beside it");
    return std::nullopt;
  }
  Condition condition{Condition::Kind::instrument, index, {}, {}, {}};
  read_bounds(spot, node, condition, instrument.range, instrument.unit,
              fmt::format("raw points of {}", instrument.name));
  return condition;
}

std::optional<Condition> quadrant_condition(Spot& spot, const Node& node, int index) {
  const QuadrantDeclaration& quadrant = spot.reader.model.quadrants[static_cast<std::size_t>(index)];
  const std::vector<std::string> known = strings(quadrant.labels);
  Condition condition{Condition::Kind::quadrant, index, {}, {}, {}};
  const bool one = node.kind != Node::Kind::list;
  const std::span<const Node> items = one ? std::span(&node, 1) : std::span<const Node>(node.children);
  if (items.empty())
    complain(spot.reader.problems, node.place, spot.path, "the list is empty; " + suggestion("", known));
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string path = one ? spot.path : joined(spot.path, std::to_string(i));
    const std::string label = text_of(spot.reader.problems, items[i], path, "one of " + listed(known));
    if (label.empty()) continue;
    const auto at = index_where(quadrant.labels, [&](std::string_view other) { return other == label; });
    if (!at) {
      complain(spot.reader.problems, items[i].place, path,
               fmt::format("'{}' is not known; {}", label, suggestion(label, known)));
    } else if (std::count(condition.labels.begin(), condition.labels.end(), *at) > 0) {
      complain(spot.reader.problems, items[i].place, path,
               fmt::format("'{}' is written twice; keep one", label));
    } else {
      condition.labels.push_back(*at);
    }
  }
  std::sort(condition.labels.begin(), condition.labels.end());
  if (spot.use.by_score) note_latent(spot, quadrant.name);
  return condition;
}

std::optional<Condition> coupled_condition(Spot& spot, const Node& node) {
  std::string why;
  const auto coupled = truth(node, why);
  if (!coupled) complain(spot.reader.problems, node.place, spot.path, why);
  return Condition{Condition::Kind::coupled, 0, {}, {}, {coupled.value_or(false) ? 1 : 0}};
}

std::optional<Condition> acquaintances_condition(Spot& spot, const Node& node) {
  Condition condition{Condition::Kind::acquaintances, 0, {}, {}, {}};
  read_bounds(spot, node, condition, acquaintance_range, "persons", "");
  return condition;
}

/// The number of a community, or nothing when there is none of that number.
std::optional<int> community_number(Spot& spot, const Node& node, std::string_view path) {
  std::string why;
  const auto number = whole_number(node, community_range, "", why);
  const SocietyDraft& society = spot.reader.society;
  if (number && society.communities > 0 && *number >= society.communities)
    why =
        fmt::format("{} is beyond the last community, {} ({} persons in communities of {}, numbered from 0)",
                    *number, society.communities - 1, society.plan.persons, society.plan.network.block);
  if (why.empty()) return static_cast<int>(*number);
  complain(spot.reader.problems, node.place, path, why);
  return std::nullopt;
}

std::optional<Condition> community_condition(Spot& spot, const Node& node) {
  require_communities(spot.reader, node.key_place, spot.path);
  Condition condition{Condition::Kind::community, 0, {}, {}, {}};
  const bool one = node.kind != Node::Kind::list;
  const std::span<const Node> items = one ? std::span(&node, 1) : std::span<const Node>(node.children);
  if (items.empty())
    complain(spot.reader.problems, node.place, spot.path,
             "the list is empty; write numbers of communities, such as [0, 3]");
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string path = one ? spot.path : joined(spot.path, std::to_string(i));
    const auto number = community_number(spot, items[i], path);
    if (!number) continue;
    if (std::count(condition.labels.begin(), condition.labels.end(), *number) > 0)
      complain(spot.reader.problems, items[i].place, path,
               fmt::format("{} is written twice; keep one", *number));
    else condition.labels.push_back(*number);
  }
  std::sort(condition.labels.begin(), condition.labels.end());
  return condition;
}

std::optional<Condition> condition_of(Spot& spot, const Node& node) {
  const ModelDeclaration& model = spot.reader.model;
  const std::string& key = node.key;
  if (key == coupled_key && model.coupled_column >= 0) return coupled_condition(spot, node);
  if (key == acquaintances_key) return acquaintances_condition(spot, node);
  if (key == community_key) return community_condition(spot, node);
  if (const auto i = index_where(model.quadrants, [&](const auto& q) { return q.name == key; }))
    return quadrant_condition(spot, node, *i);
  if (const auto i = index_where(model.person_columns, [&](const auto& c) {
        return c.name == key || (!c.alias.empty() && c.alias == key);
      }))
    return column_condition(spot, node, *i);
  if (const auto i = index_where(model.instruments, [&](const auto& other) { return other.name == key; }))
    return instrument_condition(spot, node, *i);
  complain(spot.reader.problems, node.key_place, spot.path,
           "nothing to select people by; " + suggestion(key, who_keys(model)));
  return std::nullopt;
}

bool reads_by_score(Reader& reader, const Node& node, std::string_view path) {
  const Node* by = node.find(by_key);
  if (!by) return false;
  static constexpr std::string_view words[] = {"latent", "score"};
  const std::string word = text_of(reader.problems, *by, joined(path, by_key), "latent or score");
  if (!word.empty() && word != words[0] && word != words[1])
    complain(reader.problems, by->place, joined(path, by_key),
             fmt::format("'{}' is not known; {}", word, suggestion(word, strings(words))));
  return word == words[1];
}

}  // namespace

std::vector<std::string> who_keys(const ModelDeclaration& model) {
  std::vector<std::string> names{std::string(by_key)};
  if (model.coupled_column >= 0) names.emplace_back(coupled_key);
  names.emplace_back(acquaintances_key);
  names.emplace_back(community_key);
  for (const QuadrantDeclaration& quadrant : model.quadrants) names.emplace_back(quadrant.name);
  for (const ColumnDeclaration& column : model.person_columns)
    if (!column.alias.empty()) names.emplace_back(column.alias);
  for (const ColumnDeclaration& column : model.person_columns) names.emplace_back(column.name);
  for (const InstrumentDeclaration& instrument : model.instruments) names.emplace_back(instrument.name);
  return names;
}

std::vector<Condition> read_who(Reader& reader, const Node& node, UseDraft& use, std::string_view arm,
                                std::string_view path) {
  std::vector<Condition> conditions;
  use.by_score = reads_by_score(reader, node, path);
  for (const Node& entry :
       entries(reader.problems, node, path, "conditions such as {column: {above: 0.5}}")) {
    if (entry.key == by_key) continue;
    Spot spot{reader, use, arm, joined(path, entry.key)};
    const auto condition = condition_of(spot, entry);
    if (!condition) continue;
    const bool twice = std::any_of(conditions.begin(), conditions.end(), [&](const Condition& other) {
      return other.kind == condition->kind && other.index == condition->index;
    });
    if (twice)
      complain(reader.problems, entry.key_place, spot.path,
               "bounds something that is bounded already; write one condition");
    conditions.push_back(*condition);
  }
  std::sort(conditions.begin(), conditions.end(), [](const Condition& a, const Condition& b) {
    return std::tuple(a.kind, a.index) < std::tuple(b.kind, b.index);
  });
  return conditions;
}

}  // namespace kindred::scenario
