#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/engine/row_slices.hpp"

/// Runs single phases of a model's schedule on copies of an ensemble's columns, so that a test can see what
/// a phase writes, and spoil what it should not read.
namespace kindred::support {

using Bytes = std::vector<unsigned char>;

/// Everything a week of the schedule changes. Columns hold 4-byte numbers, [row][world] or [row].
struct PhaseState {
  std::vector<Bytes> person, tie;  ///< by column, padded by one register
  Bytes tie_draw;                  ///< this week's luck of the ties, written by the tie phase
  std::vector<Bytes> enrolled;     ///< by slot
};

/// True when rows [begin, end) of two columns hold the same bits.
bool equal_rows(const Bytes& x, const Bytes& y, std::int64_t per_row, std::int64_t begin, std::int64_t end);

/// True when a list of a phase's declaration names the column.
bool declared(std::span<const int> list, std::size_t column);

class PhaseBench {
 public:
  /// @param worlds, burn_in, phases  what the ensemble was made with; programmes must have begun.
  PhaseBench(const Ensemble<float>& ensemble, std::vector<World> worlds, int burn_in, PhaseTable phases);

  /// The ensemble's state as it stands.
  PhaseState state() const;
  /// Runs a phase on rows (ties) [begin, end) of a state, in the week after the ensemble's last.
  void run(int phase, PhaseState& state, std::int64_t begin, std::int64_t end) const;
  /// The same for the whole range that the engine covers.
  void run(int phase, PhaseState& state) const { run(phase, state, 0, extent(phase)); }

  /// Puts NaN into the reals, and "none" into the indices, of rows [begin, end) of a column; of a tie column
  /// into all of it.
  void spoil_person(PhaseState& state, std::size_t column, std::int64_t begin, std::int64_t end) const;
  void spoil_tie(PhaseState& state, std::size_t column) const;

  const ModelDeclaration& model() const { return *ensemble_->model().declaration; }
  const graph::AcquaintanceGraph& graph() const { return ensemble_->society().graph; }
  std::int64_t persons() const { return ensemble_->persons(); }
  /// Numbers per row of a column: the width, or 1 when it is stored once.
  std::int64_t per_row(int column) const {
    return person_once_[static_cast<std::size_t>(column)] != 0 ? 1 : width_;
  }
  std::int64_t per_tie(int column) const {
    return tie_once_[static_cast<std::size_t>(column)] != 0 ? 1 : width_;
  }
  std::int64_t extent(int phase) const;

 private:
  struct Tiles {  // one slot
    std::vector<float> on_course, started, adherence_exponent, drop_out, maintained, dose;
  };
  template <class F>
  std::vector<float> tile(F of_world) const;
  void make_tiles();

  const Ensemble<float>* ensemble_;
  std::vector<World> worlds_;
  int burn_in_;
  PhaseTable phases_;
  std::int64_t width_, rows_, padded_ties_;
  std::vector<std::uint8_t> person_once_, tie_once_;
  std::vector<float> parameters_, constants_, position_, adherence_draw_, maintenance_draw_;
  std::vector<std::int32_t> tie_low_, tie_high_;
  RowSlices slices_;
  std::vector<Tiles> tiles_;
  std::vector<Bytes> treated_;
};

}  // namespace kindred::support
