#include "sim/record/read_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <hdf5_hl.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "sim/core/errors.hpp"
#include "sim/record/child_process.hpp"
#include "sim/record/claims.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/spool_format.hpp"

namespace kindred::record {
namespace {

// Describing a sound file takes milliseconds and megabytes; a damaged one can make HDF5 take any amount.
ChildLimits opening_limits(const std::string& path) {
  std::error_code failure;
  const std::uintmax_t bytes = std::filesystem::file_size(path, failure);
  const std::uint64_t size = failure ? 0 : bytes;
  constexpr std::uint64_t bytes_per_second = 10'000'000;  // far less than any machine reads texts at
  return {.cpu_seconds = 2 + size / bytes_per_second, .memory_bytes = (std::uint64_t{1} << 30U) + 8 * size};
}

/// Many network file systems know no locks, and a finished file needs none. Those who ask for locks in the
/// environment get them, or are told.
FileHandle open_without_lock(const std::string& path, const std::string& reason) {
  const PropertyHandle access(check(H5Pcreate(H5P_FILE_ACCESS), path, "set properties"));
  check(H5Pset_file_locking(access.get(), false, true), path, "switch locks off");
  FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (file.get() >= 0) return file;
  throw IoError(path, "cannot be locked where it lies (" + reason +
                          "); unset HDF5_USE_FILE_LOCKING, or copy the file to a disk of this machine");
}

FileHandle open_hdf5(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    if (std::filesystem::exists(spool_path(path), ignored))
      throw IoError(path,
                    "is not finished: '" + spool_path(path) + "' holds what the run has written so far");
    throw IoError(path, "does not exist");
  }
  if (!std::filesystem::is_regular_file(path, ignored)) throw IoError(path, "is not a file");
  if (H5Fis_hdf5(path.c_str()) <= 0) throw IoError(path, "is not an HDF5 file, or its beginning is damaged");
  FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  if (file.get() >= 0) return file;
  const std::string reason = hdf5_reason();
  // the second is what HDF5 says while the file is open without locks already
  const bool lock = reason.find("unable to lock file") != std::string::npos ||
                    reason.find("file locking flag") != std::string::npos;
  if (lock && reason.find(fmt::format("errno = {}", EWOULDBLOCK)) != std::string::npos)
    throw IoError(path, "is open for writing in another program; close it there and try again");
  if (lock) return open_without_lock(path, reason);
  if (reason.find("truncated") != std::string::npos)
    throw IoError(path, "is truncated, as by an interrupted copy (" + reason + ")");
  throw IoError(path, "is HDF5 but cannot be opened: " + reason);
}

/// Names of the links of a group, in order of creation where the file kept it.
std::vector<std::string> link_names(hid_t group, const std::string& path) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, nullptr, collect, &names) >= 0) return names;
  names.clear();
  check(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names), path, "list its contents");
  return names;
}

herr_t take_scale_name(hid_t, unsigned, hid_t scale, void* name) {
  std::vector<char> buffer(static_cast<std::size_t>(std::max<ssize_t>(H5Iget_name(scale, nullptr, 0), 0)) +
                           1);
  H5Iget_name(scale, buffer.data(), buffer.size());
  *static_cast<std::string*>(name) = buffer.data();
  return 1;  // the first scale is the coordinate
}

/// The name of a dimension's scale, without the group when it is the dataset's own.
std::string dimension_name(hid_t dataset, const Dataset& owner, std::size_t axis) {
  std::string scale;
  if (H5DSget_num_scales(dataset, static_cast<unsigned>(axis)) < 1) return scale;
  H5DSiterate_scales(dataset, static_cast<unsigned>(axis), nullptr, take_scale_name, &scale);
  const std::string own = owner.group.empty() ? "/" : "/" + owner.group + "/";
  const bool inside = scale.starts_with(own) && scale.find('/', own.size()) == std::string::npos;
  return inside ? scale.substr(own.size()) : scale;
}

std::vector<std::string> text_contents(hid_t dataset, const Dataset& owner, const std::string& path) {
  std::vector<char*> texts(value_count(owner.shape), nullptr);
  const TypeHandle type = text_type(path);
  check(H5Dread(dataset, type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()), path,
        "read dataset '" + path_of(owner) + "'");
  std::vector<std::string> contents;
  for (const char* text : texts) contents.emplace_back(text == nullptr ? "" : text);
  for (char* text : texts) H5free_memory(text);
  return contents;
}

