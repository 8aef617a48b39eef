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

/// One condition of `who`: a column (or a score read from it) or a network position compared with a bound,
/// or membership.
struct Condition {
  enum class Kind { column, instrument, quadrant, coupled, acquaintances, community };
  Kind kind = Kind::column;
  int index = 0;  ///< into the declarations of that kind (columns, instruments, quadrants)
  /// strict; SD units for columns, raw points for instruments, persons for acquaintances
  std::optional<double> above, below;
  std::vector<int> labels;  ///< allowed quadrant labels or communities; for coupled: {1} or {0}
};

/// How those who are treated are chosen among the eligible. The luck of every choice belongs to the society
/// and the programme's group label, never to a world.
struct Allocation {
  enum class Kind {
    simple,         ///< each with probability `share`
    stratified,     ///< exactly `share` of each stratum, rounded
    clusters,       ///< everybody eligible in the chosen clusters
    saturation,     ///< `share` inside the chosen clusters, `otherwise` in the others
    stepped_wedge,  ///< everybody eligible in the communities whose turn this slot is
    everyone,       ///< all who are eligible
    person          ///< one person by number
  };
  enum class Unit { communities, couples };
  Kind kind = Kind::simple;
  Unit unit = Unit::communities;
  bool one_of_each = false;       ///< of a couple only the partner with the smaller draw
  double clusters = 1;            ///< share of the clusters that are chosen (clusters, saturation)
  double otherwise = 0;           ///< share treated in clusters that are not chosen (saturation)
  std::vector<Condition> strata;  ///< what is equal within a stratum: columns, quadrants, coupled; no bounds
  int step = 0, steps = 1;        ///< stepped wedge: this slot is step `step` (from 0) of `steps`
  std::int64_t person = -1;
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
  Allocation allocation;
  /// Of all who would be treated, only the one at this place of a random order is; -1 = all are.
  int only_place = -1;
};

struct ArmPlan {
  std::string name;
  std::string hypothesis;
  std::vector<double> parameters;  ///< every parameter of the model, by index
  std::vector<ProgrammePlan> programmes;
};

/// A world that is run for an estimand only and is recorded nowhere else.
struct ProbePlan {
  enum class Kind {
    alone,  ///< arm `of` with one person treated: the direct effect
    path    ///< arm `of`, or its untreated counterpart, with one mechanism switched off: a mediated share
  };
  Kind kind;
  int of;         ///< arm whose effect is taken apart
  int parameter;  ///< path: the switch that is off; -1 for alone
  ArmPlan world;  ///< no programmes = the untreated counterpart
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
  bool closeness = false;              ///< every tie's closeness at the programmes' start
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
  std::vector<ProbePlan> probes = {};  ///< run beside the arms, in this order
  int societies = 1;
  int per_society = 1;
  RecordPlan record;
  std::vector<std::string> notes;  ///< things the user should know ("parameters leave the calibrated set")
  std::string resolved;            ///< the whole scenario after includes and overrides, as canonical YAML
  std::string branch = {};         ///< file from which the burn-in is taken; empty = it is lived through
};

}  // namespace kindred
