#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// How things are timed here: every contender once, then all of them again, round after round, so that what
/// the machine does meanwhile meets all of them alike. A time is the median over the rounds, with the range.
namespace kindred::bench {

/// Seconds that one sample took.
struct Times {
  double wall = 0;
  double cpu = 0;  ///< of the calling thread for one thread, else of the process
};

struct Spread {
  double median, low, high;
};

/// @throws Bug when there is no value. An even number of values has the mean of the middle two as median.
Spread spread_of(std::span<const double> values);

/// numerator / denominator, round by round.
Spread ratio_of(std::span<const double> numerator, std::span<const double> denominator);

/// Times a body that uses `threads` threads.
Times timed(int threads, const std::function<void()>& body);

/// One line of the result: what is timed, and its rounds.
struct Row {
  std::string section;       ///< "machine", "averaging" or "attachment"
  std::string label;         ///< the contender's name, unique with what follows
  std::int64_t persons = 0;  ///< of one society; 0 = not about persons
  int width = 0;             ///< worlds of an ensemble; 0 = not an ensemble
  int threads = 1;
  std::string unit;           ///< what one is: "person-week", "byte", "draw", "operation", "cycle"
  double units = 0;           ///< per sample
  double bytes_per_unit = 0;  ///< memory for one person (all its worlds); 0 = not told
  std::string skipped;        ///< why there are no rounds; empty = there are
  std::vector<Times> rounds = {};
  int ensembles = 1;  ///< that run side by side

  /// Nanoseconds per unit in each round: CPU time of one thread, elapsed time of several.
  std::vector<double> nanoseconds() const;
};

struct Contender {
  Row row;
  std::function<Times()> sample;  ///< empty for a skipped row
};

/// Runs all contenders `rounds` times in turn and fills their rows. `progress` hears the share done.
void run_rounds(std::span<Contender> contenders, int rounds, const std::function<void(double)>& progress);

/// How often to repeat what takes `seconds` so that a sample takes about `wanted` seconds; at least once.
std::int64_t repetitions(double seconds, double wanted);

}  // namespace kindred::bench
