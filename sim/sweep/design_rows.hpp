#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/sweep/priors.hpp"

/// Rows that a user gives as a comma-separated file: a header of factor paths, then one point a line.
namespace kindred::sweep {

/// Limits that keep a file from elsewhere from eating the machine.
inline constexpr std::size_t largest_rows_file = 32u << 20;  ///< bytes
inline constexpr std::size_t most_columns = 1000;            ///< as many keys as a sweep may vary
inline constexpr std::size_t most_rows = 1'000'000;
inline constexpr std::size_t most_cells = 4'000'000;
inline constexpr std::size_t most_row_problems = 100;  ///< told of one file

struct DesignRows {
  std::vector<std::string> paths;        ///< as in the header
  std::vector<std::vector<Value>> rows;  ///< [point][path]
};

/// Strict on purpose: a cell that slipped would silently become another point. Blanks around a cell, a byte
/// order mark, CRLF and blank lines after the last row are accepted; quotes are not.
/// @param file  named in messages
/// @throws ConfigError with the line and column of everything wrong: nothing in the file, no row, an empty
///         or repeated heading, more than the limits above, a ragged row, an empty cell, a cell that is no
///         finite number yet reads as one
DesignRows parse_design_rows(std::string_view text, const std::string& file);

/// @throws IoError when the file cannot be read, ConfigError as parse_design_rows
DesignRows read_design_rows(const std::string& path);

}  // namespace kindred::sweep
