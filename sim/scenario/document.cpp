#include "sim/scenario/document.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

namespace kindred::scenario {
namespace {

/// What the walk over a parsed document needs to know.
struct Walk {
  Problems& problems;
  Place at;
  std::string path;  ///< of the whole document
  std::size_t values = 0;
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

/// Counts a value; false when the document has grown past the limits.
bool within_limits(Walk& walk, int depth) {
  if (walk.too_much) return false;
  if (++walk.values <= most_values && depth <= deepest_value) return true;
  walk.too_much = true;
  // Which of the copies was one too many says nothing, so the file is blamed from its beginning.
  complain(
      walk.problems, beginning_of(walk.at), walk.path,
      depth > deepest_value
          ? fmt::format("maps and lists lie more than {} deep inside each other", deepest_value)
          : fmt::format("holds more than {} values once its aliases (*name) are written out", most_values));
  return false;
}

Node converted(Walk& walk, const YAML::Node& from, int depth, const std::string& path);

void convert_map(Walk& walk, const YAML::Node& from, Node& to, int depth, const std::string& path) {
  for (const auto& entry : from) {
    const Place place = place_of(walk, entry.first.Mark());
    if (!entry.first.IsScalar()) {
      complain(walk.problems, place, path, "a key must be a single word");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    check_tag(walk, entry.first, joined(path, key));
    Node child = converted(walk, entry.second, depth + 1, joined(path, key));
    if (walk.too_much) return;
    child.key = key;
    child.key_place = place;
    if (const Node* first = to.find(key)) {
      const std::string where = place.line == 0 ? ""
                                                : fmt::format(", first on line {} and again on line {}",
                                                              first->key_place.line, place.line);
      complain(walk.problems, place, joined(path, key), fmt::format("written twice{}; keep one", where));
    } else {
      to.children.push_back(std::move(child));
    }
  }
}

Node converted(Walk& walk, const YAML::Node& from, int depth, const std::string& path) {
  Node to;
  if (!within_limits(walk, depth)) return to;
  to.place = place_of(walk, from.Mark());
  check_tag(walk, from, path);
  if (from.IsScalar()) {
    to.kind = Node::Kind::scalar;
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

/// Hears where documents begin. Derived because the library tells positions only to handlers of its own
/// kind; LoadAll, which would spare this, never ends when a stray ']' or ',' follows a document.
struct DocumentStarts final : YAML::EventHandler {
  std::vector<YAML::Mark> marks;
  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {
  }
  void OnMapEnd() override {}
};

/// False, with a complaint, when something follows the first document.
bool is_one_document(Walk& walk, const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  if (!parser.HandleNextDocument(starts) || !parser.HandleNextDocument(starts)) return true;
  const bool separated = text.rfind("---", 0) == 0 || text.find("\n---") != std::string::npos;
  complain(walk.problems, place_of(walk, starts.marks.back()), walk.path,
           separated
               ? "a second document begins here ('---'); write one"
               : "this does not belong to what stands before it: check commas, brackets and indentation");
  return false;
}

Place place_at(const Place& at, const std::string& text, std::size_t offset) {
  if (at.file == command_line) return at;
  const auto end = text.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto line = std::count(text.begin(), end, '\n');
  const std::size_t start = offset == 0 ? std::string::npos : text.rfind('\n', offset - 1);
  return {at.file, static_cast<int>(line) + 1, static_cast<int>(offset - (start + 1)) + 1};
}

/// Length of the valid UTF-8 sequence at `offset`, 0 when there is none.
std::size_t sequence_length(const std::string& text, std::size_t offset) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(offset);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || offset + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(offset + i) & 0xC0) != 0x80) return 0;
  return length;
}

/// False, with a complaint, when the bytes are no UTF-8 text or a line is indented with tabs.
bool readable_text(Problems& problems, const std::string& text, const Place& at, std::string_view path) {
  bool line_start = true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0 || text[i] == '\0') {
      complain(problems, place_at(at, text, i), path, "is not UTF-8 text; save the file as UTF-8");
      return false;
    }
    if (text[i] == '\t' && line_start) {
      complain(problems, place_at(at, text, i), path,
               "a tab is used for indentation; YAML allows only spaces there");
      return false;
    }
    line_start = text[i] == '\n' || (line_start && text[i] == ' ');
    i += length;
  }
  return true;
}

/// Bytes of a file, at most a little more than `largest_file`; complains when it cannot be read.
std::optional<std::string> bytes_of(Problems& problems, const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string bytes;
  std::array<char, 1 << 16> part;
  while (in && bytes.size() <= largest_file) {
    in.read(part.data(), static_cast<std::streamsize>(part.size()));
    bytes.append(part.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (in.is_open() && !in.bad()) return bytes;
  const std::string reason = errno != 0 ? ": " + std::generic_category().message(errno) : "";
  complain(problems, {path, 0, 0}, "", "cannot be read" + reason);
  return std::nullopt;
}

}  // namespace

const Node* Node::find(std::string_view name) const {
  if (kind != Kind::map) return nullptr;
  for (const Node& child : children)
    if (child.key == name) return &child;
  return nullptr;
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

std::optional<Node> load_file(Problems& problems, const std::string& path) {
  const Place whole{path, 0, 0};
  if (std::find(problems.files.begin(), problems.files.end(), path) == problems.files.end())
    problems.files.push_back(path);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    complain(problems, whole, "", "no such file");
    return std::nullopt;
  }
  if (std::filesystem::is_directory(path, ignored)) {
    complain(problems, whole, "", "is a folder, not a file");
    return std::nullopt;
  }
  const std::optional<std::string> bytes = bytes_of(problems, path);
  if (!bytes) return std::nullopt;
  if (bytes->size() > largest_file) {
    complain(problems, whole, "",
             fmt::format("is larger than {} MB; this is not a scenario", largest_file >> 20));
    return std::nullopt;
  }
  std::optional<Node> root = parse(problems, *bytes, whole);
  if (root && root->kind == Node::Kind::null) {
    complain(problems, beginning_of(whole), "", "is empty; it must begin with 'schema: 1'");
    return std::nullopt;
  }
  if (root && root->kind != Node::Kind::map) {
    complain(problems, root->place, "",
             fmt::format("expected 'key: value' lines, found {}", described(*root)));
    return std::nullopt;
  }
  return root;
}

}  // namespace kindred::scenario
