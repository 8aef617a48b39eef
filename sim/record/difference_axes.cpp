#include "sim/record/difference_axes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace kindred::record {

namespace {

template <class T>
std::string number_text(const std::byte* at) {
  T value{};
  std::memcpy(&value, at, sizeof value);
  if constexpr (std::is_same_v<T, std::int8_t>) return fmt::format("{}", int{value});
  return fmt::format("{}", value);
}

/// What stands at every place of an axis.
std::vector<std::string> texts_of(const FinishedFile& opened, const Dataset& scale) {
  if (scale.type == ValueType::text) return scale.text;
  const std::uint64_t n = scale.shape.front();
  if (n == 0) return {};
  const std::vector<std::byte> bytes = read_block(opened, scale, {{0}, {n}}, {n});
  std::vector<std::string> texts;
  const std::size_t width = element_size(scale.type);
  for (std::uint64_t i = 0; i < n; ++i) texts.push_back(value_text(scale.type, bytes.data() + i * width));
  return texts;
}

SharedAxis paired(const std::vector<std::string>& in_a, const std::vector<std::string>& in_b) {
  SharedAxis shared;
  shared.whole = in_a == in_b;
  std::map<std::string, std::uint64_t> place;
  for (std::size_t i = 0; i < in_b.size(); ++i) place.emplace(in_b[i], i);
  for (std::size_t i = 0; i < in_a.size(); ++i)
    if (const auto found = place.find(in_a[i]); found != place.end()) {
      shared.in_a.push_back(i);
      shared.in_b.push_back(found->second);
    }
  return shared;
}

SharedAxis all_of(std::uint64_t n) {
  SharedAxis shared;
  for (std::uint64_t i = 0; i < n; ++i) shared.in_a.push_back(i);
  shared.in_b = shared.in_a;
  shared.whole = true;
  return shared;
}

const Dataset* scale_of(const FinishedFile& opened, const std::string& group, const std::string& dimension) {
  const Dataset* scale = find_dataset(opened, group, dimension);
  return scale != nullptr && is_coordinate(*scale) ? scale : nullptr;
}

std::vector<std::string> row_of(const FinishedFile& opened, const Dataset& ids, std::uint64_t replicate) {
  const std::uint64_t n = ids.shape[1];
  const std::vector<std::byte> bytes = read_block(opened, ids, {{replicate, 0}, {1, n}}, {1, n});
  std::vector<std::string> who;
  const std::size_t width = element_size(ids.type);
  for (std::uint64_t i = 0; i < n; ++i) who.push_back(value_text(ids.type, bytes.data() + i * width));
  return who;
}

}  // namespace

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

const Dataset* find_dataset(const FinishedFile& opened, std::string_view group, std::string_view name) {
  for (const Dataset& dataset : opened.file.datasets)
    if (dataset.group == group && dataset.name == name) return &dataset;
  return nullptr;
}

std::string coordinate_text(const FinishedFile& opened, const std::string& group,
                            const std::string& dimension, std::uint64_t index) {
  const Dataset* scale = scale_of(opened, group, dimension);
  if (scale == nullptr) return fmt::format("#{}", index);
  if (scale->type == ValueType::text) return scale->text.at(index);
  return value_text(scale->type, read_block(opened, *scale, {{index}, {1}}, {1}).data());
}

std::optional<SharedAxis> shared_axis(const FinishedFile& a, const FinishedFile& b, const Dataset& in_a,
                                      const Dataset& in_b, std::size_t axis) {
  const std::string& dimension = in_a.dimensions[axis];
  const Dataset* scale_a = scale_of(a, in_a.group, dimension);
  const Dataset* scale_b = scale_of(b, in_b.group, dimension);
  if (scale_a != nullptr && scale_b != nullptr && scale_a->shape.front() == in_a.shape[axis] &&
      scale_b->shape.front() == in_b.shape[axis])
    return paired(texts_of(a, *scale_a), texts_of(b, *scale_b));
  if (in_a.shape[axis] == in_b.shape[axis]) return all_of(in_a.shape[axis]);
  return std::nullopt;
}

std::optional<SharedAxis> shared_persons(const FinishedFile& a, const FinishedFile& b,
                                         const std::string& group, std::uint64_t replicate_a,
                                         std::uint64_t replicate_b) {
  const auto who = [&](const FinishedFile& opened) {
    const Dataset* ids = find_dataset(opened, group, "person_id");
    const bool fits = ids != nullptr && ids->type == ValueType::int32 &&
                      ids->dimensions == std::vector<std::string>{"replicate", "person"};
    return fits ? ids : nullptr;
  };
  const Dataset *ids_a = who(a), *ids_b = who(b);
  if (ids_a == nullptr || ids_b == nullptr || replicate_a >= ids_a->shape[0] ||
      replicate_b >= ids_b->shape[0])
    return std::nullopt;
  return paired(row_of(a, *ids_a, replicate_a), row_of(b, *ids_b, replicate_b));
}

}  // namespace kindred::record
