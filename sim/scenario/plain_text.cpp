#include "sim/scenario/plain_text.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace kindred::scenario {
namespace {

Place place_at(const Place& at, const std::string& text, std::size_t offset) {
  if (at.file == command_line) return at;
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto line = std::count(text.begin(), end, '\n');
  const std::size_t start = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  return {at.file, static_cast<int>(line) + 1, static_cast<int>(offset - (start + 1)) + 1};
}

/// Length of the valid UTF-8 sequence at `offset`, 0 when there is none.
std::size_t sequence_length(const std::string& text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(offset);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || offset + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(offset + i) & 0xC0) != 0x80) return 0;
  return length;
}

}  // namespace

bool readable_text(Problems& problems, const std::string& text, const Place& at, std::string_view path) {
  bool line_start = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0 || text[i] == '\0') {
      complain(problems, place_at(at, text, i), path, "is not UTF-8 text; save the file as UTF-8");
      return false;
    }
    if (text[i] == '\t' && line_start) {
      complain(problems, place_at(at, text, i), path,
               "a tab is used for indentation; YAML allows only spaces there");
      return false;
    }
    line_start = text[i] == '\n' || (line_start && text[i] == ' ');
    i += length;
  }
  return true;
}

bool is_plain_word(std::string_view text) {
  const auto alphanumeric = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  const auto marks = [&](char c) { return alphanumeric(c) || c == '_' || c == '-' || c == '+' || c == '.'; };
  constexpr std::size_t longest = 100;
  if (text.empty() || text.size() > longest || text == "null" || text == "Null" || text == "NULL")
    return false;
  const std::size_t sign = text[0] == '-' || text[0] == '+' || text[0] == '.' ? 1 : 0;
  if (sign == text.size() || !alphanumeric(text[sign]) || text.back() == ' ') return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!marks(text[i]) && !(text[i] == ' ' && text[i - 1] != ' ')) return false;
  return true;
}

}  // namespace kindred::scenario
