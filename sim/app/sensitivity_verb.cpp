#include <fmt/format.h>

#include <algorithm>

#include "sim/app/output_file.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/sensitivity.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"

namespace kindred::app {

namespace {

using analysis::MergedSweep;

enum class Form { text, csv, json };

Form form_of(const SensitivityVerb& verb, bool json) {
  const auto ends = [&](const char* ending) { return verb.output.ends_with(ending); };
  if (verb.output.empty()) return json ? Form::json : verb.csv ? Form::csv : Form::text;
  if (ends(".csv")) return Form::csv;
  if (ends(".json")) return Form::json;
  if (ends(".txt")) return Form::text;
  throw ConfigError(
      Problem{"command line", 0, 0,
              fmt::format("-o {}: the ending says what is written: .txt, .csv or .json", verb.output)});
}

/// Indices need points that differ in one factor; other designs have none, or not enough of them.
void check_design(const record::FinishedFile& opened, const MergedSweep& sweep) {
  const std::string advice =
      "write `design: morris` (16 trajectories or more: which factors matter at all) or `design: saltelli` "
      "(64 "
      "base rows or more, a power of two: how much, alone and together) into the scenario's sweep, and plan, "
      "run and merge that";
  if (sweep.design != "morris" && sweep.design != "saltelli")
    throw ConfigError(Problem{opened.path, 0, 0,
                              fmt::format("its design is '{}', which has no sensitivity indices; {}. This "
                                          "file's numbers: xarray.open_dataset(\"{}\", group=\"sweep\")",
                                          sweep.design, advice, opened.path)});
  if (const std::string problem = analysis::layout_problem(sweep); !problem.empty())
    throw IoError(opened.path, "is damaged, or was changed after it was merged: " + problem);
  if (sweep.points() < 2 * analysis::block_width(sweep))
    throw ConfigError(Problem{opened.path, 0, 0,
                              fmt::format("it holds one {}, and from one nothing can be said; {}",
                                          sweep.design == "morris" ? "trajectory" : "base row", advice)});
}

std::string holes_text(const MergedSweep& sweep, const std::vector<std::size_t>& holes) {
  constexpr std::size_t most_named = 20, letters = 12;
  std::string out =
      fmt::format("{} of {} points are not complete, and without them no index can be computed; run them "
                  "again, then merge again:\n",
                  holes.size(), sweep.points());
  for (std::size_t h = 0; h < std::min(holes.size(), most_named); ++h)
    out += fmt::format("  point {}: kindred sweep run FOLDER --point {}\n", holes[h],
                       sweep.hashes[holes[h]].substr(0, letters));
  if (holes.size() > most_named) out += fmt::format("  and {} more\n", holes.size() - most_named);
  return out + "all of them: kindred sweep retry FOLDER\n";
}

}  // namespace

int sensitivity(const SensitivityVerb& verb, const CommonOptions& common) {
  const Form form = form_of(verb, common.json);
  if (!verb.output.empty()) check_output(verb.output, verb.force, verb.file);
  const record::FinishedFile opened = record::open_finished(verb.file);
  const MergedSweep sweep = analysis::read_merged_sweep(opened);
  check_design(opened, sweep);
  if (const auto holes = analysis::holes_of(sweep); !holes.empty()) {
    say(holes_text(sweep, holes));
    return exit_answer_is_no;
  }
  std::string text;
  parallel::ThreadLimit(common.threads).run([&] {
    const Sensitivity found = sensitivity_of(opened, sweep, verb);
    text = form == Form::json  ? sensitivity_json(found)
           : form == Form::csv ? sensitivity_csv(found)
                               : sensitivity_text(found);
  });
  if (verb.output.empty()) fmt::print("{}", text);
  else write_output(verb.output, text);
  return exit_done;
}

}  // namespace kindred::app
