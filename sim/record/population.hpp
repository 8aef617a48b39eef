#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/engine/ensemble.hpp"

/// Population summaries of one frame: exact moments and quantiles per world, for everybody and for each
/// quadrant ("style") of the model's first quadrant read-out.
namespace kindred::record {

/// Recorded quantiles. Between order statistics they interpolate linearly (Hyndman & Fan 1996, type 7),
/// the default of NumPy and R.
inline constexpr std::array recorded_quantiles{.05, .25, .5, .75, .95};

/// One group of persons and one outcome. NaN where the group is empty (SD: fewer than two).
struct Moments {
  double mean;
  double sd;  ///< n - 1 in the denominator
  std::array<double, recorded_quantiles.size()> quantile;
};

/// What is recorded of one world in one frame. Groups: everybody, then the quadrants by label.
struct PopulationFrame {
  std::vector<std::int32_t> persons;          ///< [group]
  std::vector<std::int32_t> coupled;          ///< [group] persons with a bond
  std::vector<std::int32_t> broke, formed;    ///< [group] persons whose bond ended / began this week
  std::vector<std::vector<Moments>> outcome;  ///< [outcome][group]
};

/// Number of groups of a model's summaries: 1, or 1 + 4 when it declares a quadrant read-out.
std::size_t group_count(const ModelDeclaration& model);

/// Quadrant of every person in a world, [person]; all 0 for a model without quadrants.
std::vector<std::uint8_t> quadrants(const Ensemble<float>& ensemble, int world);

/// Frame of every world of the ensemble, once.
std::vector<PopulationFrame> summarise(const Ensemble<float>& ensemble);

/// Adds only this week's bond events to `into`: for weeks between two frames.
void add_bond_events(const Ensemble<float>& ensemble, int world, PopulationFrame& into);

}  // namespace kindred::record
