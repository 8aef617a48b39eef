#pragma once

#include <string>
#include <string_view>

#include "sim/scenario/problems.hpp"

namespace kindred::scenario {

/// False, with a complaint, when the bytes are no UTF-8 text or a line is indented with tabs.
/// @param at the file, or the command line
bool readable_text(Problems& problems, const std::string& text, const Place& at, std::string_view path);

/// True for letters, digits and the marks inside numbers and names, with single blanks between words: YAML
/// takes such a text for itself. Most values of a command line are, and the YAML library is slow to start.
bool is_plain_word(std::string_view text);

}  // namespace kindred::scenario
