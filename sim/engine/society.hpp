#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

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

  std::int64_t persons() const { return static_cast<std::int64_t>(graph.row_offset.size()) - 1; }
  std::int64_t ties() const { return static_cast<std::int64_t>(graph.tie_low.size()); }
};

/// Society number s of a plan. Throws ConfigError when a network file is wrong.
Society make_society(const SocietyPlan& plan, Seed seed, std::uint32_t s);

/// Key of the weekly and event draws of noise replicate r on society s.
PhiloxKey replicate_noise(Seed seed, int s, int r);

}  // namespace kindred
