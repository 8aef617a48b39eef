#include "sim/sweep/folder.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "sim/core/errors.hpp"
#include "sim/record/posix_file.hpp"

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

std::string plan_text(const SweepPlan& plan) {
  ordered_json variables = ordered_json::array(), points = ordered_json::array();
  for (const Variable& v : plan.variables)
    variables.push_back({{"name", v.name}, {"long_name", v.long_name}});
  for (const PlannedPoint& point : plan.points) points.push_back(point_json(point));
  const ordered_json json{{"kindred_sweep", format_version},
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
                          {"persons", plan.persons},
                          {"weeks_in_all", plan.weeks_in_all},
                          {"points", points}};
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
                 .persons = json.at("persons"),
                 .weeks_in_all = json.at("weeks_in_all"),
                 .points = {}};
  for (const auto& v : json.at("variables")) plan.variables.push_back({v.at("name"), v.at("long_name")});
  for (const auto& point : json.at("points")) plan.points.push_back(point_from(point));
  return plan;
}

std::string quoted(const std::string& word) {
  if (word.find_first_of(",\"\n") == std::string::npos) return word;
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
  write_text(scenario_path(folder), scenario);
}

void write_plan(const std::string& folder, const SweepPlan& plan) {
  write_text(manifest_path(folder), manifest_text(plan));
  write_text(plan_path(folder), plan_text(plan));
}

OpenSweep read_folder(const std::string& folder) {
  std::error_code error;
  if (!fs::exists(plan_path(folder), error))
    throw ConfigError(
        Problem{folder, 0, 0,
                "holds no sweep (there is no plan.json); make one: kindred sweep plan FILE -o " + folder});
  const std::string text = text_of(plan_path(folder));
  try {
    const ordered_json json = ordered_json::parse(text);
    if (json.at("kindred_sweep") != format_version)
      throw ConfigError(Problem{plan_path(folder), 0, 0, "is of another version of this format: plan again"});
    return {folder, plan_from(json), record::digest_of(std::as_bytes(std::span(text)))};
  } catch (const nlohmann::json::exception& broken) {
    throw ConfigError(Problem{plan_path(folder), 0, 0,
                              fmt::format("is damaged ({}); plan the sweep again in a new folder, or restore "
                                          "the file: results in shards/ are kept",
                                          broken.what())});
  }
}

}  // namespace kindred::sweep
