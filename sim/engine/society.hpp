#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/graph/acquaintance_graph.hpp"
#include "sim/random/philox.hpp"

namespace kindred {

/// Persons and who knows whom, drawn once from a society key and shared by every world on it.
struct Society {
  graph::AcquaintanceGraph graph;
  PhiloxKey key;
  /// Columns read from a file (by column name, one value per person); they replace the drawn ones.
  std::map<std::string, std::vector<float>> attributes;
  std::vector<std::string> labels = {};  ///< what a network file calls the persons; empty for drawn networks
  std::vector<std::string> notes = {};   ///< what was read past in a network file
  /// [person] number of the person's community, from 0: the block of a drawn network, or the file's own
  /// column `community`. Empty when the network has none.
  std::vector<std::int32_t> community = {};

  std::int64_t persons() const { return static_cast<std::int64_t>(graph.row_offset.size()) - 1; }
  std::int64_t ties() const { return static_cast<std::int64_t>(graph.tie_low.size()); }
  std::int64_t bytes() const;  ///< of the memory, labels aside
};

/// Society number s of a plan. Throws ConfigError when a network file is wrong.
Society make_society(const SocietyPlan& plan, Seed seed, std::uint32_t s);

/// Refuses attributes that are no fixed trait of the model, and values outside its range.
/// @throws ConfigError naming the trait, the first wrong person and value, and what is allowed.
void check_attributes(const ModelDeclaration& model, const Society& society);

/// Refuses programmes that choose by community in a society without communities, or a person whom the society
/// does not have: found out before the first week.
/// @throws ConfigError naming arm and programme
void check_allocations(const Plan& plan, const Society& society);

/// Key of the weekly and event draws of noise replicate r on society s.
PhiloxKey replicate_noise(Seed seed, int s, int r);

}  // namespace kindred
