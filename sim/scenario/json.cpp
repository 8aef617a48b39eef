#include "sim/scenario/json.hpp"

#include <fmt/format.h>

#include "sim/scenario/scalars.hpp"

namespace kindred::scenario::json {

Json text(std::string_view value) {
  Json out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += fmt::format("\\{}", c);
    else if (static_cast<unsigned char>(c) < 0x20) out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else out += c;
  }
  return out + "\"";
}

Json texts(const std::vector<std::string>& values) {
  std::vector<Json> items;
  for (const std::string& value : values) items.push_back(text(value));
  return list(items);
}

Json number(double x) { return bound_text(x); }

Json list(const std::vector<Json>& items) {
  Json out;
  for (const Json& item : items) out += (out.empty() ? "" : ", ") + item;
  return "[" + out + "]";
}

Json object(const Members& members) {
  Json out;
  for (const auto& [name, value] : members) out += (out.empty() ? "" : ", ") + text(name) + ": " + value;
  return "{" + out + "}";
}

Json reference(std::string_view definition) {
  return object({{"$ref", text(fmt::format("#/$defs/{}", definition))}});
}

Json any_of(const std::vector<Json>& choices) {
  return choices.size() == 1 ? choices.front() : object({{"anyOf", list(choices)}});
}

Json constant(std::string_view word) { return object({{"const", text(word)}}); }

Json nothing() { return object({{"type", text("null")}}); }

Json ranged(std::string_view type, Range range) {
  return object({{"type", text(type)}, {"minimum", number(range.low)}, {"maximum", number(range.high)}});
}

Json described_as(const std::string& hint, const Json& shape) {
  const Json description = text("description") + ": " + text(hint);
  return shape == "true" ? "{" + description + "}" : "{" + description + ", " + shape.substr(1);
}

Json closed_map(const Members& properties, const std::vector<std::string>& required) {
  Members members{
      {"type", text("object")}, {"properties", object(properties)}, {"additionalProperties", "false"}};
  if (!required.empty()) members.push_back({"required", texts(required)});
  return object(members);
}

}  // namespace kindred::scenario::json
