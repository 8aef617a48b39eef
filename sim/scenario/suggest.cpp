#include "sim/scenario/suggest.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace kindred::scenario {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words{""};
  for (const char c : name) {
    if (c == '_' || c == '-') words.emplace_back();
    else words.back() += c;
  }
  return words;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows suffice: a swap looks two rows back.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0u : 1u)});
      const bool swapped =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known) {
  constexpr std::size_t longest_name = 100;  // beyond it a word is not a mistyped name
  if (word.size() > longest_name) return std::nullopt;
  std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> found;
  for (const std::string& name : known) {
    const std::size_t distance = edit_distance(word, name);
    if (distance < best && distance < name.size()) {
      best = distance;
      found = name;
    }
  }
  return found;
}

std::string listed(std::span<const std::string> names, std::size_t limit) {
  if (names.empty()) return "nothing";
  std::string text;
  for (std::size_t i = 0; i < std::min(limit, names.size()); ++i) text += (i ? ", " : "") + names[i];
  if (names.size() > limit) text += fmt::format(" ... and {} more", names.size() - limit);
  return text;
}

std::vector<std::string> sharing_a_word(std::string_view word, std::span<const std::string> known) {
  constexpr std::size_t shortest = 4, most = 3;  // shorter words must be the same; four names are no hint
  std::vector<std::string> found;
  for (const std::string& name : known) {
    const std::vector<std::string> words = words_of(name);
    const bool near = word.size() < shortest ? std::find(words.begin(), words.end(), word) != words.end()
                                             : nearest(word, words).has_value();
    if (words.size() > 1 && near) found.push_back(name);
  }
  if (found.size() > most) found.clear();
  return found;
}

std::optional<std::string> guess(std::string_view word, std::span<const std::string> known) {
  if (const auto name = nearest(word, known)) return fmt::format("did you mean '{}'?", *name);
  const std::vector<std::string> sharing = sharing_a_word(word, known);
  if (sharing.empty()) return std::nullopt;
  std::string text = "did you mean ";
  for (std::size_t i = 0; i < sharing.size(); ++i)
    text += fmt::format("{}'{}'", i == 0 ? "" : i + 1 == sharing.size() ? " or " : ", ", sharing[i]);
  return text + "?";
}

std::string suggestion(std::string_view word, std::span<const std::string> known) {
  if (const auto near = guess(word, known)) return *near;
  return "allowed here: " + listed(known);
}

std::vector<std::string> strings(std::span<const std::string_view> names) {
  return {names.begin(), names.end()};
}

}  // namespace kindred::scenario
