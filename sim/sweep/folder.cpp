#include "sim/sweep/folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/text_hash.hpp"

namespace kindred::sweep {

namespace {

using nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr int format_version = 1;

std::string plan_path(const std::string& folder) { return (fs::path(folder) / "plan.json").string(); }
std::string manifest_path(const std::string& folder) { return (fs::path(folder) / "manifest.csv").string(); }

void write_text(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  {
    record::PosixFile file = record::PosixFile::open_for_writing(part);
    file.cut(0);
    file.write_at(0, std::as_bytes(std::span(text)));
  }
  record::publish(part, path);
}

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw IoError(path, "cannot be read");
  return text.str();
}

ordered_json until_json(const std::optional<Until>& until) {
  if (!until) return nullptr;
  return {{"halfwidth", until->halfwidth},
          {"arm", until->arm},
          {"outcome", until->outcome},
          {"variable", until->variable},
          {"week", until->week},
          {"batch", until->batch},
          {"most", until->most}};
}

std::optional<Until> until_from(const ordered_json& json) {
  if (json.is_null()) return std::nullopt;
  Until until;
  until.halfwidth = json.at("halfwidth");
  until.arm = json.at("arm");
  until.outcome = json.at("outcome");
  until.variable = json.at("variable");
  until.week = json.at("week");
  until.batch = json.at("batch");
  until.most = json.at("most");
  return until;
}

ordered_json point_json(const PlannedPoint& point) {
  ordered_json values = ordered_json::array();
  for (const Value& value : point.values) values.push_back(value.text);
  return {{"hash", point.hash},
          {"society", point.society},
          {"role", {point.role.block, point.role.step, static_cast<int>(point.role.matrix), point.role.axis}},
          {"unit", point.unit},
          {"values", values}};
}

PlannedPoint point_from(const ordered_json& json) {
  PlannedPoint point{json.at("hash"), json.at("society"), {}, json.at("unit"), {}};
  const auto& role = json.at("role");
  point.role = {role.at(0), role.at(1), static_cast<Matrix>(role.at(2).get<int>()), role.at(3)};
  for (const auto& value : json.at("values")) point.values.push_back(word_value(value));
  return point;
}

std::string plan_text(const SweepPlan& plan, const std::string& scenario) {
  ordered_json variables = ordered_json::array(), kinds = ordered_json::array(),
               points = ordered_json::array();
  for (const SocietyKind& kind : plan.kinds) kinds.push_back({kind.persons, kind.weeks, kind.network});
  for (const Variable& v : plan.variables)
    variables.push_back({{"name", v.name}, {"long_name", v.long_name}});
  for (const PlannedPoint& point : plan.points) points.push_back(point_json(point));
  ordered_json json{{"kindred_sweep", format_version},
                    {"scenario", record::text_hash(scenario)},
                    {"title", plan.title},
                    {"model", plan.model},
                    {"version", plan.version},
                    {"commit", plan.commit},
                    {"seed", plan.seed.value},
                    {"design", plan.design},
                    {"factors", plan.factors},
                    {"axes", plan.axes},
                    {"arms", plan.arms},
                    {"weeks", plan.weeks},
                    {"variables", variables},
                    {"outcomes", plan.outcomes},
                    {"units", plan.units},
                    {"societies", plan.societies},
                    {"per_society", plan.per_society},
                    {"until", until_json(plan.until)},
                    {"kinds", kinds},
                    {"points", points}};
  json["check"] = record::text_hash(json.dump());
  return json.dump() + "\n";
}

SweepPlan plan_from(const ordered_json& json) {
  SweepPlan plan{.title = json.at("title"),
                 .model = json.at("model"),
                 .version = json.at("version"),
                 .commit = json.at("commit"),
                 .design = json.at("design"),
                 .factors = json.at("factors"),
                 .axes = json.at("axes"),
                 .arms = json.at("arms"),
                 .weeks = json.at("weeks"),
                 .variables = {},
                 .outcomes = json.at("outcomes"),
                 .units = json.at("units"),
                 .societies = json.at("societies"),
                 .per_society = json.at("per_society"),
                 .until = until_from(json.at("until")),
                 .seed = Seed(json.at("seed").get<std::uint64_t>()),
                 .kinds = {},
                 .points = {}};
  for (const auto& kind : json.at("kinds")) plan.kinds.push_back({kind.at(0), kind.at(1), kind.at(2)});
  for (const auto& v : json.at("variables")) plan.variables.push_back({v.at("name"), v.at("long_name")});
  for (const auto& point : json.at("points")) plan.points.push_back(point_from(point));
  return plan;
}

std::string quoted(const std::string& word) {
  if (word.find_first_of(",\"\r\n") == std::string::npos) return word;
  std::string out = "\"";
  for (const char c : word) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string manifest_text(const SweepPlan& plan) {
  std::string out = "point,hash,society";
  for (const std::string& factor : plan.factors) out += "," + quoted(factor);
  out += "\n";
  for (std::size_t p = 0; p < plan.points.size(); ++p) {
    out += fmt::format("{},{},{}", p, plan.points[p].hash, plan.points[p].society);
    for (const Value& value : plan.points[p].values) out += "," + quoted(value.text);
    out += "\n";
  }
  return out;
}

void refuse_used_folder(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return;
  const bool empty = fs::is_directory(folder, error) && fs::is_empty(folder, error);
  if (empty) return;
  throw ConfigError(
      Problem{"command line", 0, 0,
              fmt::format("-o {}: exists and is not an empty folder; a sweep gets a folder of its "
                          "own: choose another name, or remove this one",
                          folder)});
}

}  // namespace

std::string scenario_path(const std::string& folder) { return (fs::path(folder) / "scenario.yaml").string(); }
std::string shards_path(const std::string& folder) { return (fs::path(folder) / "shards").string(); }
std::string shard_path(const std::string& folder, int shard, int shards) {
  return (fs::path(shards_path(folder)) / fmt::format("{:04}-of-{:04}.shard", shard, shards)).string();
}

void begin_folder(const std::string& folder, const std::string& scenario) {
  refuse_used_folder(folder);
  std::error_code error;
  fs::create_directories(shards_path(folder), error);
  if (error) throw IoError(folder, "cannot be made: " + error.message());
  try {
    write_text(scenario_path(folder), scenario);
  } catch (...) {
    fs::remove_all(folder, error);
    throw;
  }
}

void write_plan(const std::string& folder, const SweepPlan& plan) {
  write_text(manifest_path(folder), manifest_text(plan));
  write_text(plan_path(folder), plan_text(plan, text_of(scenario_path(folder))));
}

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& what) {
  throw ConfigError(Problem{path, 0, 0, what});
}

