#include "sim/record/hdf5_handle.hpp"

#include <fmt/format.h>

namespace kindred::record {
namespace {

/// Keeps the first description met on the way out from the failing call.
herr_t keep_first(unsigned, const H5E_error2_t* error, void* reason) {
  if (error->desc != nullptr) *static_cast<std::string*>(reason) = error->desc;
  return 1;
}

}  // namespace

std::string hdf5_reason() {
  std::string reason;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &reason);
  return reason.empty() ? "no reason given" : reason;
}

QuietHdf5::QuietHdf5() : print_(nullptr), print_data_(nullptr) {
  // A file whose last bytes found no room stays half closed, and HDF5's own clean-up at the end of the
  // process crashes on it. Every identifier here has an owner, so nothing is left for it to do. Counts
  // only before the library is first used; afterwards it is a no-op.
  H5dont_atexit();
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietHdf5::~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, print_, print_data_); }

hid_t memory_type(ValueType type) {
  switch (type) {
  case ValueType::float32:
    return H5T_NATIVE_FLOAT;
  case ValueType::float64:
    return H5T_NATIVE_DOUBLE;
  case ValueType::int8:
    return H5T_NATIVE_INT8;
  case ValueType::int32:
    return H5T_NATIVE_INT32;
  case ValueType::int64:
    return H5T_NATIVE_INT64;
  case ValueType::text:
    break;
  }
  throw Bug("text has no fixed HDF5 type");
}

hid_t stored_type(ValueType type) {
  switch (type) {
  case ValueType::float32:
    return H5T_IEEE_F32LE;
  case ValueType::float64:
    return H5T_IEEE_F64LE;
  case ValueType::int8:
    return H5T_STD_I8LE;
  case ValueType::int32:
    return H5T_STD_I32LE;
  case ValueType::int64:
    return H5T_STD_I64LE;
  case ValueType::text:
    break;
  }
  throw Bug("text has no fixed HDF5 type");
}

ValueType value_type_of(hid_t type, const std::string& path, const std::string& what) {
  const H5T_class_t kind = check(H5Tget_class(type), path, "read the type of " + what);
  if (kind == H5T_STRING && H5Tis_variable_str(type) > 0) return ValueType::text;
  const std::size_t size = H5Tget_size(type);
  if (kind == H5T_FLOAT && size == 4) return ValueType::float32;
  if (kind == H5T_FLOAT && size == 8) return ValueType::float64;
  if (kind == H5T_INTEGER && H5Tget_sign(type) == H5T_SGN_2) {
    if (size == 1) return ValueType::int8;
    if (size == 4) return ValueType::int32;
    if (size == 8) return ValueType::int64;
  }
  throw IoError(path, fmt::format("{} has a type that Kindred does not write", what));
}

TypeHandle text_type(const std::string& path) {
  TypeHandle type(check(H5Tcopy(H5T_C_S1), path, "make a string type"));
  check(H5Tset_size(type.get(), H5T_VARIABLE), path, "make a string type");
  check(H5Tset_cset(type.get(), H5T_CSET_UTF8), path, "make a string type");
  return type;
}

SpaceHandle make_space(const std::vector<std::uint64_t>& shape, const std::vector<bool>& unlimited,
                       const std::string& path) {
  const std::vector<hsize_t> lengths = to_hsize(shape);
  std::vector<hsize_t> limits = lengths;
  for (std::size_t axis = 0; axis < limits.size(); ++axis)
    if (unlimited[axis]) limits[axis] = H5S_UNLIMITED;
  const hid_t space = H5Screate_simple(static_cast<int>(lengths.size()), lengths.data(), limits.data());
  return SpaceHandle(check(space, path, "make a dataspace"));
}

std::vector<hsize_t> to_hsize(const std::vector<std::uint64_t>& extents) {
  return {extents.begin(), extents.end()};
}

}  // namespace kindred::record
