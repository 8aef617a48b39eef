#pragma once

#include <string>

#include "sim/bench/bench.hpp"

namespace kindred::bench {

/// What a result has to say about the program itself.
struct Program {
  std::string version, commit, compiler;
};

/// For a terminal.
std::string text_of(const Result& result, const Program& program);
/// The same tables in Markdown.
std::string markdown_of(const Result& result, const Program& program);
/// Everything, with every round of every row.
std::string json_of(const Result& result, const Program& program);

}  // namespace kindred::bench
