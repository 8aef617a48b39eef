#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kindred::record {

/// Versions of the libraries behind the files.
std::vector<std::pair<std::string, std::string>> library_versions();

}  // namespace kindred::record
