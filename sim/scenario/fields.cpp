#include "sim/scenario/fields.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "sim/core/errors.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

template <class From, class To>
bool take(const std::optional<From>& value, To& into) {
  if (value) into = *value;
  return value.has_value();
}

bool is_word(const Node& node, std::string_view word) {
  return node.kind == Node::Kind::scalar && node.text == word;
}

bool read_text(Field& field, const Node& node, std::string& why) {
  field.text = node.text;
  if (node.kind == Node::Kind::scalar) return true;
  why = node.kind == Node::Kind::null ? "has no value; write a text"
                                      : "expected a text, found " + described(node);
  return false;
}

bool read_word(Field& field, const Node& node, std::string& why) {
  for (const std::string_view word : field.key->words)
    if (is_word(node, word)) return take(std::optional<std::string>(node.text), field.text);
  const std::vector<std::string> known = strings(field.key->words);
  why = node.kind != Node::Kind::scalar
            ? fmt::format("expected one of {}, found {}", listed(known), described(node))
            : fmt::format("'{}' is not known; {}", node.text, suggestion(node.text, known));
  return false;
}

bool read_schema(Field& field, const Node& node, std::string& why) {
  field.integer = 1;
  if (is_word(node, "1") && !node.quoted) return true;
  why = fmt::format("expected 1, found {}; this program reads schema 1 only", described(node));
  return false;
}

/// Text `why` gets the extra word that the type allows.
bool read_or_word(Field& field, const Node& node, std::string_view word, std::string& why) {
  if (is_word(node, word)) return true;  // 0
  const Key& key = *field.key;
  const bool good = key.type == Type::duration_or_none
                        ? take(duration(node, key.range, why), field.integer)
                        : take(whole_number(node, key.range, key.unit, why), field.integer);
  if (!good) why += fmt::format("; or write '{}'", word);
  return good;
}

/// The value of one key from its node; false with the reason when it is not right.
bool read_value(Field& field, const Node& node, std::string& why) {
  const Key& key = *field.key;
  switch (key.type) {
  case Type::schema:
    return read_schema(field, node, why);
  case Type::seed:
    return take(seed_number(node, why), field.seed);
  case Type::integer:
    return take(whole_number(node, key.range, key.unit, why), field.integer);
  case Type::integer_or_all:
    return read_or_word(field, node, "all", why);
  case Type::number:
    return take(real_number(node, key.range, key.unit, "", why), field.number);
  case Type::boolean:
    return take(truth(node, why), field.boolean);
  case Type::text:
    return read_text(field, node, why);
  case Type::word:
    return read_word(field, node, why);
  case Type::duration:
    return take(duration(node, key.range, why), field.integer);
  case Type::duration_or_none:
    return read_or_word(field, node, "none", why);
  default:
    return true;  // read by the reader of that type
  }
}

/// Defaults are written in the tables as a user would write them and read by the same code.
void read_standard(Field& field) {
  if (field.key->standard.empty()) return;
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = field.key->standard;
  std::string why;
  field.valid = read_value(field, node, why);
  if (!field.valid) throw Bug(fmt::format("default of '{}': {}", field.key->name, why));
}

bool is_map_type(Type type) {
  switch (type) {
  case Type::map:
  case Type::map_or_none:
  case Type::models:
  case Type::arms:
  case Type::parameters:
  case Type::doses:
  case Type::who:
  case Type::factors:
    return true;
  default:
    return false;
  }
}

void report_unknown(Problems& problems, const Node& entry, std::span<const Key> keys, std::string_view path) {
  std::vector<std::string> known;
  for (const Key& key : keys) known.emplace_back(key.name);
  const std::string hint = entry.key == "<<" ? "merge keys are not accepted; use include: in the scenario"
                                             : suggestion(entry.key, known);
  complain(problems, entry.key_place, joined(path, entry.key), "no such key; " + hint);
}

void report_missing(Problems& problems, const Fields& fields, const Key& key) {
  if (problems.incomplete) return;
  complain(problems, fields.place, joined(fields.path, key.name),
           fmt::format("required but missing ({})", key.meaning));
}

}  // namespace

