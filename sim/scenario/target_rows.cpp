#include "sim/scenario/target_rows.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

constexpr std::string_view confidences[] = {"read", "secondary", "inferred", "unverified"};
constexpr Range any_number{-1e6, 1e6};
constexpr Type own_reader = Type::bound;  // a type that `read_fields` leaves to the readers below

constexpr Key row_table[] = {
    {.name = "id", .type = Type::text, .meaning = "which quantity", .required = true},
    {.name = "quantity", .type = Type::text, .meaning = "the quantity in words", .required = true},
    {.name = "value", .type = own_reader, .meaning = "published number, or a list", .required = true},
    {.name = "band",
     .type = own_reader,
     .meaning = "[low, high], a list of them, or a half-width",
     .required = true},
    {.name = "source", .type = Type::text, .meaning = "publication"},
    {.name = "rows", .type = own_reader, .meaning = "rows of the evidence table"},
    {.name = "confidence",
     .type = Type::word,
     .meaning = "how well the source is known",
     .required = true,
     .words = confidences},
    {.name = "note", .type = Type::text, .meaning = "what a reader must know"},
    {.name = "not_claimed_by", .type = own_reader, .meaning = "hypotheses that fail it by design"},
    {.name = "known_failure", .type = Type::text, .meaning = "why no hypothesis claims it"},
};

std::vector<std::string> texts(Problems& problems, const Node* node, std::string_view path) {
  std::vector<std::string> all;
  const auto list = items(problems, node, path, "a list of words");
  for (std::size_t i = 0; i < list.size(); ++i)
    all.push_back(text_of(problems, list[i], joined(path, std::to_string(i)), "a word"));
  return all;
}

/// NaN, with a complaint, for what is no number: a plan is never made from it.
double number_at(Problems& problems, const Node& node, std::string_view path) {
  std::string why;
  const std::optional<double> number = real_number(node, any_number, "", "", why);
  if (!number) complain(problems, node.place, path, why);
  return number.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::vector<double> numbers_at(Problems& problems, const Node& node, std::string_view path) {
  if (node.kind != Node::Kind::list) return {number_at(problems, node, path)};
  std::vector<double> all;
  for (std::size_t i = 0; i < node.children.size(); ++i)
    all.push_back(number_at(problems, node.children[i], joined(path, std::to_string(i))));
  return all;
}

std::string parts_text(const TargetQuantity& quantity) {
  return quantity.parts.size() == 1
             ? "1 part"
             : fmt::format("{} parts ({})", quantity.parts.size(), listed(strings(quantity.parts)));
}

/// [low, high].
Range band_of(Problems& problems, const Node& node, std::string_view path) {
  const std::vector<double> ends = numbers_at(problems, node, path);
  if (node.kind != Node::Kind::list || ends.size() != 2) {
    complain(problems, node.place, path, fmt::format("expected [low, high], found {}", described(node)));
    return {0, 0};
  }
  if (ends[0] >= ends[1])  // what is no number is reported already
    complain(problems, node.place, path,
             fmt::format("the lower end comes first: {} is not below {}", ends[0], ends[1]));
  return {ends[0], ends[1]};
}

/// A half-width around each published value.
std::vector<Range> bands_around(Problems& problems, const Node& node, std::string_view path,
                                const Target& target, const TargetQuantity& quantity) {
  const double half = number_at(problems, node, path);
  if (half <= 0) complain(problems, node.place, path, "a half-width must be above 0");
  if (target.published.size() != quantity.parts.size())
    complain(problems, node.place, path,
             fmt::format("a half-width needs a published value for each of the {}", parts_text(quantity)));
  std::vector<Range> bands;
  for (const double value : target.published) bands.push_back({value - half, value + half});
  return bands;
}

std::vector<Range> read_bands(Problems& problems, const Node& node, std::string_view path,
                              const Target& target, const TargetQuantity& quantity) {
  const std::size_t parts = quantity.parts.size();
  if (node.kind == Node::Kind::scalar) return bands_around(problems, node, path, target, quantity);
  const bool nested = node.kind == Node::Kind::list && !node.children.empty() &&
                      node.children.front().kind == Node::Kind::list;
  if (!nested) return std::vector<Range>(parts, band_of(problems, node, path));
  std::vector<Range> bands;
  for (std::size_t i = 0; i < node.children.size(); ++i)
    bands.push_back(band_of(problems, node.children[i], joined(path, std::to_string(i))));
  if (bands.size() != parts)
    complain(problems, node.place, path,
             fmt::format("{} bands for the {}; write one for each, or one for all", bands.size(),
                         parts_text(quantity)));
  return bands;
}

/// The quantity a row is about, or null with a complaint.
const TargetQuantity* quantity_of(Problems& problems, const Fields& fields,
                                  std::span<const TargetQuantity> quantities,
                                  const std::vector<Target>& before) {
  const Field& id = fields["id"];
  if (!id.node || !id.valid) return nullptr;
  const auto repeated = [&](const Target& other) { return other.id == id.text; };
  if (std::any_of(before.begin(), before.end(), repeated))
    complain(problems, id.node->place, joined(fields.path, "id"),
             fmt::format("'{}' has a row already", id.text));
  std::vector<std::string> known;
  for (const TargetQuantity& quantity : quantities) {
    if (quantity.id == id.text) return &quantity;
    known.emplace_back(quantity.id);
  }
  complain(problems, id.node->place, joined(fields.path, "id"),
           fmt::format("no quantity '{}' can be computed; {}", id.text, suggestion(id.text, known)));
  return nullptr;
}

void check_not_claimed(Reader& reader, const Node* node, std::string_view path,
                       const std::vector<std::string>& names) {
  const std::vector<std::string> known = names_in(reader.folders, "hypotheses");
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!names[i].empty() && std::find(known.begin(), known.end(), names[i]) == known.end())
      complain(reader.problems, node->children[i].place, joined(path, std::to_string(i)),
               not_found(reader.folders, "hypotheses", "hypothesis", names[i]));
}

