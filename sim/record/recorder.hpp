#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "sim/engine/ensemble.hpp"
#include "sim/record/population.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/study_file.hpp"

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

  /// What has been seen and is not in the spool, or tells where to go on in it.
  void save(StateWriter& out) const;
  /// Takes the place of every week observed until the state was saved.
  /// @throws IoError when the state does not fit
  void restore(StateReader& in);

  /// Summaries of the last recorded frame, by world.
  const std::vector<PopulationFrame>& last_frame() const { return last_frame_; }

 private:
  /// Chunk rows of one (dataset, arm) that wait until the chunk is whole.
  struct Buffer {
    std::vector<std::byte> bytes;
    std::uint64_t rows = 0;   ///< frames in it
    std::uint64_t chunk = 0;  ///< number of the chunk along time
  };

  /// Stops the run when a state has left its declared range or is not a number: what follows from it would
  /// be wrong without a sign. Looked for once a year and at the end.
  /// @throws ConfigError naming arm, week, person, quantity and value.
  void check_soundness(const Ensemble<float>& ensemble) const;
  static constexpr int soundness_period = 52;
  void observe_population(const Ensemble<float>& ensemble);
  void observe_persons(const Ensemble<float>& ensemble);
  void append(std::size_t dataset, int world, std::vector<std::byte> frame);
  void submit(std::size_t dataset, int world, Buffer& buffer);
  void submit_spells(const std::vector<Spell>& spells, int world);
  template <class T>
  std::vector<T> panel_values(const Ensemble<float>& ensemble, int world,
                              const PanelVariable& variable) const;
  double panel_value(const Ensemble<float>& ensemble, int world, std::int64_t person,
                     const PanelVariable& v) const;

  const Plan& plan_;
  const StudyFile& study_;
  Spool& spool_;
  int first_arm_;
  int replicate_;
  std::vector<std::int32_t> sample_;
  std::vector<PopulationFrame> last_frame_;
  std::vector<PopulationFrame> between_;  ///< bond events since the last frame, by world
  std::vector<SpellKeeper> spells_;
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
