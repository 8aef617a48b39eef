#include "sim/record/layout_file.hpp"

#include <hdf5_hl.h>

#include <map>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/hdf5_handle.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/seal.hpp"
#include "sim/record/spool_contents.hpp"
#include "sim/record/spool_format.hpp"

namespace kindred::record {
namespace {

/// The level that the filter declares; readers do not look at it.
constexpr unsigned declared_deflate_level = 1;

constexpr unsigned tracked_and_indexed = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

/// The file being laid out.
struct Output {
  std::string path;
  FileHandle file;
  std::map<std::string, GroupHandle> groups;
  std::vector<DatasetHandle> datasets;  ///< as in File::datasets
};

/// Properties of an object whose bytes depend on nothing but its contents.
PropertyHandle object_properties(hid_t kind, const std::string& path) {
  PropertyHandle properties(check(H5Pcreate(kind), path, "set properties"));
  check(H5Pset_obj_track_times(properties.get(), false), path, "switch time stamps off");
  check(H5Pset_attr_creation_order(properties.get(), tracked_and_indexed), path, "order attributes");
  return properties;
}

/// One fixed version of the format, else the library's release would show in the bytes.
FileHandle create_file(const std::string& path) {
  const PropertyHandle creation = object_properties(H5P_FILE_CREATE, path);
  check(H5Pset_link_creation_order(creation.get(), tracked_and_indexed), path, "order links");
  const PropertyHandle access(check(H5Pcreate(H5P_FILE_ACCESS), path, "set properties"));
  check(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_V110), path, "fix the format");
  // the spool's own lock guards the output; many network file systems know no locks
  check(H5Pset_file_locking(access.get(), false, true), path, "switch locks off");
  return FileHandle(
      check(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), path, "create the file"));
}

hid_t group_of(Output& output, const std::string& name) {
  if (name.empty()) return output.file.get();
  const auto known = output.groups.find(name);
  if (known != output.groups.end()) return known->second.get();
  const PropertyHandle properties = object_properties(H5P_GROUP_CREATE, output.path);
  check(H5Pset_link_creation_order(properties.get(), tracked_and_indexed), output.path, "order links");
  GroupHandle group(
      check(H5Gcreate2(output.file.get(), name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
            output.path, "create group '" + name + "'"));
  return output.groups.emplace(name, std::move(group)).first->second.get();
}

/// The properties of one dataset: numbers in chunks behind shuffle and deflate, text in one piece.
PropertyHandle dataset_properties(const Dataset& dataset, const std::string& path) {
  PropertyHandle properties = object_properties(H5P_DATASET_CREATE, path);
  if (dataset.type == ValueType::text) return properties;
  const std::vector<hsize_t> chunk = to_hsize(dataset.chunk);
  check(H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()), path, "set the chunk");
  if (element_size(dataset.type) > 1) check(H5Pset_shuffle(properties.get()), path, "set a filter");
  check(H5Pset_deflate(properties.get(), declared_deflate_level), path, "set a filter");
  check(H5Pset_fill_time(properties.get(), H5D_FILL_TIME_NEVER), path, "set the fill time");
  return properties;
}

