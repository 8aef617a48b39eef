#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "sim/scenario/read_sweep.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// One parameter of the section.
struct Spot {
  SweepReader& reader;
  const Fields& fields;
  const Destination& key;
  FactorDraft& draft;
  Problems& problems() const { return reader.problems; }
};

constexpr std::size_t most_factors = 1000;  // more have been written by mistake
constexpr Range any_number{-1e300, 1e300};
constexpr Range above_nothing{1e-300, 1e300};

bool is_whole(Type type) { return type == Type::integer || type == Type::integer_or_all; }
bool in_weeks(Type type) { return type == Type::duration || type == Type::duration_or_none; }

/// A bound, mean or spread in the way its key is written; what was left out is `otherwise`.
double amount(const Spot& spot, std::string_view name, Range range, double otherwise) {
  const Node* node = spot.fields[name].node;
  if (!node) return otherwise;
  const Key& key = spot.key.key;
  std::string why;
  std::optional<double> value;
  if (in_weeks(key.type)) {
    if (const auto weeks = duration(*node, range, why)) value = static_cast<double>(*weeks);
  } else {
    value = real_number(*node, range, key.unit, spot.key.source, why);
  }
  if (!value) complain(spot.problems(), node->place, joined(spot.fields.path, name), why);
  return value.value_or(otherwise);
}

void read_bounds(const Spot& spot) {
  const Range declared = spot.key.key.range;
  // The logarithm's own domain comes first: that a parameter may be negative does not make it one.
  const bool in_logarithm = spot.draft.prior == "lognormal";
  spot.draft.low = amount(spot, "low", declared, in_logarithm ? std::max(0.0, declared.low) : declared.low);
  spot.draft.high = amount(spot, "high", declared, declared.high);
}

void require(const Spot& spot, std::string_view name, const std::string& why) {
  complain(spot.problems(), spot.fields.place, joined(spot.fields.path, name),
           "required but missing: " + why);
}

void read_normal(const Spot& spot) {
  FactorDraft& draft = spot.draft;
  const std::optional<double> standard = spot.key.standard;
  if (!standard && !spot.fields["mean"].node) require(spot, "mean", "the key has no default to take it from");
  draft.mean = amount(spot, "mean", any_number, standard.value_or(0));
  draft.sd = amount(spot, "sd", above_nothing, (draft.high - draft.low) / 4);
}

void read_lognormal(const Spot& spot) {
  FactorDraft& draft = spot.draft;
  const std::optional<double> standard = spot.key.standard;
  if (!(draft.low > 0)) {
    for (const std::string_view name : {"mean", "sd"})
      if (!spot.fields[name].node)
        require(spot, name,
                "the range reaches 0, so it cannot be taken from there; write it in natural logarithms");
  } else if (!(standard && *standard > 0) && !spot.fields["mean"].node) {
    require(spot, "mean", "the key has no default to take it from; write it in natural logarithms");
  }
  const bool known = draft.low > 0 && standard && *standard > 0;
  draft.mean = amount(spot, "mean", any_number, known ? std::log(*standard) : 0);
  draft.sd = amount(spot, "sd", above_nothing, draft.low > 0 ? std::log(draft.high / draft.low) / 4 : 1);
}

/// Whether values of this prior can stand behind the key.
bool suits(const Spot& spot) {
  const Type type = spot.key.key.type;
  const Field& prior = spot.fields["prior"];
  const bool whole = is_whole(type) || in_weeks(type);
  if (!whole && type != Type::number) {
    complain(spot.problems(), prior.node->place, joined(spot.fields.path, "prior"),
             "the key takes words, not numbers; list them with values:");
    return false;
  }
  if (!whole || prior.text == "integer") return true;
  complain(spot.problems(), prior.node->place, joined(spot.fields.path, "prior"),
           fmt::format("the key takes whole {}; write the prior integer, or list them with values:",
                       in_weeks(type) ? "weeks" : "numbers"));
  return false;
}

void read_prior(const Spot& spot) {
  const Field& prior = spot.fields["prior"];
  report_foreign_keys(spot.problems(), spot.fields, prior.text);
  if (!suits(spot)) return;
  spot.draft.prior = prior.text;
  spot.draft.in_weeks = in_weeks(spot.key.key.type);
  read_bounds(spot);
  if (prior.text == "normal") read_normal(spot);
  if (prior.text == "lognormal") read_lognormal(spot);
}

