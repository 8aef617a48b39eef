#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/problems.hpp"
#include "sim/scenario/scenario.hpp"

/// The section `sweep` of a scenario as it was written, completed by what the keys declare. What a design
/// makes of it is not known here.
namespace kindred::scenario {

/// Something that varies. Numbers are in the unit of its key (durations: weeks).
struct FactorDraft {
  std::string path;
  Place place;
  std::string prior;         ///< uniform, loguniform, normal, lognormal, integer; empty = listed values
  double low = 0, high = 0;  ///< as written, else the range that the key declares
  double mean = 0, sd = 0;   ///< of a normal prior; of a lognormal one in natural logarithms
  std::vector<std::string> values;  ///< YAML
  std::string together;             ///< factors of one non-empty label move together
  int levels = 0;                   ///< of a grid or a star; 0 = not said
  double centre = 0.5;              ///< of a star: position in [0, 1)
  bool in_weeks = false;            ///< the key is a duration, so whole numbers are weeks
};

/// When a point has enough societies.
struct Until {
  double halfwidth = 0;  ///< of the 95 % interval, in the outcome's unit
  std::string arm;       ///< of the scenario
  std::string outcome;   ///< name of a person column that is an outcome of the model
  std::string variable;  ///< mean, effect_treated, effect_untreated_partner or effect_everyone
  int week = 0;          ///< after the programmes' start; one of kept_weeks
  int batch = 1;         ///< societies added in each round, the first included
  int most = 1;          ///< societies at most
};

struct SweepDraft {
  Place place;
  std::string design;       ///< a word of the key's table
  std::int64_t points = 0;  ///< points, trajectories or base rows; 0 = not said
  int levels = 4;           ///< morris
  bool scrambled = true;    ///< sobol
  std::string from;         ///< list: path of the CSV file; empty = the rows are written in place
  std::string rows;         ///< list: CSV
  Place rows_place;         ///< list: of `from` or `rows`
  std::vector<FactorDraft> factors;
  std::vector<int> weeks;  ///< ascending; empty = kept_weeks chooses
  std::optional<Until> until;
  bool sound = false;  ///< nothing was wrong with it
};

/// A scenario with its sweep; of what has a problem nothing, or what could be read.
struct Swept {
  std::optional<Node> root;  ///< composed
  std::optional<Plan> plan;  ///< of the scenario alone
  std::optional<SweepDraft> sweep;
};
Swept read_swept(Problems& problems, const Folders& folders, const Sources& sources,
                 std::span<const ModelDeclaration* const> models);

/// A path that a sweep sets, where it was written.
struct FactorPath {
  std::string path;
  Place place;
};

/// Reports paths that lead to no single value of this scenario, to what belongs to the sweep as a whole, or
/// to what another of them or the command line sets as well.
/// @param at  key path under which they were written
void check_factor_paths(Problems& problems, const Folders& folders, const Sources& sources, const Node& root,
                        std::span<const ModelDeclaration* const> models, std::string_view at,
                        const std::vector<FactorPath>& paths);

/// First week of the study in which a programme starts; 0 when no arm has one.
int programmes_begin(const Plan& plan);

/// Weeks after the programmes' start at which a point's outcomes are kept: those written, else those of
/// usual_weeks that fit, and the last one of the run.
inline constexpr int usual_weeks[] = {8, 34, 60, 112};
std::vector<int> kept_weeks(const std::vector<int>& written, const Plan& plan);

}  // namespace kindred::scenario
