#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/app/library.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"

namespace kindred::app {

int init(const std::string& name, const std::string& output, const CommonOptions& common) {
  std::string known, path;
  for (const auto& [stem, file] : templates()) {
    known += (known.empty() ? "" : ", ") + stem;
    if (stem == name) path = file;
  }
  if (path.empty())
    throw ConfigError(
        Problem{"command line", 0, 0, fmt::format("init: no template '{}'; there are: {}", name, known)});
  const std::string target = output.empty() ? name + ".yaml" : output;
  if (std::filesystem::exists(target))
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("init: '{}' exists and is left as it is; choose another name with -o", target)});
  std::ifstream from(path);
  std::ostringstream text;
  text << from.rdbuf();
  std::ofstream to(target);
  to << text.str();
  if (!to.flush()) throw IoError(target, "cannot be written");
  if (!common.quiet)
    fmt::print(stderr, "wrote {}; look at it with an editor, then: kindred check {}\n", target, target);
  return exit_done;
}

}  // namespace kindred::app
