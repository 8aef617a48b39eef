#pragma once

#include <string>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/carry_out.hpp"

namespace kindred::app {

/// One outcome in one arm at the end of the study.
struct ResultCell {
  double value;              ///< mean over replicates
  double difference;         ///< from the arm it is compared with, mean of the difference within replicates
  double monte_carlo_error;  ///< standard error of the difference over societies; NaN for one society
  bool equal;                ///< the figure is the other arm's in every replicate
  int against;               ///< arm it is compared with; -1 = none
};

struct ResultRow {
  std::string name;
  std::string unit;
  std::vector<ResultCell> cells;  ///< by arm
  bool comparable;                ///< false when the arms average over different persons
};

/// Means of the outcomes, shares of the styles and of persons with a partner, in the last recorded week.
std::vector<ResultRow> result_rows(const Plan& plan, const ModelDeclaration& model,
                                   const record::RunResult& result);

std::string result_table(const Plan& plan, const std::vector<ResultRow>& rows, int week);
std::string result_json(const Plan& plan, const std::vector<ResultRow>& rows, int week,
                        const std::string& file);

}  // namespace kindred::app
