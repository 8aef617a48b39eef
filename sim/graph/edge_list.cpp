#include "sim/graph/raw_graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/graph/acquaintance_graph.hpp"

namespace kindred::graph {
namespace {

/// The lines of a CSV text that carry data, one at a time.
struct CsvLines {
  std::string_view rest;
  int line = 0;  ///< of the fields last read
};

/// Fields of one line; nothing when a quote is not closed or text follows a closing quote.
std::optional<std::vector<std::string>> fields_of(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    std::string field;
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (line.starts_with('"')) {
      std::size_t at = 1;
      for (; at < line.size(); ++at) {
        if (line[at] == '"' && !(at + 1 < line.size() && line[at + 1] == '"')) break;
        if (line[at] == '"') ++at;
        field += line[at];
      }
      if (at >= line.size()) return {};
      line.remove_prefix(at + 1);
      if (!trimmed(line.substr(0, line.find(','))).empty()) return {};
    } else {
      field = trimmed(line.substr(0, line.find(',')));
    }
    fields.push_back(std::move(field));
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

/// The next line that is neither empty nor a comment. @return false at the end.
bool next_line(CsvLines& lines, std::string_view& text) {
  while (!lines.rest.empty()) {
    const std::size_t end = std::min(lines.rest.find('\n'), lines.rest.size());
    text = trimmed(lines.rest.substr(0, end));
    lines.rest.remove_prefix(std::min(end + 1, lines.rest.size()));
    ++lines.line;
    if (!text.empty() && text.front() != '#') return true;
  }
  return false;
}

std::optional<std::size_t> column_called(const std::vector<std::string>& header, std::string_view name) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return {};
  return static_cast<std::size_t>(found - header.begin());
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

/// The header line. Nothing (and a problem) when there is none, or when a name occurs twice.
std::optional<std::vector<std::string>> header_of(RawGraph& raw, CsvLines& lines, const std::string& path,
                                                  std::string_view expected) {
  std::string_view text;
  if (!next_line(lines, text)) {
    add_problem(raw, path, 0, fmt::format("is empty; its first line should name the columns {}", expected));
    return {};
  }
  const auto header = fields_of(text);
  if (!header) {
    add_problem(raw, path, lines.line, "a quote in the header is not closed");
    return {};
  }
  if (header->size() > most_columns) {
    add_problem(raw, path, lines.line, fmt::format("the header names more than {} columns", most_columns));
    return {};
  }
  for (std::size_t i = 0; i < header->size(); ++i) {
    if (column_called(*header, (*header)[i]) == i) continue;
    add_problem(raw, path, lines.line, fmt::format("column '{}' occurs twice", (*header)[i]));
    return {};
  }
  return header;
}

/// The fields of a data line. Nothing (and a problem) when it does not fit the header.
std::optional<std::vector<std::string>> row_of(RawGraph& raw, const std::string& path, int line,
                                               std::string_view text, std::size_t columns) {
  const auto fields = fields_of(text);
  if (!fields) {
    add_problem(raw, path, line, "a quote is not closed, or text follows it");
  } else if (fields->size() != columns) {
    add_problem(raw, path, line, fmt::format("{} fields where the header names {}", fields->size(), columns));
  } else {
    return fields;
  }
  return {};
}

struct EndColumns {
  std::size_t tail;
  std::size_t head;
};

std::optional<EndColumns> end_columns(RawGraph& raw, const std::vector<std::string>& header, int line) {
  for (const auto& [tail, head] : {std::pair{"tail", "head"}, std::pair{"source", "target"}}) {
    const auto tail_column = column_called(header, tail);
    const auto head_column = column_called(header, head);
    if (tail_column && head_column) return EndColumns{*tail_column, *head_column};
  }
  add_problem(
      raw, raw.path, line,
      fmt::format("the columns tail,head or source,target are missing; the header names {}", joined(header)));
  return {};
}

void note_other_columns(RawGraph& raw, const std::vector<std::string>& header, EndColumns ends) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i == ends.tail || i == ends.head) continue;
    raw.notes.push_back(fmt::format("{}: column '{}' is not used", raw.path, header[i]));
  }
}

/// Whom an end of a tie names; nothing (and a problem) for nobody, or for a stranger to the persons file.
std::optional<std::int32_t> end_of_tie(RawGraph& raw, const std::string& label, int line, bool all_known) {
  if (label.empty()) {
    add_problem(raw, raw.path, line, "an end of the tie is empty");
    return {};
  }
  if (all_known && !raw.person.contains(label)) {
    add_problem(raw, raw.path, line, fmt::format("'{}' is not in the persons file", label));
    return {};
  }
  return person_called(raw, label);
}

/// Attribute values of one persons line, appended; 0 stands in for a value that is reported.
void append_values(RawGraph& raw, const std::string& path, int line, const std::vector<std::string>& header,
                   const std::vector<std::string>& fields, std::size_t person_column) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (i == person_column) continue;
    const auto value = number_in(fields[i]);
    if (!value) add_problem(raw, path, line, fmt::format("{}: '{}' is not a number", header[i], fields[i]));
    raw.attributes[header[i]].push_back(value.value_or(0));
  }
}

}  // namespace

void read_edge_list(RawGraph& raw, std::string_view text) {
  const bool all_known = !raw.labels.empty();
  CsvLines lines{.rest = text};
  const auto header = header_of(raw, lines, raw.path, "tail,head");
  if (!header) return;
  const auto ends = end_columns(raw, *header, lines.line);
  if (!ends) return;
  note_other_columns(raw, *header, *ends);
  for (std::string_view line; next_line(lines, line);) {
    const auto fields = row_of(raw, raw.path, lines.line, line, header->size());
    if (!fields) continue;
    const auto tail = end_of_tie(raw, (*fields)[ends->tail], lines.line, all_known);
    const auto head = end_of_tie(raw, (*fields)[ends->head], lines.line, all_known);
    if (tail && head) raw.ties.push_back({*tail, *head, lines.line});
  }
}

void read_persons(RawGraph& raw, std::string_view text, const std::string& path) {
  CsvLines lines{.rest = text};
  const auto header = header_of(raw, lines, path, "person and its attributes");
  if (!header) return;
  const auto person_column = column_called(*header, "person");
  if (!person_column) {
    add_problem(raw, path, lines.line,
                fmt::format("the column person is missing; the header names {}", fmt::join(*header, ",")));
    return;
  }
  for (std::string_view line; next_line(lines, line);) {
    const auto fields = row_of(raw, path, lines.line, line, header->size());
    if (!fields) continue;
    const std::string& label = (*fields)[*person_column];
    if (label.empty() || raw.person.contains(label)) {
      add_problem(raw, path, lines.line,
                  label.empty() ? "the person is empty"
                                : fmt::format("person '{}' was already given", label));
      continue;
    }
    person_called(raw, label);
    append_values(raw, path, lines.line, *header, *fields, *person_column);
  }
  if (raw.labels.empty()) add_problem(raw, path, 0, "names no persons");
}

}  // namespace kindred::graph
