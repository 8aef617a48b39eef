#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/app/build_info.hpp"
#include "sim/app/verbs.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/record/library_versions.hpp"

namespace kindred::app {

int version(const CommonOptions& common) {
  const record::Build build = build_info();
  const std::string isa(name_of(instruction_set_in_use()));
  if (!common.json) {
    fmt::print("kindred {} ({}), {} kernels, {}\n", build.version, build.commit, isa, KINDRED_COMPILER);
    return exit_done;
  }
  nlohmann::ordered_json out{{"version", build.version},
                             {"commit", build.commit},
                             {"instruction_set", isa},
                             {"compiler", KINDRED_COMPILER},
                             {"parallel", KINDRED_PARALLEL_NAME}};
  for (const auto& [library, number] : record::library_versions()) out["libraries"][library] = number;
  fmt::print("{}\n", out.dump(2));
  return exit_done;
}

}  // namespace kindred::app
