#pragma once

#include <string>

#include "sim/record/study_file.hpp"

namespace kindred::app {

/// Version and commit this program was built from.
record::Build build_info();

}  // namespace kindred::app
