#pragma once

#include <atomic>

namespace kindred::app {

/// Parses the command line and runs the verb. @return the exit code. Throws what the verb throws.
int run_command_line(int argc, char** argv, const std::atomic<bool>& stop);

}  // namespace kindred::app
