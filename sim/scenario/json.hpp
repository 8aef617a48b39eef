#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/declarations.hpp"

/// Just enough JSON to write a schema.
namespace kindred::scenario::json {

/// Finished JSON text.
using Json = std::string;
/// Of an object, in the order in which they are written.
using Members = std::vector<std::pair<std::string, Json>>;

Json text(std::string_view value);
Json texts(const std::vector<std::string>& values);
Json number(double x);
Json list(const std::vector<Json>& items);
Json object(const Members& members);

/// Schema pieces: a link to a definition, a choice, a fixed word, null, numbers in a range, a shape with a
/// hint, a map without other keys.
Json reference(std::string_view definition);
Json any_of(const std::vector<Json>& choices);
Json constant(std::string_view word);
Json nothing();
Json ranged(std::string_view type, Range range);
Json described_as(const std::string& hint, const Json& shape);
Json closed_map(const Members& properties, const std::vector<std::string>& required = {});

}  // namespace kindred::scenario::json
