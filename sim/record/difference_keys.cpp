#include "sim/record/difference_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace kindred::record {

namespace {

/// Where the last lines have left us in the text.
struct Place {
  std::map<std::size_t, std::string> section;  // by indentation of its key
  std::map<std::size_t, std::size_t> item;     // by indentation of the keys of a list item: its number

  void leave(std::size_t indentation) {
    section.erase(section.lower_bound(indentation), section.end());
    item.erase(item.upper_bound(indentation), item.end());
  }
  std::string path() const {
    std::string text;
    for (const auto& [indentation, name] : section) text += (text.empty() ? "" : ".") + name;
    return text;
  }
};

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

/// "key: value"; the colon of a quoted text or of a flow list ends no key.
std::size_t end_of_key(std::string_view line) {
  const std::size_t colon = line.find(':');
  const bool ends = colon != std::string_view::npos && (colon + 1 == line.size() || line[colon + 1] == ' ');
  return ends ? colon : std::string_view::npos;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> keys_of(std::string_view resolved) {
  std::vector<std::pair<std::string, std::string>> keys;
  Place place;
  while (!resolved.empty()) {
    const std::size_t end = std::min(resolved.find('\n'), resolved.size());
    std::string_view line = resolved.substr(0, end);
    resolved.remove_prefix(std::min(end + 1, resolved.size()));
    std::size_t indentation = line.size() - without_blanks(line).size();
    line = without_blanks(line);
    if (line.empty()) continue;
    const bool begins_item = line.starts_with("- ");
    if (begins_item) {
      line.remove_prefix(2);
      indentation += 2;
    }
    place.leave(indentation);
    if (begins_item) {
      const auto known = place.item.find(indentation);
      place.item[indentation] = known == place.item.end() ? 0 : known->second + 1;
    }
    const std::size_t colon = end_of_key(line);
    std::string name(line.substr(0, colon == std::string_view::npos ? 0 : colon));
    if (const auto item = place.item.find(indentation); item != place.item.end())
      name = fmt::format("[{}]{}{}", item->second, name.empty() ? "" : ".", name);
    place.section[indentation] = name;
    const std::string_view value =
        without_blanks(colon == std::string_view::npos ? line : line.substr(colon + 1));
    if (!value.empty()) keys.emplace_back(place.path(), value);
  }
  return keys;
}

std::vector<std::string> differing_keys(std::string_view a, std::string_view b) {
  const auto in_a = keys_of(a), in_b = keys_of(b);
  const auto value_in = [](const auto& keys, const std::string& key) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const auto& entry) { return entry.first == key; });
    return found == keys.end() ? std::string("nothing") : found->second;
  };
  std::vector<std::string> lines;
  for (const auto& [key, value] : in_a)
    if (const std::string other = value_in(in_b, key); other != value)
      lines.push_back(fmt::format("{}: {} against {}", key, value, other));
  for (const auto& [key, value] : in_b)
    if (value_in(in_a, key) == "nothing") lines.push_back(fmt::format("{}: nothing against {}", key, value));
  return lines;
}

}  // namespace kindred::record
