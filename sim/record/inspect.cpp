#include "sim/record/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sim/core/errors.hpp"
#include "sim/record/child_process.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/read_file.hpp"

namespace kindred::record {
namespace {

std::string tree_line(const Dataset& dataset) {
  std::vector<std::string> axes;
  for (std::size_t axis = 0; axis < dataset.shape.size(); ++axis)
    axes.push_back(fmt::format("{} {}", dataset.dimensions[axis], dataset.shape[axis]));
  std::string line =
      fmt::format("  {} [{}] {}", dataset.name, fmt::join(axes, ", "), type_name(dataset.type));
  if (const Attribute* unit = find_attribute(dataset.attributes, "units"))
    line += fmt::format(", {}", attribute_text(unit->value));
  if (const Attribute* meaning = find_attribute(dataset.attributes, "long_name"))
    line += fmt::format(": {}", attribute_text(meaning->value));
  return line;
}

void check_scales(const File& file, const Dataset& dataset, std::vector<std::string>& problems) {
  for (std::size_t axis = 0; axis < dataset.dimensions.size(); ++axis) {
    const auto scale = std::find_if(file.datasets.begin(), file.datasets.end(), [&](const Dataset& other) {
      return other.group == dataset.group && other.name == dataset.dimensions[axis] && is_coordinate(other);
    });
    if (scale == file.datasets.end())
      problems.push_back(fmt::format("{}: dimension {} has no scale in its group", path_of(dataset), axis));
    else if (scale->shape.front() != dataset.shape[axis])
      problems.push_back(fmt::format("{}: dimension '{}' has length {}, its scale {}", path_of(dataset),
                                     scale->name, dataset.shape[axis], scale->shape.front()));
  }
}

/// The digests of a dataset's chunks as they decode now; chunks that do not decode are problems.
std::vector<Digest> chunk_digests(const FinishedFile& opened, const Dataset& dataset,
                                  std::vector<std::string>& problems) {
  std::vector<Digest> digests;
  if (dataset.type == ValueType::text) return digests;
  const std::uint64_t chunks =
      value_count(dataset.shape) == 0 ? 0 : chunk_count(dataset.shape, dataset.chunk);
  for (std::uint64_t index = 0; index < chunks; ++index) {
    const ChunkPlace place = chunk_place(dataset.shape, dataset.chunk, index);
    try {
      digests.push_back(digest_of(read_block(opened, dataset, place, dataset.chunk)));
    } catch (const IoError& error) {
      problems.emplace_back(error.what());
    }
  }
  return digests;
}

std::vector<std::string> tree_here(const std::string& path) {
  const FinishedFile opened = open_in_child(path);
  std::vector<std::string> groups;
  for (const Dataset& dataset : opened.file.datasets)
    if (std::find(groups.begin(), groups.end(), dataset.group) == groups.end())
      groups.push_back(dataset.group);
  std::vector<std::string> lines;
  for (const std::string& group : groups) {
    lines.push_back(group + "/");
    for (const Dataset& dataset : opened.file.datasets)
      if (dataset.group == group) lines.push_back(tree_line(dataset));
  }
  return lines;
}

std::vector<std::string> damages_here(const std::string& path) {
  const FinishedFile opened = open_in_child(path);
  std::vector<std::string> problems;
  std::vector<std::vector<Digest>> digests;
  for (const Dataset& dataset : opened.file.datasets) {
    check_scales(opened.file, dataset, problems);
    digests.push_back(chunk_digests(opened, dataset, problems));
  }
  const std::string stated = attribute_text(find_attribute(opened.file.attributes, "content_hash")->value);
  const std::string found = content_hash(opened.file, digests).hex();
  if (stated != found)
    problems.push_back(fmt::format(
        "content_hash is {}, the contents give {}: the file was changed or damaged", stated, found));
  return problems;
}

}  // namespace

std::vector<std::string> tree(const std::string& path) {
  require_openable(path);
  return lines_from_child(path, {}, [&] { return tree_here(path); });
}

std::vector<Attribute> root_attributes(const std::string& path) {
  return open_finished(path).file.attributes;
}

std::vector<std::string> verify(const std::string& path) {
  require_openable(path);
  return lines_from_child(path, {}, [&] { return damages_here(path); });
}

}  // namespace kindred::record
