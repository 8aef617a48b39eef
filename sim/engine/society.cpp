#include "sim/engine/society.hpp"

#include "sim/graph/generators.hpp"
#include "sim/graph/graph_file.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

Society make_society(const SocietyPlan& plan, Seed seed, std::uint32_t s) {
  const PhiloxKey key = society_key(seed, s);
  if (plan.network.kind != NetworkPlan::Kind::file)
    return {graph::make(plan.network, plan.persons, key), key, {}};
  graph::GraphFile file = graph::read_graph_file(plan.network.path);
  return {std::move(file.graph), key, std::move(file.attributes)};
}

PhiloxKey replicate_noise(Seed seed, int s, int r) {
  return noise_key(seed, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(r));
}

}  // namespace kindred
