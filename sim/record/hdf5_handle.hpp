#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/record/layout.hpp"

/// The C interface of HDF5 with owners for its identifiers and exceptions for its failures.
namespace kindred::record {

/// What HDF5 says about the calling thread's last failure, innermost cause; "no reason given".
std::string hdf5_reason();

/// Returns `result`, or throws IoError(path, "cannot <doing>: <what HDF5 said>") when it is negative.
template <class T>
T check(T result, const std::string& path, std::string_view doing) {
  if (result < 0) throw IoError(path, "cannot " + std::string(doing) + ": " + hdf5_reason());
  return result;
}

/// While one lives, HDF5 prints nothing on the calling thread: failures become exceptions.
class QuietHdf5 {
 public:
  QuietHdf5();
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;
  ~QuietHdf5();

 private:
  H5E_auto2_t print_;
  void* print_data_;
};

/// Owns an identifier and closes it with `close`.
template <herr_t (*close)(hid_t)>
class Handle {
 public:
  Handle() = default;
  explicit Handle(hid_t id) : id_(id) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close(id_);
  }

  hid_t get() const { return id_; }

  /// Closes now; negative when that fails, as it does when the last bytes find no room on the disk.
  herr_t close_now() { return close(std::exchange(id_, H5I_INVALID_HID)); }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

using FileHandle = Handle<H5Fclose>;
using GroupHandle = Handle<H5Gclose>;
using DatasetHandle = Handle<H5Dclose>;
using SpaceHandle = Handle<H5Sclose>;
using TypeHandle = Handle<H5Tclose>;
using PropertyHandle = Handle<H5Pclose>;
using AttributeHandle = Handle<H5Aclose>;
using ObjectHandle = Handle<H5Oclose>;

/// HDF5's in-memory type for a numeric value type. @throws Bug for text.
hid_t memory_type(ValueType type);

/// The little-endian type stored for a numeric value type. @throws Bug for text.
hid_t stored_type(ValueType type);

/// The value type of a stored HDF5 type. @throws IoError when it is none that Kindred writes.
ValueType value_type_of(hid_t type, const std::string& path, const std::string& what);

/// Variable-length UTF-8 strings.
TypeHandle text_type(const std::string& path);

/// A simple dataspace. `unlimited[i]` lets dimension i grow.
SpaceHandle make_space(const std::vector<std::uint64_t>& shape, const std::vector<bool>& unlimited,
                       const std::string& path);

std::vector<hsize_t> to_hsize(const std::vector<std::uint64_t>& extents);

}  // namespace kindred::record
