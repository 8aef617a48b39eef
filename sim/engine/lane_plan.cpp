#include "sim/engine/lane_plan.hpp"

#include <algorithm>
#include <limits>

namespace kindred {

namespace {

bool agree(const ModelDeclaration& model, const World& a, const World& b) {
  for (std::size_t p = 0; p < model.parameters.size(); ++p)
    if (!model.parameters[p].is_switch && a.parameters[p] != b.parameters[p]) return false;
  return true;
}

}  // namespace

LanePlan lanes_apart(int worlds, int width) {
  LanePlan plan{width, {}, {}};
  for (int k = 0; k < tile_width; ++k)
    plan.of[static_cast<std::size_t>(k)] = plan.world[static_cast<std::size_t>(k)] =
        static_cast<std::uint8_t>(std::min(k, worlds - 1));
  return plan;
}

LanePlan lanes_shared(const ModelDeclaration& model, std::span<const World> worlds, int width) {
  std::vector<std::size_t> kinds;  // a world of each
  LanePlan plan;
  for (std::size_t w = 0; w < worlds.size(); ++w) {
    const auto same = std::find_if(kinds.begin(), kinds.end(),
                                   [&](std::size_t k) { return agree(model, worlds[k], worlds[w]); });
    plan.of[w] = static_cast<std::uint8_t>(same - kinds.begin());
    if (same == kinds.end()) kinds.push_back(w);
  }
  while (plan.lanes < static_cast<int>(kinds.size())) plan.lanes *= 2;
  if (plan.lanes >= width) return lanes_apart(static_cast<int>(worlds.size()), width);
  for (std::size_t w = worlds.size(); w < tile_width; ++w) plan.of[w] = plan.of[worlds.size() - 1];
  for (std::size_t l = 0; l < tile_width; ++l)
    plan.world[l] = static_cast<std::uint8_t>(kinds[std::min(l, kinds.size() - 1)]);
  return plan;
}

int parting_week(const ModelDeclaration& model, std::span<const World> worlds, int switches_from) {
  int week = std::numeric_limits<int>::max();
  for (const World& world : worlds) {
    for (const ProgrammePlan& programme : world.programmes) week = std::min(week, programme.start);
    for (std::size_t p = 0; p < model.parameters.size(); ++p)
      if (model.parameters[p].is_switch && world.parameters[p] != worlds.front().parameters[p])
        week = std::min(week, switches_from);
  }
  return week;
}

}  // namespace kindred
