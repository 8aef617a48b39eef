#pragma once

#include <string>

#include "analysis/effect_data.hpp"

/// What `kindred effects` prints. `run` ends with the short form.
namespace kindred::app {

/// Parts of the text that can be asked for alone.
inline constexpr const char* effect_sections[] = {"cells",  "spread",     "reach",  "age",      "course",
                                                  "strata", "saturation", "direct", "mediated", "challenges"};

/// @param section  one of effect_sections; empty = all that have something to say
std::string effects_text(const analysis::EffectData& data, const std::string& section);
std::string effects_csv(const analysis::EffectData& data);
std::string effects_json(const analysis::EffectData& data);

/// Treated persons and their untreated partners, and the table of challenges.
/// @param file  name to put into the hint at the end
std::string effects_summary(const analysis::EffectData& data, const std::string& file);

}  // namespace kindred::app
