#pragma once

#include <string>
#include <string_view>

/// Files that a verb writes because the user asked for them.
namespace kindred::app {

/// What would make the output fail after hours of work is found out before the first week.
/// @param source  file that must not be overwritten by its own results
/// @throws ConfigError saying why and what to do
void check_output(const std::string& output, bool force, const std::string& source);

/// Writes a whole text file: it is there complete and durable, or not at all.
/// @throws IoError
void write_output(const std::string& output, std::string_view text);

}  // namespace kindred::app
