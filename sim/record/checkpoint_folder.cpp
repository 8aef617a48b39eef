#include "sim/record/checkpoint_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <tuple>

#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/state_file.hpp"
#include "sim/record/stored_burn_in.hpp"

namespace kindred::record {
namespace {

namespace fs = std::filesystem;

constexpr const char* manifest = "/run";
constexpr const char* scenario = "/plan.yaml";
constexpr const char* task_prefix = "task-";
constexpr Digest no_owner{};  // the manifest belongs to nothing but itself

/// All bytes of a file.
std::vector<std::byte> contents_of(const std::string& path) {
  const PosixFile file = PosixFile::open_for_reading(path);
  std::vector<std::byte> bytes(file.size());
  file.read_at(0, bytes);
  return bytes;
}

void write_text(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  PosixFile file = PosixFile::open_for_writing(part);
  file.cut(0);
  file.write_at(0, std::as_bytes(std::span(text)));
  publish(part, path);
}

void save(StateWriter& out, const RunIdentity& identity) {
  out.mark("run");
  for (const std::string* text :
       {&identity.build.version, &identity.build.commit, &identity.plan, &identity.network_path})
    out.text(*text);
  out.value(identity.network);
  out.value(identity.declaration);
  out.value(std::int32_t{identity.weeks});
  out.value(identity.world_weeks);
  out.value<std::uint8_t>(identity.burn_in_only ? 1 : 0);
  out.text(identity.branch_path);
  out.text(identity.branch_hash);
}

Digest digest_of_identity(const RunIdentity& identity) {
  std::vector<std::byte> bytes;
  StateWriter writer(
      [&](std::span<const std::byte> more) { bytes.insert(bytes.end(), more.begin(), more.end()); });
  save(writer, identity);
  return digest_of(bytes);
}

std::string name_of(const Task& task) {
  return fmt::format("{}{:04}-{:03}-{}-{:04}", task_prefix, task.society, task.noise,
                     task.probes ? "probe" : "arm", task.first_arm);
}

void save(StateWriter& out, const TaskProgress& progress) {
  const Task& task = progress.task;
  out.mark("task");
  for (const int number : {task.society, task.noise, task.first_arm, task.worlds, task.width,
                           task.probes ? 1 : 0, static_cast<int>(progress.stage), progress.weeks_done})
    out.value(std::int32_t{number});
  out.value(progress.spool_length);
}

TaskProgress read_progress(StateReader& in) {
  in.mark("task");
  TaskProgress progress{};
  Task& task = progress.task;
  for (int* number : {&task.society, &task.noise, &task.first_arm, &task.worlds, &task.width})
    *number = in.value<std::int32_t>();
  task.probes = in.value<std::int32_t>() != 0;
  const auto stage = in.value<std::int32_t>();
  if (stage < 0 || stage > static_cast<std::int32_t>(TaskStage::filled))
    in.refuse("names a stage that there is not");
  progress.stage = static_cast<TaskStage>(stage);
  progress.weeks_done = in.value<std::int32_t>();
  progress.spool_length = in.value<std::uint64_t>();
  return progress;
}

/// The files of the folder, by name.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool is_ours(const std::string& name) {
  return name == manifest + 1 || name == scenario + 1 || name.starts_with(task_prefix) ||
         name.ends_with(".part");
}

auto order(const Task& task) { return std::tuple(task.society, task.noise, task.probes, task.first_arm); }

}  // namespace

std::string checkpoint_path(const std::string& output) { return output + ".checkpoint"; }

bool RunIdentity::operator==(const RunIdentity& other) const {
  return build.version == other.build.version && build.commit == other.build.commit && plan == other.plan &&
         network_path == other.network_path && network == other.network && declaration == other.declaration &&
         burn_in_only == other.burn_in_only && branch_path == other.branch_path &&
         branch_hash == other.branch_hash;
}

std::int64_t world_weeks_of(const Plan& plan) {
  return static_cast<std::int64_t>(plan.arms.size() + plan.probes.size()) * plan.societies *
         plan.per_society * (plan.burn_in + plan.run);
}

RunIdentity identify(const Plan& plan, const File& file, const RunOptions& options) {
  RunIdentity identity{
      options.build,        plan.resolved,       {}, {}, declaration_hash(file), plan.burn_in + plan.run,
      world_weeks_of(plan), options.burn_in_only};
  const auto absolute = [](const std::string& path) {
    return fs::absolute(path).lexically_normal().string();
  };
  if (options.burn_in != nullptr) {
    identity.branch_path = absolute(options.burn_in->path());
    identity.branch_hash = options.burn_in->content_hash();
  }
  if (plan.society.network.kind != NetworkPlan::Kind::file) return identity;
  identity.network_path = absolute(plan.society.network.path);
  identity.network = digest_of(contents_of(identity.network_path));
  return identity;
}

