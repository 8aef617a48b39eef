#pragma once

#include <string>
#include <vector>

#include "sim/record/layout.hpp"
#include "sim/record/soundness_structure.hpp"

/// What a finished file holds, whether it is whole, and where two files part. All functions open the
/// file read-only and throw IoError saying whether it is missing, unfinished, no HDF5, truncated or not
/// ours.
namespace kindred::record {

/// One line per group and per dataset: name, dimensions with lengths, type, unit, meaning.
std::vector<std::string> tree(const std::string& path);

std::vector<Attribute> root_attributes(const std::string& path);

/// Everything wrong with a file, one line each, empty when it is whole: a byte that is not the one that was
/// written (seal.hpp), a value that cannot be decoded or is another one (content_hash), a dimension that has
/// no scale in its own group or differs from it in length, and in a study whatever cannot be true
/// (soundness_file.hpp). Reads a chunk at a time.
/// @param promise  what the scenario in the file asks for
/// @throws IoError when the file cannot be opened and has no seal that says why.
std::vector<std::string> verify(const std::string& path, const Promise& promise = {});

/// Everything in which two files differ, one line each, empty exactly when their content is the same
/// (attributes that only name the build are not compared). For a dataset with differing values the line
/// has the first place that differs, by coordinates, with both values, and how many places differ.
std::vector<std::string> difference(const std::string& path_a, const std::string& path_b);

}  // namespace kindred::record
