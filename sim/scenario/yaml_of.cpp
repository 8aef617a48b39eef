#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "sim/scenario/composed_text.hpp"
#include "sim/scenario/resolve.hpp"

namespace kindred::scenario {
namespace {

/// Keys that YAML takes for themselves wherever they stand.
bool is_bare_key(std::string_view key) {
  if (key.empty() || std::isalpha(static_cast<unsigned char>(key[0])) == 0) return false;
  if (key == "null" || key == "Null" || key == "NULL") return false;
  return std::all_of(key.begin(), key.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
  });
}

/// Lines that a literal block keeps as they are. Its last line end would not outlive the end of a file, so a
/// text that has one does not fit.
bool fits_a_block(std::string_view text) {
  if (text.empty() || text.back() == '\n' || text.front() == ' ' || text.front() == '\n') return false;
  return text.find('\n') != std::string_view::npos && std::none_of(text.begin(), text.end(), [](char c) {
           return (static_cast<unsigned char>(c) < 0x20 && c != '\n') ||
                  static_cast<unsigned char>(c) >= 0x7F;
         });
}

void append_block(std::string& out, std::string_view text, int level) {
  out += "|-\n";
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) out.append(static_cast<std::size_t>(2 * level), ' ').append(text.substr(0, end));
    out += '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void append_children(std::string& out, const Node& node, int level);

/// What stands behind a key or a dash, with the end of the line. @param level of what lies inside
void append_value(std::string& out, const Node& node, int level) {
  switch (node.kind) {
  case Node::Kind::null:
    out += "null\n";
    return;
  case Node::Kind::scalar:
    // A text of several lines was quoted or a block, or its lines would have become one.
    if (!node.quoted && node.text.find('\n') == std::string::npos) out += node.text + "\n";
    else if (fits_a_block(node.text)) append_block(out, node.text, level);
    else out += quoted(node.text) + "\n";
    return;
  case Node::Kind::list:
  case Node::Kind::map:
    break;
  }
  if (node.children.empty()) {
    out += node.kind == Node::Kind::list ? "[]\n" : "{}\n";
    return;
  }
  out += '\n';
  append_children(out, node, level);
}

void append_children(std::string& out, const Node& node, int level) {
  for (const Node& child : node.children) {
    out.append(static_cast<std::size_t>(2 * level), ' ');
    if (node.kind == Node::Kind::list) out += '-';
    else out += (is_bare_key(child.key) ? child.key : quoted(child.key)) + ':';
    const bool below = !child.children.empty();
    if (!below) out += ' ';
    append_value(out, child, level + 1);
  }
}

}  // namespace

std::string yaml_of(const Node& root) {
  std::string out;
  append_children(out, root, 0);
  return out;
}

}  // namespace kindred::scenario
