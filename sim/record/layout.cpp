#include "sim/record/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "sim/core/errors.hpp"

namespace kindred::record {
namespace {

constexpr std::string_view time_dimension = "time";

/// Attributes that the container or the dimension scales write themselves.
constexpr std::array<std::string_view, 6> reserved_attributes = {
    "CLASS", "NAME", "REFERENCE_LIST", "DIMENSION_LIST", "content_hash", "mantissa_bits"};

/// Attributes that netCDF compares with the values, so they must have the values' own type.
constexpr std::array<std::string_view, 6> typed_attributes = {"valid_range", "valid_min",     "valid_max",
                                                              "_FillValue",  "missing_value", "flag_values"};

/// HDF5 stores the size of a chunk in 32 bits.
constexpr std::uint64_t largest_chunk_bytes = std::numeric_limits<std::uint32_t>::max();

[[noreturn]] void broken(const Dataset& dataset, std::string_view rule) {
  throw Bug(fmt::format("dataset '{}': {}", path_of(dataset), rule));
}

bool contains(const auto& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
constexpr ValueType type_of() {
  if constexpr (std::is_same_v<T, float>) return ValueType::float32;
  if constexpr (std::is_same_v<T, double>) return ValueType::float64;
  if constexpr (std::is_same_v<T, std::int8_t>) return ValueType::int8;
  if constexpr (std::is_same_v<T, std::int32_t>) return ValueType::int32;
  if constexpr (std::is_same_v<T, std::int64_t>) return ValueType::int64;
  return ValueType::text;
}

template <class T>
ValueType element_type(const T&) {
  return type_of<T>();
}
template <class T>
ValueType element_type(const std::vector<T>&) {
  return type_of<T>();
}

template <class T>
bool storable(const T&) {
  return true;
}
template <class T>
bool storable(const std::vector<T>& values) {
  return !values.empty();
}
bool storable(const std::string& text) { return text.find('\0') == std::string::npos; }

void check_attributes(const std::vector<Attribute>& attributes, const std::string& owner) {
  std::set<std::string_view> seen;
  for (const Attribute& attribute : attributes) {
    const std::string name = fmt::format("attribute '{}' of {}", attribute.name, owner);
    if (attribute.name.empty()) throw Bug(name + ": an attribute needs a name");
    if (contains(reserved_attributes, attribute.name))
      throw Bug(name + " is written by the container itself");
    if (!seen.insert(attribute.name).second) throw Bug(name + " is given twice");
    if (!std::visit([](const auto& value) { return storable(value); }, attribute.value))
      throw Bug(name + " is an empty list or holds a NUL character");
  }
}

void check_values(const Dataset& dataset) {
  for (const Attribute& attribute : dataset.attributes)
    if (contains(typed_attributes, attribute.name) &&
        std::visit([](const auto& value) { return element_type(value); }, attribute.value) != dataset.type)
      broken(dataset, fmt::format("attribute '{}' must be {}, the type of its dataset", attribute.name,
                                  type_name(dataset.type)));
  if (dataset.keep_bits < 1 || dataset.keep_bits > all_mantissa_bits)
    broken(dataset, "keep_bits lies in 1-23");
  if (dataset.keep_bits != all_mantissa_bits && dataset.type != ValueType::float32)
    broken(dataset, "only float32 values can be rounded to fewer mantissa bits");
}

void check_text(const Dataset& dataset) {
  std::uint64_t values = 1;
  for (std::size_t axis = 0; axis < dataset.shape.size(); ++axis) {
    if (is_unlimited(dataset, axis)) broken(dataset, "text cannot lie over time or be a table column");
    values *= dataset.shape[axis];
  }
  if (values != dataset.text.size())
    broken(dataset, fmt::format("{} texts given, shape asks for {}", dataset.text.size(), values));
  if (!dataset.chunk.empty()) broken(dataset, "text is not chunked");
  for (const std::string& text : dataset.text)
    if (!storable(text)) broken(dataset, "a text holds a NUL character");
}

void check_chunk(const Dataset& dataset) {
  if (dataset.chunk.size() != dataset.shape.size()) broken(dataset, "chunk and shape differ in rank");
  if (!dataset.text.empty()) broken(dataset, "only text datasets are declared with their contents");
  std::uint64_t bytes = element_size(dataset.type);
  for (std::size_t axis = 0; axis < dataset.chunk.size(); ++axis) {
    const std::uint64_t length = dataset.chunk[axis];
    if (length == 0) broken(dataset, "a chunk has at least one value along every dimension");
    if (length > dataset.shape[axis] && !is_unlimited(dataset, axis))
      broken(dataset, fmt::format("the chunk is longer than dimension '{}'", dataset.dimensions[axis]));
    if (length > largest_chunk_bytes / bytes) broken(dataset, "a chunk holds less than 4 GiB");
    bytes *= length;
  }
}

void check_shape(const Dataset& dataset) {
  if (dataset.shape.empty()) broken(dataset, "a dataset needs at least one dimension");
  if (dataset.dimensions.size() != dataset.shape.size())
    broken(dataset, "dimensions and shape differ in rank");
  for (std::size_t axis = 0; axis < dataset.shape.size(); ++axis) {
    if (dataset.shape[axis] == 0 && !is_unlimited(dataset, axis))
      broken(dataset, "a fixed dimension is empty");
    if (dataset.shape[axis] == unknown_length && !is_table(dataset))
      broken(dataset, "only a table with one dimension may have an unknown length");
    if (axis > 0 && dataset.dimensions[axis] == time_dimension)
      broken(dataset, "time is the first dimension");
  }
  if (dataset.type == ValueType::text) check_text(dataset);
  if (dataset.type != ValueType::text) check_chunk(dataset);
}

/// netCDF takes the length of a dimension from its coordinate, and xarray looks no further than the group.
void check_dimensions(const File& file, const Dataset& dataset) {
  for (std::size_t axis = 0; axis < dataset.dimensions.size(); ++axis) {
    const std::string& dimension = dataset.dimensions[axis];
    const auto scale = std::find_if(file.datasets.begin(), file.datasets.end(), [&](const Dataset& other) {
      return other.group == dataset.group && other.name == dimension && is_coordinate(other);
    });
    if (scale == file.datasets.end())
      broken(dataset, fmt::format("its group has no coordinate for dimension '{}'", dimension));
    if (scale->shape.front() != dataset.shape[axis])
      broken(dataset, fmt::format("dimension '{}' differs in length from its coordinate", dimension));
    if (is_table(*scale) && scale->type != ValueType::int64)
      broken(*scale, "the coordinate of a table is a generated index of type int64");
  }
}

}  // namespace

std::size_t element_size(ValueType type) {
  switch (type) {
  case ValueType::int8:
    return 1;
  case ValueType::float32:
  case ValueType::int32:
    return 4;
  case ValueType::float64:
  case ValueType::int64:
    return 8;
  case ValueType::text:
    break;
  }
  throw Bug("a text has no fixed element size");
}

std::string_view type_name(ValueType type) {
  constexpr std::array<std::string_view, 6> names = {"float32", "float64", "int8", "int32", "int64", "text"};
  return names.at(static_cast<std::size_t>(type));
}

std::string path_of(const Dataset& dataset) {
  return dataset.group.empty() ? dataset.name : dataset.group + "/" + dataset.name;
}

bool is_table(const Dataset& dataset) {
  return dataset.shape.size() == 1 && dataset.shape.front() == unknown_length;
}

bool is_coordinate(const Dataset& dataset) {
  return dataset.dimensions.size() == 1 && dataset.dimensions.front() == dataset.name;
}

bool is_unlimited(const Dataset& dataset, std::size_t axis) {
  return is_table(dataset) || (axis == 0 && dataset.dimensions.front() == time_dimension);
}

std::size_t index_of(const File& file, std::string_view group, std::string_view name) {
  for (std::size_t index = 0; index < file.datasets.size(); ++index)
    if (file.datasets[index].group == group && file.datasets[index].name == name) return index;
  throw Bug(fmt::format("no dataset '{}' in group '{}' was declared", name, group));
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const Attribute& attribute : attributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

void check_declaration(const File& file) {
  check_attributes(file.attributes, "the file");
  std::set<std::string> paths;
  for (const Dataset& dataset : file.datasets) paths.insert(dataset.group);
  for (const Dataset& dataset : file.datasets) {
    if (dataset.name.empty()) broken(dataset, "a dataset needs a name");
    if ((dataset.group + dataset.name).find('/') != std::string::npos)
      broken(dataset, "groups are one level deep and names hold no '/'");
    if (!paths.insert(path_of(dataset)).second) broken(dataset, "its name is taken");
    check_attributes(dataset.attributes, fmt::format("dataset '{}'", path_of(dataset)));
    check_shape(dataset);
    check_values(dataset);
  }
  for (const Dataset& dataset : file.datasets) check_dimensions(file, dataset);
}

}  // namespace kindred::record
