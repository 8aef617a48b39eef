#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/bench/ensembles.hpp"
#include "sim/bench/machine.hpp"

/// The two models as contenders, each beside naive programs that compute the same.
namespace kindred::bench {

/// What a contender computed, so that a reader sees that all did the same work.
struct Answer {
  std::string section, label;
  std::int64_t persons;
  int weeks;
  double mean, sd;  ///< averaging: of opinions; attachment: of the first quadrant column
  double share;     ///< attachment: coupled persons; averaging: 0
};

/// What floors are computed from, by section, persons and width.
struct Counted {
  std::string section;
  std::int64_t persons;
  int width;
  Traffic traffic;
  DrawCounts draws;
  OperationCounts operations;
};

struct Timed {
  std::vector<Contender> contenders;
  std::vector<Answer> answers;
  std::vector<Counted> counted;
};

struct Effort {
  std::vector<int> widths;
  int threads;     ///< of the rows on several threads; 1 = no such rows
  double seconds;  ///< wanted length of a sample
  InstructionSet instruction_set;
};

/// The published workload: a Watts-Strogatz graph of degree 10 with 10 % rewired, rates between .05 and .15.
SocietyPlan averaging_society(std::int64_t persons);
World averaging_world();

/// Opinion averaging among `persons`: the engine, a naive program, NumPy with SciPy.
void add_averaging(Timed& timed, std::int64_t persons, const Effort& effort);

/// The attachment model on the default community network, from the moment when bonds have formed: the
/// engine, the reference program in double and in float, and 16 ensembles side by side for 10,000 persons.
void add_attachment(Timed& timed, std::int64_t persons, const Effort& effort);

inline constexpr int averaging_weeks = 100;  ///< before opinions are read and timed
inline constexpr int warm_up_weeks = 60;     ///< until bonds have formed, so that every phase has work
inline constexpr int longest_stretch = 20;   ///< weeks that are timed from there, again and again
/// Operations are counted in an ensemble of this width, where every row folds over its own acquaintances.
inline constexpr int counted_width = 8;
inline constexpr std::int64_t counted_persons = 2048;
/// Larger societies are not sent back before a sample, which would take as much memory again.
inline constexpr std::int64_t most_kept_persons = 500000;
inline constexpr int ensembles_side_by_side = 16;
inline constexpr std::int64_t side_by_side_persons = 10000;

}  // namespace kindred::bench
