#include "sim/graph/xml_scanner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

namespace kindred::graph {
namespace {

constexpr std::string_view blanks = " \t\r\n";
constexpr std::size_t most_attributes = 1000;  // of one element: each is compared with those before it

[[noreturn]] void fault(const XmlScanner& scanner, std::string message) {
  throw XmlFault{scanner.line, std::move(message)};
}

/// Takes `count` characters and keeps the line number.
std::string_view take(XmlScanner& scanner, std::size_t count) {
  const std::string_view taken = scanner.rest.substr(0, count);
  scanner.line += static_cast<int>(std::count(taken.begin(), taken.end(), '\n'));
  scanner.rest.remove_prefix(taken.size());
  return taken;
}

void skip_blanks(XmlScanner& scanner) {
  take(scanner, std::min(scanner.rest.find_first_not_of(blanks), scanner.rest.size()));
}

/// Takes everything up to `mark`, and the mark.
std::string_view take_until(XmlScanner& scanner, std::string_view mark, std::string_view what) {
  const std::size_t at = scanner.rest.find(mark);
  if (at == std::string_view::npos) fault(scanner, fmt::format("{} is not closed by {}", what, mark));
  const std::string_view taken = take(scanner, at);
  take(scanner, mark.size());
  return taken;
}

std::string take_name(XmlScanner& scanner) {
  const std::size_t length = std::min(scanner.rest.find_first_of(" \t\r\n=/><\"'&"), scanner.rest.size());
  if (length == 0) fault(scanner, "a name is missing");
  return std::string(take(scanner, length));
}

std::string local_name(const std::string& name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

void append_utf8(std::string& text, std::uint32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
    return;
  }
  const int tails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr std::array<std::uint32_t, 4> lead = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(lead[static_cast<std::size_t>(tails)] | code >> (6 * tails));
  for (int tail = tails - 1; tail >= 0; --tail) text += static_cast<char>(0x80 | (code >> (6 * tail) & 0x3F));
}

/// The character that `name` (between & and ;) stands for, appended.
void append_entity(int line, std::string& text, std::string_view name) {
  constexpr std::array<std::pair<std::string_view, char>, 5> predefined = {
      {{"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [entity, character] : predefined) {
    if (name == entity) {
      text += character;
      return;
    }
  }
  const bool hexadecimal = name.starts_with("#x");
  const std::string_view digits = name.substr(std::min<std::size_t>(hexadecimal ? 2 : 1, name.size()));
  std::uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, hexadecimal ? 16 : 10);
  const bool whole = error == std::errc{} && end == digits.data() + digits.size();
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  if (!name.starts_with('#') || !whole || code == 0 || code > 0x10FFFF || surrogate) {
    throw XmlFault{line, fmt::format("the entity &{}; is not known", name)};
  }
  append_utf8(text, code);
}

/// Text with its entities replaced. @param line where `raw` starts.
std::string resolved(int line, std::string_view raw) {
  std::string text;
  while (true) {
    const std::size_t ampersand = raw.find('&');
    const std::string_view plain = raw.substr(0, ampersand);
    text += plain;
    if (ampersand == std::string_view::npos) return text;
    line += static_cast<int>(std::count(plain.begin(), plain.end(), '\n'));
    const std::size_t semicolon = raw.find(';', ampersand);
    if (semicolon == std::string_view::npos) throw XmlFault{line, "an & is not followed by an entity"};
    append_entity(line, text, raw.substr(ampersand + 1, semicolon - ampersand - 1));
    raw.remove_prefix(semicolon + 1);
  }
}

void take_attribute(XmlScanner& scanner, XmlEvent& event) {
  const std::string name = take_name(scanner);
  skip_blanks(scanner);
  if (!scanner.rest.starts_with('=')) fault(scanner, fmt::format("attribute '{}' has no value", name));
  take(scanner, 1);
  skip_blanks(scanner);
  const std::string_view quote = scanner.rest.substr(0, 1);
  if (quote != "\"" && quote != "'") fault(scanner, fmt::format("attribute '{}' is not quoted", name));
  take(scanner, 1);
  if (event.attributes.size() >= most_attributes)
    fault(scanner, fmt::format("<{}> has more than {} attributes", event.name, most_attributes));
  if (attribute_of(event, name) != nullptr) fault(scanner, fmt::format("attribute '{}' occurs twice", name));
  const int line = scanner.line;
  const std::string_view raw = take_until(scanner, quote, "a quote");
  if (raw.find('<') != std::string_view::npos) fault(scanner, fmt::format("attribute '{}' holds a <", name));
  event.attributes.emplace_back(name, resolved(line, raw));
}

XmlEvent started(XmlEvent::Kind kind, int line) {
  return {.kind = kind, .name = {}, .text = {}, .attributes = {}, .line = line};
}

XmlEvent open_event(XmlScanner& scanner) {
  XmlEvent event = started(XmlEvent::Kind::open, scanner.line);
  take(scanner, 1);
  event.name = local_name(take_name(scanner));
  while (true) {
    skip_blanks(scanner);
    if (scanner.rest.empty()) fault(scanner, fmt::format("<{}> is not closed by >", event.name));
    if (scanner.rest.starts_with("/>")) {
      take(scanner, 2);
      scanner.pending_close = event.name;
      return event;
    }
    if (scanner.rest.starts_with('>')) {
      take(scanner, 1);
      return event;
    }
    take_attribute(scanner, event);
  }
}

XmlEvent close_event(XmlScanner& scanner) {
  XmlEvent event = started(XmlEvent::Kind::close, scanner.line);
  take(scanner, 2);
  event.name = local_name(take_name(scanner));
  skip_blanks(scanner);
  if (!scanner.rest.starts_with('>')) fault(scanner, fmt::format("</{}> is not closed by >", event.name));
  take(scanner, 1);
  return event;
}

XmlEvent text_event(int line, std::string text) {
  XmlEvent event = started(XmlEvent::Kind::text, line);
  event.text = std::move(text);
  return event;
}

}  // namespace

XmlEvent next_event(XmlScanner& scanner) {
  if (!scanner.pending_close.empty()) {
    XmlEvent event = started(XmlEvent::Kind::close, scanner.line);
    event.name.swap(scanner.pending_close);
    return event;
  }
  while (!scanner.rest.empty()) {
    const int line = scanner.line;
    if (scanner.rest.starts_with("<!--")) {
      take_until(scanner, "-->", "a comment");
    } else if (scanner.rest.starts_with("<?")) {
      take_until(scanner, "?>", "a processing instruction");
    } else if (scanner.rest.starts_with("<![CDATA[")) {
      take(scanner, std::string_view("<![CDATA[").size());
      return text_event(line, std::string(take_until(scanner, "]]>", "CDATA")));
    } else if (scanner.rest.starts_with("<!")) {
      fault(scanner, "a document type declaration is not read");
    } else if (scanner.rest.starts_with("</")) {
      return close_event(scanner);
    } else if (scanner.rest.starts_with('<')) {
      return open_event(scanner);
    } else {
      const std::string_view raw = take(scanner, std::min(scanner.rest.find('<'), scanner.rest.size()));
      return text_event(line, resolved(line, raw));
    }
  }
  return started(XmlEvent::Kind::end, scanner.line);
}

const std::string* attribute_of(const XmlEvent& event, std::string_view name) {
  const auto found = std::find_if(event.attributes.begin(), event.attributes.end(),
                                  [&](const auto& attribute) { return attribute.first == name; });
  return found == event.attributes.end() ? nullptr : &found->second;
}

}  // namespace kindred::graph
