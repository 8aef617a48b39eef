#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>

#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"

namespace kindred::app {

namespace {

/// A table of text that can be shown in three ways.
struct Table {
  std::string title;
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;
};

std::string text(std::string_view s) { return std::string(s); }

Table parameters_of(const ModelDeclaration& model) {
  Table t{"Parameters", {"name", "symbol", "default", "range", "unit", "meaning", "source"}, {}};
  for (const ParameterDeclaration& p : model.parameters)
    t.rows.push_back({text(p.name), text(p.symbol), fmt::format("{}", p.default_value),
                      fmt::format("{} to {}", p.range.low, p.range.high), text(p.unit), text(p.meaning),
                      text(p.source)});
  return t;
}

Table columns_of(std::string title, std::span<const ColumnDeclaration> columns) {
  constexpr const char* storage[] = {"per world", "shared", "derived"};
  Table t{std::move(title), {"name", "symbol", "stored", "range", "unit", "meaning", "source"}, {}};
  for (const ColumnDeclaration& c : columns)
    t.rows.push_back({text(c.name), text(c.symbol), storage[static_cast<int>(c.storage)],
                      fmt::format("{} to {}", c.range.low, c.range.high), text(c.unit), text(c.meaning),
                      text(c.source)});
  return t;
}

std::string names_of(std::span<const int> indices, std::span<const ColumnDeclaration> columns) {
  std::string names;
  for (const int i : indices)
    names += (names.empty() ? "" : ", ") + text(columns[static_cast<std::size_t>(i)].name);
  return names;
}

Table schedule_of(const ModelDeclaration& model) {
  Table t{"Schedule", {"phase", "when", "over", "does", "draws", "reads of neighbours", "writes"}, {}};
  constexpr const char* over[] = {"persons", "ties", "persons, folding over their ties"};
  for (const PhaseDeclaration& p : model.phases) {
    std::string draws;
    for (const int b : p.draw_blocks)
      draws += (draws.empty() ? "" : ", ") + text(model.draw_blocks[static_cast<std::size_t>(b)].name);
    std::string writes = names_of(p.writes, model.person_columns);
    const std::string ties = names_of(p.writes_ties, model.tie_columns);
    if (!ties.empty()) writes += (writes.empty() ? "" : ", ") + ties;
    t.rows.push_back({text(p.name), p.at_start ? "start" : "every week", over[static_cast<int>(p.kind)],
                      text(p.does), draws, names_of(p.reads_neighbours, model.person_columns), writes});
  }
  return t;
}

Table draws_of(const ModelDeclaration& model) {
  constexpr const char* kinds[] = {"uniform", "normal", "exponential"};
  constexpr const char* occasions[] = {"start", "weekly", "event"};
  Table t{"Draws", {"block", "stream", "of", "when", "decisions"}, {}};
  for (const DrawBlockDeclaration& b : model.draw_blocks) {
    std::string decisions;
    for (std::size_t k = 0; k < 4; ++k)
      if (!b.decisions[k].empty())
        decisions += fmt::format("{}{} ({})", decisions.empty() ? "" : ", ", b.decisions[k],
                                 kinds[static_cast<int>(b.distribution[k])]);
    t.rows.push_back({text(b.name), fmt::format("{}", b.stream), b.entity == Entity::tie ? "tie" : "person",
                      occasions[static_cast<int>(b.occasion)], decisions});
  }
  return t;
}

Table instruments_of(const ModelDeclaration& model) {
  Table t{"Instruments", {"name", "reads", "reliability", "mean", "SD", "range", "unit", "source"}, {}};
  for (const InstrumentDeclaration& i : model.instruments)
    t.rows.push_back({text(i.name), text(model.person_columns[static_cast<std::size_t>(i.column)].name),
                      fmt::format("{}", i.reliability), fmt::format("{}", i.mean), fmt::format("{}", i.sd),
                      fmt::format("{} to {}", i.range.low, i.range.high), text(i.unit), text(i.source)});
  return t;
}

Table inputs_of(const ModelDeclaration& model) {
  Table t{"Practice inputs", {"name", "symbol", "unit", "meaning"}, {}};
  for (const InputDeclaration& i : model.inputs)
    t.rows.push_back({text(i.name), text(i.symbol), text(i.unit), text(i.meaning)});
  return t;
}

/// Files of the library: their name and the title they give themselves.
Table library_table(const std::string& kind) {
  namespace fs = std::filesystem;
  Table t{kind == "programmes" ? "Programmes" : "Hypotheses", {"name", "title", "file"}, {}};
  std::vector<fs::path> files;
  for (const std::string& folder : library_folders())
    if (fs::is_directory(fs::path(folder) / kind))
      for (const auto& entry : fs::directory_iterator(fs::path(folder) / kind))
        if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) {
    std::ifstream in(file);
    std::string title;
    for (std::string line; std::getline(in, line);)
      if (line.starts_with("title: ")) title = line.substr(7);
    if (title.size() > 1 && title.front() == '"') title = title.substr(1, title.size() - 2);
    t.rows.push_back({file.stem().string(), title, kind + "/" + file.filename().string()});
  }
  return t;
}

std::string markdown(const Table& t) {
  std::string out = fmt::format("### {}\n\n", t.title);
  const auto line = [&](const std::vector<std::string>& cells) {
    out += "|";
    for (const std::string& cell : cells) {
      out += " ";
      for (const char c : cell) out += c == '|' ? std::string("\\|") : std::string(1, c);
      out += " |";
    }
    out += "\n";
  };
  line(t.head);
  line(std::vector<std::string>(t.head.size(), "---"));
  for (const auto& row : t.rows) line(row);
  return out + "\n";
}

std::string plain(const Table& t) {
  std::string out = t.title + "\n";
  std::vector<std::size_t> width(t.head.size());
  const auto measure = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i)
      width[i] = std::max(width[i], std::min<std::size_t>(cells[i].size(), 60));
  };
  measure(t.head);
  for (const auto& row : t.rows) measure(row);
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string row = " ";
    for (std::size_t i = 0; i < cells.size(); ++i) row += fmt::format(" {:<{}}", cells[i], width[i]);
    out += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  };
  line(t.head);
  for (const auto& row : t.rows) line(row);
  return out + "\n";
}

