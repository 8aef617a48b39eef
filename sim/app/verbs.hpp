#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

/// What each verb of the command line does. Results go to stdout, messages to stderr; the return value is
/// the exit code. Errors are thrown (sim/core/errors.hpp) and turned into exit codes in main.
namespace kindred::app {

inline constexpr int exit_done = 0;
inline constexpr int exit_answer_is_no = 1;
inline constexpr int exit_bad_input = 2;
inline constexpr int exit_our_bug = 70;
inline constexpr int exit_io_failed = 74;
inline constexpr int exit_stopped = 75;  ///< early; it can be gone on with

struct CommonOptions {
  int threads = 0;  ///< 0 = every core this process may use
  bool quiet = false;
  bool verbose = false;
  bool json = false;
};

struct ScenarioOptions {
  std::string file;
  std::vector<std::string> overrides;  ///< key=value; target=PATH names the output
  std::string seed;                    ///< text of --seed; empty = the file's
};

struct RunVerb {
  ScenarioOptions scenario;
  std::string output;
  bool force = false;
  bool burn_in_only = false;
  int widest = 16;
  std::string checkpoint_every = "10m";  ///< "90s", "10m", "1h", "never"
};

struct ResumeVerb {
  std::string output;
  int widest = 16;
  std::string checkpoint_every = "10m";
};

int resume(const ResumeVerb& verb, const CommonOptions& common, const std::atomic<bool>& stop);
int run(RunVerb verb, const CommonOptions& common, const std::atomic<bool>& stop);
int check(ScenarioOptions scenario, const CommonOptions& common);
int init(const std::string& name, const std::string& output, const CommonOptions& common);

enum class DescribeFormat { text, markdown, json };
int describe(const std::string& topic, const std::string& model, DescribeFormat format);
int schema();

struct EffectsVerb {
  std::string file;
  std::string output;   ///< empty = the terminal; else the ending says what is written
  std::string section;  ///< of the text; empty = all
  bool csv = false;
  bool force = false;
};
int effects(const EffectsVerb& verb, const CommonOptions& common);

struct SensitivityVerb {
  std::string file;
  std::string variable;                     ///< empty = effect_treated, or mean where nobody is treated
  std::vector<std::string> arms, outcomes;  ///< empty = all
  std::vector<int> weeks;                   ///< empty = the first one after the start
  std::string output;                       ///< empty = the terminal; else the ending says what is written
  bool csv = false;
  bool force = false;
};
int sensitivity(const SensitivityVerb& verb, const CommonOptions& common);

struct TargetsVerb {
  std::string file;                    ///< empty = the library's
  std::vector<std::string> overrides;  ///< key=value, such as study.persons=2000
  std::string seed;
  std::vector<std::string> hypotheses;  ///< instead of the file's
  bool strict = false;
};
int targets(const TargetsVerb& verb, const CommonOptions& common);

struct BenchVerb {
  bool quick = false, large = false, full = false;  ///< how much; the later of them wins
  bool markdown = false;
  int rounds = 0;  ///< 0 = as many as go with it
};
/// Result tables say what they were measured on; nothing is asserted.
int bench(const BenchVerb& verb, const CommonOptions& common);

struct InspectVerb {
  std::string file;
  std::string other;  ///< --diff
  bool verify = false;
  bool config = false;
  std::string salvage;  ///< file to lay out from an unfinished run
  bool force = false;
};
int inspect(const InspectVerb& verb, const CommonOptions& common);
int salvage(const InspectVerb& verb, const CommonOptions& common);
int version(const CommonOptions& common);

}  // namespace kindred::app
