#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <utility>

#include "sim/record/child_process.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"

namespace kindred::record {
namespace {

/// Two files and the lines found so far.
struct Comparison {
  const FinishedFile& a;
  const FinishedFile& b;
  std::vector<std::string> lines;
};

/// Where two datasets part, and in how many places.
struct Parting {
  Extents index;
  std::string value_a;
  std::string value_b;
  std::uint64_t places = 0;
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

template <class T>
std::string number_text(const std::byte* at) {
  T value{};
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::is_same_v<T, std::int8_t>) return fmt::format("{}", int{value});
  return fmt::format("{}", value);
}

std::string value_text(ValueType type, const std::byte* at) {
  switch (type) {
  case ValueType::float32:
    return number_text<float>(at);
  case ValueType::float64:
    return number_text<double>(at);
  case ValueType::int8:
    return number_text<std::int8_t>(at);
  case ValueType::int32:
    return number_text<std::int32_t>(at);
  case ValueType::int64:
    return number_text<std::int64_t>(at);
  case ValueType::text:
    break;
  }
  return {};
}

Extents index_in(const Extents& extents, std::uint64_t position) {
  return chunk_place(extents, Extents(extents.size(), 1), position).start;
}

/// The coordinate at one place, or its index where the group has no such coordinate.
std::string coordinate_text(const FinishedFile& opened, const std::string& group,
                            const std::string& dimension, std::uint64_t index) {
  for (const Dataset& scale : opened.file.datasets) {
    if (scale.group != group || scale.name != dimension || !is_coordinate(scale)) continue;
    if (scale.type == ValueType::text) return scale.text.at(index);
    return value_text(scale.type, read_block(opened, scale, {{index}, {1}}, {1}).data());
  }
  return fmt::format("#{}", index);
}

/// Compares one block's bytes. Within a block the first place has the smallest index; over all blocks
/// the smallest of these is the first place of the array.
void compare_block(const Dataset& dataset, const ChunkPlace& place, const std::vector<std::byte>& a,
                   const std::vector<std::byte>& b, Parting& parting) {
  const std::size_t width = element_size(dataset.type);
  const std::uint64_t before = parting.places;
  bool first = true;
  for (std::size_t at = 0; at < a.size(); at += width) {
    if (std::memcmp(a.data() + at, b.data() + at, width) == 0) continue;
    ++parting.places;
    if (!std::exchange(first, false)) continue;
    Extents index = index_in(place.extent, at / width);
    for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += place.start[axis];
    if (before != 0 && parting.index < index) continue;
    parting.index = index;
    parting.value_a = value_text(dataset.type, a.data() + at);
    parting.value_b = value_text(dataset.type, b.data() + at);
  }
}

Parting compare_numbers(const Comparison& comparison, const Dataset& dataset, const Dataset& other) {
  Parting parting;
  const std::uint64_t blocks =
      value_count(dataset.shape) == 0 ? 0 : chunk_count(dataset.shape, dataset.chunk);
  for (std::uint64_t block = 0; block < blocks; ++block) {
    const ChunkPlace place = chunk_place(dataset.shape, dataset.chunk, block);
    const std::vector<std::byte> a = read_block(comparison.a, dataset, place, place.extent);
    const std::vector<std::byte> b = read_block(comparison.b, other, place, place.extent);
    if (a != b) compare_block(dataset, place, a, b, parting);
  }
  return parting;
}

Parting compare_texts(const Dataset& dataset, const Dataset& other) {
  Parting parting;
  for (std::size_t at = 0; at < dataset.text.size(); ++at) {
    if (dataset.text[at] == other.text[at]) continue;
    if (parting.places++ == 0) parting = {index_in(dataset.shape, at), dataset.text[at], other.text[at], 1};
  }
  return parting;
}

void compare_values(Comparison& comparison, const Dataset& dataset, const Dataset& other) {
  const bool text = dataset.type == ValueType::text;
  const Parting parting = text ? compare_texts(dataset, other) : compare_numbers(comparison, dataset, other);
  if (parting.places == 0) return;
  std::vector<std::string> place;
  for (std::size_t axis = 0; axis < parting.index.size(); ++axis)
    place.push_back(fmt::format(
        "{}={}", dataset.dimensions[axis],
        is_coordinate(dataset)
            ? fmt::format("#{}", parting.index[axis])
            : coordinate_text(comparison.a, dataset.group, dataset.dimensions[axis], parting.index[axis])));
  comparison.lines.push_back(fmt::format("{}: {} against {} at {}; {} of {} values differ", path_of(dataset),
                                         parting.value_a, parting.value_b, fmt::join(place, ", "),
                                         parting.places, value_count(dataset.shape)));
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
  compare("shape", extents_text(dataset.shape), extents_text(other.shape));
  const bool comparable = comparison.lines.size() == before;
  compare("chunk", extents_text(dataset.chunk), extents_text(other.chunk));
  compare_attributes(comparison, path, dataset.attributes, other.attributes);
  if (comparable) compare_values(comparison, dataset, other);
}

std::vector<Attribute> content_attributes(const File& file) {
  std::vector<Attribute> kept = file.attributes;
  std::erase_if(kept, [](const Attribute& attribute) { return is_build_attribute(attribute.name); });
  return kept;
}

const Dataset* find(const File& file, const Dataset& like) {
  for (const Dataset& dataset : file.datasets)
    if (path_of(dataset) == path_of(like)) return &dataset;
  return nullptr;
}

std::vector<std::string> difference_here(const std::string& path_a, const std::string& path_b) {
  const FinishedFile a = open_in_child(path_a);
  const FinishedFile b = open_in_child(path_b);
  Comparison comparison{a, b, {}};
  compare_attributes(comparison, "root", content_attributes(a.file), content_attributes(b.file));
  for (const Dataset& dataset : a.file.datasets)
    if (const Dataset* other = find(b.file, dataset)) compare_datasets(comparison, dataset, *other);
  for (const Dataset& dataset : a.file.datasets)
    if (find(b.file, dataset) == nullptr)
      comparison.lines.push_back(fmt::format("{}: only in {}", path_of(dataset), a.path));
  for (const Dataset& dataset : b.file.datasets)
    if (find(a.file, dataset) == nullptr)
      comparison.lines.push_back(fmt::format("{}: only in {}", path_of(dataset), b.path));
  return std::move(comparison.lines);
}

}  // namespace

std::vector<std::string> difference(const std::string& path_a, const std::string& path_b) {
  require_openable(path_a);
  require_openable(path_b);
  return lines_from_child(path_b, {}, [&] { return difference_here(path_a, path_b); });
}

}  // namespace kindred::record
