#include "sim/engine/society.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/core/errors.hpp"
#include "sim/graph/generators.hpp"
#include "sim/graph/graph_file.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

namespace {

bool has_blocks(const NetworkPlan& network) {
  return network.kind == NetworkPlan::Kind::community || network.kind == NetworkPlan::Kind::blocks;
}

std::vector<std::int32_t> blocks_of(const NetworkPlan& network, std::int64_t persons) {
  std::vector<std::int32_t> community;
  for (std::int64_t i = 0; has_blocks(network) && i < persons; ++i)
    community.push_back(static_cast<std::int32_t>(i / network.block));
  return community;
}

/// The file's own communities, taken out of the persons' traits.
std::vector<std::int32_t> take_communities(graph::GraphFile& file) {
  constexpr double largest = 1e6;
  const auto found = file.attributes.find("community");
  if (found == file.attributes.end()) return {};
  std::vector<std::int32_t> community;
  for (const float x : found->second) {
    const double value = static_cast<double>(x);
    if (!(value >= 0 && value <= largest && value == std::floor(value)))
      throw ConfigError(Problem{
          "", 0, 0,
          fmt::format("society.network.path: 'community' of person {} is {}; communities are whole numbers "
                      "from 0 to {}",
                      community.size(), value, largest)});
    community.push_back(static_cast<std::int32_t>(value));
  }
  file.attributes.erase(found);
  return community;
}

bool needs_communities(const ProgrammePlan& programme) {
  using Kind = Allocation::Kind;
  const Allocation& a = programme.allocation;
  const bool by_cluster = a.kind == Kind::clusters || a.kind == Kind::saturation;
  return a.kind == Kind::stepped_wedge || (by_cluster && a.unit == Allocation::Unit::communities) ||
         std::any_of(programme.who.begin(), programme.who.end(),
                     [](const Condition& c) { return c.kind == Condition::Kind::community; });
}

}  // namespace

Society make_society(const SocietyPlan& plan, Seed seed, std::uint32_t s) {
  const PhiloxKey key = society_key(seed, s);
  if (plan.network.kind != NetworkPlan::Kind::file)
    return {graph::make(plan.network, plan.persons, key), key, {}, {}, {},
            blocks_of(plan.network, plan.persons)};
  graph::GraphFile file = graph::read_graph_file(plan.network.path);
  const std::int64_t persons = graph::persons_of(file.graph);
  if (plan.persons != 0 && plan.persons != persons)
    throw ConfigError(
        Problem{"", 0, 0,
                fmt::format("society.persons: {} where the network file has {}; leave the key out",
                            plan.persons, persons)});
  std::vector<std::int32_t> community = take_communities(file);
  return {std::move(file.graph),      key,
          std::move(file.attributes), std::move(file.labels),
          std::move(file.notes),      std::move(community)};
}

void check_attributes(const ModelDeclaration& model, const Society& society) {
  std::vector<Problem> problems;
  std::string known;
  for (const ColumnDeclaration& c : model.person_columns)
    if (c.storage == Storage::shared)
      known += (known.empty() ? "" : ", ") + std::string(c.alias.empty() ? c.name : c.alias);
  for (const auto& [name, values] : society.attributes) {
    const auto wanted = [&, &attribute = name](const ColumnDeclaration& c) {
      return c.storage == Storage::shared && (c.name == attribute || c.alias == attribute);
    };
    const auto column = std::find_if(model.person_columns.begin(), model.person_columns.end(), wanted);
    if (column == model.person_columns.end()) {
      problems.push_back(
          {"", 0, 0,
           fmt::format("society.network.path: the file gives persons a '{}', which is no fixed "
                       "trait of the model; it has {}",
                       name, known)});
      continue;
    }
    const auto wrong = std::find_if(values.begin(), values.end(), [&](float x) {
      const bool code = column->unit == "flag" || column->unit == "code";
      return !column->range.contains(static_cast<double>(x)) || (code && x != std::floor(x));
    });
    if (wrong != values.end())
      problems.push_back(
          {"", 0, 0,
           fmt::format("society.network.path: '{}' of person {} is {}; allowed is {} to {} ({})", name,
                       wrong - values.begin(), *wrong, column->range.low, column->range.high,
                       column->meaning)});
  }
  if (!problems.empty()) throw ConfigError(problems);
}

namespace {

/// What a society cannot give to a programme; empty = nothing.
std::string impossible(const ProgrammePlan& programme, const Society& society) {
  const Allocation& how = programme.allocation;
  if (society.community.empty() && needs_communities(programme))
    return "is given by community, and this network has none; networks of kind community and blocks have, "
           "and "
           "files with a column 'community'";
  const std::set<std::int32_t> communities(society.community.begin(), society.community.end());
  if (how.kind == Allocation::Kind::stepped_wedge && static_cast<std::size_t>(how.steps) > communities.size())
    return fmt::format("has {} steps, and this network has only {} communities", how.steps,
                       communities.size());
  for (const Condition& condition : programme.who) {
    if (condition.kind != Condition::Kind::community) continue;
    for (const int label : condition.labels)
      if (!communities.contains(label))
        return fmt::format("is for community {}, which this network does not have; it has {}", label,
                           fmt::join(communities, ", "));
  }
  if (how.kind == Allocation::Kind::person && how.person >= society.persons())
    return fmt::format("allocation.person is {}; persons of this society are numbered 0 to {}", how.person,
                       society.persons() - 1);
  return "";
}

}  // namespace

void check_allocations(const Plan& plan, const Society& society) {
  std::vector<Problem> problems;
  std::set<std::string> said;  // the steps of a wedge would all say the same
  for (const ArmPlan& arm : plan.arms)
    for (const ProgrammePlan& programme : arm.programmes) {
      const std::string why = impossible(programme, society);
      const std::string text = fmt::format("arms.{}: programme '{}' {}", arm.name, programme.name, why);
      if (!why.empty() && said.insert(text).second) problems.push_back({"", 0, 0, text});
    }
  if (!problems.empty()) throw ConfigError(problems);
}

std::int64_t Society::bytes() const {
  std::size_t numbers = graph.position.size() + community.size();
  for (const auto* part :
       {&graph.row_offset, &graph.neighbour, &graph.half_tie_tie, &graph.tie_low, &graph.tie_high})
    numbers += part->size();
  for (const auto& [name, values] : attributes) numbers += values.size();
  return static_cast<std::int64_t>(numbers * sizeof(std::int32_t));
}

PhiloxKey replicate_noise(Seed seed, int s, int r) {
  return noise_key(seed, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(r));
}

}  // namespace kindred
