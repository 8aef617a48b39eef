#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/record/population.hpp"
#include "sim/record/saved_state.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/summariser.hpp"
#include "sim/record/world_past.hpp"

namespace kindred::record {

/// Records the worlds of one ensemble of one replicate. Buffers whole chunks; what it submits depends on
/// states only, so recording more or less, or in another order, changes no other dataset.
class Recorder {
 public:
  /// @param first_arm  arm of the ensemble's world 0; its worlds are consecutive arms.
  Recorder(const Plan& plan, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
           int first_arm, int replicate);

  /// Looks at the state after the week just done (or before the first); call once a week, in order.
  void observe(const Ensemble<float>& ensemble);
  /// Hands in what is left when the study is over.
  void finish(const Ensemble<float>& ensemble);

  /// Takes the place of every week before the study: its worlds lived through their burn-in elsewhere.
  /// @param past  [world]
  void go_on_from(std::vector<WorldPast> past);

  /// What has been seen and is not in the spool, or tells where to go on in it.
  void save(StateWriter& out) const;
  /// Takes the place of every week observed until the state was saved.
  /// @throws IoError when the state does not fit
  void restore(StateReader& in);

  /// Summaries of the last recorded frame, by world.
  const std::vector<PopulationFrame>& last_frame() const { return last_frame_; }

 private:
  using Buffer = RecorderState::Buffer;

  void append_hashes(std::span<const std::uint64_t> hashes);
  void observe_population(const Ensemble<float>& ensemble);
  void observe_persons(const Ensemble<float>& ensemble);
  void append(std::size_t dataset, int world, std::vector<std::byte> frame);
  void submit(std::size_t dataset, int world, Buffer& buffer);
  void submit_spells(const std::vector<Spell>& spells, int world);
  template <class T>
  std::vector<T> panel_values(const Ensemble<float>& ensemble, int world,
                              const PanelVariable& variable) const;
  void draw_errors(const Ensemble<float>& ensemble);

  const Plan& plan_;
  const StudyFile& study_;
  Spool& spool_;
  int first_arm_;
  int replicate_;
  std::vector<std::int32_t> sample_;
  std::vector<std::vector<double>>
      errors_;  ///< [instrument][person of the sample] of this week; empty = not read
  Summariser summariser_;
  std::vector<PopulationFrame> last_frame_;
  std::vector<PopulationFrame> between_;  ///< bond events since the last frame, by world
  std::vector<SpellKeeper> spells_;
  BondWatch bonds_;
  std::vector<std::uint64_t> spell_rows_;  ///< handed in so far, by world
  std::map<std::pair<std::size_t, int>, Buffer> buffers_;
  std::size_t next_population_ = 0, next_person_ = 0;
};

/// Traits and graph of society number s, read from the ensembles that hold its arms.
void record_society(const Plan& plan, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
                    int first_arm, int s);

/// The numeric coordinates among the first `own` datasets; those behind belong to somebody else.
void record_coordinates(const Plan& plan, const StudyFile& study, Spool& spool, std::size_t own);

}  // namespace kindred::record
