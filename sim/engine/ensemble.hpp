#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/columns.hpp"
#include "sim/engine/contract.hpp"
#include "sim/engine/distant_ties.hpp"
#include "sim/engine/invariant_watch.hpp"
#include "sim/engine/lane_plan.hpp"
#include "sim/engine/row_slices.hpp"
#include "sim/engine/society.hpp"
#include "sim/engine/state_hash.hpp"

/// W worlds of one replicate, advanced together: one luck, many worlds. The worlds share the society and
/// every draw and differ in parameters and programmes only, so the difference between two of them for
/// one person is that person's effect, with no noise in between.
namespace kindred {

class StateReader;
class StateWriter;

struct EnsembleSetup {
  const Model* model;
  const Society* society;
  PhiloxKey noise;
  int burn_in;  ///< weeks before the study
  int width;    ///< 1, 2, 4, 8 or 16; worlds beyond worlds.size() repeat the last one
  std::vector<World> worlds;
  PhaseTable phases;      ///< the model's phase table for the instruction set in use
  bool threads = true;    ///< rows over threads; off when ensembles run side by side
  int switches_from = 0;  ///< study week from which switch parameters hold; their defaults do before
  /// hash_kernel(isa): every week's state is hashed and looked at for values that are not finite; null = not
  const HashKernel* hash_states = nullptr;
  /// Worlds that are still equal are advanced one by one all the same, to measure what worlds cost.
  bool keep_apart = false;
};

/// `Real` is float in runs and double in the reference build.
template <class Real>
class Ensemble {
 public:
  explicit Ensemble(EnsembleSetup setup);

  /// Advances one week: allots programmes that begin, then runs the schedule.
  void advance();

  int weeks_done() const { return static_cast<int>(week_); }
  int study_week() const { return weeks_done() - setup_.burn_in; }
  int width() const { return setup_.width; }
  /// Lanes that a row has now: fewer than width() while worlds are still the same (lane_plan.hpp).
  int lanes() const { return lanes_.lanes; }
  int worlds() const { return static_cast<int>(setup_.worlds.size()); }
  std::int64_t persons() const { return setup_.society->persons(); }
  std::int64_t ties() const { return setup_.society->ties(); }
  const Model& model() const { return *setup_.model; }
  const Society& society() const { return *setup_.society; }
  PhiloxKey noise() const { return setup_.noise; }

  /// Views are good until the next week: worlds may get lanes of their own then.
  ColumnView<Real> person(int column) const;
  ColumnView<std::int32_t> person_index(int column) const;
  ColumnView<Real> tie(int column) const;
  /// 1 where a person was allotted to (is still enrolled in) the programme of a slot.
  ColumnView<Real> treated(int slot) const;
  ColumnView<Real> enrolled(int slot) const;
  /// [person] 1 = the draw decided about the person when the slot's programme began in that world; empty
  /// before (allotment.hpp).
  const std::vector<std::uint8_t>& eligible(int slot, int world) const;
  int slots() const { return static_cast<int>(slots_.size()); }
  /// What is known of every week's state (state_hash.hpp); null when the setup does not ask for it.
  const StateHasher* hasher() const { return hasher_ ? &*hasher_ : nullptr; }
  /// Everything at once, for checks of invariants. Single precision only. @throws Bug for double
  StateView state_view(bool week_over = true) const;

  /// Writes what changes from week to week; restore() into an ensemble of the same setup goes on from there,
  /// on any instruction set, to the same bits.
  void save(StateWriter& out) const;
  /// @throws IoError when the state is of another shape
  void restore(StateReader& in);

  /// Takes over a burn-in that was lived through elsewhere: the rows from `first` on of a column that is
  /// stored per world, as bytes of its element type. Every such column of every world, then begin_study().
  /// @throws Bug for a column that is shared or derived, or for rows that there are not
  void place(Entity of, int column, int world, std::int64_t first, std::span<const std::byte> values);
  /// Week 0 of the study comes next.
  void begin_study();

  /// Bytes of an ensemble with all its columns, before it is made; its society comes on top.
  static std::int64_t bytes_needed(const EnsembleSetup& setup);
  std::int64_t bytes() const { return bytes_needed(setup_); }

 private:
  struct Slot {
    AlignedBuffer treated, enrolled;                                             // [row][world]
    AlignedBuffer on_course, started, adherence_exponent, drop_out, maintained;  // [tile]
    AlignedBuffer dose;                                                          // [input][tile]
    std::vector<std::vector<std::uint8_t>> eligible;                             // [world][person]
  };

  void make_columns();
  void choose_lanes();
  void part_worlds();
  double parameter_now(const World& world, std::size_t parameter) const;
  void fill_parameters();
  void make_slots();
  void take_attributes(const PhaseDeclaration& phase);
  void start_society();
  void allot_programmes();
  void set_course_weeks();
  PhaseArguments arguments(PhiloxKey key);
  void run_phase(int phase, const PhaseArguments& arguments);
  void make_hasher();
  void hash_anew();
  void check_invariants(int phase);

  EnsembleSetup setup_;
  std::int64_t rows_;  // persons, rounded up so that a register never ends inside a row
  std::int64_t padded_ties_;
  std::uint32_t week_ = 0;
  int parting_week_;  // study week from which every world has a lane of its own
  LanePlan lanes_;
  bool programmes_running_ = false;
  ColumnArena arena_;
  std::vector<AlignedBuffer> person_, tie_;
  std::vector<void*> person_pointers_, tie_pointers_;
  std::vector<std::uint8_t> person_once_, tie_once_;
  AlignedBuffer parameters_, constants_, tie_draw_, position_, adherence_draw_, maintenance_draw_;
  std::vector<std::int32_t> tie_low_, tie_high_;  // padded copies
  DistantTies distant_;                           // empty when all is in the caches
  RowSlices slices_;                              // empty when no phase folds over persons only
  std::vector<Slot> slots_;
  std::vector<SlotArguments> slot_arguments_;
  std::optional<StateHasher> hasher_;
  InvariantWatch invariants_;
};

extern template class Ensemble<float>;
extern template class Ensemble<double>;

}  // namespace kindred
