#pragma once

#include <string>
#include <vector>

namespace kindred::app {

/// Folders with programmes/, hypotheses/ and scenario templates: $KINDRED_CONFIGS, then beside the
/// program (an unpacked bundle), then an installed share folder, then the source tree it was built in.
std::vector<std::string> library_folders();

/// The scenario templates found there, by name ("quickstart"), and their paths.
std::vector<std::pair<std::string, std::string>> templates();

}  // namespace kindred::app