Target read_row(Reader& reader, const Node& node, std::string_view path,
                std::span<const TargetQuantity> quantities, const std::vector<Target>& before) {
  const Fields fields = read_fields(reader.problems, node, row_table, path);
  Target target{fields["id"].text,
                fields["quantity"].text,
                {},
                {},
                fields["source"].text,
                {},
                fields["confidence"].text,
                fields["note"].text,
                {},
                fields["known_failure"].text};
  const auto at = [&](std::string_view key) { return joined(path, key); };
  target.rows = texts(reader.problems, fields["rows"].node, at("rows"));
  target.not_claimed_by = texts(reader.problems, fields["not_claimed_by"].node, at("not_claimed_by"));
  check_not_claimed(reader, fields["not_claimed_by"].node, at("not_claimed_by"), target.not_claimed_by);
  const Node* value = fields["value"].node;
  const Node* band = fields["band"].node;
  if (value) target.published = numbers_at(reader.problems, *value, at("value"));
  const TargetQuantity* quantity = quantity_of(reader.problems, fields, quantities, before);
  if (!quantity) return target;
  if (value && target.published.size() != 1 && target.published.size() != quantity->parts.size())
    complain(reader.problems, value->place, at("value"),
             fmt::format("{} values for the {}; write one for each, or one for all", target.published.size(),
                         parts_text(*quantity)));
  if (value && band) target.bands = read_bands(reader.problems, *band, at("band"), target, *quantity);
  return target;
}

}  // namespace

std::span<const Node> items(Problems& problems, const Node* node, std::string_view path,
                            std::string_view wanted) {
  if (!node) return {};
  if (node->kind == Node::Kind::list) return node->children;
  complain(problems, node->place, path, fmt::format("expected {}, found {}", wanted, described(*node)));
  return {};
}

std::vector<Target> read_rows(Reader& reader, const Node* node, std::span<const TargetQuantity> quantities) {
  std::vector<Target> targets;
  const auto list = items(reader.problems, node, "targets", "a list of targets");
  if (node && node->kind == Node::Kind::list && list.empty())
    complain(reader.problems, node->place, "targets", "at least one target is needed");
  for (std::size_t i = 0; i < list.size(); ++i)
    targets.push_back(read_row(reader, list[i], fmt::format("targets.{}", i), quantities, targets));
  return targets;
}

}  // namespace kindred::scenario
