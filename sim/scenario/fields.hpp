#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.hpp"
#include "sim/scenario/keys.hpp"
#include "sim/scenario/problems.hpp"

/// A map checked against a table of keys.
namespace kindred::scenario {

/// One key with what was written, or its default. Only the member of its type is meaningful.
struct Field {
  const Key* key = nullptr;
  const Node* node = nullptr;  ///< as written; null when left out (or written without a value, for maps)
  bool valid = false;          ///< a value is there: written and right, or the default
  std::uint64_t seed = 0;
  std::int64_t integer = 0;  ///< also durations in weeks; `all` and `none` are 0
  double number = 0;
  bool boolean = false;
  std::string text;
};

struct Fields {
  std::string path;  ///< of the map
  Place place;       ///< of the map
  std::vector<Field> all;

  /// @throws Bug when the table has no such key.
  const Field& operator[](std::string_view name) const;
  /// Number of the word that was chosen, in the order of the table; 0 when it was wrong.
  std::size_t choice(std::string_view name) const;
  /// Where to point for a key: its value when written, else the map.
  const Place& place_of(std::string_view name) const;
};

/// Checks kind, type and range of every entry and reports unknown and missing keys. Types that need a
/// model or a library keep their node for their own reader.
/// @param node a map; anything else is reported and read as an empty map without missing keys.
Fields read_fields(Problems& problems, const Node& node, std::span<const Key> keys, std::string_view path);

/// Reports keys that were written although they do not belong to the kind that was chosen in their map.
void report_foreign_keys(Problems& problems, const Fields& fields, std::string_view kind);

/// Reports a key that a kind cannot do without; true when it was written.
bool require_for_kind(Problems& problems, const Fields& fields, std::string_view name, std::string_view kind);

/// The entries of a map whose keys are not from a table (names of a model, arms); reports another kind.
/// Nothing written (null) gives no entries.
std::span<const Node> entries(Problems& problems, const Node& node, std::string_view path,
                              std::string_view wanted);

/// Looks a name up: its index, or -1.
using NameIndex = std::function<int(const std::string& name)>;
/// Says why a name was not found.
using NameUnknown = std::function<std::string(const std::string& name)>;

/// Indices of the names of a list, once each, ascending; reports what is no list, no name, unknown or listed
/// twice.
std::vector<int> read_names(Problems& problems, const Node& node, std::string_view path,
                            const NameIndex& index, const NameUnknown& unknown);

/// A text, plain or quoted; reports another kind and gives "".
std::string text_of(Problems& problems, const Node& node, std::string_view path, std::string_view wanted);

}  // namespace kindred::scenario
