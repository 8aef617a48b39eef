#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/reader.hpp"

/// The parts of writing a resolved scenario.
namespace kindred::scenario {

/// Text in double quotes, so that no word is mistaken for a number, a switch or nothing.
std::string quoted(std::string_view text);

/// An arm's name needs quotes only where YAML would not take it for a word.
std::string arm_key(const std::string& name);

/// Block YAML, two spaces a level.
struct Writer {
  std::string text;
  int level = 0;
  bool item = false;  ///< the next line begins a list item: its dash stands one level out

  void line(std::string_view key, std::string_view value);
  void open(std::string_view key) {
    line(key, "");
    ++level;
  }
  void close() { --level; }
};

/// Nothing when there are no numbers, or no text.
void write_numbers(Writer& out, std::string_view key,
                   const std::vector<std::pair<std::string_view, double>>& numbers);
void write_text(Writer& out, std::string_view key, const std::string& text);

/// True when a key belongs to the kind that was chosen in its map.
bool knows(const Key& key, std::string_view kind);

void write_hypothesis(Writer& out, const Hypothesis& hypothesis, const ModelDeclaration& model);
bool one_hypothesis(const std::vector<ArmDraft>& arms);

/// Parameters on which all arms agree (or, for one arm's section, those on which they do not).
std::vector<std::pair<std::string_view, double>> parameters_where(const ModelDeclaration& model,
                                                                  const std::vector<ArmDraft>& arms,
                                                                  const ArmDraft& arm, bool agree);

void write_arm(Writer& out, const ArmDraft& arm, const std::vector<ArmDraft>& arms,
               const ModelDeclaration& model);

}  // namespace kindred::scenario
