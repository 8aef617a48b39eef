#include "sim/record/soundness_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <variant>

#include "sim/core/errors.hpp"
#include "sim/record/hdf5_attributes.hpp"

namespace kindred::record {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The two ends of `valid_range`; everything when it is not declared, or declared as something else.
std::pair<double, double> range_of(const Dataset& dataset) {
  const Attribute* range = find_attribute(dataset.attributes, "valid_range");
  if (range == nullptr) return {-infinity, infinity};
  return std::visit(
      [](const auto& value) -> std::pair<double, double> {
        using V = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<V, std::string> || std::is_arithmetic_v<V>) return {-infinity, infinity};
        else if (value.size() == 2) return {static_cast<double>(value[0]), static_cast<double>(value[1])};
        else return {-infinity, infinity};
      },
      range->value);
}

/// Index of the row-major `row` of an array without its last axis.
Extents row_index(const Extents& extents, std::uint64_t row) {
  Extents index(extents.size());
  for (std::size_t axis = extents.size() - 1; axis-- > 0;) {
    index[axis] = row % extents[axis];
    row /= extents[axis];
  }
  return index;
}

template <class T>
struct Scan {
  const Dataset& dataset;
  const ValueRule& rule;
  const PlaceWords& words;
  Faults& faults;

  bool allowed(T value) const {
    const auto number = static_cast<double>(value);
    if (number >= rule.low && number <= rule.high)  // infinite bounds: nothing is declared, yet no number is
      return std::abs(number) <= std::numeric_limits<double>::max();
    return (rule.may_be_nan && std::isnan(number)) || (rule.fill && number == *rule.fill);
  }
  void tell(const Extents& index, T value) const {
    faults.add(path_of(dataset),
               fmt::format("{}: {} is outside [{}, {}]{}{}", words(index), static_cast<double>(value),
                           rule.low, rule.high, rule.unit.empty() ? "" : " ", rule.unit));
  }
  void operator()(const ChunkPlace& place, std::span<const std::byte> block) const {
    const std::uint64_t length = dataset.chunk.back(), inside = place.extent.back();
    const std::uint64_t rows = value_count(dataset.chunk) / length;
    std::vector<T> row(inside);
    for (std::uint64_t r = 0; r < rows; ++r) {
      Extents index = row_index(dataset.chunk, r);
      bool within = true;
      for (std::size_t axis = 0; axis + 1 < index.size(); ++axis)
        within = within && index[axis] < place.extent[axis];
      if (!within) continue;
      std::memcpy(row.data(), block.data() + r * length * sizeof(T), inside * sizeof(T));
      if (std::all_of(row.begin(), row.end(), [&](T value) { return allowed(value); })) continue;
      for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += place.start[axis];
      for (std::uint64_t k = 0; k < inside; ++k, ++index.back())
        if (!allowed(row[k])) tell(index, row[k]);
    }
  }
};

}  // namespace

std::optional<double> fill_of(const Dataset& dataset) {
  const Attribute* const fill = find_attribute(dataset.attributes, "_FillValue");
  if (fill == nullptr) return std::nullopt;
  return std::visit(
      [](const auto& value) -> std::optional<double> {
        if constexpr (std::is_integral_v<std::decay_t<decltype(value)>>) return static_cast<double>(value);
        else return std::nullopt;
      },
      fill->value);
}

ValueRule rule_of(const Dataset& dataset, bool incomplete) {
  const auto [low, high] = range_of(dataset);
  const bool real = dataset.type == ValueType::float32 || dataset.type == ValueType::float64;
  // Where these groups have nothing, their own counts say so: soundness_effects.hpp holds them against it.
  const bool counted = dataset.group == "effects" || dataset.group == "sweep";
  const bool missing = find_attribute(dataset.attributes, "missing") != nullptr;
  const Attribute* unit = find_attribute(dataset.attributes, "units");
  const std::string text = unit == nullptr ? "" : attribute_text(unit->value);
  return {low, high, real && (counted || missing || incomplete), incomplete ? fill_of(dataset) : std::nullopt,
          text == "1" ? "" : text};
}

void check_values(const Dataset& dataset, const ChunkPlace& place, std::span<const std::byte> block,
                  const ValueRule& rule, const PlaceWords& words, Faults& faults) {
  switch (dataset.type) {
  case ValueType::float32:
    return Scan<float>{dataset, rule, words, faults}(place, block);
  case ValueType::float64:
    return Scan<double>{dataset, rule, words, faults}(place, block);
  case ValueType::int8:
    return Scan<std::int8_t>{dataset, rule, words, faults}(place, block);
  case ValueType::int32:
    return Scan<std::int32_t>{dataset, rule, words, faults}(place, block);
  case ValueType::int64:
    return Scan<std::int64_t>{dataset, rule, words, faults}(place, block);
  case ValueType::text:
    break;
  }
  throw Bug("text has no range");
}

void check_weeks(const std::string& path, std::span<const std::int32_t> weeks,
                 std::span<const std::int32_t> promised, bool equal_steps, Faults& faults) {
  const auto step = [&](std::size_t i) { return std::int64_t{weeks[i]} - weeks[i - 1]; };
  for (std::size_t i = 1; i < weeks.size(); ++i) {
    if (step(i) <= 0)
      faults.add(path,
                 fmt::format("week {} stands behind week {}; weeks must ascend", weeks[i], weeks[i - 1]));
    else if (equal_steps && step(i) != step(1))
      faults.add(path, fmt::format("from week {} to week {} are {} weeks, elsewhere {}: frames are missing",
                                   weeks[i - 1], weeks[i], step(i), step(1)));
  }
  if (promised.empty()) return;
  for (const std::int32_t week : promised)
    if (std::find(weeks.begin(), weeks.end(), week) == weeks.end())
      faults.add(path, fmt::format("week {} is missing; the file's scenario asks for weeks {} to {}", week,
                                   promised.front(), promised.back()));
  for (const std::int32_t week : weeks)
    if (std::find(promised.begin(), promised.end(), week) == promised.end())
      faults.add(path, fmt::format("week {} is none of those the file's scenario asks for, {} to {}", week,
                                   promised.front(), promised.back()));
}

void check_numbering(const std::string& path, std::span<const double> values, std::uint64_t first,
                     Faults& faults) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != static_cast<double>(first + i))
      faults.add(path, fmt::format("place {} holds {}; it must count from 0", first + i, values[i]));
}

}  // namespace kindred::record
