#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/document.hpp"

namespace kindred::scenario {
namespace {

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

/// The document of a file; complains when there is none to go on with.
std::optional<Node> document_of(Problems& problems, const std::string& path) {
  const Place whole{path, 0, 0};
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
    complain(problems, Place{path, 1, 1}, "", "is empty; it must begin with 'schema: 1'");
    return std::nullopt;
  }
  if (root && root->kind != Node::Kind::map) {
    complain(problems, root->place, "",
             fmt::format("expected 'key: value' lines, found {}", described(*root)));
    return std::nullopt;
  }
  return root;
}

}  // namespace

LoadedFile loaded(const std::string& path) {
  Problems problems;
  try {
    std::optional<Node> root = document_of(problems, path);
    return {std::move(root), std::move(problems.found)};
  } catch (const ConfigError& error) {  // more than a user can want to read
    return {std::nullopt, error.problems()};
  }
}

}  // namespace kindred::scenario
