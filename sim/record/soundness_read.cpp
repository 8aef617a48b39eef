#include "sim/record/soundness_read.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "sim/core/errors.hpp"
#include "sim/record/soundness_structure.hpp"

namespace kindred::record {
namespace {

constexpr std::uint64_t rows_at_once = 16384;

template <class T>
std::vector<double> widened(const std::vector<std::byte>& bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return {values.begin(), values.end()};
}

const Dataset* scale_of(const File& file, const Dataset& dataset, std::size_t axis) {
  return find_with(
      file, dataset.group.empty() ? dataset.dimensions[axis] : dataset.group + "/" + dataset.dimensions[axis],
      {dataset.dimensions[axis]});
}

/// Who stands at a place of the panel.
std::string person_words(const FinishedFile& opened, const Dataset& dataset, const Extents& index,
                         std::size_t axis) {
  const Dataset* id = find_with(opened.file, "persons/person_id", {"replicate", "person"});
  const auto replicate = std::find(dataset.dimensions.begin(), dataset.dimensions.end(), "replicate");
  if (dataset.group != "persons" || id == nullptr || replicate == dataset.dimensions.end())
    return fmt::format("person {}", index[axis]);
  const std::uint64_t r = index[static_cast<std::size_t>(replicate - dataset.dimensions.begin())];
  return fmt::format("person {}", numbers_at(opened, *id, {{r, index[axis]}, {1, 1}}).front());
}

std::string axis_words(const FinishedFile& opened, const Dataset& dataset, const Extents& index,
                       std::size_t axis) {
  const std::string& name = dataset.dimensions[axis];
  const std::uint64_t at = index[axis];
  if (name == "person" && !is_coordinate(dataset)) return person_words(opened, dataset, index, axis);
  if (is_coordinate(dataset)) return fmt::format("place {}", at);
  const Dataset* scale = scale_of(opened.file, dataset, axis);
  if (scale != nullptr && scale->type == ValueType::int64) return fmt::format("row {}", at);  // of a table
  if (scale == nullptr || at >= scale->shape.front()) return fmt::format("{} {}", name, at);
  if (scale->type == ValueType::text) return fmt::format("{} '{}'", name, scale->text.at(at));
  return fmt::format("{} {}", name == "time" ? "week" : name,
                     numbers_at(opened, *scale, {{at}, {1}}).front());
}

}  // namespace

std::vector<double> numbers_at(const FinishedFile& opened, const Dataset& dataset, const ChunkPlace& place) {
  const std::vector<std::byte> bytes = read_block(opened, dataset, place, place.extent);
  switch (dataset.type) {
  case ValueType::float32:
    return widened<float>(bytes);
  case ValueType::float64:
    return widened<double>(bytes);
  case ValueType::int8:
    return widened<std::int8_t>(bytes);
  case ValueType::int32:
    return widened<std::int32_t>(bytes);
  case ValueType::int64:
    return widened<std::int64_t>(bytes);
  case ValueType::text:
    break;
  }
  throw IoError(opened.path, fmt::format("dataset '{}' holds text, no numbers", path_of(dataset)));
}

std::vector<double> all_numbers(const FinishedFile& opened, const Dataset& dataset) {
  if (value_count(dataset.shape) == 0) return {};
  return numbers_at(opened, dataset, {Extents(dataset.shape.size()), dataset.shape});
}

std::vector<std::int32_t> whole_numbers(const FinishedFile& opened, const Dataset& dataset) {
  std::vector<std::int32_t> values;
  for (const double number : all_numbers(opened, dataset)) values.push_back(whole(number));
  return values;
}

void for_each_rows(
    const FinishedFile& opened, const std::vector<const Dataset*>& columns,
    const std::function<void(std::int64_t first, const std::vector<std::vector<double>>&)>& visit) {
  std::uint64_t rows = columns.front()->shape.front();
  for (const Dataset* column : columns) rows = std::min(rows, column->shape.front());
  for (std::uint64_t first = 0; first < rows; first += rows_at_once) {
    std::vector<std::vector<double>> values;
    for (const Dataset* column : columns)
      values.push_back(numbers_at(opened, *column, {{first}, {std::min(rows_at_once, rows - first)}}));
    visit(static_cast<std::int64_t>(first), values);
  }
}

void for_each_block(
    const FinishedFile& opened, const Dataset& dataset, std::size_t inner,
    const std::function<void(const ChunkPlace& place, const std::vector<double>& values)>& visit) {
  if (value_count(dataset.shape) == 0) return;
  Extents block = dataset.chunk;
  for (std::size_t axis = inner; axis < block.size(); ++axis) block[axis] = dataset.shape[axis];
  for (std::uint64_t b = 0; b < chunk_count(dataset.shape, block); ++b) {
    const ChunkPlace place = chunk_place(dataset.shape, block, b);
    visit(place, numbers_at(opened, dataset, place));
  }
}

Extents row_index(const ChunkPlace& place, std::size_t inner, std::uint64_t row) {
  Extents rows = place.extent;
  for (std::size_t axis = inner; axis < rows.size(); ++axis) rows[axis] = 1;
  Extents index = chunk_place(rows, Extents(rows.size(), 1), row).start;
  for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += place.start[axis];
  return index;
}

std::int32_t whole(double number) {
  using Limits = std::numeric_limits<std::int32_t>;
  return number >= Limits::min() && number <= Limits::max() ? static_cast<std::int32_t>(number)
                                                            : Limits::min();
}

PlaceWords place_words(const FinishedFile& opened, const Dataset& dataset) {
  return [&opened, &dataset](const Extents& index) {
    std::vector<std::string> words;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
      words.push_back(axis_words(opened, dataset, index, axis));
    return fmt::format("{}", fmt::join(words, ", "));
  };
}

}  // namespace kindred::record
