#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/engine/contract.hpp"

/// Which worlds share a lane. Worlds of one ensemble differ in parameters and programmes only, so two whose
/// parameters agree are the same world, bit for bit, until a programme begins in one of them. Until then they
/// are advanced as one: a burn-in costs as many lanes as there are kinds of parameters, not as many as arms.
namespace kindred {

/// One possible history: parameters and interventions. It has no seed of its own.
struct World {
  std::vector<double> parameters;         ///< by index of the model's declaration
  std::vector<ProgrammePlan> programmes;  ///< slot by slot
};

struct LanePlan {
  int lanes = 1;                                 ///< values of a row in a column: 1, 2, 4, 8 or 16
  std::array<std::uint8_t, tile_width> of{};     ///< [world, and places beyond the last] its lane
  std::array<std::uint8_t, tile_width> world{};  ///< [lane] a world that lives in it
};

/// Every world has a lane of its own; those beyond the last repeat it.
/// @param width  1, 2, 4, 8 or 16, at least `worlds`
LanePlan lanes_apart(int worlds, int width);

/// Worlds whose parameters agree share a lane. Switches do not count: where they differ, they hold from the
/// parting week on only.
LanePlan lanes_shared(const ModelDeclaration& model, std::span<const World> worlds, int width);

/// The study week in which the first programme of any world begins, or switches begin to hold, when they
/// differ between worlds that are the same otherwise; a week that never comes when nothing parts them.
int parting_week(const ModelDeclaration& model, std::span<const World> worlds, int switches_from);

}  // namespace kindred
