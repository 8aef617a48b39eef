#include "sim/app/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "sim/app/sweep_command.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::app {

namespace {

constexpr const char* about =
    "Kindred simulates people with attachment anxiety and avoidance, their relationships and programmes of\n"
    "self-compassion, in exact counterfactual worlds: the same people, the same luck, with and without.";

constexpr const char* first_steps =
    "First steps:\n"
    "  kindred init                                   writes quickstart.yaml, a scenario with comments\n"
    "  kindred check quickstart.yaml                  what it means and what it will cost\n"
    "  kindred run quickstart.yaml -o quickstart.h5   simulates, prints a table, writes HDF5\n"
    "  kindred inspect quickstart.h5                  what is in the file\n"
    "Change one thing without editing: kindred run quickstart.yaml model.attachment.hypothesis=none -o "
    "none.h5\n"
    "Exit codes: 0 done, 1 the answer is no, 2 bad usage or input (nothing written), 70 our bug, 74 "
    "input/output\n"
    "failed, 75 stopped early: kindred resume goes on.";

std::string unknown_verb(const CLI::App& app, const std::string& word) {
  std::vector<std::string> verbs;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    verbs.push_back(verb->get_name());
  const std::string all = fmt::format("there are: {}; kindred --help explains them", scenario::listed(verbs));
  if (word.empty()) return "no verb; " + all;
  return fmt::format("no verb '{}'; {}", word, scenario::guess(word, verbs).value_or(all));
}

std::string unknown_flag(const CLI::App& verb, const std::string& word) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
    for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
  }
  const std::string flag = word.substr(0, word.find('='));
  return fmt::format("{}: no flag '{}'; {}", verb.get_name(), flag, scenario::suggestion(flag, flags));
}

void add_checkpoints(CLI::App& verb, std::string& every) {
  verb.add_option("--checkpoint-every", every,
                  "time between checkpoints: 90s, 10m, 1h, or never (then only when stopped by a signal)");
}

/// What the command line library found wrong, in the words of this program.
ConfigError usage_error(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  const auto named = app.get_subcommands([&](const CLI::App* a) { return a->get_name() == first; });
  const CLI::App* verb = named.empty() ? nullptr : named.front();
  if (verb != nullptr && argc > 2)  // sweep plan, sweep run ...
    for (const CLI::App* inner :
         verb->get_subcommands([&](const CLI::App* a) { return a->get_name() == argv[2]; }))
      verb = inner;
  std::vector<Problem> problems;
  const auto add = [&](const std::string& text) { problems.push_back({"command line", 0, 0, text}); };
  if (first.empty() || (verb == nullptr && first[0] != '-')) add(unknown_verb(app, first));
  else if (verb == nullptr && app.get_option_no_throw(first) == nullptr) add(unknown_flag(app, first));
  for (const std::string& word : verb != nullptr ? verb->remaining() : std::vector<std::string>{})
    add(word[0] == '-' ? unknown_flag(*verb, word)
                       : fmt::format("{}: '{}' is one word too many", verb->get_name(), word));
  const std::string what = error.what();
  const bool bare = error.get_name() == "ArgumentMismatch";  // "--output: 1 required TEXT missing"
  if (problems.empty())
    add(fmt::format("{}{}; see kindred {}--help", verb ? verb->get_name() + ": " : "",
                    bare ? what.substr(0, what.find(':')) + ": needs one value" : what,
                    verb ? verb->get_name() + " " : ""));
  return ConfigError(problems);
}

}  // namespace

void add_common(CLI::App& verb, CommonOptions& common) {
  verb.add_option("--threads", common.threads, "threads to use (default: all this process may use)")
      ->check(CLI::Range(1, 4096));
  verb.add_flag("-q,--quiet", common.quiet, "no progress and no notes");
  verb.add_flag("-v,--verbose", common.verbose, "more messages");
  verb.add_flag("--json", common.json, "machine-readable output");
}

void add_scenario(CLI::App& verb, ScenarioOptions& scenario) {
  verb.add_option("FILE", scenario.file, "scenario (YAML)")->required();
  verb.add_option("OVERRIDES", scenario.overrides, "path.to.key=value words that override the file");
  verb.add_option("--seed", scenario.seed, "instead of the file's seed");
}

