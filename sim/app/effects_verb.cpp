#include <fmt/format.h>

#include <algorithm>

#include "analysis/effect_file.hpp"
#include "sim/app/effects.hpp"
#include "sim/app/output_file.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"

namespace kindred::app {

namespace {

/// What is written to a file follows from its ending; the flags say it for the terminal.
enum class Form { text, csv, json, hdf5 };

Form form_of(const EffectsVerb& verb, bool json) {
  const auto ends = [&](const char* ending) { return verb.output.ends_with(ending); };
  if (verb.output.empty()) return json ? Form::json : verb.csv ? Form::csv : Form::text;
  if (ends(".csv")) return Form::csv;
  if (ends(".json")) return Form::json;
  if (ends(".txt")) return Form::text;
  if (ends(".h5")) return Form::hdf5;
  throw ConfigError(
      Problem{"command line", 0, 0,
              fmt::format("-o {}: the ending says what is written: .txt, .csv, .json or .h5", verb.output)});
}

void check_section(const std::string& section) {
  std::string known;
  for (const char* name : effect_sections) {
    if (section.empty() || section == name) return;
    known += (known.empty() ? "" : ", ") + std::string(name);
  }
  throw ConfigError(Problem{"command line", 0, 0,
                            fmt::format("--section {}: no such section; there are: {}", section, known)});
}

}  // namespace

int effects(const EffectsVerb& verb, const CommonOptions& common) {
  check_section(verb.section);
  const Form form = form_of(verb, common.json);
  if (!verb.output.empty()) check_output(verb.output, verb.force, verb.file);
  if (form == Form::hdf5) {
    analysis::copy_effects(verb.file, verb.output);
    return exit_done;
  }
  const analysis::EffectData data = analysis::read_effects(verb.file);
  const std::string text = form == Form::json  ? effects_json(data)
                           : form == Form::csv ? effects_csv(data)
                                               : effects_text(data, verb.section);
  if (verb.output.empty()) fmt::print("{}", text);
  else write_output(verb.output, text);
  return exit_done;
}

}  // namespace kindred::app