void read_extents(hid_t id, Dataset& dataset, const std::string& path) {
  const std::string doing = "read the shape of '" + path_of(dataset) + "'";
  const SpaceHandle space(check(H5Dget_space(id), path, doing));
  std::vector<hsize_t> lengths(
      static_cast<std::size_t>(check(H5Sget_simple_extent_ndims(space.get()), path, doing)));
  check(H5Sget_simple_extent_dims(space.get(), lengths.data(), nullptr), path, doing);
  dataset.shape.assign(lengths.begin(), lengths.end());
  if (dataset.type == ValueType::text) return;
  dataset.chunk = dataset.shape;  // stored in one piece unless said otherwise
  const PropertyHandle properties(check(H5Dget_create_plist(id), path, doing));
  if (H5Pget_layout(properties.get()) != H5D_CHUNKED) return;
  const int rank =
      check(H5Pget_chunk(properties.get(), static_cast<int>(lengths.size()), lengths.data()), path, doing);
  if (static_cast<std::size_t>(rank) != lengths.size())
    throw IoError(path, "cannot " + doing + ": its chunks have another rank");
  dataset.chunk.assign(lengths.begin(), lengths.end());
}

Dataset describe_dataset(hid_t id, const std::string& group, const std::string& name,
                         const std::string& path) {
  Dataset dataset;
  dataset.group = group;
  dataset.name = name;
  const TypeHandle type(check(H5Dget_type(id), path, "read the type of '" + path_of(dataset) + "'"));
  dataset.type = value_type_of(type.get(), path, "dataset '" + path_of(dataset) + "'");
  read_extents(id, dataset, path);
  require_plausible(id, dataset, path);
  dataset.attributes = read_attributes(id, path);
  if (const Attribute* bits = find_attribute(dataset.attributes, "mantissa_bits"))
    if (const auto* kept = std::get_if<std::int32_t>(&bits->value)) dataset.keep_bits = *kept;
  if (dataset.shape.size() == 1 && H5DSis_scale(id) > 0) dataset.dimensions = {name};
  for (std::size_t axis = dataset.dimensions.size(); axis < dataset.shape.size(); ++axis)
    dataset.dimensions.push_back(dimension_name(id, dataset, axis));
  if (dataset.type == ValueType::text) dataset.text = text_contents(id, dataset, path);
  return dataset;
}

/// Notes that an object was met. Twice, it could lead round in circles.
void meet(hid_t object, const std::string& link, const std::string& path, std::set<haddr_t>& met) {
  H5O_info_t info{};
  check(H5Oget_info2(object, &info, H5O_INFO_BASIC), path, "open '" + link + "'");
  if (!met.insert(info.addr).second) throw IoError(path, "holds '" + link + "' twice: it is damaged");
}

void describe_group(hid_t group, const std::string& name, FinishedFile& opened, std::set<haddr_t>& met) {
  meet(group, name.empty() ? "/" : name, opened.path, met);
  for (const std::string& link : link_names(group, opened.path)) {
    require_own_link(group, link, opened.path);
    const ObjectHandle object(
        check(H5Oopen(group, link.c_str(), H5P_DEFAULT), opened.path, "open '" + link + "'"));
    const H5I_type_t kind = H5Iget_type(object.get());
    if (kind == H5I_DATASET) {
      meet(object.get(), link, opened.path, met);
      opened.file.datasets.push_back(describe_dataset(object.get(), name, link, opened.path));
    }
    if (kind == H5I_GROUP) describe_group(object.get(), name.empty() ? link : name + "/" + link, opened, met);
  }
}

const Dataset& find_dataset(const FinishedFile& opened, std::string_view wanted) {
  std::vector<std::string> names;
  for (const Dataset& dataset : opened.file.datasets) {
    if (path_of(dataset) == wanted) return dataset;
    names.push_back(path_of(dataset));
  }
  throw IoError(opened.path, fmt::format("has no dataset '{}'; it holds {}", wanted, fmt::join(names, ", ")));
}

DatasetHandle open_dataset(const FinishedFile& opened, const Dataset& dataset) {
  return DatasetHandle(check(H5Dopen2(opened.handle.get(), path_of(dataset).c_str(), H5P_DEFAULT),
                             opened.path, "open dataset '" + path_of(dataset) + "'"));
}

}  // namespace

