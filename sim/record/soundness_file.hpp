#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/record/read_file.hpp"
#include "sim/record/soundness_faults.hpp"
#include "sim/record/soundness_graph.hpp"
#include "sim/record/soundness_structure.hpp"

/// Whether what a study's file says can be true: numbers held against the other numbers that imply them. It
/// does not look at hashes, so that it finds what somebody changed and hashed again.
namespace kindred::record {

/// A file under examination.
struct Examination {
  const FinishedFile& opened;
  const Promise& promise;
  Faults& faults;
  bool incomplete;                         ///< of an unfinished run: some values stand for "not there"
  std::int64_t persons;                    ///< of every society; -1 = not known
  std::vector<std::string> arms;           ///< names; empty = not known
  std::vector<std::int32_t> society_of{};  ///< [replicate]; empty = not known
};

/// Whether a row of a dataset stands for "not there": in a file of an unfinished run only.
bool is_absent(const Examination& of, const Dataset& dataset, double first_of_row);

/// The graphs of a file, one society in memory at a time.
class Graphs {
 public:
  explicit Graphs(const FinishedFile& opened) : opened_(opened) {}
  /// Rows `first` to `first + count - 1` of the table are those of a society.
  void note(std::int32_t society, std::int64_t first, std::int64_t count);
  bool any() const { return !rows_.empty(); }
  bool has(std::int32_t society) const { return rows_.contains(society); }
  /// Ascending; empty when the society has no rows.
  const Ties& of(std::int32_t society);

 private:
  const FinishedFile& opened_;
  std::map<std::int32_t, std::pair<std::int64_t, std::int64_t>> rows_;
  std::optional<std::int32_t> held_;
  Ties ties_;
};

/// Everything below. What cannot be decoded is left to whoever looks at every chunk.
void check_soundness(const FinishedFile& opened, const Promise& promise, Faults& faults);

/// Scales: weeks, numbers of replicates and persons, societies of replicates.
void check_coordinates(const Examination& of);
/// Group `population`: styles and everybody, figures and those behind them.
void check_population(const Examination& of);
/// Group `persons`: who is in the panel, partners of partners, styles against the population.
void check_panel(const Examination& of, Graphs& graphs);
/// Group `graph`. @returns where the ties of each society stand
Graphs check_graph(const Examination& of);
/// Groups `ties` and `closeness` against the graph, and bonds against the population's counts.
void check_ties(const Examination& of, Graphs& graphs);
/// Group `effects`.
void check_effects(const Examination& of);
/// Group `sweep`.
void check_sweep(const Examination& of);

}  // namespace kindred::record
