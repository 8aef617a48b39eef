#include "sim/scenario/document.hpp"

#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include "sim/scenario/plain_text.hpp"

namespace kindred::scenario {
namespace {

/// What the walk over a parsed document needs to know.
struct Walk {
  Problems& problems;
  Place at;
  std::string path;  ///< of the whole document
  std::size_t values = 0;
  std::size_t text = 0;  ///< bytes
  bool too_much = false;
};

Place place_of(const Walk& walk, const YAML::Mark& mark) {
  if (walk.at.file == command_line || mark.is_null()) return walk.at;
  return {walk.at.file, mark.line + 1, mark.column + 1};
}

/// Where to point when the file as a whole is at fault: editors jump to it.
Place beginning_of(const Place& at) { return at.file == command_line ? at : Place{at.file, 1, 1}; }

std::string friendly(const std::string& said) {
  static constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"end of map flow not found",
       "a '{' here or above is not closed by '}', or a comma is missing between two entries"},
      {"end of sequence flow not found",
       "a '[' here or above is not closed by ']', or a comma is missing between two items"},
      {"end of map not found",
       "this line does not fit the map it stands in: check its indentation and its ':'"},
      {"end of sequence not found", "this line does not fit the list it stands in: check its indentation"},
      {"illegal map value", "a ':' stands where no key can be; one 'key: value' per line, and text that "
                            "holds ': ' needs quotes"},
      {"illegal block entry", "a '-' stands where no list item can be"},
      {"illegal flow end", "a ']' or '}' closes nothing"},
      {"illegal EOF in scalar", "a quote is opened but not closed before the end of the text"},
      {"the referenced anchor is not defined",
       "an alias (*name) refers to an anchor (&name) that is not defined"},
      {"bad file", "cannot be read"},
  };
  for (const auto& [theirs, ours] : words)
    if (said.rfind(theirs, 0) == 0) return std::string(ours);
  return "cannot be read as YAML: " + said;
}

void check_tag(Walk& walk, const YAML::Node& node, const std::string& path) {
  std::string tag = node.Tag();
  if (tag.empty() || tag == "?" || tag == "!") return;
  static constexpr std::string_view standard = "tag:yaml.org,2002:";
  if (tag.rfind(standard, 0) == 0) tag = "!!" + tag.substr(standard.size());
  complain(walk.problems, place_of(walk, node.Mark()), path,
           fmt::format("the YAML tag '{}' is not accepted; write the plain value without it", tag));
}

void report_too_many(Walk& walk) {
  // Which of the copies was one too many says nothing, so the file is blamed from its beginning.
  complain(walk.problems, beginning_of(walk.at), walk.path,
           fmt::format("holds more than {} values once its aliases (*name) are written out", most_values));
}

/// Counts a value; false when the document has grown past the limits.
bool within_limits(Walk& walk, int depth) {
  if (walk.too_much) return false;
  if (++walk.values <= most_values && depth <= deepest_value) return true;
  walk.too_much = true;
  if (depth <= deepest_value) report_too_many(walk);
  else
    complain(walk.problems, beginning_of(walk.at), walk.path,
             fmt::format("maps and lists lie more than {} deep inside each other", deepest_value));
  return false;
}

/// Counts the text of a value; false when the document has grown past the limit.
bool text_within_limits(Walk& walk, const std::string& text) {
  walk.text += text.size();
  if (walk.text <= most_text) return true;
  walk.too_much = true;
  complain(
      walk.problems, beginning_of(walk.at), walk.path,
      fmt::format("holds more than {} MB of text once its aliases (*name) are written out", most_text >> 20));
  return false;
}

Node converted(Walk& walk, const YAML::Node& from, int depth, const std::string& path);

void report_repeated(Walk& walk, const Node& first, const Place& place, const std::string& path) {
  const std::string where = place.line == 0 ? ""
                                            : fmt::format(", first on line {} and again on line {}",
                                                          first.key_place.line, place.line);
  complain(walk.problems, place, path, fmt::format("written twice{}; keep one", where));
}

