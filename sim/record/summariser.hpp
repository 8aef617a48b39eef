#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/record/order_statistics.hpp"
#include "sim/record/population.hpp"

namespace kindred::record {

/// Makes the frames of an ensemble, week after week; its buffers and guesses last as long as it does. Worlds
/// that share a lane are looked at once.
class Summariser {
 public:
  /// With the instruction set in use.
  Summariser();
  explicit Summariser(const SummaryKernel& kernel) : kernel_(&kernel) {}
  /// Frame of every world, computed in parallel over rows and outcomes.
  std::vector<PopulationFrame> frames(const Ensemble<float>& ensemble);
  /// What the buffers take for as long as it lives.
  std::int64_t bytes_needed(std::size_t outcomes, std::int64_t persons, int lanes) const;

 private:
  /// Persons of one lane, [group].
  struct LaneCounts {
    std::array<std::int32_t, 1 + summary_styles> persons{}, coupled{};
  };
  /// Values found in the windows of one outcome.
  struct Finds {
    std::vector<float> values;
    std::vector<Found> lists;  ///< [lane][style]
    OrderStatistics::Room room;
    std::vector<float> all;
  };
  struct Tally;
  /// Values that the windows of a style may hold.
  static std::size_t room_of(std::int64_t persons);
  void prepare(const Ensemble<float>& ensemble);
  void mark_rows(const Ensemble<float>& ensemble);
  void mark_chunk(const Ensemble<float>& ensemble, std::int64_t chunk, std::vector<LaneCounts>& counts);
  void count_events(const Ensemble<float>& ensemble, std::vector<PopulationFrame>& frames) const;
  void look_around(const OutcomeDeclaration& outcome, std::size_t o, Tally& tally);
  void run_through(const Ensemble<float>& ensemble, std::size_t first, std::span<Tally> tallies);
  OrderStatistics::Quantiles look_at_all(const Ensemble<float>& ensemble, std::size_t o, int lane,
                                         bool numbers);
  void hand_in(const Ensemble<float>& ensemble, std::size_t o, int lane, const Tally& tally,
               std::vector<PopulationFrame>& frames);
  int style_of(std::int64_t row, int lane) const;
  std::span<const std::int32_t> persons_of(const OutcomeDeclaration& outcome, int lane) const;

  const SummaryKernel* kernel_;
  int lanes_ = 0;                                    ///< of a row
  std::vector<int> lane_of_;                         ///< [world]
  std::vector<int> world_of_lane_;                   ///< the first; -1 = none
  std::vector<std::uint16_t> mark_;                  ///< [block][word]
  std::vector<std::uint32_t> row_;                   ///< [block][part][style][row of the block]
  std::vector<std::uint32_t> rows_;                  ///< [block][part][style]
  std::vector<LaneCounts> counts_;                   ///< [lane]
  std::vector<std::vector<OrderStatistics>> order_;  ///< [outcome][world]
  std::vector<Finds> finds_;                         ///< [outcome]
};

}  // namespace kindred::record
