#include "sim/graph/raw_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "sim/graph/acquaintance_graph.hpp"
#include "sim/graph/xml_scanner.hpp"

namespace kindred::graph {
namespace {

/// A <key> that declares node data.
struct NodeKey {
  std::string name;
  bool numeric = false;
  std::optional<float> default_value;
};

/// A tie whose ends may be declared later in the file.
struct NamedTie {
  std::string source;
  std::string target;
  int line;
};

struct GraphmlReader {
  RawGraph& raw;
  std::map<std::string, NodeKey> keys;               ///< node keys by id
  std::vector<std::string> path;                     ///< open elements, outermost first
  std::vector<int> node_line;                        ///< by person
  std::vector<std::map<std::string, float>> values;  ///< by person: attribute name to value
  std::vector<NamedTie> ties;
  std::string key_id;      ///< of the open <key> or <data>
  std::string characters;  ///< text of the open <data> or <default>
  int node = -1;           ///< person of the open <node>; -1 = none
  int graphs = 0;
};

void report(GraphmlReader& reader, int line, std::string message) {
  add_problem(reader.raw, reader.raw.path, line, std::move(message));
}

const std::string* required(GraphmlReader& reader, const XmlEvent& event, std::string_view name) {
  const std::string* const value = attribute_of(event, name);
  if (value == nullptr) report(reader, event.line, fmt::format("<{}> has no '{}'", event.name, name));
  return value;
}

std::optional<float> value_in(std::string_view text) {
  if (text == "true") return 1.0F;
  if (text == "false") return 0.0F;
  return number_in(text);
}

void open_key(GraphmlReader& reader, const XmlEvent& event) {
  const std::string* const id = required(reader, event, "id");
  reader.key_id = id != nullptr ? *id : "";
  const std::string* const target = attribute_of(event, "for");
  const std::string* const name = attribute_of(event, "attr.name");
  if (id == nullptr) return;
  if (target != nullptr && *target != "node" && *target != "all") {
    reader.raw.notes.push_back(fmt::format("{}: {} data '{}' are not used", reader.raw.path, *target,
                                           name != nullptr ? *name : *id));
    return;
  }
  const std::string* const type = attribute_of(event, "attr.type");
  constexpr std::array<std::string_view, 5> numeric = {"int", "long", "float", "double", "boolean"};
  if (reader.keys.size() >= most_columns) {
    throw XmlFault{event.line, fmt::format("more than {} keys are declared for nodes", most_columns)};
  }
  NodeKey key{.name = name != nullptr ? *name : *id, .numeric = false, .default_value = {}};
  key.numeric = type != nullptr && std::find(numeric.begin(), numeric.end(), *type) != numeric.end();
  if (!key.numeric) {
    reader.raw.notes.push_back(
        fmt::format("{}: node data '{}' are not numeric and are not used", reader.raw.path, key.name));
  }
  for (const auto& [other, known] : reader.keys) {
    if (known.name != key.name) continue;
    report(reader, event.line, fmt::format("key '{}' is declared twice", key.name));
  }
  reader.keys.insert_or_assign(*id, std::move(key));
}

void open_graph(GraphmlReader& reader, const XmlEvent& event) {
  if (++reader.graphs > 1) report(reader, event.line, "a second or nested graph is not read");
  const std::string* const direction = attribute_of(event, "edgedefault");
  if (direction != nullptr && *direction == "directed") {
    report(reader, event.line, "edgedefault is 'directed', but acquaintance is mutual: 'undirected' is read");
  }
}

void open_node(GraphmlReader& reader, const XmlEvent& event) {
  const std::string* const id = required(reader, event, "id");
  if (id == nullptr) return;
  if (id->empty() || reader.raw.person.contains(*id)) {
    report(reader, event.line,
           id->empty() ? "a node's id is empty" : fmt::format("node '{}' was already given", *id));
    return;
  }
  reader.node = person_called(reader.raw, *id);
  reader.node_line.push_back(event.line);
  reader.values.emplace_back();
}

void open_edge(GraphmlReader& reader, const XmlEvent& event) {
  const std::string* const directed = attribute_of(event, "directed");
  if (directed != nullptr && *directed == "true") report(reader, event.line, "the edge is directed");
  const std::string* const source = required(reader, event, "source");
  const std::string* const target = required(reader, event, "target");
  if (source != nullptr && target != nullptr) reader.ties.push_back({*source, *target, event.line});
}

void open_element(GraphmlReader& reader, const XmlEvent& event) {
  if (reader.path.empty() && event.name != "graphml") {
    report(reader, event.line, fmt::format("the file starts with <{}>, not with <graphml>", event.name));
  }
  reader.path.push_back(event.name);
  reader.characters.clear();
  if (event.name == "key") open_key(reader, event);
  if (event.name == "graph") open_graph(reader, event);
  if (event.name == "node") open_node(reader, event);
  if (event.name == "edge") open_edge(reader, event);
  if (event.name == "hyperedge") report(reader, event.line, "a hyperedge is not a tie between two persons");
  if (event.name == "data") {
    const std::string* const key = required(reader, event, "key");
    reader.key_id = key != nullptr ? *key : "";
  }
}

/// The text of a <data> inside a <node>, or of the <default> of a node key.
void close_value(GraphmlReader& reader, const XmlEvent& event) {
  const auto key = reader.keys.find(reader.key_id);
  const bool of_node = event.name == "default" || reader.node >= 0;
  if (!of_node) return;
  if (key == reader.keys.end()) {
    if (event.name == "default") return;
    report(reader, event.line, fmt::format("key '{}' is not declared for nodes", reader.key_id));
    return;
  }
  if (!key->second.numeric) return;
  const std::string_view text = trimmed(reader.characters);
  const std::optional<float> value = value_in(text);
  if (!value) {
    report(reader, event.line, fmt::format("{}: '{}' is not a number", key->second.name, text));
  }
  if (event.name == "default") {
    key->second.default_value = value.value_or(0);
  } else if (!reader.values[slot(reader.node)].try_emplace(key->second.name, value.value_or(0)).second) {
    report(reader, event.line, fmt::format("{}: given twice for one node", key->second.name));
  }
}

void close_element(GraphmlReader& reader, const XmlEvent& event) {
  if (reader.path.empty() || reader.path.back() != event.name) {
    throw XmlFault{event.line, fmt::format("</{}> closes {}", event.name,
                                           reader.path.empty() ? "nothing" : "<" + reader.path.back() + ">")};
  }
  reader.path.pop_back();
  const std::string_view parent = reader.path.empty() ? std::string_view{} : reader.path.back();
  if (event.name == "data" && parent == "node") close_value(reader, event);
  if (event.name == "default" && parent == "key") close_value(reader, event);
  if (event.name == "node") reader.node = -1;
}

void read_events(GraphmlReader& reader, std::string_view text) {
  XmlScanner scanner{.rest = text, .line = 1, .pending_close = {}};
  for (XmlEvent event = next_event(scanner); event.kind != XmlEvent::Kind::end; event = next_event(scanner)) {
    if (event.kind == XmlEvent::Kind::open) open_element(reader, event);
    if (event.kind == XmlEvent::Kind::close) close_element(reader, event);
    if (event.kind == XmlEvent::Kind::text) reader.characters += event.text;
  }
  if (!reader.path.empty()) {
    throw XmlFault{scanner.line, fmt::format("the file ends inside <{}>", reader.path.back())};
  }
}

void collect_attributes(GraphmlReader& reader) {
  // A default stands for a value at every node, so a small file can ask for many.
  if (reader.values.size() * reader.keys.size() > most_node_values) {
    report(reader, 0,
           fmt::format("{} nodes with {} keys are above the limit of {} values", reader.values.size(),
                       reader.keys.size(), most_node_values));
    return;
  }
  for (const auto& [id, key] : reader.keys) {
    if (!key.numeric) continue;
    std::vector<float> column;
    for (std::size_t person = 0; person < reader.values.size(); ++person) {
      const auto value = reader.values[person].find(key.name);
      const bool given = value != reader.values[person].end();
      if (!given && !key.default_value) {
        report(
            reader, reader.node_line[person],
            fmt::format("node '{}' has no {}, and its key no default", reader.raw.labels[person], key.name));
      }
      column.push_back(given ? value->second : key.default_value.value_or(0));
    }
    reader.raw.attributes.insert_or_assign(key.name, std::move(column));
  }
}

void collect_ties(GraphmlReader& reader) {
  for (const NamedTie& tie : reader.ties) {
    const auto tail = reader.raw.person.find(tie.source);
    const auto head = reader.raw.person.find(tie.target);
    for (const auto& [end, label] : {std::pair{tail, tie.source}, std::pair{head, tie.target}}) {
      if (end != reader.raw.person.end()) continue;
      report(reader, tie.line, fmt::format("there is no node '{}'", label));
    }
    if (tail == reader.raw.person.end() || head == reader.raw.person.end()) continue;
    reader.raw.ties.push_back({tail->second, head->second, tie.line});
  }
}

}  // namespace

void read_graphml(RawGraph& raw, std::string_view text) {
  if (trimmed(text).empty()) {
    add_problem(raw, raw.path, 0, "is empty; a <graphml> document is expected");
    return;
  }
  GraphmlReader reader{.raw = raw,
                       .keys = {},
                       .path = {},
                       .node_line = {},
                       .values = {},
                       .ties = {},
                       .key_id = {},
                       .characters = {}};
  try {
    read_events(reader, text);
  } catch (const XmlFault& fault) {
    report(reader, fault.line, fault.message);
    return;  // what follows a syntax error is noise
  }
  collect_attributes(reader);
  collect_ties(reader);
}

}  // namespace kindred::graph