void create_dataset(Output& output, const Dataset& dataset, bool table) {
  const std::string doing = "create dataset '" + path_of(dataset) + "'";
  std::vector<bool> unlimited(dataset.shape.size());
  for (std::size_t axis = 0; axis < unlimited.size(); ++axis)
    unlimited[axis] = table || is_unlimited(dataset, axis);
  const SpaceHandle space = make_space(dataset.shape, unlimited, output.path);
  const PropertyHandle properties = dataset_properties(dataset, output.path);
  const bool text = dataset.type == ValueType::text;
  const TypeHandle type = text ? text_type(output.path) : TypeHandle(H5Tcopy(stored_type(dataset.type)));
  DatasetHandle made(check(H5Dcreate2(group_of(output, dataset.group), dataset.name.c_str(), type.get(),
                                      space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                           output.path, doing));
  for (const Attribute& attribute : dataset.attributes) write_attribute(made.get(), attribute, output.path);
  output.datasets.push_back(std::move(made));
}

/// Makes the coordinates dimension scales and ties every variable to those of its own group.
void attach_scales(Output& output, const File& file) {
  for (std::size_t index = 0; index < file.datasets.size(); ++index)
    if (is_coordinate(file.datasets[index]))
      check(H5DSset_scale(output.datasets[index].get(), file.datasets[index].name.c_str()), output.path,
            "make a dimension scale of '" + path_of(file.datasets[index]) + "'");
  for (std::size_t index = 0; index < file.datasets.size(); ++index) {
    const Dataset& dataset = file.datasets[index];
    if (is_coordinate(dataset)) continue;
    for (std::size_t axis = 0; axis < dataset.dimensions.size(); ++axis) {
      const std::size_t scale = index_of(file, dataset.group, dataset.dimensions[axis]);
      check(H5DSattach_scale(output.datasets[index].get(), output.datasets[scale].get(),
                             static_cast<unsigned>(axis)),
            output.path, "attach dimension '" + dataset.dimensions[axis] + "' to '" + path_of(dataset) + "'");
    }
  }
}

void write_text(const Output& output, std::size_t index, const Dataset& dataset) {
  std::vector<const char*> texts;
  for (const std::string& text : dataset.text) texts.push_back(text.c_str());
  const TypeHandle type = text_type(output.path);
  check(H5Dwrite(output.datasets[index].get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data()),
        output.path, "write dataset '" + path_of(dataset) + "'");
}

/// Writes one dataset's values. @returns the digests of its chunks
std::vector<Digest> write_values(const Output& output, const SpoolContents& contents, std::size_t index) {
  const Dataset& dataset = contents.file.datasets[index];
  if (dataset.type == ValueType::text) write_text(output, index, dataset);
  std::vector<Digest> digests;
  for_each_chunk(contents, index, [&](const StoredChunk& chunk) {
    const std::vector<hsize_t> start = to_hsize(chunk_place(dataset.shape, dataset.chunk, chunk.index).start);
    check(H5Dwrite_chunk(output.datasets[index].get(), H5P_DEFAULT, 0, start.data(), chunk.bytes.size(),
                         chunk.bytes.data()),
          output.path, "write dataset '" + path_of(dataset) + "'");
    digests.push_back(chunk.raw);
  });
  return digests;
}

/// All metadata first, in order of declaration, then all values in the same order, then the hash over
/// both; one flush, when the file is closed. The room is reserved first: a full disk is found before
/// HDF5 can stumble over it.
void write_part(const File& declared, const SpoolContents& contents, const std::string& path) {
  Output output{path, create_file(path), {}, {}};
  reserve(path, space_needed(contents));
  const File& file = contents.file;
  for (const Attribute& attribute : file.attributes) write_attribute(output.file.get(), attribute, path);
  for (std::size_t index = 0; index < file.datasets.size(); ++index)
    create_dataset(output, file.datasets[index], is_table(declared.datasets[index]));
  attach_scales(output, file);
  std::vector<std::vector<Digest>> digests;
  for (std::size_t index = 0; index < file.datasets.size(); ++index)
    digests.push_back(write_values(output, contents, index));
  write_attribute(output.file.get(), {"content_hash", content_hash(file, digests).hex()}, path);
  output.datasets.clear();
  output.groups.clear();
  check(output.file.close_now(), path, "write the last bytes");
}

}  // namespace

void finalise(const File& file, const std::string& output_path, const std::function<void()>& published) {
  const QuietHdf5 quiet;
  check_declaration(file);
  const SpoolContents contents = sort_spool(file, spool_path(output_path));
  try {
    write_part(file, contents, part_path(output_path));
    append_seal(part_path(output_path));
    publish(part_path(output_path), output_path);
  } catch (...) {
    remove_quietly(part_path(output_path));
    throw;
  }
  if (published) published();
  remove_quietly(spool_path(output_path));
}

}  // namespace kindred::record
