#pragma once

#include "sim/record/layout.hpp"

/// What the spools of the fuzz target declare: chunks, a table and text.
namespace kindred::fuzz {

inline record::File spool_declaration() {
  using record::ValueType;
  record::File file;
  file.attributes = {{"title", "fuzz"}};
  file.datasets = {{"", "time", ValueType::float64, {"time"}, {3}, {2}, {}, record::all_mantissa_bits, {}},
                   {"", "arm", ValueType::text, {"arm"}, {2}, {}, {}, record::all_mantissa_bits, {"a", "b"}},
                   {"", "warmth", ValueType::float32, {"time", "arm"}, {3, 2}, {2, 1}, {}, 10, {}},
                   {"ties",
                    "row",
                    ValueType::int64,
                    {"row"},
                    {record::unknown_length},
                    {4},
                    {},
                    record::all_mantissa_bits,
                    {}},
                   {"ties",
                    "week",
                    ValueType::int32,
                    {"row"},
                    {record::unknown_length},
                    {4},
                    {},
                    record::all_mantissa_bits,
                    {}},
                   {"ties",
                    "kind",
                    ValueType::int8,
                    {"row"},
                    {record::unknown_length},
                    {4},
                    {},
                    record::all_mantissa_bits,
                    {}}};
  return file;
}

}  // namespace kindred::fuzz
