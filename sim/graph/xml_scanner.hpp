#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// A strict scanner for the part of XML 1.0 that network files use: elements, attributes, text, CDATA,
/// comments, processing instructions, and the predefined and numeric entities. No DTD, hence no expansion.
namespace kindred::graph {

struct XmlEvent {
  enum class Kind { open, close, text, end };
  Kind kind = Kind::end;
  std::string name;  ///< of an element, without its namespace prefix
  std::string text;  ///< of a text event, entities resolved
  std::vector<std::pair<std::string, std::string>> attributes;
  int line = 0;  ///< where the event starts, counted from 1
};

struct XmlScanner {
  std::string_view rest;
  int line = 1;
  std::string pending_close;  ///< of an element written <name/>: its close event is still due
};

/// Thrown for text that is not XML as above.
struct XmlFault {
  int line;
  std::string message;
};

/// The next event; Kind::end at the end of the text.
/// @throws XmlFault
XmlEvent next_event(XmlScanner& scanner);

/// The value of an attribute, or nullptr.
const std::string* attribute_of(const XmlEvent& event, std::string_view name);

}  // namespace kindred::graph
