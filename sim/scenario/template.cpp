#include "sim/scenario/template.hpp"

#include <algorithm>
#include <optional>

#include "sim/core/errors.hpp"
#include "sim/scenario/compose.hpp"
#include "sim/scenario/read_root.hpp"

namespace kindred::scenario {

Template::Template(const Sources& sources, std::span<const ModelDeclaration* const> models)
    : models_(models.begin(), models.end()), folders_(folders_of(sources)) {
  Problems problems;
  std::optional<Node> root = composed(problems, sources, folders_);
  throw_if_any(problems);
  if (!root) throw Bug("a scenario could not be read and nobody said why");
  std::erase_if(root->children, [](const Node& child) { return child.key == sweep_key; });
  root_ = std::move(*root);
  files_ = std::move(problems.files);
}

Plan Template::plan(std::span<const Override> overrides) const {
  Problems problems;
  problems.files = files_;
  Node root = root_;
  for (const auto& [path, value] : overrides) apply_override(problems, root, path, value);
  std::optional<Plan> plan = read_root(problems, folders_, models_, root);
  throw_if_any(problems);
  if (!plan) throw Bug("a scenario gave no plan and nobody said why");
  return std::move(*plan);
}

}  // namespace kindred::scenario
