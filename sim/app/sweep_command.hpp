#pragma once

#include <CLI/CLI.hpp>
#include <optional>

#include "sim/app/sweep.hpp"

namespace kindred::app {

/// `kindred sweep ...` on the command line.
class SweepCommand {
 public:
  /// Declares the verbs and their flags. `common` and this object must outlive the parsing.
  void declare(CLI::App& app, CommonOptions& common);
  /// The exit code of what was asked for; nothing when it was another verb.
  std::optional<int> run(const CommonOptions& common, const std::atomic<bool>& stop) const;

 private:
  void declare_running(CLI::App& verb, CommonOptions& common);
  CLI::App *sweep_ = nullptr, *plan_ = nullptr, *run_ = nullptr, *retry_ = nullptr, *status_ = nullptr,
           *script_ = nullptr, *merge_ = nullptr;
  SweepPlanVerb plan_verb_;
  SweepRunVerb run_verb_;
  std::string status_folder_;
  SweepScriptVerb script_verb_;
  SweepMergeVerb merge_verb_;
};

/// Flags that every verb has.
void add_common(CLI::App& verb, CommonOptions& common);
/// FILE, overrides and --seed.
void add_scenario(CLI::App& verb, ScenarioOptions& scenario);

}  // namespace kindred::app
