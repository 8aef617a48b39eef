#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <utility>

#include "sim/record/child_process.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/difference_keys.hpp"
#include "sim/record/difference_states.hpp"
#include "sim/record/difference_values.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/study_attributes.hpp"

namespace kindred::record {
namespace {

/// Two files and the lines found so far.
struct Comparison {
  const FinishedFile& a;
  const FinishedFile& b;
  std::vector<std::string> lines;
  bool values_differ = false;
};

std::vector<std::string> lines_of(const AttributeValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) return {attribute_text(value)};
  std::vector<std::string> lines;
  std::istringstream stream(*text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Texts of many lines, such as a scenario, are compared line by line. Where one has more lines than the
/// other, only the first line that differs tells something.
void compare_values(Comparison& comparison, const std::string& name, const AttributeValue& a,
                    const AttributeValue& b) {
  const std::vector<std::string> in_a = lines_of(a), in_b = lines_of(b);
  if (in_a.size() <= 1 && in_b.size() <= 1) {
    comparison.lines.push_back(fmt::format("{}: {} against {}", name, attribute_text(a), attribute_text(b)));
    return;
  }
  const std::size_t before = comparison.lines.size();
  const auto line = [](const std::vector<std::string>& text, std::size_t i) {
    return i < text.size() ? fmt::format("'{}'", text[i]) : std::string("nothing");
  };
  for (std::size_t i = 0; i < std::max(in_a.size(), in_b.size()); ++i) {
    if (line(in_a, i) == line(in_b, i)) continue;
    comparison.lines.push_back(
        fmt::format("{}, line {}: {} against {}", name, i + 1, line(in_a, i), line(in_b, i)));
    if (in_a.size() != in_b.size()) return;
  }
  if (comparison.lines.size() == before) comparison.lines.push_back(name + ": differs in its last line end");
}

void compare_attributes(Comparison& comparison, const std::string& owner, const std::vector<Attribute>& in_a,
                        const std::vector<Attribute>& in_b) {
  for (const Attribute& attribute : in_a) {
    const Attribute* other = find_attribute(in_b, attribute.name);
    const std::string name = fmt::format("{}: attribute '{}'", owner, attribute.name);
    if (other == nullptr)
      comparison.lines.push_back(fmt::format("{} stands only in {}", name, comparison.a.path));
    else if (other->value.index() != attribute.value.index())
      comparison.lines.push_back(fmt::format("{} differs in type", name));
    else if (*other != attribute) compare_values(comparison, name, attribute.value, other->value);
  }
  for (const Attribute& attribute : in_b)
    if (find_attribute(in_a, attribute.name) == nullptr)
      comparison.lines.push_back(
          fmt::format("{}: attribute '{}' stands only in {}", owner, attribute.name, comparison.b.path));
}

/// Values of the places that both files have.
void compare_values(Comparison& comparison, const Dataset& dataset, const Dataset& other) {
  const Parting parting = compare_values(comparison.a, comparison.b, dataset, other);
  if (parting.places == 0) return;
  comparison.values_differ = true;
  comparison.lines.push_back(fmt::format(
      "{}: {} against {} at {}; {} of {} values differ", path_of(dataset), parting.value_a, parting.value_b,
      place_text(comparison.a, dataset, parting.index), parting.places, parting.compared));
}

/// Sums of events since the frame before say different things when frames lie otherwise.
bool is_sum_between_frames(const Comparison& comparison, const Dataset& dataset, const Dataset& other) {
  const auto counts = population_counts();
  const bool summed =
      dataset.group == "population" && (dataset.name == counts[2].name || dataset.name == counts[3].name);
  if (!summed) return false;
  const auto frames = shared_axis(comparison.a, comparison.b, dataset, other, 0);
  return !frames || !frames->whole;
}

/// Who the places of a panel are.
bool is_panel(const Dataset& dataset) {
  return dataset.name == "person_id" && dataset.dimensions == std::vector<std::string>{"replicate", "person"};
}

/// A column of a table: rows have no name but their place.
bool is_row_column(const FinishedFile& opened, const Dataset& dataset) {
  if (dataset.dimensions.size() != 1) return false;
  const Dataset* rows = find_dataset(opened, dataset.group, dataset.dimensions.front());
  return rows != nullptr && is_coordinate(*rows) && rows->type == ValueType::int64;
}

/// Rows of a table that count: spells that ended before the study stand only in files that begin before it.
std::vector<std::uint64_t> rows_of_the_study(const FinishedFile& opened, const Dataset& column) {
  std::vector<std::uint64_t> rows(column.shape.front());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i;
  const Dataset* ends = find_dataset(opened, column.group, "terminus");
  if (ends == nullptr || ends->type != ValueType::int32 || ends->shape != column.shape || rows.empty())
    return rows;
  const std::vector<std::byte> bytes = read_block(opened, *ends, {{0}, ends->shape}, ends->shape);
  std::erase_if(rows, [&](std::uint64_t row) {
    std::int32_t week = 0;
    std::memcpy(&week, bytes.data() + row * sizeof week, sizeof week);
    return week <= 0;
  });
  return rows;
}

/// Tables of different lengths, row by row of the study. More rows on one side are told where the row numbers
/// are compared.
void compare_rows(Comparison& comparison, const Dataset& dataset, const Dataset& other) {
  const auto in_a = rows_of_the_study(comparison.a, dataset), in_b = rows_of_the_study(comparison.b, other);
  if (in_a.size() != in_b.size()) {
    comparison.values_differ = true;
    return;
  }
  if (in_a.empty()) return;
  const auto a = read_block(comparison.a, dataset, {{0}, dataset.shape}, dataset.shape);
  const auto b = read_block(comparison.b, other, {{0}, other.shape}, other.shape);
  const std::size_t width = element_size(dataset.type);
  std::size_t places = 0;
  for (std::size_t i = 0; i < in_a.size(); ++i)
    if (std::memcmp(a.data() + in_a[i] * width, b.data() + in_b[i] * width, width) != 0) ++places;
  if (places == 0) return;
  comparison.values_differ = true;
  comparison.lines.push_back(
      fmt::format("{}: {} of {} rows of the study differ", path_of(dataset), places, in_a.size()));
}

void compare_datasets(Comparison& comparison, const Dataset& dataset, const Dataset& other) {
  const std::string path = path_of(dataset);
  const std::size_t before = comparison.lines.size();
  const auto compare = [&](std::string_view what, const std::string& a, const std::string& b) {
    if (a != b) comparison.lines.push_back(fmt::format("{}: {} {} against {}", path, what, a, b));
  };
  compare("type", std::string(type_name(dataset.type)), std::string(type_name(other.type)));
  compare("dimensions", fmt::format("{}", fmt::join(dataset.dimensions, ", ")),
          fmt::format("{}", fmt::join(other.dimensions, ", ")));
  const bool comparable = comparison.lines.size() == before, same_shape = dataset.shape == other.shape;
  // what depends on it is compared where both have it
  if (!comparable || is_coordinate(dataset))
    compare("shape", extents_text(dataset.shape), extents_text(other.shape));
  if (same_shape) compare("chunk", extents_text(dataset.chunk), extents_text(other.chunk));
  compare_attributes(comparison, path, dataset.attributes, other.attributes);
  if (!comparable) return;
  if (is_coordinate(dataset)) {
    const auto shared = shared_axis(comparison.a, comparison.b, dataset, other, 0);
    if (same_shape && shared && !shared->whole)
      comparison.lines.push_back(
          fmt::format("{}: {} of {} places are the same", path, shared->in_a.size(), dataset.shape.front()));
  } else if (is_panel(dataset)) {
    if (compare_values(comparison.a, comparison.b, dataset, other).places != 0 || !same_shape)
      comparison.lines.push_back(path + ": other panels; whoever is in both is compared");
  } else if (is_sum_between_frames(comparison, dataset, other)) {
    comparison.lines.push_back(path + ": counted from frame to frame, which lie otherwise: not compared");
  } else if (!same_shape && is_row_column(comparison.a, dataset)) {
    compare_rows(comparison, dataset, other);
  } else {
    compare_values(comparison, dataset, other);
  }
}

std::vector<Attribute> content_attributes(const File& file) {
  std::vector<Attribute> kept = file.attributes;
  std::erase_if(kept, [](const Attribute& attribute) { return is_build_attribute(attribute.name); });
  return kept;
}

/// What only one file has, a line for each group.
void tell_surplus(Comparison& comparison, const FinishedFile& one, const FinishedFile& other) {
  std::vector<std::pair<std::string, std::vector<std::string>>> surplus;  // [group] names
  for (const Dataset& dataset : one.file.datasets) {
    if (find_dataset(other, dataset.group, dataset.name) != nullptr) continue;
    if (surplus.empty() || surplus.back().first != dataset.group) surplus.push_back({dataset.group, {}});
    surplus.back().second.push_back(dataset.name);
  }
  for (const auto& [group, names] : surplus) {
    const auto in_group = [&, name = std::string_view(group)](const FinishedFile& file) {
      return std::any_of(file.file.datasets.begin(), file.file.datasets.end(),
                         [&](const Dataset& dataset) { return dataset.group == name; });
    };
    comparison.lines.push_back(fmt::format("{}{}{}: only in {}", group, group.empty() ? "" : "/",
                                           in_group(other) ? fmt::format("{}", fmt::join(names, ", ")) : "",
                                           one.path));
  }
}

/// A scenario is compared key by key, and its hash says nothing more.
void compare_roots(Comparison& comparison) {
  std::vector<Attribute> in_a = content_attributes(comparison.a.file),
                         in_b = content_attributes(comparison.b.file);
  const Attribute *config_a = find_attribute(in_a, "config"), *config_b = find_attribute(in_b, "config");
  if (config_a != nullptr && config_b != nullptr) {
    for (const std::string& line :
         differing_keys(attribute_text(config_a->value), attribute_text(config_b->value)))
      comparison.lines.push_back("config: " + line);
    const bool told = !comparison.lines.empty();
    for (auto* attributes : {&in_a, &in_b})
      std::erase_if(*attributes, [&](const Attribute& attribute) {
        return told && (attribute.name == "config" || attribute.name == "config_hash");
      });
  }
  compare_attributes(comparison, "root", in_a, in_b);
}

/// The answer first: when, and for whom.
std::vector<std::string> verdict(const Comparison& comparison) {
  std::uint64_t hashes = 0;
  const std::string states = parting_of_states(comparison.a, comparison.b, hashes);
  const std::string person = first_differing_person(comparison.a, comparison.b);
  std::vector<std::string> lines;
  if (!states.empty()) lines.push_back(states);
  else if (hashes != 0)
    lines.push_back(fmt::format("the states are the same wherever both files tell ({} hashes)", hashes));
  if (!person.empty()) lines.push_back(person);
  if (states.empty() && hashes != 0 && !person.empty())
    lines.emplace_back("equal states and differing persons: one of the files was changed after its run");
  if (states.empty() && !comparison.values_differ)
    lines.emplace_back("no difference in what both files record");
  return lines;
}

std::vector<std::string> difference_here(const std::string& path_a, const std::string& path_b) {
  const FinishedFile a = open_in_child(path_a);
  const FinishedFile b = open_in_child(path_b);
  Comparison comparison{a, b, {}};
  compare_roots(comparison);
  for (const Dataset& dataset : a.file.datasets)
    if (const Dataset* other = find_dataset(b, dataset.group, dataset.name))
      compare_datasets(comparison, dataset, *other);
  for (const auto& [one, other] : {std::pair{&a, &b}, std::pair{&b, &a}})
    tell_surplus(comparison, *one, *other);
  if (comparison.lines.empty()) return {};
  std::vector<std::string> lines = verdict(comparison);
  lines.insert(lines.end(), comparison.lines.begin(), comparison.lines.end());
  return lines;
}

}  // namespace

std::vector<std::string> difference(const std::string& path_a, const std::string& path_b) {
  require_openable(path_a);
  require_openable(path_b);
  return lines_from_child(path_b, {}, [&] { return difference_here(path_a, path_b); });
}

}  // namespace kindred::record
