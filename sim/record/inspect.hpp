#pragma once

#include <string>
#include <vector>

#include "sim/record/layout.hpp"

/// What a finished file holds, whether it is whole, and where two files part. All functions open the
/// file read-only and throw IoError saying whether it is missing, unfinished, no HDF5, truncated or not
/// ours.
namespace kindred::record {

/// One line per group and per dataset: name, dimensions with lengths, type, unit, meaning.
std::vector<std::string> tree(const std::string& path);

std::vector<Attribute> root_attributes(const std::string& path);

/// Everything wrong with a file, one line each, empty when it is whole: a value that cannot be decoded or
/// is not the one that was written (content_hash), a dimension without scale in its own group, a
/// dimension that differs in length from its scale.
std::vector<std::string> verify(const std::string& path);

/// Everything in which two files differ, one line each, empty exactly when their content is the same
/// (attributes that only name the build are not compared). For a dataset with differing values the line
/// has the first place that differs, by coordinates, with both values, and how many places differ.
std::vector<std::string> difference(const std::string& path_a, const std::string& path_b);

}  // namespace kindred::record