ordered_json checked_json(const std::string& path, const std::string& text) {
  ordered_json json = ordered_json::parse(text);
  if (json.at("kindred_sweep") != format_version)
    refuse(path, "is of another version of this format: plan again");
  const std::string check = json.at("check");
  json.erase("check");
  if (record::text_hash(json.dump()) != check)
    refuse(path, "has been changed or is damaged; restore the file, or plan the sweep again in a new folder "
                 "(results in shards/ are kept)");
  return json;
}

}  // namespace

OpenSweep read_folder(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(plan_path(folder), error))
    refuse(folder,
           fs::exists(scenario_path(folder), error)
               ? "holds no whole sweep (there is no plan.json): planning was interrupted, or the file was "
                 "removed; restore it, or plan the sweep again in a new folder"
               : "holds no sweep (there is no plan.json); make one: kindred sweep plan FILE -o " + folder);
  const std::string text = text_of(plan_path(folder));
  try {
    const ordered_json json = checked_json(plan_path(folder), text);
    if (record::text_hash(text_of(scenario_path(folder))) != json.at("scenario").get<std::string>())
      refuse(
          scenario_path(folder),
          "has changed since the sweep was planned; restore it, or plan the changed scenario in a folder of "
          "its own");
    return {folder, plan_from(json), record::digest_of(std::as_bytes(std::span(text)))};
  } catch (const nlohmann::json::exception& broken) {
    refuse(
        plan_path(folder),
        fmt::format("is damaged ({}); restore the file, or plan the sweep again in a new folder (results in "
                    "shards/ are kept)",
                    broken.what()));
  }
}

std::string machine_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  std::string name = host.data();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '-');
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  constexpr std::size_t enough = 8;
  return name + "-" + boot.substr(0, enough);
}

std::string part_path(const std::string& file) { return file + "." + machine_name() + ".part"; }

std::vector<std::string> parts_of(const std::string& file) {
  const fs::path path(file);
  std::vector<std::string> parts;
  for (const auto& entry : fs::directory_iterator(path.parent_path())) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(path.filename().string() + ".") && name.ends_with(".part"))
      parts.push_back(entry.path().string());
  }
  std::sort(parts.begin(), parts.end());
  return parts;
}

}  // namespace kindred::sweep
