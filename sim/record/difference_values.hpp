#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/record/difference_axes.hpp"

/// Where the values of two datasets part, in the places both have.
namespace kindred::record {

struct Parting {
  Extents index;                 ///< the first place that differs, in the first file
  std::string value_a, value_b;  ///< there
  std::uint64_t places = 0;      ///< that differ
  std::uint64_t compared = 0;    ///< places that both files have
};

/// Compares what both datasets have; they agree in type and dimensions. Nothing is comparable when an axis is
/// longer in one file and no coordinate says which places it has more.
/// @throws IoError when stored bytes cannot be decoded
Parting compare_values(const FinishedFile& a, const FinishedFile& b, const Dataset& in_a,
                       const Dataset& in_b);

/// "time=8, arm=course, person=40"
std::string place_text(const FinishedFile& a, const Dataset& in_a, const Extents& index);

}  // namespace kindred::record
