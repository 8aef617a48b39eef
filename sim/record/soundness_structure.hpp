#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sim/record/layout.hpp"
#include "sim/record/soundness_faults.hpp"

/// What a file must consist of, before any value is looked at.
namespace kindred::record {

/// What the scenario stored in a file asks for; empty where nobody can tell.
struct Promise {
  /// The file as a run of this program would declare it; tables have unknown_length.
  std::vector<Dataset> datasets;
  std::map<std::string, std::vector<std::int32_t>> weeks;  ///< [group] of its coordinate `time`
  std::vector<std::string> among_coupled;  ///< outcomes that are summarised over persons with a partner
  std::string bond_tie;     ///< the persons' column that holds the tie of the bond; empty = none
  int per_society = 0;      ///< replicates of a society; 0 = not known
  bool same_build = false;  ///< the file is by this very program: texts and attributes must agree as well
};

/// True when the root says that the file is a study, a sweep or a part of one, and not just any container.
bool is_study(const File& file);

/// True when the root says that the file was laid out from an unfinished run: it may hold less than its
/// scenario asks for, and says where.
bool is_incomplete(const File& file);

/// The dataset of this path with exactly these dimensions, or nullptr.
const Dataset* find_with(const File& file, std::string_view path, const std::vector<std::string>& dimensions);

/// Every dimension of a dataset has a scale in its own group that is as long.
void check_scales(const File& file, const Dataset& dataset, Faults& faults);

/// Format, required attributes, groups and datasets; with a promise also shapes, types and, for a file of
/// the same build, attributes and texts.
void check_structure(const File& file, const Promise& promise, Faults& faults);

}  // namespace kindred::record
