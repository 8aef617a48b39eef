#include "sim/scenario/compose.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>

#include "sim/scenario/destination.hpp"

namespace kindred::scenario {
namespace {

/// Lays `over` on `under`.
void merge(Node& under, const Node& over) {
  if (under.kind != Node::Kind::map || over.kind != Node::Kind::map) {
    under = over;
    return;
  }
  under.place = over.place;  // missing keys are reported where the including file has the map
  std::map<std::string, std::size_t> own;
  for (const Node& child : under.children) own.emplace(child.key, own.size());
  for (const Node& child : over.children) {
    const auto same = own.find(child.key);
    if (same == own.end()) {
      under.children.push_back(child);
    } else {
      merge(under.children[same->second], child);
      under.children[same->second].key_place = child.key_place;
    }
  }
}

std::string canonical(const std::string& file) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::weakly_canonical(file, error);
  return error ? file : path.string();
}

/// What a chain of includes carries along.
struct Chain {
  Problems& problems;
  const Folders& folders;
  std::vector<std::string> open;  ///< files being read, the scenario first
  int files = 0;
  std::size_t values = 0;  ///< of all files
};

constexpr int most_files = 100;  // a scenario that includes more has included something by mistake

std::optional<Node> load_with_includes(Chain& chain, const std::string& file);

/// True, with a complaint, when `file` is already being read.
bool closes_a_circle(Chain& chain, const std::string& file, const Place& at, const std::string& path) {
  const auto first = std::find_if(chain.open.begin(), chain.open.end(), [&](const std::string& other) {
    return canonical(other) == canonical(file);
  });
  if (first == chain.open.end()) return false;
  std::string circle;
  for (auto link = first; link != chain.open.end(); ++link) circle += *link + " -> ";
  complain(chain.problems, at, path,
           fmt::format("the files include each other in a circle: {}{}", circle, *first));
  chain.problems.incomplete = true;
  return true;
}

void add_include(Chain& chain, Node& base, const Node& item, const std::string& path) {
  if (item.kind != Node::Kind::scalar || item.text.empty()) {
    complain(chain.problems, item.place, path,
             fmt::format("expected the path of a file, found {}", described(item)));
    return;
  }
  const auto file = find_path(chain.problems, chain.folders, item.place, path, item.text, "populations");
  if (!file) chain.problems.incomplete = true;
  if (!file || closes_a_circle(chain, *file, item.place, path)) return;
  if (++chain.files > most_files) {
    if (chain.files == most_files + 1)
      complain(chain.problems, item.place, path, fmt::format("more than {} files are included", most_files));
    return;
  }
  if (const std::optional<Node> included = load_with_includes(chain, *file)) {
    merge(base, *included);
  } else {
    chain.problems.incomplete = true;
  }
}

std::optional<Node> load_with_includes(Chain& chain, const std::string& file) {
  const Node* found = load_file(chain.problems, chain.folders, file);
  if (!found) return std::nullopt;
  std::optional<Node> root = *found;
  chain.values += values_in(*root);
  if (chain.values > most_values) {
    complain(chain.problems, {file, 1, 1}, "",
             fmt::format("the files included hold more than {} values together", most_values));
    throw_if_any(chain.problems);
  }
  const auto include = std::find_if(root->children.begin(), root->children.end(),
                                    [](const Node& child) { return child.key == "include"; });
  if (include == root->children.end()) return root;
  const Node list = *include;
  root->children.erase(include);
  chain.open.push_back(file);
  Node base;
  base.kind = Node::Kind::map;
  if (list.kind == Node::Kind::list) {
    for (std::size_t i = 0; i < list.children.size(); ++i)
      add_include(chain, base, list.children[i], fmt::format("include.{}", i));
  } else {
    add_include(chain, base, list, "include");
  }
  chain.open.pop_back();
  merge(base, *root);
  return base;
}

const Place on_command_line() { return {std::string(command_line), 0, 0}; }

Node* item_of(Problems& problems, Node& list, const std::string& step, const std::string& path) {
  const bool digits =
      step.size() <= 6 && std::all_of(step.begin(), step.end(), [](char c) { return c >= '0' && c <= '9'; });
  const std::size_t index = digits ? std::stoul(step) : list.children.size();
  if (index < list.children.size()) return &list.children[index];
  const std::string wanted = list.children.empty()
                                 ? "the list is empty"
                                 : fmt::format("write a number from 0 to {}", list.children.size() - 1);
  complain(problems, on_command_line(), path, fmt::format("a list has no item '{}'; {}", step, wanted));
  return nullptr;
}

Node* child_of(Node& map, const std::string& key) {
  for (Node& child : map.children)
    if (child.key == key) return &child;
  Node& child = map.children.emplace_back();
  child.key = key;
  child.key_place = child.place = on_command_line();
  return &child;
}

/// The node that a path of keys leads to; maps are made on the way where nothing was written.
Node* target_of(Problems& problems, Node& root, const std::vector<std::string>& steps,
                const std::string& path) {
  Node* at = &root;
  std::string walked;
  for (const std::string& step : steps) {
    if (at->kind == Node::Kind::null) at->kind = Node::Kind::map;
    if (at->kind == Node::Kind::scalar) {
      complain(
          problems, on_command_line(), path,
          fmt::format("'{}' is the single value '{}', so nothing can be set inside it", walked, at->text));
      return nullptr;
    }
    at = at->kind == Node::Kind::list ? item_of(problems, *at, step, path) : child_of(*at, step);
    if (!at) return nullptr;
    walked = joined(walked, step);
  }
  return at;
}

void report_form(Problems& problems, const std::string& word) {
  complain(problems, on_command_line(), "",
           fmt::format("'{}' is not of the form path.to.key=value, such as replicates.societies=2", word));
}

void apply_word(Problems& problems, Node& root, const std::string& word) {
  const std::size_t equals = word.find('=');
  if (equals != std::string::npos)
    return apply_override(problems, root, word.substr(0, equals), word.substr(equals + 1));
  report_form(problems, word);
}

}  // namespace

void apply_override(Problems& problems, Node& root, const std::string& path, const std::string& value) {
  const auto steps = steps_of(path);
  if (!steps) return report_form(problems, path + "=" + value);
  if (steps->front() == "include") {
    complain(problems, on_command_line(), path, "files can be included only in a file");
    return;
  }
  std::optional<Node> found = parse(problems, value, on_command_line(), path);
  Node* target = found ? target_of(problems, root, *steps, path) : nullptr;
  if (!target) return;
  found->key = std::move(target->key);
  found->key_place = std::move(target->key_place);
  *target = std::move(*found);
}

std::optional<Node> composed(Problems& problems, const Sources& sources, const Folders& folders) {
  Chain chain{problems, folders, {}, 0};
  std::optional<Node> root = load_with_includes(chain, sources.file);
  if (!root) return std::nullopt;
  for (const std::string& word : sources.overrides) apply_word(problems, *root, word);
  return root;
}

}  // namespace kindred::scenario
