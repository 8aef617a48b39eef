#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/plan.hpp"
#include "sim/engine/columns.hpp"
#include "sim/engine/contract.hpp"
#include "sim/engine/society.hpp"

/// W worlds of one replicate, advanced together: one luck, many worlds. The worlds share the society and
/// every draw and differ in parameters and programmes only, so the difference between two of them for
/// one person is that person's effect, with no noise in between.
namespace kindred {

class StateReader;
class StateWriter;

/// One possible history: parameters and interventions. It has no seed of its own.
struct World {
  std::vector<double> parameters;         ///< by index of the model's declaration
  std::vector<ProgrammePlan> programmes;  ///< slot by slot
};

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
  int worlds() const { return static_cast<int>(setup_.worlds.size()); }
  std::int64_t persons() const { return setup_.society->persons(); }
  std::int64_t ties() const { return setup_.society->ties(); }
  const Model& model() const { return *setup_.model; }
  const Society& society() const { return *setup_.society; }
  PhiloxKey noise() const { return setup_.noise; }

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

  /// Writes what changes from week to week; restore() into an ensemble of the same setup goes on from there,
  /// on any instruction set, to the same bits.
  void save(StateWriter& out) const;
  /// @throws IoError when the state is of another shape
  void restore(StateReader& in);

  /// Bytes of all columns of an ensemble, before it is made.
  static std::int64_t bytes_needed(const ModelDeclaration& model, std::int64_t persons, std::int64_t ties,
                                   int width, int slots);

 private:
  struct Slot {
    AlignedBuffer treated, enrolled;                                             // [row][world]
    AlignedBuffer on_course, started, adherence_exponent, drop_out, maintained;  // [tile]
    AlignedBuffer dose;                                                          // [input][tile]
    std::vector<std::vector<std::uint8_t>> eligible;                             // [world][person]
  };

  void make_columns();
  double parameter_now(const World& world, std::size_t parameter) const;
  void fill_parameters();
  void make_slots();
  void take_attributes(const PhaseDeclaration& phase);
  void start_society();
  void allot_programmes();
  void set_course_weeks();
  PhaseArguments arguments(PhiloxKey key);
  void run_phase(int phase, const PhaseArguments& arguments);

  EnsembleSetup setup_;
  std::int64_t rows_;  // persons, rounded up so that a register never ends inside a row
  std::int64_t padded_ties_;
  std::uint32_t week_ = 0;
  bool programmes_running_ = false;
  std::vector<AlignedBuffer> person_, tie_;
  std::vector<void*> person_pointers_, tie_pointers_;
  std::vector<std::uint8_t> person_once_, tie_once_;
  AlignedBuffer parameters_, constants_, tie_draw_, position_, adherence_draw_, maintenance_draw_;
  std::vector<std::int32_t> tie_low_, tie_high_;  // padded copies
  std::vector<Slot> slots_;
  std::vector<SlotArguments> slot_arguments_;
};

extern template class Ensemble<float>;
extern template class Ensemble<double>;

}  // namespace kindred