void require_same_run(const std::string& output, const RunIdentity& stored, const RunIdentity& now) {
  std::vector<Problem> problems;
  const auto differs = [&](const std::string& what) { problems.push_back({output, 0, 0, what}); };
  const auto name = [](const Build& build) { return fmt::format("{} ({})", build.version, build.commit); };
  if (name(stored.build) != name(now.build))
    differs(fmt::format("was begun by kindred {}, and only that program can go on with it; this is {}",
                        name(stored.build), name(now.build)));
  if (stored.plan != now.plan) differs("was begun with another scenario");
  if (stored.network_path != now.network_path || stored.network != now.network)
    differs(
        fmt::format("the network file '{}' has changed since the run began; put the old one back to go on",
                    stored.network_path));
  if (stored.branch_path != now.branch_path || stored.branch_hash != now.branch_hash)
    differs(
        fmt::format("the stored burn-in '{}' has changed since the run began; put the old one back to go on",
                    stored.branch_path));
  if (problems.empty() && stored.declaration != now.declaration)
    differs("would become another file now: models, libraries or build have changed since the run began");
  if (!problems.empty()) throw ConfigError(problems);
}

bool has_checkpoint(const std::string& output) {
  std::error_code error;
  return fs::is_regular_file(checkpoint_path(output) + manifest, error);
}

RunIdentity read_identity(const std::string& output) {
  StateReader in = read_state_file(checkpoint_path(output) + manifest, StateKind::run, no_owner);
  RunIdentity identity{};
  in.mark("run");
  for (std::string* text :
       {&identity.build.version, &identity.build.commit, &identity.plan, &identity.network_path})
    *text = in.text();
  identity.network = in.value<Digest>();
  identity.declaration = in.value<Digest>();
  identity.weeks = in.value<std::int32_t>();
  identity.world_weeks = in.value<std::int64_t>();
  identity.burn_in_only = in.value<std::uint8_t>() != 0;
  identity.branch_path = in.text();
  identity.branch_hash = in.text();
  in.end();
  return identity;
}

std::string stored_plan(const std::string& output, const RunIdentity& identity) {
  const std::string path = checkpoint_path(output) + scenario;
  std::error_code error;
  if (!fs::exists(path, error)) write_text(path, identity.plan);
  const std::vector<std::byte> found = contents_of(path);
  const auto wanted = std::as_bytes(std::span(identity.plan));
  if (!std::equal(found.begin(), found.end(), wanted.begin(), wanted.end()))
    throw ConfigError(Problem{path, 0, 0,
                              "was changed; a run goes on with the scenario it was begun with (remove "
                              "this file to have it put back)"});
  return path;
}

CheckpointFolder::CheckpointFolder(std::string output, const RunIdentity& identity)
    : output_(std::move(output)), identity_(identity), digest_(digest_of_identity(identity)) {}

void CheckpointFolder::begin() const {
  if (has_checkpoint(output_)) return;
  const std::string folder = checkpoint_path(output_);
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) throw IoError(folder, "cannot be made: " + error.message(), error.value());
  write_text(folder + scenario, identity_.plan);
  PosixFile::open_for_reading(folder_of(folder)).sync();
  write_state_file(folder + manifest, StateKind::run, no_owner,
                   [&](StateWriter& out) { save(out, identity_); });
}

void CheckpointFolder::write(const TaskProgress& progress,
                             const std::function<void(StateWriter&)>& state) const {
  const std::string path = checkpoint_path(output_) + "/" + name_of(progress.task);
  write_state_file(path, StateKind::task, digest_, [&](StateWriter& out) {
    save(out, progress);
    state(out);
  });
}

StoredTasks CheckpointFolder::read() const {
  StoredTasks tasks;
  const std::string folder = checkpoint_path(output_);
  for (const std::string& name : names_in(folder)) {
    if (!name.starts_with(task_prefix) || name.ends_with(".part")) continue;
    const std::string path = folder + "/" + name;
    try {
      StateReader in = read_state_file(path, StateKind::task, digest_);
      const TaskProgress progress = read_progress(in);
      if (name_of(progress.task) != name) in.refuse("is not what its name says");
      tasks.whole.push_back({progress, path, digest_});
    } catch (const IoError&) {
      tasks.damaged.push_back(path);
    }
  }
  std::sort(tasks.whole.begin(), tasks.whole.end(), [](const StoredTask& a, const StoredTask& b) {
    return order(a.progress.task) < order(b.progress.task);
  });
  return tasks;
}

void CheckpointFolder::discard(const std::vector<std::string>& paths) const {
  for (const std::string& path : paths) {
    std::error_code error;
    fs::remove(path, error);
    if (error) throw IoError(path, "cannot be removed: " + error.message(), error.value());
  }
  if (!paths.empty()) PosixFile::open_for_reading(checkpoint_path(output_)).sync();
}

void CheckpointFolder::remove() const noexcept { remove_checkpoint(output_); }

void remove_checkpoint(const std::string& output) noexcept {
  try {
    const std::string folder = checkpoint_path(output);
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) return;
    remove_quietly(folder + manifest);
    PosixFile::open_for_reading(folder)
        .sync();  // tasks without a run are nothing; the reverse would be something
    for (const std::string& name : names_in(folder))
      if (is_ours(name)) remove_quietly(folder + "/" + name);
    fs::remove(folder, ignored);  // not when somebody else keeps something in it
  } catch (...) {
    // what is left says nothing without its manifest
  }
}

StateReader open_state(const StoredTask& stored) {
  StateReader in = read_state_file(stored.path, StateKind::task, stored.owner);
  static_cast<void>(read_progress(in));
  return in;
}

}  // namespace kindred::record
