#pragma once

#include <string>

#include "sim/record/soundness_structure.hpp"

namespace kindred::app {

/// What the scenario stored in a result file asks for: its datasets, weeks and bonds, by this program's
/// declarations. Empty when the file cannot be opened, is no study, or its scenario is one that this program
/// does not know (of another release, of another model). Reads no file that the scenario names.
record::Promise promise_of(const std::string& path);

}  // namespace kindred::app
