#include "sim/record/hdf5_attributes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>

#include "sim/record/claims.hpp"

namespace kindred::record {
namespace {

constexpr std::array<std::string_view, 4> scale_attributes = {"CLASS", "NAME", "REFERENCE_LIST",
                                                              "DIMENSION_LIST"};

template <class T>
ValueType number_type() {
  if constexpr (std::is_same_v<T, float>) return ValueType::float32;
  if constexpr (std::is_same_v<T, double>) return ValueType::float64;
  if constexpr (std::is_same_v<T, std::int8_t>) return ValueType::int8;
  if constexpr (std::is_same_v<T, std::int32_t>) return ValueType::int32;
  return ValueType::int64;
}

/// Where an attribute goes, with what a failure should say.
struct Target {
  hid_t owner;
  const std::string& name;
  const std::string& path;
  std::string doing() const { return "write attribute '" + name + "'"; }
};

void write_value(const Target& target, hid_t stored, hid_t memory, const SpaceHandle& space,
                 const void* data) {
  const AttributeHandle made(
      check(H5Acreate2(target.owner, target.name.c_str(), stored, space.get(), H5P_DEFAULT, H5P_DEFAULT),
            target.path, target.doing()));
  check(H5Awrite(made.get(), memory, data), target.path, target.doing());
}

SpaceHandle scalar_space(const Target& target) {
  return SpaceHandle(check(H5Screate(H5S_SCALAR), target.path, target.doing()));
}

void write_to(const Target& target, const std::string& text) {
  const TypeHandle type = text_type(target.path);
  const char* const data = text.c_str();
  write_value(target, type.get(), type.get(), scalar_space(target), &data);
}

template <class T>
void write_to(const Target& target, const T& number) {
  constexpr auto type = number_type<T>;
  write_value(target, stored_type(type()), memory_type(type()), scalar_space(target), &number);
}

template <class T>
void write_to(const Target& target, const std::vector<T>& numbers) {
  const SpaceHandle space = make_space({numbers.size()}, {false}, target.path);
  write_value(target, stored_type(number_type<T>()), memory_type(number_type<T>()), space, numbers.data());
}

std::string read_text_value(hid_t attribute, const std::string& path, const std::string& doing) {
  const TypeHandle type = text_type(path);
  char* data = nullptr;
  check(H5Aread(attribute, type.get(), static_cast<void*>(&data)), path, doing);
  const std::unique_ptr<char, herr_t (*)(void*)> owned(data,
                                                       [](void* memory) { return H5free_memory(memory); });
  return data == nullptr ? "" : data;
}

template <class T>
AttributeValue read_number_value(hid_t attribute, std::size_t count, bool scalar, const std::string& path,
                                 const std::string& doing) {
  std::vector<T> values(count);
  check(H5Aread(attribute, memory_type(number_type<T>()), values.data()), path, doing);
  if (scalar) return values.front();
  return values;
}

AttributeValue read_value(hid_t attribute, const std::string& path, const std::string& what) {
  const std::string doing = "read " + what;
  const TypeHandle type(check(H5Aget_type(attribute), path, doing));
  const SpaceHandle space(check(H5Aget_space(attribute), path, doing));
  const bool scalar = H5Sget_simple_extent_type(space.get()) == H5S_SCALAR;
  const auto count = static_cast<std::size_t>(check(H5Sget_simple_extent_npoints(space.get()), path, doing));
  require_fits(count, H5Tget_size(type.get()), what, path);
  switch (value_type_of(type.get(), path, what)) {
  case ValueType::float32:
    return read_number_value<float>(attribute, count, scalar, path, doing);
  case ValueType::float64:
    return read_number_value<double>(attribute, count, scalar, path, doing);
  case ValueType::int8:
    return read_number_value<std::int8_t>(attribute, count, scalar, path, doing);
  case ValueType::int32:
    return read_number_value<std::int32_t>(attribute, count, scalar, path, doing);
  case ValueType::int64:
    return read_number_value<std::int64_t>(attribute, count, scalar, path, doing);
  case ValueType::text:
    break;
  }
  if (!scalar) throw IoError(path, what + " is a list of texts, which Kindred does not write");
  return read_text_value(attribute, path, doing);
}

herr_t collect_name(hid_t, const char* name, const H5A_info_t*, void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

std::string value_text(const std::string& text) { return text; }
template <class T>
std::string value_text(const T& number) {
  if constexpr (std::is_same_v<T, std::int8_t>) return fmt::format("{}", int{number});
  return fmt::format("{}", number);
}
template <class T>
std::string value_text(const std::vector<T>& numbers) {
  std::vector<std::string> texts;
  for (const T& number : numbers) texts.push_back(value_text(number));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

void write_attribute(hid_t owner, const Attribute& attribute, const std::string& path) {
  const Target target{owner, attribute.name, path};
  std::visit([&](const auto& value) { write_to(target, value); }, attribute.value);
}

std::vector<Attribute> read_attributes(hid_t owner, const std::string& path) {
  std::vector<std::string> names;
  hsize_t from = 0;
  // Files rewritten by other tools may have lost the order of creation.
  if (H5Aiterate2(owner, H5_INDEX_CRT_ORDER, H5_ITER_INC, &from, collect_name, &names) < 0) {
    names.clear();
    from = 0;
    check(H5Aiterate2(owner, H5_INDEX_NAME, H5_ITER_INC, &from, collect_name, &names), path,
          "list attributes");
  }
  std::vector<Attribute> attributes;
  for (const std::string& name : names) {
    if (std::find(scale_attributes.begin(), scale_attributes.end(), name) != scale_attributes.end()) continue;
    const std::string what = "attribute '" + name + "'";
    const AttributeHandle open(check(H5Aopen(owner, name.c_str(), H5P_DEFAULT), path, "open " + what));
    attributes.push_back({name, read_value(open.get(), path, what)});
  }
  return attributes;
}

std::string attribute_text(const AttributeValue& value) {
  return std::visit([](const auto& held) { return value_text(held); }, value);
}

}  // namespace kindred::record