int run_command_line(int argc, char** argv, const std::atomic<bool>& stop) {
  CLI::App app{about, "kindred"};
  app.footer(first_steps);
  app.require_subcommand(1);
  CommonOptions common;
  bool version_flag = false;
  app.add_flag("--version", version_flag, "version, commit and instruction set in use");

  RunVerb run_verb;
  auto* run_app = app.add_subcommand("run", "simulate every arm on every replicate and write an HDF5 file");
  add_scenario(*run_app, run_verb.scenario);
  run_app->add_option("-o,--output", run_verb.output, "HDF5 file to write");
  run_app->add_flag("-f,--force", run_verb.force, "replace an existing output file");
  run_app->add_flag(
      "--burn-in-only", run_verb.burn_in_only,
      "live through the burn-in and store its last week: other scenarios begin there with the key "
      "'branch'");
  run_app->add_option("--widest", run_verb.widest, "widest ensemble in lanes; results do not depend on it")
      ->check(CLI::IsMember({1, 2, 4, 8, 16}));
  add_checkpoints(*run_app, run_verb.checkpoint_every);
  add_common(*run_app, common);

  ResumeVerb resume_verb;
  auto* resume_app = app.add_subcommand("resume", "go on with a run that was stopped, to the same bytes");
  resume_app->add_option("FILE", resume_verb.output, "HDF5 file that the run was to write")->required();
  resume_app
      ->add_option("--widest", resume_verb.widest, "widest ensemble in lanes; results do not depend on it")
      ->check(CLI::IsMember({1, 2, 4, 8, 16}));
  add_checkpoints(*resume_app, resume_verb.checkpoint_every);
  add_common(*resume_app, common);

  ScenarioOptions check_scenario;
  auto* check_app = app.add_subcommand("check", "read and check a scenario; print it resolved, and its cost");
  add_scenario(*check_app, check_scenario);
  add_common(*check_app, common);

  std::string template_name = "quickstart", init_output;
  auto* init_app = app.add_subcommand("init", "write a commented scenario to start from");
  init_app->add_option("TEMPLATE", template_name, "which (default: quickstart)");
  init_app->add_option("-o,--output", init_output, "file to write (default: TEMPLATE.yaml)");
  add_common(*init_app, common);

  std::string topic = "model", model = "attachment";
  bool as_markdown = false;
  auto* describe_app =
      app.add_subcommand("describe", "the model: its states, schedule, parameters, programmes");
  describe_app->add_option("TOPIC", topic, "model, parameters, schedule, programmes or hypotheses");
  describe_app->add_option("--model", model, "attachment (default) or averaging");
  describe_app->add_flag("--markdown", as_markdown, "tables in Markdown");
  add_common(*describe_app, common);

  auto* schema_app = app.add_subcommand("schema", "JSON Schema of a scenario, for completion in editors");
  add_common(*schema_app, common);

  EffectsVerb effects_verb;
  auto* effects_app = app.add_subcommand(
      "effects",
      "what the programmes did: for the treated by style, bond and age, their partners, friends, everyone");
  effects_app->add_option("FILE", effects_verb.file, "HDF5 file of a finished run")->required();
  effects_app->add_flag("--csv", effects_verb.csv, "comma-separated values");
  effects_app->add_option("--section", effects_verb.section,
                          "only this part: cells, spread, reach, age, course, strata, saturation, direct, "
                          "mediated or challenges");
  effects_app->add_option("-o,--output", effects_verb.output,
                          "write to a file of its own; the ending says what: .txt, .csv, .json or .h5");
  effects_app->add_flag("--force", effects_verb.force, "replace an existing output file");
  add_common(*effects_app, common);

  TargetsVerb targets_verb;
  auto* targets_app = app.add_subcommand(
      "targets", "the baseline of every hypothesis against the published calibration targets");
  targets_app->add_option("FILE", targets_verb.file,
                          "targets (YAML; default: the library's evidence/targets.yaml)");
  targets_app->add_option("OVERRIDES", targets_verb.overrides, "words such as study.persons=2000");
  targets_app->add_option("--seed", targets_verb.seed, "instead of the file's seed");
  targets_app->add_option("--hypothesis", targets_verb.hypotheses, "only this one (repeatable)")
      ->allow_extra_args(false);
  targets_app->add_flag("--strict", targets_verb.strict,
                        "exit 1 when a row that a hypothesis claims is out of band");
  add_common(*targets_app, common);

  BenchVerb bench_verb;
  auto* bench_app = app.add_subcommand(
      "bench", "how fast: the engine, naive programs, NumPy and what this machine can do, in one run");
  bench_app->add_flag("--quick", bench_verb.quick, "small societies and few rounds: a quarter of a minute");
  bench_app->add_flag("--large", bench_verb.large,
                      "the attachment model among a million people too: minutes and 12 GB");
  bench_app->add_flag("--full", bench_verb.full, "all that, in longer samples");
  bench_app->add_flag("--markdown", bench_verb.markdown, "tables in Markdown");
  bench_app->add_option("--rounds", bench_verb.rounds, "interleaved rounds (default: 9, quick: 5)")
      ->check(CLI::Range(1, 1000));
  add_common(*bench_app, common);

  InspectVerb inspect_verb;
  auto* inspect_app =
      app.add_subcommand("inspect", "what an output file holds, whether it is whole, how two differ");
  inspect_app->add_option("FILE", inspect_verb.file, "HDF5 file")->required();
  inspect_app->add_flag("--check", inspect_verb.verify,
                        "verify every byte, the hash, and values against each other (exit 1 when damaged)");
  inspect_app->add_option("--diff", inspect_verb.other,
                          "second file: where the two part (exit 1 when they do)");
  inspect_app->add_flag("--config", inspect_verb.config, "the scenario stored in the file");
  inspect_app->add_option(
      "--salvage", inspect_verb.salvage,
      "lay out what an unfinished run has recorded so far as a file of its own; the run stays as "
      "it is");
  inspect_app->add_flag("-f,--force", inspect_verb.force, "replace an existing file when salvaging");
  add_common(*inspect_app, common);

  SweepCommand sweep;
  sweep.declare(app, common);

  SensitivityVerb sensitivity_verb;
  auto* sensitivity_app = app.add_subcommand(
      "sensitivity", "which parameters of a merged Morris or Saltelli sweep matter, and how much");
  sensitivity_app->add_option("FILE", sensitivity_verb.file, "HDF5 file of kindred sweep merge")->required();
  sensitivity_app->add_option(
      "--variable", sensitivity_verb.variable,
      "mean, sd, effect_treated ... (default: effect_treated; mean without programmes)");
  sensitivity_app
      ->add_option("--arm", sensitivity_verb.arms, "only this one (repeatable; default: all that have it)")
      ->allow_extra_args(false);
  sensitivity_app
      ->add_option("--outcome", sensitivity_verb.outcomes, "only this one (repeatable; default: all)")
      ->allow_extra_args(false);
  sensitivity_app
      ->add_option("--week", sensitivity_verb.weeks,
                   "after the programmes' start (repeatable; default: the first that was kept)")
      ->allow_extra_args(false);
  sensitivity_app->add_option("-o,--output", sensitivity_verb.output,
                              "write to NAME.txt, NAME.csv or NAME.json instead of the terminal");
  sensitivity_app->add_flag("--csv", sensitivity_verb.csv, "print CSV");
  sensitivity_app->add_flag("-f,--force", sensitivity_verb.force, "replace an existing output file");
  add_common(*sensitivity_app, common);

  auto* version_app = app.add_subcommand("version", "version, commit, libraries, instruction set in use");
  add_common(*version_app, common);

  try {
    if (argc == 2 && std::string(argv[1]) == "--version") return version(common);
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) throw usage_error(app, error, argc, argv);
    app.exit(error);  // prints the help that was asked for
    return exit_done;
  }
  const auto format = common.json   ? DescribeFormat::json
                      : as_markdown ? DescribeFormat::markdown
                                    : DescribeFormat::text;
  if (*run_app) return run(run_verb, common, stop);
  if (*resume_app) return resume(resume_verb, common, stop);
  if (*check_app) return check(check_scenario, common);
  if (*init_app) return init(template_name, init_output, common);
  if (*describe_app) return describe(topic, model, format);
  if (*schema_app) return schema();
  if (*effects_app) return effects(effects_verb, common);
  if (*targets_app) return targets(targets_verb, common);
  if (*bench_app) return bench(bench_verb, common);
  if (*inspect_app) return inspect(inspect_verb, common);
  if (*sensitivity_app) return sensitivity(sensitivity_verb, common);
  if (const auto code = sweep.run(common, stop)) return *code;
  return version(common);
}

}  // namespace kindred::app