nlohmann::ordered_json json(const Table& t) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& row : t.rows) {
    nlohmann::ordered_json entry;
    for (std::size_t i = 0; i < row.size(); ++i) entry[t.head[i]] = row[i];
    rows.push_back(entry);
  }
  return rows;
}

std::vector<Table> tables_of(const std::string& topic, const ModelDeclaration& model) {
  if (topic == "parameters") return {parameters_of(model)};
  if (topic == "schedule") return {schedule_of(model), draws_of(model)};
  if (topic == "programmes") return {library_table("programmes"), inputs_of(model)};
  if (topic == "hypotheses") return {library_table("hypotheses")};
  if (topic == "model") {
    std::vector<Table> all{columns_of("States of a person", model.person_columns)};
    if (!model.tie_columns.empty()) all.push_back(columns_of("States of a tie", model.tie_columns));
    all.push_back(schedule_of(model));
    all.push_back(draws_of(model));
    all.push_back(parameters_of(model));
    if (!model.inputs.empty()) all.push_back(inputs_of(model));
    if (!model.instruments.empty()) all.push_back(instruments_of(model));
    return all;
  }
  throw ConfigError(
      Problem{"command line", 0, 0,
              fmt::format("describe: no topic '{}'; there are: model, parameters, schedule, programmes, "
                          "hypotheses",
                          topic)});
}

}  // namespace

int describe(const std::string& topic, const std::string& model, DescribeFormat format) {
  const std::vector<Table> tables = tables_of(topic, *model_named(model).declaration);
  nlohmann::ordered_json all;
  for (const Table& t : tables) {
    if (format == DescribeFormat::markdown) fmt::print("{}", markdown(t));
    if (format == DescribeFormat::text) fmt::print("{}", plain(t));
    all[t.title] = json(t);
  }
  if (format == DescribeFormat::json) fmt::print("{}\n", all.dump(2));
  return exit_done;
}

}  // namespace kindred::app