/// A name must be one of a file.
void check_name(const Spot& spot, const Node& item, const std::string& path) {
  const bool programme = spot.key.key.type == Type::programme;
  if (item.text.empty() || is_path(item.text)) return;
  const std::string_view folder = programme ? "programmes" : "hypotheses";
  if (find_named(spot.reader.folders, folder, item.text, !programme)) return;
  complain(spot.problems(), item.place, path,
           not_found(spot.reader.folders, folder, programme ? "programme" : "hypothesis", item.text));
}

void check_value(const Spot& spot, const Node& item, const std::string& name, const std::string& path) {
  Key key = spot.key.key;
  if (key.type == Type::number) {
    std::string why;
    if (!real_number(item, key.range, key.unit, spot.key.source, why))
      complain(spot.problems(), item.place, joined(path, name), why);
    return;
  }
  if (key.type == Type::programme || key.type == Type::hypothesis)
    return check_name(spot, item, joined(path, name));
  Node map;
  map.kind = Node::Kind::map;
  map.children.push_back(item);
  map.children.back().key = name;
  key.name = name;
  read_fields(spot.problems(), map, std::span(&key, 1), path);
}

void read_values(const Spot& spot) {
  const Node& node = *spot.fields["values"].node;
  const std::string path = joined(spot.fields.path, "values");
  for (const Field& field : spot.fields.all)
    if (field.node && !field.key->kinds.empty())
      complain(spot.problems(), field.node->key_place, joined(spot.fields.path, field.key->name),
               "belongs to a prior; listed values have none");
  if (node.kind != Node::Kind::list || node.children.empty()) {
    complain(spot.problems(), node.place, path,
             fmt::format("expected a list of values such as [0.1, 0.2], found {}",
                         node.kind == Node::Kind::list ? "an empty one" : described(node)));
    return;
  }
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Node& item = node.children[i];
    const std::string name = std::to_string(i);
    if (item.kind != Node::Kind::scalar)
      complain(spot.problems(), item.place, joined(path, name),
               fmt::format("expected a single value, found {}", described(item)));
    else check_value(spot, item, name, path);
    spot.draft.values.push_back(item.quoted ? quoted(item.text) : item.text);
  }
}

FactorDraft read_factor(SweepReader& reader, const Node& entry, std::span<const Key> keys,
                        std::string_view at) {
  FactorDraft draft;
  draft.path = entry.key;
  draft.place = entry.key_place;
  const auto found = factor_destination(reader, at, {draft.path, draft.place});
  const std::string path = joined(at, entry.key);
  const Fields fields = read_fields(reader.problems, entry, keys, path);
  draft.together = fields["together"].text;
  draft.levels = static_cast<int>(fields["levels"].integer);
  draft.centre = fields["centre"].number;
  const bool has_prior = fields["prior"].node, has_values = fields["values"].node;
  if (entry.kind != Node::Kind::map && entry.kind != Node::Kind::null) return draft;  // said already
  if (has_prior == has_values)
    complain(reader.problems, has_prior ? fields["values"].node->key_place : entry.key_place, path,
             has_prior ? "has a prior and listed values; keep one"
                       : "says not how it varies; write a prior, such as {prior: uniform}, or values: [...]");
  else if (const Spot spot{reader, fields, found ? *found : Destination{}, draft}; found && has_values)
    read_values(spot);
  else if (found && fields["prior"].valid) read_prior(spot);
  return draft;
}

}  // namespace

std::vector<FactorDraft> read_factors(SweepReader& reader, const Field& parameters) {
  std::vector<FactorDraft> factors;
  const std::string path = joined("sweep", parameters.key->name);
  if (!parameters.node) return factors;
  const auto all = entries(reader.problems, *parameters.node, path, "a map of key paths to how they vary");
  if (all.empty() && parameters.node->kind == Node::Kind::map)
    complain(reader.problems, parameters.node->place, path, "is empty; a sweep varies at least one key");
  if (all.size() > most_factors) {
    complain(reader.problems, parameters.node->place, path,
             fmt::format("{} keys vary; a sweep varies at most {}", all.size(), most_factors));
    return factors;
  }
  for (const Node& entry : all) {
    const std::size_t before = reader.problems.found.size();
    FactorDraft factor = read_factor(reader, entry, parameters.key->children, path);
    if (reader.problems.found.size() == before) factors.push_back(std::move(factor));
  }
  return factors;
}

}  // namespace kindred::scenario
