#include "sim/engine/society.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/errors.hpp"
#include "sim/graph/generators.hpp"
#include "sim/graph/graph_file.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

Society make_society(const SocietyPlan& plan, Seed seed, std::uint32_t s) {
  const PhiloxKey key = society_key(seed, s);
  if (plan.network.kind != NetworkPlan::Kind::file)
    return {graph::make(plan.network, plan.persons, key), key, {}, {}, {}};
  graph::GraphFile file = graph::read_graph_file(plan.network.path);
  const std::int64_t persons = graph::persons_of(file.graph);
  if (plan.persons != 0 && plan.persons != persons)
    throw ConfigError(
        Problem{"", 0, 0,
                fmt::format("society.persons: {} where the network file has {}; leave the key out",
                            plan.persons, persons)});
  return {std::move(file.graph), key, std::move(file.attributes), std::move(file.labels),
          std::move(file.notes)};
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

PhiloxKey replicate_noise(Seed seed, int s, int r) {
  return noise_key(seed, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(r));
}

}  // namespace kindred
