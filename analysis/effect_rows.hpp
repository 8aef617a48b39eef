#pragma once

#include <string>
#include <vector>

#include "analysis/effect_data.hpp"
#include "analysis/intervals.hpp"

/// The tables that `kindred effects` prints, from what a file stores. Every number comes with its interval.
namespace kindred::analysis {

/// An arm's effect on an outcome in a cell of persons, a while after the start.
struct EffectRow {
  std::string arm, against, outcome, unit, cell;
  int weeks_after;
  Interval effect;  ///< in the outcome's unit
  Spread spread;    ///< of the cell's mean between societies and between noise replicates
  /// Effect on everybody's baseline SD, small-sample corrected for `persons` in each arm. Latent values: a
  /// score of reliability r would show sqrt(r) of it.
  double hedges_g;
  /// The same on the baseline SD of the cell's own persons, as a trial that samples them would report, with
  /// the 95 % sampling interval of one trial with `persons` in each of two arms: how far a real study of that
  /// size could be off, which is no uncertainty of the effect itself.
  double hedges_g_cell, trial_low, trial_high;
  double points;         ///< effect in expected points of `scale`; NaN = no questionnaire
  std::string scale;     ///< questionnaire; empty = none
  double persons;        ///< mean number of persons per replicate
  double individual_sd;  ///< SD of the individual effects, mean over replicates
  double share_up, share_down;
};

/// Effects of every arm, outcome and cell, by arm, outcome, cell, week.
/// @param challenges  include columns that only the table of challenges reads
std::vector<EffectRow> effect_rows(const EffectData& data, bool challenges);

/// One row of the table style x challenge x how it helps x focus, for one arm.
struct ChallengeRow {
  std::string arm, against;
  Challenge challenge;
  std::string outcome, unit;
  int weeks_after;
  Interval effect;
  double persons;
};
std::vector<ChallengeRow> challenge_rows(const EffectData& data, const std::vector<int>& weeks);

/// When an effect on the treated sets in, where it peaks and how much of it is left.
struct CourseRow {
  std::string arm, against, outcome, unit;
  int onset;      ///< first week looked at with at least half of the peak
  int peak_week;  ///< week looked at with the largest mean effect; the interval is for that week
  Interval peak;
  int last_week;
  Interval
      retained;  ///< effect in the last week as a share of the peak; NaN where the peak is not told from 0
};
std::vector<CourseRow> course_rows(const EffectData& data);

/// Effects at the saturation an arm has (Hudgens & Halloran 2008), among those between whom the draw decided,
/// against nobody treated: total (the treated), indirect (the untreated), overall (all), direct = total -
/// indirect. Treated and untreated are different people, alike but for the draw; arms in which chance was not
/// the same for all the eligible have no rows.
struct SaturationRow {
  std::string arm, against, outcome, unit;
  int weeks_after;
  double saturation;  ///< share of the eligible who are treated
  Interval direct, indirect, total, overall;
};
std::vector<SaturationRow> saturation_rows(const EffectData& data, const std::vector<int>& weeks);

/// Treated alone against treated together with the others: exact, person by person.
struct DirectRow {
  std::string arm, against, outcome, unit;
  int weeks_after;
  Interval alone, together, difference;  ///< together - alone: what the treatment of others adds
  double persons;                        ///< per replicate
};
std::vector<DirectRow> direct_rows(const EffectData& data, const std::vector<int>& weeks);

/// What a mechanism carries: 1 - [effect with it off] / [effect].
struct Share {
  std::string mechanism;
  Interval share;
};
struct MediatedRow {
  std::string arm, against, outcome, unit, cell;
  int weeks_after;
  Interval total;
  bool told_from_zero;        ///< else no shares are given
  std::vector<Share> shares;  ///< need not sum to 1
  Interval remainder;         ///< 1 - sum of the shares
};
std::vector<MediatedRow> mediated_rows(const EffectData& data, const std::vector<int>& weeks);

/// Interval excludes 0, or the worlds differ by exactly the same amount everywhere.
bool told_from_zero(const Interval& interval);

}  // namespace kindred::analysis