FinishedFile open_in_child(const std::string& path) {
  const QuietHdf5 quiet;
  FinishedFile opened{path, open_hdf5(path), {}};
  opened.file.attributes = read_attributes(opened.handle.get(), path);
  if (find_attribute(opened.file.attributes, "content_hash") == nullptr)
    throw IoError(path, "was not written by Kindred: it has no attribute 'content_hash'");
  std::set<haddr_t> met;
  const ObjectHandle root(check(H5Oopen(opened.handle.get(), "/", H5P_DEFAULT), path, "open '/'"));
  describe_group(root.get(), "", opened, met);
  return opened;
}

void require_openable(const std::string& path) {
  lines_from_child(path, opening_limits(path), [&] {
    open_in_child(path);
    return std::vector<std::string>{};
  });
}

FinishedFile open_finished(const std::string& path) {
  require_openable(path);
  return open_in_child(path);
}

std::vector<std::byte> read_block(const FinishedFile& opened, const Dataset& dataset, const ChunkPlace& place,
                                  const Extents& padded) {
  const QuietHdf5 quiet;
  const std::string doing = "read dataset '" + path_of(dataset) + "' at " + extents_text(place.start);
  require_affordable(value_count(padded), element_size(dataset.type), dataset, opened.path);
  const DatasetHandle handle = open_dataset(opened, dataset);
  require_sound_chunks(handle.get(), dataset, place, opened.path);
  const SpaceHandle stored(check(H5Dget_space(handle.get()), opened.path, doing));
  const SpaceHandle memory = make_space(padded, std::vector<bool>(padded.size()), opened.path);
  const std::vector<hsize_t> start = to_hsize(place.start);
  const std::vector<hsize_t> count = to_hsize(place.extent);
  const std::vector<hsize_t> origin(start.size(), 0);
  check(H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
        opened.path, doing);
  check(H5Sselect_hyperslab(memory.get(), H5S_SELECT_SET, origin.data(), nullptr, count.data(), nullptr),
        opened.path, doing);
  std::vector<std::byte> block(value_count(padded) * element_size(dataset.type));
  check(
      H5Dread(handle.get(), memory_type(dataset.type), memory.get(), stored.get(), H5P_DEFAULT, block.data()),
      opened.path, doing);
  return block;
}

namespace {

Numbers numbers_of(const FinishedFile& opened, std::string_view dataset) {
  const QuietHdf5 quiet;
  const Dataset& found = find_dataset(opened, dataset);
  if (found.type == ValueType::text)
    throw IoError(opened.path, fmt::format("dataset '{}' holds text, no numbers", dataset));
  require_affordable(value_count(found.shape), sizeof(double), found, opened.path);
  Numbers numbers{found.shape, std::vector<double>(value_count(found.shape))};
  const DatasetHandle handle = open_dataset(opened, found);
  require_sound_chunks(handle.get(), found, {Extents(found.shape.size()), found.shape}, opened.path);
  check(H5Dread(handle.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.values.data()),
        opened.path, fmt::format("read dataset '{}'", dataset));
  return numbers;
}

}  // namespace

std::vector<Numbers> read_numbers(const FinishedFile& opened, std::span<const std::string> datasets) {
  lines_from_child(opened.path, {}, [&] {
    const FinishedFile own = open_in_child(opened.path);
    for (const std::string& dataset : datasets) numbers_of(own, dataset);
    return std::vector<std::string>{};
  });
  std::vector<Numbers> numbers;
  for (const std::string& dataset : datasets) numbers.push_back(numbers_of(opened, dataset));
  return numbers;
}

Numbers read_numbers(const FinishedFile& opened, std::string_view dataset) {
  const std::string wanted(dataset);
  return std::move(read_numbers(opened, std::span(&wanted, 1)).front());
}

Numbers read_numbers(const std::string& path, std::string_view dataset) {
  return read_numbers(open_finished(path), dataset);
}

std::vector<std::string> read_text(const std::string& path, std::string_view dataset) {
  const FinishedFile opened = open_finished(path);
  const Dataset& found = find_dataset(opened, dataset);
  if (found.type != ValueType::text)
    throw IoError(path, fmt::format("dataset '{}' holds numbers, no text", dataset));
  return found.text;
}

}  // namespace kindred::record