const Field& Fields::operator[](std::string_view name) const {
  for (const Field& field : all)
    if (field.key->name == name) return field;
  throw Bug(fmt::format("no key '{}' in '{}'", name, path));
}

std::size_t Fields::choice(std::string_view name) const {
  const Field& field = (*this)[name];
  const auto& words = field.key->words;
  const auto at = std::find(words.begin(), words.end(), field.text);
  return at == words.end() ? 0 : static_cast<std::size_t>(at - words.begin());
}

const Place& Fields::place_of(std::string_view name) const {
  const Field& field = (*this)[name];
  return field.node ? field.node->place : place;
}

Fields read_fields(Problems& problems, const Node& node, std::span<const Key> keys, std::string_view path) {
  Fields fields{std::string(path), node.place, {}};
  const bool is_map = node.kind == Node::Kind::map || node.kind == Node::Kind::null;
  if (!is_map) {
    std::vector<std::string> known;
    for (const Key& key : keys) known.emplace_back(key.name);
    complain(problems, node.place, path,
             fmt::format("expected a map of {}, found {}", listed(known), described(node)));
  }
  for (const Key& key : keys) {
    Field& field = fields.all.emplace_back();
    field.key = &key;
    field.node = node.find(key.name);
    const bool nothing = field.node && field.node->kind == Node::Kind::null && is_map_type(key.type);
    if (nothing) field.node = nullptr;  // 'key:' with nothing behind it is an empty map
    if (field.node) {
      std::string why;
      field.valid = read_value(field, *field.node, why);
      if (!field.valid) complain(problems, field.node->place, joined(path, key.name), why);
    } else {
      read_standard(field);
      if (key.required && is_map) report_missing(problems, fields, key);
    }
  }
  if (node.kind == Node::Kind::map)
    for (const Node& entry : node.children)
      if (!find_key(keys, entry.key)) report_unknown(problems, entry, keys, path);
  return fields;
}

void report_foreign_keys(Problems& problems, const Fields& fields, std::string_view kind) {
  for (const Field& field : fields.all) {
    const auto& kinds = field.key->kinds;
    if (!field.node || kinds.empty() || std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
    complain(problems, field.node->key_place, joined(fields.path, field.key->name),
             fmt::format("does not belong to the kind '{}'; it belongs to {}", kind, listed(strings(kinds))));
  }
}

bool require_for_kind(Problems& problems, const Fields& fields, std::string_view name,
                      std::string_view kind) {
  const Field& field = fields[name];
  if (field.node) return true;
  complain(problems, fields.place, joined(fields.path, name),
           fmt::format("required but missing for the kind '{}' ({})", kind, field.key->meaning));
  return false;
}

std::span<const Node> entries(Problems& problems, const Node& node, std::string_view path,
                              std::string_view wanted) {
  if (node.kind == Node::Kind::map) return node.children;
  if (node.kind != Node::Kind::null)
    complain(problems, node.place, path, fmt::format("expected {}, found {}", wanted, described(node)));
  return {};
}

std::vector<int> read_names(Problems& problems, const Node& node, std::string_view path,
                            const NameIndex& index, const NameUnknown& unknown) {
  std::vector<int> found;
  if (node.kind != Node::Kind::list) {
    complain(problems, node.place, path,
             fmt::format("expected a list of names such as [a, b], found {}", described(node)));
    return found;
  }
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Node& item = node.children[i];
    const std::string item_path = joined(path, std::to_string(i));
    const std::string name = text_of(problems, item, item_path, "a name");
    if (item.kind != Node::Kind::scalar) continue;
    const int at = index(name);
    if (at < 0) complain(problems, item.place, item_path, unknown(name));
    else if (std::find(found.begin(), found.end(), at) != found.end())
      complain(problems, item.place, item_path, fmt::format("'{}' is listed twice; keep one", name));
    else found.push_back(at);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string text_of(Problems& problems, const Node& node, std::string_view path, std::string_view wanted) {
  if (node.kind == Node::Kind::scalar) return node.text;
  const std::string found = node.kind == Node::Kind::null ? "has no value; write " : "expected ";
  const std::string rest = node.kind == Node::Kind::null ? "" : ", found " + described(node);
  complain(problems, node.place, path, found + std::string(wanted) + rest);
  return "";
}

}  // namespace kindred::scenario
