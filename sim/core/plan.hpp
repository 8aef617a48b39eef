#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What a scenario file says once it has been checked: plain values, names already resolved to indices
/// of the model's declarations. The scenario reader makes a Plan, the engine carries it out, the
/// recorder stores it. Weeks are steps; a study starts at week 0 and the burn-in lies before it.
namespace kindred {

/// A seed identifies a result, so it has no default and is not an arithmetic type.
struct Seed {
  explicit constexpr Seed(std::uint64_t v) : value(v) {}
  std::uint64_t value;
};

struct NetworkPlan {
  enum class Kind { community, watts_strogatz, erdos_renyi, scale_free, blocks, file };
  Kind kind = Kind::community;
  int acquaintances = 24;  ///< aimed-at mean degree; even for the ring kinds
  double rewiring = 0.2;   ///< share of ring ties rewired (community, watts_strogatz)
  int block = 128;         ///< persons per community (community) or per block (blocks)
  double within = 0.8;     ///< share of ties inside the own block (blocks)
  double exponent = 2.5;   ///< of the degree distribution (scale_free), > 2
  std::string path;        ///< edge list CSV or GraphML (file)
};

struct SocietyPlan {
  std::int64_t persons = 0;
  NetworkPlan network;
};

/// One condition of `who`: a column (or a score read from it) compared with a bound, or a quadrant label.
struct Condition {
  enum class Kind { column, instrument, quadrant, coupled };
  Kind kind = Kind::column;
  int index = 0;                       ///< into the declarations of that kind (unused for coupled)
  std::optional<double> above, below;  ///< strict; SD units for columns, raw points for instruments
  std::vector<int> labels;             ///< allowed quadrant labels; for coupled: {1} or {0}
};

struct ProgrammePlan {
  std::string name;
  int start = 0;                  ///< week of the study in which it begins
  int weeks = 0;                  ///< length of the course
  std::vector<double> dose;       ///< per week of practice, by input index
  double adherence_exponent = 0;  ///< adherence = u^exponent, mean 1 / (1 + exponent)
  double drop_out = 0;            ///< weekly probability at distress 0
  double maintained = 0;          ///< share who keep practising afterwards
  std::vector<Condition> who;     ///< all must hold, judged once at `start`
  double share = 1;               ///< of the eligible who are enrolled
  std::string group;              ///< slots of one group draw the same enrolment luck
};

struct ArmPlan {
  std::string name;
  std::string hypothesis;
  std::vector<double> parameters;  ///< every parameter of the model, by index
  std::vector<ProgrammePlan> programmes;
};

struct RecordPlan {
  int population_every = 1;            ///< weeks; 0 = not recorded
  int persons_every = 4;               ///< weeks; 0 = not recorded
  std::int64_t persons_sample = 2000;  ///< 0 = everybody
  std::vector<int> person_columns;     ///< by index
  std::vector<int> instruments;        ///< by index
  bool styles = true;                  ///< quadrants by latent value and, with instruments, by score
  bool ties = true;                    ///< bonds as spells
  bool society = true;                 ///< traits and acquaintance graph
  bool burn_in = false;                ///< frames from the start of the burn-in, not of the study
};

struct Plan {  // made whole with designated initialisers: a forgotten seed does not compile
  std::string title;
  Seed seed;
  int burn_in = 0;  ///< weeks
  int run = 0;      ///< weeks
  std::string model;
  SocietyPlan society;
  std::vector<ArmPlan> arms;
  int societies = 1;
  int per_society = 1;
  RecordPlan record;
  std::vector<std::string> notes;  ///< things the user should know ("parameters leave the calibrated set")
  std::string resolved;            ///< the whole scenario after includes and overrides, as canonical YAML
};

}  // namespace kindred
