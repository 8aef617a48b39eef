#include "sim/record/inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/child_process.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/read_file.hpp"
#include "sim/record/seal.hpp"
#include "sim/record/soundness_file.hpp"
#include "sim/record/soundness_read.hpp"
#include "sim/record/soundness_values.hpp"

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

/// An error's text without the path of the file, which all lines are about.
std::string reason_of(const IoError& error) {
  return std::string(error.what()).substr(error.path().size() + 2);
}

/// The digests of a dataset's chunks as they decode now; chunks that do not decode are faults, and so are
/// values outside of their range.
std::vector<Digest> chunk_digests(const FinishedFile& opened, const Dataset& dataset, bool study,
                                  Faults& faults) {
  std::vector<Digest> digests;
  if (dataset.type == ValueType::text || dataset.shape.empty()) return digests;
  const std::uint64_t chunks =
      value_count(dataset.shape) == 0 ? 0 : chunk_count(dataset.shape, dataset.chunk);
  const ValueRule rule = rule_of(dataset, is_incomplete(opened.file));
  const PlaceWords words = place_words(opened, dataset);
  for (std::uint64_t index = 0; index < chunks; ++index) {
    const ChunkPlace place = chunk_place(dataset.shape, dataset.chunk, index);
    try {
      const std::vector<std::byte> block = read_block(opened, dataset, place, dataset.chunk);
      digests.push_back(digest_of(block));
      if (study) check_values(dataset, place, block, rule, words, faults);
    } catch (const IoError& error) {
      faults.add(path_of(dataset), reason_of(error));
    }
  }
  return digests;
}

/// Bytes behind HDF5's own end that are no seal.
void check_end(const FinishedFile& opened, const SealReport& seal, Faults& faults) {
  haddr_t end = 0;
  check(H5Fget_eoa(opened.handle.get(), &end), opened.path, "find the end of its HDF5 part");
  if (!seal.present && end < seal.sealed)
    faults.add("file",
               fmt::format("bytes {} to {} belong neither to HDF5 nor to a seal: the seal is damaged or "
                           "cut, or something was appended",
                           end, seal.sealed - 1));
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

std::vector<std::string> damages_here(const std::string& path, const SealReport& seal,
                                      const Promise& promise) {
  const QuietHdf5 quiet;
  const FinishedFile opened = open_in_child(path);
  const bool study = is_study(opened.file);
  Faults faults;
  check_end(opened, seal, faults);
  std::vector<std::vector<Digest>> digests;
  for (const Dataset& dataset : opened.file.datasets) {
    check_scales(opened.file, dataset, faults);
    digests.push_back(chunk_digests(opened, dataset, study, faults));
  }
  const std::string stated = attribute_text(find_attribute(opened.file.attributes, "content_hash")->value);
  const std::string found = content_hash(opened.file, digests).hex();
  if (stated != found)
    faults.add("content_hash",
               fmt::format("is {}, the contents give {}: the file was changed or damaged", stated, found));
  if (study) check_soundness(opened, promise, faults);
  return faults.lines();
}

/// A sound file of this size needs far less; a hostile one could ask for any amount.
ChildLimits checking_limits(std::uint64_t bytes) {
  constexpr std::uint64_t seconds = 120, bytes_per_second = 1'000'000;
  return {.cpu_seconds = seconds + bytes / bytes_per_second,
          .memory_bytes = (std::uint64_t{2} << 30U) + 8 * bytes};
}

}  // namespace

std::vector<std::string> tree(const std::string& path) {
  require_openable(path);
  return lines_from_child(path, {}, [&] { return tree_here(path); });
}

std::vector<Attribute> root_attributes(const std::string& path) {
  return open_finished(path).file.attributes;
}

std::vector<std::string> verify(const std::string& path, const Promise& promise) {
  std::error_code ignored;
  SealReport seal;
  if (std::filesystem::is_regular_file(path, ignored)) seal = check_seal(path);
  std::vector<std::string> faults;
  for (const std::string& fault : seal.faults) faults.push_back("file: " + fault);
  try {
    require_openable(path);
    const std::uint64_t bytes = std::filesystem::file_size(path, ignored);
    for (std::string& line :
         lines_from_child(path, checking_limits(bytes), [&] { return damages_here(path, seal, promise); }))
      faults.push_back(std::move(line));
  } catch (const IoError& error) {
    if (faults.empty()) throw;
    faults.emplace_back("file: " + reason_of(error));
  }
  return faults;
}

}  // namespace kindred::record
