#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/bench/models_timed.hpp"

/// `kindred bench`: everything measured in one run, in interleaved rounds (README.md of this folder).
namespace kindred::bench {

struct Options {
  std::vector<std::int64_t> averaging, attachment;  ///< persons
  std::vector<int> widths = {1, 8, 16};
  int rounds = 9;
  double seconds = 0.02;  ///< wanted length of a sample
  int threads = 2;        ///< of the rows on several threads; 1 = no such rows
};

enum class Extent { quick, usual, large, full };

/// @param threads  0 = two, or one where there is only one core
Options options_of(Extent extent, int threads);

struct Result {
  Options options;
  Machine machine;
  double others_before = 0, others_during = 0;  ///< cores that others kept busy
  double seconds = 0;                           ///< the whole took
  MachineRates rates;
  std::vector<Row> rows;
  std::vector<Answer> answers;
  std::vector<Counted> counted;
};

/// Measures. `progress` hears what is being done.
Result measure(const Options& options, const std::function<void(const std::string&)>& progress);

/// True when others left the machine alone, before and while it was measured.
bool idle(const Result& result);
/// Rows on several threads count only on an idle machine; those on one thread are CPU time.
bool reliable(const Result& result, const Row& row);

/// The naive program in double (C++) that a row of a model is compared with; nullptr for other rows.
const Row* naive_of(const Result& result, const Row& row);
/// The row of the same work on one thread; nullptr for those that are it.
const Row* on_one_thread(const Result& result, const Row& row);
/// The floor of an ensemble's row, per person-week and world; none for other rows.
std::optional<Floor> floor_of(const Result& result, const Row& row);
const Counted* counted_of(const Result& result, const Row& row);

}  // namespace kindred::bench
