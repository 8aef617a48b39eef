#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What an output file holds, said before anything is written. The container knows nothing of what the
/// numbers mean: it turns a File and the bytes of its chunks into HDF5 that is also valid netCDF-4.
namespace kindred::record {

enum class ValueType : std::uint8_t { float32, float64, int8, int32, int64, text };

/// Numbers keep the type they are given in: `valid_range` of a float32 variable is a vector<float>.
using AttributeValue = std::variant<std::string, float, double, std::int8_t, std::int32_t, std::int64_t,
                                    std::vector<float>, std::vector<double>, std::vector<std::int8_t>,
                                    std::vector<std::int32_t>, std::vector<std::int64_t>>;

struct Attribute {
  std::string name;
  AttributeValue value;
  bool operator==(const Attribute&) const = default;
};

/// The length of a table is known only when its last row has arrived.
inline constexpr std::uint64_t unknown_length = std::numeric_limits<std::uint64_t>::max();

/// Kept mantissa bits of a float32 that is not rounded.
inline constexpr int all_mantissa_bits = 23;

/// One variable. A dataset whose name equals its only dimension is the coordinate of that dimension.
/// Every dimension needs its coordinate in the same group. Shape {unknown_length} makes the dataset a
/// column of a table: all columns of one group over one dimension share the length, and the coordinate
/// (int64) is filled with 0..n-1.
struct Dataset {
  std::string group;  ///< one level ("population"), or empty for the root
  std::string name;
  ValueType type = ValueType::float32;
  std::vector<std::string> dimensions;  ///< slowest first; `time` only in first place, then unlimited
  std::vector<std::uint64_t> shape;
  std::vector<std::uint64_t> chunk;  ///< same rank as shape; empty for text
  std::vector<Attribute> attributes;
  int keep_bits = all_mantissa_bits;  ///< float32 only: 1-23, round to nearest, ties to even
  std::vector<std::string> text;      ///< contents of a text dataset, row-major, without NUL
};

struct File {
  std::vector<Attribute> attributes;  ///< of the root; `content_hash` is added when the file is laid out
  std::vector<Dataset> datasets;      ///< in the order in which they are laid out
};

/// Bytes of one value, 1-8.
/// @throws Bug for text, whose values have no fixed size.
std::size_t element_size(ValueType type);

/// "float32", "int8", "text" ...
std::string_view type_name(ValueType type);

/// "population/attachment_anxiety_mean"; the bare name in the root.
std::string path_of(const Dataset& dataset);

/// True for a column of a table, its coordinate included.
bool is_table(const Dataset& dataset);
bool is_coordinate(const Dataset& dataset);

/// True when dimension `axis` can grow: `time`, and the rows of a table.
bool is_unlimited(const Dataset& dataset, std::size_t axis);

/// Position of a dataset in `file.datasets`.
/// @throws Bug when there is none of that name.
std::size_t index_of(const File& file, std::string_view group, std::string_view name);

/// The attribute of that name, or nullptr.
const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name);

/// Checks that the declaration can be laid out and read by netCDF-4.
/// @throws Bug naming the dataset and the broken rule.
void check_declaration(const File& file);

}  // namespace kindred::record
