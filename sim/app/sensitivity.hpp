#pragma once

#include <string>
#include <variant>
#include <vector>

#include "analysis/merged_sweep.hpp"
#include "analysis/sensitivity.hpp"
#include "sim/app/verbs.hpp"

/// What `kindred sensitivity` prints.
namespace kindred::app {

/// Every run of the sweep gave this very number.
struct Constant {
  double value;
};
/// In each replicate all points gave the same number: luck moves it, no factor does.
struct Unmoved {
  double mean, low, high;  ///< lowest and highest over replicates
};
/// Some points have the figure of nobody, so that no index exists.
struct OfNobody {
  std::vector<std::size_t> points;
};

struct SensitivityTable {
  std::string arm, outcome, unit;
  int week;
  std::variant<Constant, Unmoved, OfNobody, analysis::SobolIndices, analysis::MorrisMeasures> content;
};

struct Sensitivity {
  std::string file, design, variable, meaning;  ///< meaning of the variable
  std::vector<std::string> axes;
  std::size_t points, blocks, replicates;
  analysis::Bootstrap bootstrap;
  std::vector<SensitivityTable> tables;  ///< by arm, outcome, week
};

/// What the verb asks for.
/// @throws ConfigError for names and weeks that the sweep does not have
Sensitivity sensitivity_of(const record::FinishedFile& opened, const analysis::MergedSweep& sweep,
                           const SensitivityVerb& verb);

std::string sensitivity_text(const Sensitivity& found);
/// Factors in the order of the design.
std::string sensitivity_csv(const Sensitivity& found);
std::string sensitivity_json(const Sensitivity& found);

}  // namespace kindred::app
