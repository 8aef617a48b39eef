#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/core/declarations.hpp"
#include "sim/scenario/document.hpp"

/// Numbers, switches and durations as text. YAML's own conversions are not used: they take 010 for 8,
/// .nan for a number and yes for true. Each reader gives the value, or nothing and says why in `why`.
namespace kindred::scenario {

inline constexpr std::int64_t weeks_per_year = 52;

/// A plain decimal whole number inside `range`.
std::optional<std::int64_t> whole_number(const Node& node, Range range, std::string_view unit,
                                         std::string& why);

/// A plain decimal whole number from 0 to 2^64 - 1.
std::optional<std::uint64_t> seed_number(const Node& node, std::string& why);

/// A finite decimal number inside `range`. @param source printed behind the range when it is not empty.
std::optional<double> real_number(const Node& node, Range range, std::string_view unit,
                                  std::string_view source, std::string& why);

/// true or false, in these words only.
std::optional<bool> truth(const Node& node, std::string& why);

/// "8 weeks", "1 year": whole weeks inside `range` (weeks).
std::optional<std::int64_t> duration(const Node& node, Range range, std::string& why);

/// Shortest text that reads back as the same number.
std::string number_text(double x);

/// The same, but whole numbers with all their digits: 100000000, not 1e+08.
std::string bound_text(double x);

/// "[0, 0.6] per SD (assumption A-3)". @param unit, source may be empty.
std::string range_text(Range range, std::string_view unit, std::string_view source);

/// "3 years", "8 weeks", "1 week", "0 weeks".
std::string duration_text(std::int64_t weeks);

}  // namespace kindred::scenario
