#include "sim/bench/bench.hpp"

#include <fmt/format.h>

#include "sim/app/build_info.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/verbs.hpp"
#include "sim/bench/report.hpp"
#include "sim/core/errors.hpp"

namespace kindred::app {

int bench(const BenchVerb& verb, const CommonOptions& common) {
  if (verb.markdown && common.json)
    throw ConfigError(
        Problem{"command line", 0, 0, "bench: --markdown and --json are two forms; choose one"});
  using kindred::bench::Extent;
  const Extent extent = verb.full    ? Extent::full
                        : verb.large ? Extent::large
                        : verb.quick ? Extent::quick
                                     : Extent::usual;
  kindred::bench::Options options = kindred::bench::options_of(extent, common.threads);
  if (verb.rounds > 0) options.rounds = verb.rounds;
  const auto progress = [&](const std::string& what) {
    if (!common.quiet) say(what + "\n");
  };
  const kindred::bench::Result result = kindred::bench::measure(options, progress);
  const record::Build build = build_info();
  const kindred::bench::Program program{build.version, build.commit, KINDRED_COMPILER};
  if (common.json) fmt::print("{}\n", json_of(result, program));
  else fmt::print("{}", verb.markdown ? markdown_of(result, program) : text_of(result, program));
  return exit_done;
}

}  // namespace kindred::app
