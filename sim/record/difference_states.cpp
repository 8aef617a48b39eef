#include "sim/record/difference_states.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <map>

namespace kindred::record {

namespace {

/// A dataset that both files have in the same form.
struct Both {
  const Dataset* a = nullptr;
  const Dataset* b = nullptr;
  explicit operator bool() const { return a != nullptr && b != nullptr; }
};

Both find_both(const FinishedFile& a, const FinishedFile& b, std::string_view group, std::string_view name) {
  const Both both{find_dataset(a, group, name), find_dataset(b, group, name)};
  const bool alike = both && both.a->type == both.b->type && both.a->dimensions == both.b->dimensions;
  return alike ? both : Both{};
}

const std::vector<std::string> hash_axes = {"time", "arm", "replicate"};
const std::vector<std::string> person_axes = {"time", "arm", "replicate", "person"};

std::vector<std::byte> whole(const FinishedFile& opened, const Dataset& dataset) {
  return read_block(opened, dataset, {Extents(dataset.shape.size(), 0), dataset.shape}, dataset.shape);
}

/// The first frame, by world, whose hash differs.
std::map<std::pair<std::size_t, std::size_t>, std::size_t> first_frames(const FinishedFile& a,
                                                                        const FinishedFile& b,
                                                                        const Both& hash,
                                                                        const std::vector<SharedAxis>& axes) {
  const std::vector<std::byte> in_a = whole(a, *hash.a), in_b = whole(b, *hash.b);
  const auto at = [](const std::vector<std::byte>& bytes, const Extents& shape, std::uint64_t t,
                     std::uint64_t arm, std::uint64_t r) {
    std::int64_t value = 0;
    std::memcpy(&value, bytes.data() + ((t * shape[1] + arm) * shape[2] + r) * sizeof value, sizeof value);
    return value;
  };
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> first;
  for (std::size_t t = 0; t < axes[0].in_a.size(); ++t)
    for (std::size_t arm = 0; arm < axes[1].in_a.size(); ++arm)
      for (std::size_t r = 0; r < axes[2].in_a.size(); ++r)
        if (at(in_a, hash.a->shape, axes[0].in_a[t], axes[1].in_a[arm], axes[2].in_a[r]) !=
            at(in_b, hash.b->shape, axes[0].in_b[t], axes[1].in_b[arm], axes[2].in_b[r]))
          first.emplace(std::pair{arm, r}, t);
  return first;
}

}  // namespace

std::string parting_of_states(const FinishedFile& a, const FinishedFile& b, std::uint64_t& compared) {
  compared = 0;
  const Both hash = find_both(a, b, "state", "state_hash");
  if (!hash || hash.a->dimensions != hash_axes || hash.a->type != ValueType::int64) return "";
  std::vector<SharedAxis> axes;
  for (std::size_t axis = 0; axis < hash_axes.size(); ++axis) {
    auto shared = shared_axis(a, b, *hash.a, *hash.b, axis);
    if (!shared) return "";
    axes.push_back(std::move(*shared));
  }
  const std::size_t worlds = axes[1].in_a.size() * axes[2].in_a.size();
  compared = axes[0].in_a.size() * worlds;
  const auto first = first_frames(a, b, hash, axes);
  if (first.empty()) return "";
  const auto parted = std::min_element(first.begin(), first.end(),
                                       [](const auto& x, const auto& y) { return x.second < y.second; });
  const auto& [world, frame] = *parted;
  const auto name = [&](std::size_t axis, std::size_t place) {
    return coordinate_text(a, "state", hash_axes[axis], axes[axis].in_a[place]);
  };
  const std::string others = first.size() == worlds
                                 ? "every world parts"
                                 : fmt::format("{} of {} worlds part", first.size(), worlds);
  return fmt::format("the states part in week {}{}: arm '{}', replicate {}; {} sooner or later",
                     name(0, frame), frame == 0 ? ", the first one compared" : "", name(1, world.first),
                     name(2, world.second), others);
}

std::string first_differing_person(const FinishedFile& a, const FinishedFile& b) {
  const Dataset* column = nullptr;
  Parting first;
  for (const Dataset& dataset : a.file.datasets) {
    if (dataset.group != "persons" || dataset.dimensions != person_axes) continue;
    const Both both = find_both(a, b, dataset.group, dataset.name);
    if (!both) continue;
    Parting parting = compare_values(a, b, *both.a, *both.b);
    if (parting.places == 0 || (column != nullptr && !(parting.index < first.index))) continue;
    column = both.a;
    first = std::move(parting);
  }
  if (column == nullptr) return "";
  const auto name = [&](std::size_t axis) {
    return coordinate_text(a, "persons", person_axes[axis], first.index[axis]);
  };
  std::string person = name(3);
  if (const Dataset* ids = find_dataset(a, "persons", "person_id"); ids != nullptr && ids->shape.size() == 2)
    person =
        value_text(ids->type, read_block(a, *ids, {{first.index[2], first.index[3]}, {1, 1}}, {1, 1}).data());
  return fmt::format(
      "the first recorded person who differs: week {}, arm '{}', replicate {}, person {}: {} is {} "
      "against {}",
      name(0), name(1), name(2), person, column->name, first.value_a, first.value_b);
}

}  // namespace kindred::record
