#pragma once

#include <string>

#include "analysis/effect_file.hpp"

namespace kindred::app {

/// Whole table: outcome and cell down, weeks across.
std::string effects_text(const analysis::EffectTable& table);

/// The few rows that `run` ends with: treated persons and their untreated partners.
/// @param file  for the hint where to find the rest
std::string effects_summary(const analysis::EffectTable& table, const std::string& file);

std::string effects_csv(const analysis::EffectTable& table);
std::string effects_json(const analysis::EffectTable& table);

}  // namespace kindred::app