void convert_map(Walk& walk, const YAML::Node& from, Node& to, int depth, const std::string& path) {
  std::set<std::string> seen;
  for (const auto& entry : from) {
    const Place place = place_of(walk, entry.first.Mark());
    if (!entry.first.IsScalar()) {
      complain(walk.problems, place, path, "a key must be a single word");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (key.size() > longest_key) {
      complain(walk.problems, place, path, fmt::format("a key is longer than {} bytes", longest_key));
      continue;
    }
    check_tag(walk, entry.first, joined(path, key));
    Node child = converted(walk, entry.second, depth + 1, joined(path, key));
    if (walk.too_much) return;
    child.key = key;
    child.key_place = place;
    if (seen.insert(key).second) to.children.push_back(std::move(child));
    else report_repeated(walk, *to.find(key), place, joined(path, key));
  }
}

Node converted(Walk& walk, const YAML::Node& from, int depth, const std::string& path) {
  Node to;
  if (!within_limits(walk, depth)) return to;
  to.place = place_of(walk, from.Mark());
  check_tag(walk, from, path);
  if (from.IsScalar()) {
    to.kind = Node::Kind::scalar;
    if (!text_within_limits(walk, from.Scalar())) return to;
    to.text = from.Scalar();
    to.quoted = from.Tag() == "!";
  } else if (from.IsSequence()) {
    to.kind = Node::Kind::list;
    for (std::size_t i = 0; i < from.size() && !walk.too_much; ++i)
      to.children.push_back(converted(walk, from[i], depth + 1, joined(path, std::to_string(i))));
  } else if (from.IsMap()) {
    to.kind = Node::Kind::map;
    convert_map(walk, from, to, depth, path);
  }
  return to;
}

/// Hears where documents begin and how much they hold. Derived because the library tells positions only to
/// handlers of its own kind; LoadAll, which would spare this, never ends when a stray ']' or ',' follows a
/// document.
struct DocumentStarts final : YAML::EventHandler {
  std::vector<YAML::Mark> marks;
  std::size_t values = 0;  ///< aliases count once here
  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override { ++values; }
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override { ++values; }
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {
    ++values;
  }
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {
    ++values;
  }
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
    ++values;
  }
  void OnMapEnd() override {}
};

/// False, with a complaint, when something follows the first document.
bool is_one_document(Walk& walk, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts)) return true;
  if (starts.values > 2 * most_values) {  // keys are counted here too; the library's own nodes are large
    report_too_many(walk);
    return false;
  }
  if (!parser.HandleNextDocument(starts)) return true;
  const bool separated = text.rfind("---", 0) == 0 || text.find("\n---") != std::string::npos;
  complain(walk.problems, place_of(walk, starts.marks.back()), walk.path,
           separated
               ? "a second document begins here ('---'); write one"
               : "this does not belong to what stands before it: check commas, brackets and indentation");
  return false;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::map) return nullptr;
  for (const Node& child : children)
    if (child.key == name) return &child;
  return nullptr;
}

std::size_t values_in(const Node& node) {
  std::size_t values = 1;
  for (const Node& child : node.children) values += values_in(child);
  return values;
}

const Node& or_nothing(const Node* node) {
  static const Node nothing{};
  return node ? *node : nothing;
}

std::string described(const Node& node) {
  switch (node.kind) {
  case Node::Kind::null:
    return "nothing";
  case Node::Kind::list:
    return "a list";
  case Node::Kind::map:
    return "a map";
  case Node::Kind::scalar:
    break;
  }
  std::size_t shown = 40;
  const std::string quote = node.quoted ? "\"" : "'";
  if (node.text.size() <= shown) return quote + node.text + quote;
  while ((static_cast<unsigned char>(node.text[shown]) & 0xC0) == 0x80) --shown;  // cut between letters
  return quote + node.text.substr(0, shown) + "..." + quote;
}

std::optional<Node> parse(Problems& problems, const std::string& text, const Place& at,
                          std::string_view path) {
  if (is_plain_word(text)) {
    Node word;
    word.kind = Node::Kind::scalar;
    word.text = text;
    word.place = at.file == command_line ? at : Place{at.file, 1, 1};
    return word;
  }
  if (!readable_text(problems, text, at, path)) return std::nullopt;
  Walk walk{problems, at, std::string(path)};
  try {
    // The library overlooks a quote that is never closed when a line end follows it, so none does.
    const std::string trimmed = text.substr(0, text.find_last_not_of("\r\n ") + 1);
    if (!is_one_document(walk, trimmed)) return std::nullopt;
    Node root = converted(walk, YAML::Load(trimmed), 0, std::string(path));
    if (walk.too_much) return std::nullopt;
    return root;
  } catch (const YAML::Exception& error) {
    complain(problems, place_of(walk, error.mark), path, friendly(error.msg));
    return std::nullopt;
  }
}

}  // namespace kindred::scenario
