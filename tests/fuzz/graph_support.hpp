#pragma once

#include "sim/graph/graph_file.hpp"
#include "tests/fuzz/support.hpp"

namespace kindred::fuzz {

/// What every accepted network is.
inline void require_whole(const graph::GraphFile& file) {
  const auto persons = static_cast<std::size_t>(graph::persons_of(file.graph));
  require(file.labels.size() == persons && file.graph.position.size() == persons);
  for (const auto& [name, values] : file.attributes) require(values.size() == persons);
  require(graph::integrity_problems(file.graph).empty());
}

}  // namespace kindred::fuzz
