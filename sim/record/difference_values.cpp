#include "sim/record/difference_values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <functional>

namespace kindred::record {

namespace {

/// Two datasets under comparison, and what was found so far.
struct Comparison {
  const FinishedFile& a;
  const FinishedFile& b;
  const Dataset& in_a;
  const Dataset& in_b;
  Parting parting;

  void see(const Extents& index, const std::byte* at_a, const std::byte* at_b) {
    ++parting.compared;
    if (std::memcmp(at_a, at_b, element_size(in_a.type)) == 0) return;
    if (parting.places++ != 0 && !(index < parting.index)) return;
    parting.index = index;
    parting.value_a = value_text(in_a.type, at_a);
    parting.value_b = value_text(in_b.type, at_b);
  }
};

/// All places are shared: chunk by chunk of the first file, of which only those that differ are looked into.
void compare_all(Comparison& comparison) {
  const Dataset& d = comparison.in_a;
  const std::size_t width = element_size(d.type);
  const std::uint64_t blocks = value_count(d.shape) == 0 ? 0 : chunk_count(d.shape, d.chunk);
  for (std::uint64_t block = 0; block < blocks; ++block) {
    const ChunkPlace place = chunk_place(d.shape, d.chunk, block);
    const std::vector<std::byte> a = read_block(comparison.a, d, place, place.extent);
    const std::vector<std::byte> b = read_block(comparison.b, comparison.in_b, place, place.extent);
    if (a == b) {
      comparison.parting.compared += value_count(place.extent);
      continue;
    }
    for (std::size_t at = 0; at < a.size(); at += width) {
      Extents index = chunk_place(place.extent, Extents(place.extent.size(), 1), at / width).start;
      for (std::size_t axis = 0; axis < index.size(); ++axis) index[axis] += place.start[axis];
      comparison.see(index, a.data() + at, b.data() + at);
    }
  }
}

std::vector<std::byte> line_of(const FinishedFile& opened, const Dataset& dataset, Extents start) {
  start.back() = 0;
  Extents extent(start.size(), 1);
  extent.back() = dataset.shape.back();
  return read_block(opened, dataset, {start, extent}, extent);
}

/// One line along the last axis.
void compare_line(Comparison& comparison, Extents at_a, const Extents& at_b, const SharedAxis& last) {
  if (last.in_a.empty()) return;
  const std::vector<std::byte> a = line_of(comparison.a, comparison.in_a, at_a);
  const std::vector<std::byte> b = line_of(comparison.b, comparison.in_b, at_b);
  const std::size_t width = element_size(comparison.in_a.type);
  for (std::size_t i = 0; i < last.in_a.size(); ++i) {
    at_a.back() = last.in_a[i];
    comparison.see(at_a, a.data() + last.in_a[i] * width, b.data() + last.in_b[i] * width);
  }
}

/// Only some places are shared. Time runs innermost, because chunks are long in time.
void compare_shared(Comparison& comparison, const std::vector<SharedAxis>& axes,
                    const std::function<SharedAxis(const Extents& at_a, const Extents& at_b)>& last_of) {
  const std::size_t rank = axes.size();
  Extents at_a(rank, 0), at_b(rank, 0);
  const std::function<void(std::size_t)> descend = [&](std::size_t axis) {
    if (axis + 1 == rank || rank == 1) {
      const SharedAxis last = last_of(at_a, at_b);
      const std::size_t times = rank == 1 ? 1 : axes[0].in_a.size();
      for (std::size_t t = 0; t < times; ++t) {
        if (rank > 1) at_a[0] = axes[0].in_a[t], at_b[0] = axes[0].in_b[t];
        compare_line(comparison, at_a, at_b, last);
      }
      return;
    }
    for (std::size_t i = 0; i < axes[axis].in_a.size(); ++i) {
      at_a[axis] = axes[axis].in_a[i];
      at_b[axis] = axes[axis].in_b[i];
      descend(axis + 1);
    }
  };
  descend(1);
}

void compare_texts(Comparison& comparison) {
  for (std::size_t i = 0; i < std::min(comparison.in_a.text.size(), comparison.in_b.text.size()); ++i) {
    ++comparison.parting.compared;
    if (comparison.in_a.text[i] == comparison.in_b.text[i] || comparison.parting.places++ != 0) continue;
    const Extents& shape = comparison.in_a.shape;
    comparison.parting.index = chunk_place(shape, Extents(shape.size(), 1), i).start;
    comparison.parting.value_a = comparison.in_a.text[i];
    comparison.parting.value_b = comparison.in_b.text[i];
  }
}

}  // namespace

Parting compare_values(const FinishedFile& a, const FinishedFile& b, const Dataset& in_a,
                       const Dataset& in_b) {
  Comparison comparison{a, b, in_a, in_b, {}};
  std::vector<SharedAxis> axes;
  for (std::size_t axis = 0; axis < in_a.shape.size(); ++axis) {
    auto shared = shared_axis(a, b, in_a, in_b, axis);
    if (!shared) return {};
    axes.push_back(std::move(*shared));
  }
  const auto& dimensions = in_a.dimensions;
  const auto replicate = std::find(dimensions.begin(), dimensions.end(), "replicate");
  const bool panel = dimensions.back() == "person" && replicate + 1 < dimensions.end() &&
                     in_a.name != "person_id" && shared_persons(a, b, in_a.group, 0, 0).has_value();
  const auto r = static_cast<std::size_t>(replicate - dimensions.begin());
  bool whole = std::all_of(axes.begin(), axes.end(), [](const SharedAxis& axis) { return axis.whole; });
  for (std::size_t i = 0; panel && whole && i < axes[r].in_a.size(); ++i) {
    const auto people = shared_persons(a, b, in_a.group, axes[r].in_a[i], axes[r].in_b[i]);
    whole = people.has_value() && people->whole;
  }
  if (in_a.type == ValueType::text) {
    if (whole) compare_texts(comparison);
  } else if (whole) {
    compare_all(comparison);
  } else {
    compare_shared(comparison, axes, [&](const Extents& at_a, const Extents& at_b) {
      return panel ? shared_persons(a, b, in_a.group, at_a[r], at_b[r]).value_or(SharedAxis{}) : axes.back();
    });
  }
  return std::move(comparison.parting);
}

std::string place_text(const FinishedFile& a, const Dataset& in_a, const Extents& index) {
  std::vector<std::string> place;
  for (std::size_t axis = 0; axis < index.size(); ++axis)
    place.push_back(fmt::format("{}={}", in_a.dimensions[axis],
                                is_coordinate(in_a)
                                    ? fmt::format("#{}", index[axis])
                                    : coordinate_text(a, in_a.group, in_a.dimensions[axis], index[axis])));
  return fmt::format("{}", fmt::join(place, ", "));
}

}  // namespace kindred::record
