#include "sim/scenario/problems.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace kindred::scenario {
namespace {

/// Files in order of loading, then files never loaded, then the command line.
std::size_t rank_of(const Problems& problems, const std::string& file) {
  if (file == command_line) return problems.files.size() + 1;
  const auto at = std::find(problems.files.begin(), problems.files.end(), file);
  return static_cast<std::size_t>(at - problems.files.begin());
}

/// The text, cut between letters when it is very long.
std::string shortened(const std::string& text) {
  if (text.size() <= longest_message) return text;
  std::size_t end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + " ...";
}

}  // namespace

std::string joined(std::string_view path, std::string_view key) {
  if (path.empty()) return std::string(key);
  if (key.empty()) return std::string(path);
  return std::string(path) + "." + std::string(key);
}

void complain(Problems& problems, const Place& place, std::string_view path, std::string_view message) {
  const std::string text =
      path.empty() ? std::string(message) : std::string(path) + ": " + std::string(message);
  problems.found.push_back({place.file, place.line, place.column, shortened(text)});
  if (problems.found.size() < most_problems) return;
  problems.found.push_back({"", 0, 0, "so many problems were found that the rest of the text was not read"});
  throw_if_any(problems);
}

void throw_if_any(const Problems& problems) {
  if (problems.found.empty()) return;
  std::vector<Problem> sorted = problems.found;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Problem& a, const Problem& b) {
    return std::tuple(rank_of(problems, a.file), a.line, a.column) <
           std::tuple(rank_of(problems, b.file), b.line, b.column);
  });
  std::set<std::string> said;  // a file used by several arms is read for each of them: say each thing once
  std::vector<Problem> once;
  for (Problem& problem : sorted)
    if (said.insert(problem.text()).second) once.push_back(std::move(problem));
  throw ConfigError(std::move(once));
}

}  // namespace kindred::scenario
