#include "sim/scenario/composed_text.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "sim/core/errors.hpp"
#include "sim/scenario/destination.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/sweep_draft.hpp"

namespace kindred::scenario {
namespace {

namespace fs = std::filesystem;

/// A scenario whose problems are all said already.
struct Whole {
  Problems& problems;
  const Folders& folders;
  Node& root;
};

Node* child_of(Node& map, std::string_view key) {
  for (Node& child : map.children)
    if (child.key == key) return &child;
  return nullptr;
}

/// The file of a programme or hypothesis, or nothing when it is found in the library from anywhere.
std::optional<std::string> own_file(const Whole& whole, const Node& name, std::string_view kind) {
  const auto file = is_path(name.text)
                        ? find_path(whole.problems, whole.folders, name.place, "", name.text, kind)
                        : find_named(whole.folders, kind, name.text, kind == "hypotheses");
  return file && !lies_in_library(whole.folders, *file) ? file : std::nullopt;
}

/// Puts the map of a file in the place of its name.
void write_in_place(const Whole& whole, Node* name, std::string_view kind) {
  if (!name || name->kind != Node::Kind::scalar) return;
  const auto file = own_file(whole, *name, kind);
  const Node* found = file ? load_file(whole.problems, whole.folders, *file) : nullptr;
  if (!found) return;
  name->kind = Node::Kind::map;
  name->children = found->children;
  std::erase_if(name->children, [](const Node& child) { return child.key == "schema"; });
}

void write_uses_in_place(const Whole& whole, Node* uses) {
  if (!uses || uses->kind != Node::Kind::list) return;
  for (Node& use : uses->children) write_in_place(whole, child_of(use, "programme"), "programmes");
}

void write_files_in_place(const Whole& whole) {
  if (Node* models = child_of(whole.root, "model"))
    for (Node& model : models->children) write_in_place(whole, child_of(model, "hypothesis"), "hypotheses");
  Node* arms = child_of(whole.root, "arms");
  if (!arms) return;
  for (Node& arm : arms->children) {
    write_in_place(whole, child_of(arm, "hypothesis"), "hypotheses");
    write_uses_in_place(whole, arm.kind == Node::Kind::list ? &arm : child_of(arm, "programmes"));
  }
}

/// @param found  the network's file
void write_network(const Whole& whole, const std::string& found) {
  Node* society = child_of(whole.root, "society");
  Node* network = society ? child_of(*society, "network") : nullptr;
  Node* path = network ? child_of(*network, "path") : nullptr;
  if (!path || found.empty()) return;
  for (const std::string& folder : whole.folders.library) {
    std::error_code error;
    if (fs::equivalent(fs::path(folder) / path->text, found, error)) return;  // found from anywhere
    if (fs::equivalent(fs::path(folder) / "networks" / path->text, found, error)) return;
  }
  path->text = fs::weakly_canonical(found).string();
  path->quoted = true;
}

std::string text_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in.is_open() || in.bad()) throw IoError(path, "cannot be read");
  std::erase(text, '\r');
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.compare(0, byte_order_mark.size(), byte_order_mark) == 0) text.erase(0, byte_order_mark.size());
  return text;
}

/// The points of a list in the section itself.
void write_rows(const Whole& whole, const SweepDraft& sweep) {
  Node& section = *child_of(whole.root, "sweep");
  Node* from = child_of(section, "from");
  if (from && !sweep.from.empty()) {
    from->key = "rows";
    from->text = text_of_file(sweep.from);
    from->quoted = true;
  }
  if (Node* rows = child_of(section, "rows")) rows->text.erase(rows->text.find_last_not_of(" \t\n") + 1);
}

/// Names that vary are looked up when a point is made, in the library only.
void check_varying_names(const Whole& whole, const SweepDraft& sweep, const Territory& land) {
  for (const FactorDraft& factor : sweep.factors) {
    std::string ignored;
    const auto key = destination_of(land, factor.path, ignored);
    const bool programme = key && key->key.type == Type::programme;
    if (!programme && !(key && key->key.type == Type::hypothesis)) continue;
    for (const std::string& value : factor.values) {
      Node name;
      name.text = value;
      name.place = factor.place;
      if (own_file(whole, name, programme ? "programmes" : "hypotheses"))
        complain(
            whole.problems, factor.place, joined("sweep.parameters", factor.path),
            fmt::format("'{}' lies beside the scenario, and a sweep must stand alone; move its file into "
                        "the library ({})",
                        value, listed(whole.folders.library)));
    }
  }
}

}  // namespace

std::string composed_text(const Sources& sources, std::span<const ModelDeclaration* const> models) {
  Problems problems;
  const Folders folders = folders_of(sources);
  Swept swept = read_swept(problems, folders, sources, models);
  throw_if_any(problems);
  if (!swept.root || !swept.plan) throw Bug("a scenario could not be read and nobody said why");
  const Whole whole{problems, folders, *swept.root};
  if (swept.sweep) check_varying_names(whole, *swept.sweep, territory_of(*swept.root, models));
  if (swept.sweep) write_rows(whole, *swept.sweep);
  write_files_in_place(whole);
  write_network(whole, swept.plan->society.network.path);
  throw_if_any(problems);
  std::string text = yaml_of(*swept.root);
  if (text.size() > largest_file)
    throw ConfigError(
        Problem{sources.file, 0, 0,
                fmt::format("the sweep: with its list of points the scenario is larger than {} MB; "
                            "make several sweeps of it",
                            largest_file >> 20)});
  return text;
}

}  // namespace kindred::scenario
