#include "sim/record/inspect.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <variant>

#include "sim/app/library.hpp"
#include "sim/app/models.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/promise.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/checkpoint_folder.hpp"
#include "sim/record/salvage.hpp"
#include "sim/record/seal.hpp"
#include "sim/record/spool_format.hpp"
#include "sim/scenario/scenario.hpp"

namespace kindred::app {

namespace {

std::string value_text(const record::AttributeValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using V = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<V, std::string>) return v;
        else if constexpr (std::is_same_v<V, std::int8_t>) return fmt::format("{}", static_cast<int>(v));
        else if constexpr (std::is_arithmetic_v<V>) return fmt::format("{}", v);
        else {
          std::string text;
          for (const auto x : v) text += fmt::format("{}{}", text.empty() ? "" : ", ", x);
          return text;
        }
      },
      value);
}

/// An unfinished run: how far its tasks have come, and how to go on. @returns the exit code
int print_unfinished(const InspectVerb& verb, const CommonOptions& common) {
  const record::RunIdentity identity = record::read_identity(verb.file);
  const record::StoredTasks tasks = record::CheckpointFolder(verb.file, identity).read();
  std::int64_t done = 0;
  for (const record::StoredTask& t : tasks.whole)
    done += std::int64_t{t.progress.task.worlds} * t.progress.weeks_done;
  const double share = static_cast<double>(done) / static_cast<double>(identity.world_weeks);
  const std::string how = fmt::format("kindred resume {}", verb.file);
  if (verb.config) {
    fmt::print("{}", identity.plan);
  } else if (common.json) {
    nlohmann::ordered_json out{{"unfinished", true}, {"share_done", share}, {"resume", how}};
    out["tasks"] = nlohmann::ordered_json::array();
    for (const record::StoredTask& t : tasks.whole)
      out["tasks"].push_back({{"society", t.progress.task.society},
                              {"noise", t.progress.task.noise},
                              {"worlds", t.progress.task.probes ? "probes" : "arms"},
                              {"first", t.progress.task.first_arm},
                              {"count", t.progress.task.worlds},
                              {"weeks_done", t.progress.weeks_done},
                              {"weeks", identity.weeks}});
    fmt::print("{}\n", out.dump(2));
  } else {
    fmt::print("{} is not finished; {:.1f} % is done and kept\n", verb.file, 100 * share);
    fmt::print("{:>7} {:>5} {:>14}  {}\n", "society", "noise", "worlds", "weeks done");
    for (const record::StoredTask& t : tasks.whole)
      fmt::print("{:7} {:5} {:>14}  {} of {}\n", t.progress.task.society, t.progress.task.noise,
                 fmt::format("{} {}-{}", t.progress.task.probes ? "probes" : "arms",
                             t.progress.task.first_arm,
                             t.progress.task.first_arm + t.progress.task.worlds - 1),
                 t.progress.weeks_done, identity.weeks);
    for (const std::string& path : tasks.damaged)
      fmt::print("damaged: {} (its task will begin again)\n", path);
    fmt::print("Go on with: {}\nOr lay out what is there: kindred inspect {} --salvage NAME.h5\n", how,
               verb.file);
  }
  return verb.verify ? exit_answer_is_no : exit_done;
}

void require_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_regular_file(path, error)) return;
  if (std::filesystem::exists(record::spool_path(path), error))
    throw ConfigError(
        Problem{"command line", 0, 0,
                fmt::format("inspect: '{}' is not finished, and its run has no checkpoint yet", path)});
  throw ConfigError(Problem{"command line", 0, 0,
                            fmt::format("inspect: '{}' {}", path,
                                        std::filesystem::is_directory(path, error) ? "is a folder, not a file"
                                                                                   : "does not exist")});
}

/// A file too damaged to be opened is an answer to the question whether it is whole.
std::vector<std::string> damages(const std::string& path) {
  try {
    return record::verify(path, promise_of(path));
  } catch (const IoError& error) {
    return {error.what()};
  }
}

int print_lines(const std::vector<std::string>& lines, const char* none, const CommonOptions& common) {
  if (common.json) fmt::print("{}\n", nlohmann::json(lines).dump(2));
  else if (lines.empty()) fmt::print("{}\n", none);
  else
    for (const std::string& line : lines) fmt::print("{}\n", line);
  return lines.empty() ? exit_done : exit_answer_is_no;
}

/// Other programs write files anew without the seal: then only the values are known to be those of the run.
int print_check(const std::string& path, const CommonOptions& common) {
  const std::vector<std::string> faults = damages(path);
  constexpr const char* unsealed = "no seal: values verified by content hash only";
  const bool sealed = !faults.empty() || record::has_seal(path);
  if (!sealed && common.json) say(fmt::format("note: {}\n", unsealed));
  return print_lines(faults, sealed ? "the file is whole" : unsealed, common);
}

/// A file may be whole and hold only a part of its study.
void note_incomplete(const std::string& path) {
  try {
    const auto attributes = record::root_attributes(path);
    if (const auto* mark = record::find_attribute(attributes, record::incomplete_mark))
      say(fmt::format("note: {} is incomplete: {}\n", path, value_text(mark->value)));
  } catch (const IoError&) {
    return;  // the check says why
  }
}

}  // namespace

int inspect(const InspectVerb& verb, const CommonOptions& common) {
  if (!verb.salvage.empty()) return salvage(verb, common);
  std::error_code ignored;
  const bool finished = std::filesystem::is_regular_file(verb.file, ignored);
  if (record::has_checkpoint(verb.file)) {
    if (!finished && verb.other.empty()) return print_unfinished(verb, common);
    say(fmt::format("note: an unfinished run will replace this file: kindred resume {}\n", verb.file));
  }
  require_file(verb.file);
  if (!verb.other.empty()) require_file(verb.other);
  if (!verb.other.empty())
    return print_lines(record::difference(verb.file, verb.other), "the two files hold the same content",
                       common);
  if (verb.verify) {
    note_incomplete(verb.file);
    return print_check(verb.file, common);
  }
  const auto attributes = record::root_attributes(verb.file);
  if (verb.config) {
    for (const record::Attribute& a : attributes)
      if (a.name == "config") fmt::print("{}", value_text(a.value));
    return exit_done;
  }
  if (common.json) {
    nlohmann::ordered_json out;
    for (const record::Attribute& a : attributes) out["attributes"][a.name] = value_text(a.value);
    out["tree"] = record::tree(verb.file);
    fmt::print("{}\n", out.dump(2));
    return exit_done;
  }
  for (const std::string& line : record::tree(verb.file)) fmt::print("{}\n", line);
  fmt::print("\n");
  for (const record::Attribute& a : attributes)
    if (a.name != "config" && a.name != "provenance") fmt::print("{:18} {}\n", a.name, value_text(a.value));
  fmt::print("{:18} {}\n", "config", "(kindred inspect FILE --config prints it)");
  return exit_done;
}

int schema() {
  const auto models = all_declarations();
  fmt::print("{}\n", scenario::schema_json(models, library_folders()));
  return exit_done;
}

}  // namespace kindred::app
