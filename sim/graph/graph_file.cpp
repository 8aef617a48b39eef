#include "sim/graph/graph_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <numeric>
#include <tuple>

#include "sim/graph/raw_graph.hpp"

namespace kindred::graph {
namespace {

/// One undirected tie with the line it stands on; sorted, repeats lie together in order of appearance.
struct NormalTie {
  std::int32_t low;
  std::int32_t high;
  int line;
  friend bool operator<(const NormalTie& a, const NormalTie& b) {
    return std::tie(a.low, a.high, a.line) < std::tie(b.low, b.high, b.line);
  }
};

void check_ties(RawGraph& raw) {
  std::vector<NormalTie> ties;
  ties.reserve(raw.ties.size());
  for (const RawTie& tie : raw.ties) {
    if (tie.tail == tie.head) {
      add_problem(raw, raw.path, tie.line, fmt::format("'{}' is tied to itself", raw.labels[slot(tie.tail)]));
    } else {
      ties.push_back({std::min(tie.tail, tie.head), std::max(tie.tail, tie.head), tie.line});
    }
  }
  std::sort(ties.begin(), ties.end());
  for (std::size_t i = 1; i < ties.size(); ++i) {
    const NormalTie& before = ties[i - 1];
    const NormalTie& here = ties[i];
    if (before.low != here.low || before.high != here.high) continue;
    add_problem(raw, raw.path, here.line,
                fmt::format("the tie of '{}' and '{}' was already given in line {} (ties have no direction)",
                            raw.labels[slot(here.low)], raw.labels[slot(here.high)], before.line));
  }
  if (raw.ties.empty() && raw.problem_count == 0) add_problem(raw, raw.path, 0, "holds no ties");
}

[[noreturn]] void report(RawGraph& raw) {
  std::stable_sort(raw.problems.begin(), raw.problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
  if (raw.problem_count > most_problems) {
    raw.problems.push_back(Problem{
        .file = raw.path, .message = fmt::format("and {} more problems", raw.problem_count - most_problems)});
  }
  throw ConfigError(std::move(raw.problems));
}

/// The whole number a label prints, if it is one ("7", not "07" or "+7": those would collide).
std::optional<std::int64_t> whole_number(const std::string& label) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(label.data(), label.data() + label.size(), value);
  if (error != std::errc{} || end != label.data() + label.size() || std::to_string(value) != label) return {};
  return value;
}

/// order[i] = which raw person becomes person i.
std::vector<std::int32_t> order_of(const std::vector<std::string>& labels) {
  std::vector<std::int32_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<std::int64_t> numbers;
  for (const std::string& label : labels) {
    const std::optional<std::int64_t> number = whole_number(label);
    if (!number) return order;
    numbers.push_back(*number);
  }
  std::sort(order.begin(), order.end(),
            [&](std::int32_t a, std::int32_t b) { return numbers[slot(a)] < numbers[slot(b)]; });
  return order;
}

GraphFile numbered(RawGraph& raw) {
  const std::vector<std::int32_t> order = order_of(raw.labels);
  std::vector<std::int32_t> person(order.size());
  GraphFile file;
  file.notes = std::move(raw.notes);
  for (std::size_t i = 0; i < order.size(); ++i) {
    person[slot(order[i])] = static_cast<std::int32_t>(i);
    file.labels.push_back(raw.labels[slot(order[i])]);
  }
  for (const auto& [name, values] : raw.attributes) {
    std::vector<float>& ordered = file.attributes[name];
    for (const std::int32_t old : order) ordered.push_back(values[slot(old)]);
  }
  std::vector<Edge> edges;
  edges.reserve(raw.ties.size());
  for (const RawTie& tie : raw.ties) edges.emplace_back(person[slot(tie.tail)], person[slot(tie.head)]);
  file.graph = from_edges(static_cast<std::int64_t>(order.size()), std::move(edges));
  return file;
}

}  // namespace

std::optional<float> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  const float narrow = static_cast<float>(value);
  return std::isfinite(narrow) ? std::optional<float>(narrow) : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string text_of_file(const std::string& path, std::int64_t largest_bytes) {
  std::error_code failure;
  const std::uintmax_t bytes = std::filesystem::file_size(path, failure);
  if (failure) throw IoError(path, "cannot be read: " + failure.message());
  if (bytes > static_cast<std::uintmax_t>(largest_bytes)) {
    throw ConfigError(Problem{
        .file = path,
        .message = fmt::format("is too large: {} bytes are above the limit of {}", bytes, largest_bytes)});
  }
  std::string text(static_cast<std::size_t>(bytes), '\0');
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    throw IoError(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  constexpr auto most_lines = static_cast<std::ptrdiff_t>(std::numeric_limits<int>::max() - 1);
  if (std::ssize(text) > most_lines && std::count(text.begin(), text.end(), '\n') > most_lines) {
    throw ConfigError(Problem{.file = path, .message = "has more lines than can be numbered"});
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (std::string_view(text).starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  return text;
}

GraphFile read_graph_file(const std::string& path, std::int64_t largest_bytes) {
  const std::filesystem::path name(path);
  if (name.extension() != ".csv" && name.extension() != ".graphml") {
    throw ConfigError(Problem{.file = path,
                              .message = fmt::format("a network is read from .csv or .graphml, not from '{}'",
                                                     name.extension().string())});
  }
  RawGraph raw;
  raw.path = path;
  const std::string text = text_of_file(path, largest_bytes);
  if (name.extension() == ".graphml") {
    read_graphml(raw, text);
  } else {
    const std::string persons = std::filesystem::path(name).replace_extension(".persons.csv").string();
    if (std::filesystem::exists(persons)) read_persons(raw, text_of_file(persons, largest_bytes), persons);
    read_edge_list(raw, text);
  }
  check_ties(raw);
  if (raw.problem_count > 0) report(raw);
  return numbered(raw);
}

}  // namespace kindred::graph
