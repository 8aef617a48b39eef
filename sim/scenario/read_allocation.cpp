#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sim/scenario/reader.hpp"
#include "sim/scenario/strata.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

using Kind = Allocation::Kind;

/// In the order of the words of `kind` in the table of keys.
constexpr std::array kinds = {Kind::simple,        Kind::stratified, Kind::clusters, Kind::saturation,
                              Kind::stepped_wedge, Kind::everyone,   Kind::person};

/// What to write where a share has no meaning.
std::string_view instead_of_share(Kind kind) {
  switch (kind) {
  case Kind::clusters:
    return "all who are eligible in a chosen cluster are treated; write allocation.clusters for the share of "
           "clusters, or the kind saturation for a share inside them";
  case Kind::stepped_wedge:
    return "all who are eligible are treated when their community's turn comes; write who: to treat fewer";
  case Kind::everyone:
    return "all who are eligible are treated; for a share of them write the kind simple or stratified";
  default:
    return "allocation.person alone is treated; for a share of the eligible write the kind simple or "
           "stratified";
  }
}

void check_share(Reader& reader, const Field& share, Kind kind, std::string_view word,
                 std::string_view use_path) {
  const auto& takers = share.key->kinds;
  if (!share.node || std::find(takers.begin(), takers.end(), word) != takers.end()) return;
  complain(reader.problems, share.node->key_place, joined(use_path, "share"),
           fmt::format("does not go with the allocation '{}': {}", word, instead_of_share(kind)));
}

/// Clusters exist: communities in the network, couples in the model.
void check_unit(Reader& reader, const Fields& fields, const Allocation& plan) {
  const bool couples = plan.unit == Allocation::Unit::couples;
  const std::string_view key = fields["unit"].node ? "unit" : "kind";
  const Place& place = fields.place_of(key);
  if (!couples) require_communities(reader, place, joined(fields.path, key));
  else if (reader.model.coupled_column < 0)
    complain(reader.problems, place, joined(fields.path, key),
             fmt::format("the model '{}' knows no couples; write communities", reader.model.name));
  if (plan.one_of_each && !couples)
    complain(reader.problems, fields.place_of("members"), joined(fields.path, "members"),
             "one of two is chosen only among couples; add unit: couples");
}

void read_clusters(Reader& reader, const Fields& fields, std::string_view word, Allocation& plan) {
  if (fields["unit"].valid && fields["members"].valid) {
    plan.unit = fields.choice("unit") == 1 ? Allocation::Unit::couples : Allocation::Unit::communities;
    plan.one_of_each = fields.choice("members") == 1;
    check_unit(reader, fields, plan);
  }
  if (require_for_kind(reader.problems, fields, "clusters", word)) plan.clusters = fields["clusters"].number;
  plan.otherwise = plan.kind == Kind::saturation ? fields["otherwise"].number : 0;
}

/// One step at its own start, or all of them: gives the weeks between two.
int read_steps(Reader& reader, const Fields& fields, std::string_view word, Allocation& plan) {
  require_communities(reader, fields.place_of("kind"), joined(fields.path, "kind"));
  const Field &steps = fields["steps"], &step = fields["step"], &every = fields["every"];
  const bool counted = require_for_kind(reader.problems, fields, "steps", word) && steps.valid;
  if (counted) plan.steps = static_cast<int>(steps.integer);
  const std::int64_t communities = reader.society.communities;
  if (counted && communities > 0 && communities < steps.integer)
    complain(reader.problems, steps.node->place, joined(fields.path, "steps"),
             fmt::format("{} steps need as many communities, and the network has {}; write fewer steps or "
                         "a smaller society.network.block",
                         steps.integer, communities));
  if (!step.node) {
    require_for_kind(reader.problems, fields, "every", word);
    return static_cast<int>(every.integer);
  }
  if (every.node)
    complain(reader.problems, every.node->key_place, joined(fields.path, "every"),
             "with step the use is that one step, at its own start; leave out step or every");
  if (counted && step.valid && step.integer > steps.integer)
    complain(reader.problems, step.node->place, joined(fields.path, "step"),
             fmt::format("{} is beyond the last of {} steps", step.integer, steps.integer));
  plan.step = static_cast<int>(step.integer) - 1;
  return 0;
}

void read_person(Reader& reader, const Fields& fields, std::string_view word, Allocation& plan) {
  const Field& person = fields["person"];
  if (!require_for_kind(reader.problems, fields, "person", word) || !person.valid) return;
  plan.person = person.integer;
  const std::int64_t persons = reader.society.plan.persons;
  if (persons > 0 && plan.person >= persons)
    complain(reader.problems, person.node->place, joined(fields.path, "person"),
             fmt::format("{} is beyond the last person, {} (persons are numbered from 0)", plan.person,
                         persons - 1));
}

/// `share` is written beside the allocation; inside it, it is said where it belongs.
Node without_share(Reader& reader, const Node& node, std::string_view path) {
  Node own = node;
  const auto share = std::find_if(own.children.begin(), own.children.end(),
                                  [](const Node& child) { return child.key == "share"; });
  if (share == own.children.end()) return own;
  complain(reader.problems, share->key_place, joined(path, "share"),
           "stands beside allocation, in the use itself");
  own.children.erase(share);
  return own;
}

}  // namespace

AllocationDraft read_allocation(Reader& reader, const Node* node, const Field& share, const Key& key,
                                std::string_view use_path) {
  AllocationDraft draft;
  const std::string path = joined(use_path, key.name);
  if (node && node->kind != Node::Kind::map) {
    complain(reader.problems, node->place, path,
             fmt::format("expected a map such as {{kind: everyone}}, found {}", described(*node)));
    return draft;
  }
  const Node own = node ? without_share(reader, *node, path) : Node{};
  const Fields fields = read_fields(reader.problems, own, key.children, path);
  const Field& kind = fields["kind"];
  if (!kind.valid) return draft;
  draft.plan.kind = kinds[fields.choice("kind")];
  report_foreign_keys(reader.problems, fields, kind.text);
  check_share(reader, share, draft.plan.kind, kind.text, use_path);
  switch (draft.plan.kind) {
  case Kind::stratified:
    if (require_for_kind(reader.problems, fields, "strata", kind.text))
      draft.plan.strata = read_strata(reader, *fields["strata"].node, joined(path, "strata"));
    break;
  case Kind::clusters:
  case Kind::saturation:
    read_clusters(reader, fields, kind.text, draft.plan);
    break;
  case Kind::stepped_wedge:
    draft.every = read_steps(reader, fields, kind.text, draft.plan);
    break;
  case Kind::person:
    read_person(reader, fields, kind.text, draft.plan);
    break;
  case Kind::simple:
  case Kind::everyone:
    break;
  }
  return draft;
}

}  // namespace kindred::scenario
