#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/record/read_file.hpp"

/// The group `effects` of a finished file, as it was stored.
namespace kindred::analysis {

inline constexpr std::string_view no_effects_text =
    "holds no effects: no arm had a programme that another arm can be compared with";

/// A row of the table of challenges.
struct Challenge {
  std::string style, challenge, helps, focus;
  std::size_t outcome, cell;
};

/// Where a figure stands: [week][arm][outcome][cell].
struct Figure {
  std::size_t week, arm, outcome, cell;
};

struct EffectData {
  std::vector<int> weeks;  ///< after the programmes' start
  std::vector<std::string> arms, outcomes, units, scales, cells, definitions, mechanisms;
  std::vector<std::uint8_t> is_outcome;  ///< [outcome] 0 = read for the table of challenges only
  std::vector<double> points_per_unit;   ///< [outcome] NaN = no questionnaire
  std::vector<int> against;              ///< [arm] -1 = compared with none
  std::vector<int> by_one_chance;  ///< [arm] 1 = treated and untreated eligible are alike but for the draw
  std::vector<Challenge> challenges;
  int societies;
  int per_society;

  std::size_t replicates() const { return static_cast<std::size_t>(societies * per_society); }
  std::size_t week_index(int week) const;               ///< weeks.size() = not in the file
  std::size_t cell_index(std::string_view cell) const;  ///< @throws Bug
  bool has_direct(std::size_t arm) const;               ///< a sample of persons was treated alone
  bool has_mediated(std::size_t arm) const;             ///< mechanisms were switched off

  /// One value per replicate, society by society. NaN where nobody was.
  std::vector<double> effect(const Figure& f) const { return read(stored.effect, f); }
  std::vector<double> persons(const Figure& f) const { return read(stored.persons, f); }
  std::vector<double> individual_sd(const Figure& f) const { return read(stored.individual_sd, f); }
  std::vector<double> share_up(const Figure& f) const { return read(stored.share_up, f); }
  std::vector<double> share_down(const Figure& f) const { return read(stored.share_down, f); }
  std::vector<double> baseline_sd(std::size_t arm, std::size_t outcome) const;  ///< over everybody
  std::vector<double> cell_sd(const Figure& f) const;  ///< at the start, over the cell's persons
  std::vector<double> direct_alone(const Figure& f) const { return read_uncelled(stored.direct_alone, f); }
  std::vector<double> direct_together(const Figure& f) const {
    return read_uncelled(stored.direct_together, f);
  }
  std::vector<double> direct_persons(const Figure& f) const {
    return read_uncelled(stored.direct_persons, f);
  }
  std::vector<double> effect_without(const Figure& f, std::size_t mechanism) const;

  /// Row-major as in the file; empty = not there.
  struct Arrays {
    std::vector<double> effect, persons, individual_sd, share_up, share_down, baseline_sd, cell_sd,
        direct_alone, direct_together, direct_persons, effect_without;
  } stored;

 private:
  std::size_t place(const Figure& f, std::size_t replicate) const;
  std::vector<double> read(const std::vector<double>& values, const Figure& f) const;
  std::vector<double> read_uncelled(const std::vector<double>& values, const Figure& f) const;
};

/// @throws IoError for a file that cannot be read; ConfigError when it holds no effects.
EffectData read_effects(const std::string& path);

}  // namespace kindred::analysis
