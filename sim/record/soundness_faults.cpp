#include "sim/record/soundness_faults.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kindred::record {
namespace {

constexpr std::size_t most_told = 10;

}  // namespace

void Faults::add(std::string_view subject, std::string_view text) {
  auto found = std::find_if(subjects_.begin(), subjects_.end(),
                            [&](const Subject& known) { return known.name == subject; });
  if (found == subjects_.end())
    found = subjects_.insert(subjects_.end(), Subject{std::string(subject), {}, 0});
  if (std::find(found->texts.begin(), found->texts.end(), text) != found->texts.end()) return;
  if (found->texts.size() < most_told) found->texts.emplace_back(text);
  else ++found->more;
}

std::vector<std::string> Faults::lines() const {
  std::vector<std::string> lines;
  for (const Subject& subject : subjects_) {
    for (const std::string& text : subject.texts) lines.push_back(subject.name + ": " + text);
    if (subject.more > 0) lines.push_back(fmt::format("{}: and {} more", subject.name, subject.more));
  }
  return lines;
}

}  // namespace kindred::record
