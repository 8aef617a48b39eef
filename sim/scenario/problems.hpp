#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/core/errors.hpp"

/// Collects what is wrong, so that a user sees all of it at once and in reading order.
namespace kindred::scenario {

/// Where a value was written. Line and column count from 1; line 0 = the file as a whole.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;
};

/// The name under which `key=value` words appear in messages.
inline constexpr std::string_view command_line = "command line";

/// More than a user can want to read at once; a hostile file could ask for any number of any length.
inline constexpr std::size_t most_problems = 1000;
inline constexpr std::size_t longest_message = 2000;  ///< bytes

struct Problems {
  std::vector<Problem> found;
  std::vector<std::string> files;  ///< in order of loading: the order of messages
  bool incomplete = false;         ///< a file is missing: do not complain of keys it may have held
};

/// Notes one problem at a place; of a very long message the beginning.
/// @param path key path, "" when the file itself is at fault.
/// @throws ConfigError with what was found so far when that is `most_problems`.
void complain(Problems& problems, const Place& place, std::string_view path, std::string_view message);

/// "a.b" from "a" and "b"; either may be empty.
std::string joined(std::string_view path, std::string_view key);

/// @throws ConfigError holding every problem once, in reading order, when there is any.
void throw_if_any(const Problems& problems);

}  // namespace kindred::scenario
