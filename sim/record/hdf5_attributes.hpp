#pragma once

#include <string>
#include <vector>

#include "sim/record/hdf5_handle.hpp"
#include "sim/record/layout.hpp"

namespace kindred::record {

/// Writes one attribute: text as a scalar variable-length UTF-8 string (the one form that h5py, h5netcdf,
/// netCDF4 and ncdump all give back as text), single numbers as scalars, lists as one dimension.
/// @param owner  an open file, group or dataset
void write_attribute(hid_t owner, const Attribute& attribute, const std::string& path);

/// Reads all attributes in order of creation, but those with which HDF5 ties dimension scales together.
/// @throws IoError for an attribute of a type that Kindred does not write.
std::vector<Attribute> read_attributes(hid_t owner, const std::string& path);

/// "weeks", "0.25", "[1, 5]"
std::string attribute_text(const AttributeValue& value);

}  // namespace kindred::record
