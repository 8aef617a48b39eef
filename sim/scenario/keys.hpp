#pragma once

#include <span>
#include <string_view>

#include "sim/core/declarations.hpp"

/// Every fixed key of the scenario language, declared once. The check, the suggestions for mistyped
/// keys, the defaults and the JSON Schema are derived from these tables; only names that belong to a
/// model come from elsewhere (its declarations).
namespace kindred::scenario {

/// What may stand behind a key.
enum class Type {
  schema,  ///< 1
  seed,    ///< whole number, 64 bit
  integer,
  integer_or_all,  ///< whole number, or the word all (0)
  number,
  boolean,
  text,
  word,  ///< one of Key::words
  duration,
  duration_or_none,  ///< duration, or the word none (0)
  map,               ///< of Key::children
  map_or_none,       ///< of Key::children, or the word none
  files,             ///< one path or a list of paths
  models,            ///< map of one model's name to Key::children
  arms,              ///< map of arm names to arms; Key::children for the map form of an arm
  uses,              ///< list of maps of Key::children: programmes an arm uses
  programme,         ///< name, path or map of Key::children
  hypothesis,        ///< name, code or map of Key::children
  parameters,        ///< map of the model's parameters to numbers
  doses,             ///< map of the model's inputs to numbers
  who,               ///< conditions over columns, instruments and labels of the model
  bound,             ///< number, with the range of what it bounds
  columns,           ///< list of person columns of the model
  instruments,       ///< list of instruments of the model
  strata,            ///< list of quadrants, flags and codes of the model
  arm_names,         ///< list of arms
  switches,          ///< list of switch parameters of the model
  factors,           ///< map of key paths to Key::children
  values,            ///< list of single values
  amount,            ///< number or duration, as the key takes that it belongs to
  weeks,             ///< list of whole numbers
};

struct Key {
  std::string_view name;
  Type type;
  std::string_view meaning;
  bool required = false;
  std::string_view standard = {};  ///< the default, as it would be written; empty = none
  Range range = {0, 0};            ///< of numbers; of durations in weeks
  std::string_view unit = {};
  std::span<const std::string_view> words = {};  ///< allowed words
  std::span<const Key> children = {};
  std::span<const std::string_view> kinds = {};  ///< of the map's `kind` that know the key; empty = all
};

/// Weeks a burn-in or a run may last: 1000 years.
inline constexpr double longest_time = 52000;

/// Arms of a scenario; programmes of one arm, each step of a stepped wedge being one; worlds that one history
/// of a society may take, those of `effects` included.
inline constexpr std::size_t most_arms = 256;
inline constexpr std::size_t most_uses = 200;
inline constexpr std::size_t most_worlds = 10'000;

std::span<const Key> scenario_keys();
std::span<const Key> programme_keys();   ///< of a programme file
std::span<const Key> hypothesis_keys();  ///< of a hypothesis file
std::span<const Key> bound_keys();       ///< above, below: of a condition of `who`; ranges by the model

/// The key of that name, or null.
const Key* find_key(std::span<const Key> keys, std::string_view name);

/// Range of the bounds of `who: acquaintances`, in persons.
inline constexpr Range acquaintance_range{0, 100000};
/// Communities a network file may number; a drawn network has fewer.
inline constexpr Range community_range{0, 1000000};

/// Range of a dose: practice per week or over a course, in the unit of the model's input.
inline constexpr Range dose_range{0, 1000};

}  // namespace kindred::scenario
