#pragma once

#include <string>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/engine/society.hpp"
#include "sim/record/layout.hpp"

/// The layout of a study's output file: which variables exist, with which dimensions and attributes.
/// Everything that describes a quantity comes from its declaration.
namespace kindred::record {

/// What kind of number a panel variable holds and where it comes from.
struct PanelVariable {
  enum class Source { real_column, index_column, score, quadrant, quadrant_by_score, treated, enrolled };
  Source source;
  int index;            ///< of the column, instrument or quadrant; unused for treated, enrolled
  std::size_t dataset;  ///< in the file's declaration
};

/// Identity of the program, for provenance. Not part of the content hash.
struct Build {
  std::string version;
  std::string commit;
};

struct StudyFile {
  File file;
  std::vector<int> population_weeks;  ///< study weeks of the frames
  std::vector<int> person_weeks;
  std::vector<int> state_weeks;  ///< every week, whatever else is recorded
  std::vector<PanelVariable> panel;
  std::int64_t sample = 0;  ///< persons in the panel
};

/// Weeks of the frames from the study's start (or the burn-in's) to its end, every `every` weeks.
std::vector<int> frame_weeks(const Plan& plan, int every);

/// @param society  any society of the plan: a network file decides persons and their labels
StudyFile describe_study(const Plan& plan, const ModelDeclaration& model, const Society& society,
                         const Build& build);

/// Name of the group dimension of the summaries: the quadrant read-out's, or "everybody".
std::string group_dimension(const ModelDeclaration& model);

}  // namespace kindred::record
