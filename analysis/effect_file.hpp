#pragma once

#include <string>
#include <vector>

#include "analysis/effects.hpp"
#include "analysis/intervals.hpp"
#include "sim/record/carry_out.hpp"

/// The group `effects` of a study file: written while a run goes on, read by `kindred effects`.
namespace kindred::analysis {

/// What a run adds to its file: effects of every arm that has a comparator, per replicate. Empty when no arm
/// has a programme. `plan` and `model` must outlive the run.
record::Addition effects_addition(const Plan& plan, const ModelDeclaration& model);

/// One number of the table: an arm's effect on an outcome in a cell of persons, a while after the start.
struct EffectRow {
  std::string arm, against, outcome, unit, cell;
  int weeks_after;
  Interval effect;  ///< in the outcome's unit
  double hedges_g;  ///< effect on the baseline SD, small-sample corrected
  double persons;   ///< mean number of persons per replicate
};

struct EffectTable {
  std::vector<EffectRow> rows;     ///< by arm, outcome, cell, week
  std::vector<std::string> cells;  ///< in order, with their definitions
  std::vector<std::string> definitions;
  int societies;
  int per_society;
};

/// @throws IoError for a file that cannot be read; ConfigError when it holds no effects.
EffectTable read_effects(const std::string& path);

}  // namespace kindred::analysis
