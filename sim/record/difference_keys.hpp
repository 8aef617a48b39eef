#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kindred::record {

/// The keys of a resolved scenario (block YAML, two spaces a level) with their values, in order:
/// "arms.course[1].start" and "1 year". Keys that only open a section have no value.
std::vector<std::pair<std::string, std::string>> keys_of(std::string_view resolved);

/// Keys whose values differ, or that stand in one text only, a line each: "time.run: 3 years against 2
/// years".
std::vector<std::string> differing_keys(std::string_view a, std::string_view b);

}  // namespace kindred::record
