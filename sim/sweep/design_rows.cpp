#include "sim/sweep/design_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <fstream>

#include "sim/core/errors.hpp"

namespace kindred::sweep {
namespace {

struct Cell {
  std::string_view text;
  int column;  ///< of its first character, counting bytes from 1
};

struct Reader {
  std::string file;
  std::vector<Problem> problems;

  void refuse(int line, int column, std::string message) {
    problems.push_back({file, line, column, std::move(message)});
  }
};

/// At most one more than a row may have.
std::vector<Cell> cells_of(std::string_view line) {
  std::vector<Cell> cells;
  for (std::size_t start = 0; start <= line.size() && cells.size() <= most_columns;) {
    const std::size_t end = std::min(line.find(',', start), line.size());
    std::string_view cell = line.substr(start, end - start);
    const std::size_t lead = std::min(cell.find_first_not_of(" \t"), cell.size());
    cell.remove_prefix(lead);
    cell = cell.substr(0, cell.find_last_not_of(" \t") + 1);
    cells.push_back({cell, static_cast<int>(start + lead) + 1});
    start = end + 1;
  }
  return cells;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) text.remove_prefix(byte_order_mark.size());
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  while (!lines.empty() && lines.back().find_first_not_of(" \t") == std::string_view::npos) lines.pop_back();
  return lines;
}

/// Reads as a number, but not as one that a factor could have: nan, inf, 1e999.
bool is_no_value(std::string_view cell) {
  std::string_view digits = cell;
  if (!digits.empty() && (digits.front() == '+' || digits.front() == '.')) digits.remove_prefix(1);
  std::string lower;
  for (const char c : digits) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (lower == "nan" || lower == "na" || lower == "null" || lower == "inf") return true;
  double number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = read.ptr == digits.data() + digits.size() && read.ec != std::errc::invalid_argument;
  return whole && (read.ec == std::errc::result_out_of_range || !std::isfinite(number));
}

/// What is wrong with the amount alone.
void check_amount(Reader& reader, std::string_view header, std::size_t rows) {
  const std::size_t columns = static_cast<std::size_t>(std::count(header.begin(), header.end(), ',')) + 1;
  if (columns > most_columns)
    reader.refuse(1, 1, fmt::format("{} columns; a sweep varies at most {} keys", columns, most_columns));
  if (rows > most_rows)
    reader.refuse(static_cast<int>(most_rows) + 2, 1,
                  fmt::format("{} points; a file holds at most {}: split the sweep", rows, most_rows));
  else if (rows * columns > most_cells)
    reader.refuse(
        1, 1,
        fmt::format("{} points with {} values each; a file holds at most {} values: split the sweep", rows,
                    columns, most_cells));
}

void read_header(Reader& reader, std::string_view line, DesignRows& found) {
  for (const Cell& cell : cells_of(line)) {
    const auto name = std::string(cell.text);
    if (name.empty())
      reader.refuse(1, cell.column, "a column without a heading: write the path of its factor");
    else if (name.find('"') != std::string::npos)
      reader.refuse(1, cell.column, fmt::format("{}: quotes are not read here: write the bare word", name));
    else if (std::find(found.paths.begin(), found.paths.end(), name) != found.paths.end())
      reader.refuse(1, cell.column, fmt::format("{}: heads two columns", name));
    found.paths.push_back(name);
  }
}

void read_row(Reader& reader, std::string_view line, int number, DesignRows& found) {
  const auto cells = cells_of(line);
  if (cells.size() != found.paths.size()) {
    const std::size_t last = std::min(cells.size(), found.paths.size() + 1) - 1;
    reader.refuse(
        number, cells[last].column,
        fmt::format("{} cell(s) where the header has {} column(s)", cells.size(), found.paths.size()));
    return;
  }
  std::vector<Value> row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto refuse = [&](const std::string& why) {
      const auto heading = found.paths[i].empty() ? fmt::format("column {}", i + 1) : found.paths[i];
      reader.refuse(number, cells[i].column, fmt::format("{}: {}", heading, why));
    };
    const std::string word(cells[i].text);
    if (word.empty()) refuse("an empty cell: a point has a value for every factor");
    else if (word.find('"') != std::string::npos)
      refuse(fmt::format("{}: quotes are not read here: write the bare word", word));
    else if (is_no_value(word)) refuse(fmt::format("{} is not a finite number", word));
    row.push_back(word_value(word));
  }
  found.rows.push_back(std::move(row));
}

}  // namespace

DesignRows parse_design_rows(std::string_view text, const std::string& file) {
  Reader reader{file, {}};
  DesignRows found;
  const auto lines = lines_of(text);
  if (lines.empty())
    throw ConfigError(
        Problem{file, 1, 1, "an empty file: the first line names the factors, each further one is a point"});
  check_amount(reader, lines.front(), lines.size() - 1);
  if (!reader.problems.empty()) throw ConfigError(std::move(reader.problems));
  read_header(reader, lines.front(), found);
  for (std::size_t i = 1; i < lines.size() && reader.problems.size() < most_row_problems; ++i)
    read_row(reader, lines[i], static_cast<int>(i) + 1, found);
  if (lines.size() == 1) reader.refuse(1, 1, "a header and no point under it");
  if (!reader.problems.empty()) throw ConfigError(std::move(reader.problems));
  return found;
}

DesignRows read_design_rows(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw IoError(path, "cannot be opened");
  std::string text;
  std::array<char, 1 << 16> part;
  while (in && text.size() <= largest_rows_file) {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    text.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.bad()) throw IoError(path, "cannot be read");
  if (text.size() > largest_rows_file)
    throw ConfigError(Problem{
        path, 0, 0,
        fmt::format("is larger than {} MB; split the sweep, or leave out digits", largest_rows_file >> 20)});
  return parse_design_rows(text, path);
}

}  // namespace kindred::sweep
