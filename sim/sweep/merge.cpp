#include "sim/sweep/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "sim/record/bytes.hpp"
#include "sim/record/spool.hpp"
#include "sim/record/text_hash.hpp"

namespace kindred::sweep {

namespace {

using record::Attribute;
using record::Dataset;
using record::ValueType;

constexpr const char* group = "sweep";
constexpr double largest_value = std::numeric_limits<double>::max();
constexpr std::uint64_t chunk_bytes = 1U << 20U;
constexpr std::int32_t largest_count = std::numeric_limits<std::int32_t>::max();
constexpr double none = std::numeric_limits<double>::quiet_NaN();

std::vector<Attribute> said(const std::string& long_name, const std::string& units,
                            const std::string& source) {
  return {{"long_name", long_name}, {"units", units}, {"source", source}};
}

Dataset words(const std::string& name, const std::string& dimension, std::vector<std::string> text,
              const std::string& meaning) {
  const std::uint64_t n = text.size();
  return {group,
          name,
          ValueType::text,
          {dimension},
          {n},
          {},
          said(meaning, "1", "sweep"),
          record::all_mantissa_bits,
          std::move(text)};
}

Dataset whole_numbers(const std::string& name, const std::string& dimension, std::uint64_t n,
                      const std::string& meaning, const std::string& units) {
  auto attributes = said(meaning, units, "sweep");
  attributes.push_back({"valid_range", std::vector<std::int32_t>{-1, largest_count}});
  return {group, name, ValueType::int32, {dimension}, {n}, {n}, attributes, record::all_mantissa_bits, {}};
}

Dataset real_numbers(const std::string& name, std::vector<std::string> dimensions,
                     std::vector<std::uint64_t> shape, std::vector<std::uint64_t> chunk,
                     std::vector<Attribute> attributes) {
  attributes.push_back({"valid_range", std::vector<double>{-largest_value, largest_value}});
  return {group,
          name,
          ValueType::float64,
          std::move(dimensions),
          std::move(shape),
          std::move(chunk),
          std::move(attributes),
          record::all_mantissa_bits,
          {}};
}

/// "model.NAME.parameters.KEY" -> "KEY"; the whole path with '_' for '.' when two
/// factors end alike or the ending is a number.
std::vector<std::string> factor_names(const SweepPlan& plan) {
  const std::vector<std::string>& paths = plan.factors;
  std::vector<std::string> names;
  std::set<std::string> taken{"point", "replicate",   "arm",   "outcome",    "week",
                              "hash",  "society",     "block", "step",       "matrix",
                              "axis",  "axis_number", "unit",  "replicates", "outcome_unit"};
  for (const Variable& variable : plan.variables) taken.insert(variable.name);
  for (const std::string& path : paths) {
    const std::string last = path.substr(path.rfind('.') + 1);
    const auto alike = std::count_if(paths.begin(), paths.end(), [&](const std::string& other) {
      return other.substr(other.rfind('.') + 1) == last;
    });
    const bool number = last.find_first_not_of("0123456789") == std::string::npos;
    std::string name = alike > 1 || number || taken.contains(last) ? path : last;
    std::replace(name.begin(), name.end(), '.', '_');
    names.push_back(name);
  }
  return names;
}

bool is_numeric(const SweepPlan& plan, std::size_t factor) {
  return std::none_of(plan.points.begin(), plan.points.end(),
                      [&](const PlannedPoint& p) { return std::isnan(p.values[factor].number); });
}

/// Files of one dataset each, with the bytes that belong to it.
struct Filled {
  Dataset dataset;
  std::vector<std::byte> bytes;  ///< of a numeric array
};

/// Replicates whose numbers count, from the first on: those a complete point needed, none of another.
std::vector<std::size_t> replicates_taken(const SweepPlan& plan, const SweepResults& results,
                                          const Enough& enough) {
  std::vector<std::size_t> taken;
  for (const PointResults& point : results)
    taken.push_back(enough.is_complete(point)
                        ? static_cast<std::size_t>(enough.societies_wanted(point) * plan.per_society)
                        : 0);
  return taken;
}

std::int32_t replicates_done(const PointResults& point) {
  return static_cast<std::int32_t>(std::count_if(point.replicates.begin(), point.replicates.end(),
                                                 [](const auto& r) { return r && r->failure.empty(); }));
}

std::vector<std::int32_t> counting(std::size_t n) {
  std::vector<std::int32_t> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<std::int32_t>(i);
  return values;
}

/// Society of each replicate: noise is nested in it.
std::vector<std::int32_t> societies_of(std::size_t replicates, int per_society) {
  std::vector<std::int32_t> values = counting(replicates);
  for (std::int32_t& r : values) r /= per_society;
  return values;
}

template <class Read>
std::vector<std::int32_t> of_points(const SweepPlan& plan, Read read) {
  std::vector<std::int32_t> values;
  for (const PlannedPoint& point : plan.points) values.push_back(static_cast<std::int32_t>(read(point)));
  return values;
}

void add_points(std::vector<Filled>& filled, const SweepPlan& plan, const std::vector<std::size_t>& taken) {
  const std::size_t n = plan.points.size();
  const auto whole = [&](const std::string& name, const std::vector<std::int32_t>& values,
                         const std::string& meaning) {
    filled.push_back({whole_numbers(name, "point", n, meaning, "1"), record::bytes_of(values)});
  };
  whole("point", counting(n), "point of the design, in its order");
  std::vector<std::string> hashes;
  for (const PlannedPoint& point : plan.points) hashes.push_back(point.hash);
  filled.push_back({words("hash", "point", hashes, "hash of the point's resolved scenario"), {}});
  whole("replicates", {taken.begin(), taken.end()}, "replicates that have numbers");
  whole("block", of_points(plan, [](const PlannedPoint& p) { return p.role.block; }),
        "Morris: trajectory; Saltelli: base row; -1 = none");
  whole("step", of_points(plan, [](const PlannedPoint& p) { return p.role.step; }),
        "Morris: place in the trajectory; -1 = none");
  whole("matrix", of_points(plan, [](const PlannedPoint& p) { return static_cast<int>(p.role.matrix); }),
        "Saltelli: 1 = A, 2 = B, 3 = A with one coordinate of B; 0 = none");
  whole("axis_number", of_points(plan, [](const PlannedPoint& p) { return p.role.axis; }),
        "axis that moved (Morris), came from B (Saltelli) or is off the centre (star); -1 = none");
  const std::vector<std::string> names = factor_names(plan);
  for (std::size_t f = 0; f < plan.factors.size(); ++f) {
    if (!is_numeric(plan, f)) {
      std::vector<std::string> text;
      for (const PlannedPoint& point : plan.points) text.push_back(point.values[f].text);
      filled.push_back({words(names[f], "point", text, plan.factors[f]), {}});
      continue;
    }
    std::vector<double> values;
    for (const PlannedPoint& point : plan.points) values.push_back(point.values[f].number);
    filled.push_back(
        {real_numbers(names[f], {"point"}, {n}, {n}, said(plan.factors[f], "as declared", "design")),
         record::bytes_of(values)});
  }
}

/// Coordinates of the points in the design, for whoever analyses it.
void add_axes(std::vector<Filled>& filled, const SweepPlan& plan) {
  if (plan.axes.empty()) return;
  filled.push_back(
      {words("axis", "axis", plan.axes, "axis of the design: a factor, or factors that move together"), {}});
  std::vector<double> unit;
  for (const PlannedPoint& point : plan.points) unit.insert(unit.end(), point.unit.begin(), point.unit.end());
  filled.push_back(
      {real_numbers("unit", {"point", "axis"}, {plan.points.size(), plan.axes.size()},
                    {plan.points.size(), plan.axes.size()},
                    said("coordinate of the point in the unit cube of the design", "1", "design")),
       record::bytes_of(unit)});
}

/// [point][replicate][arm][outcome][week] of one variable.
std::vector<double> values_of(const SweepPlan& plan, const SweepResults& results, std::size_t variable,
                              const std::vector<std::size_t>& taken, std::size_t replicates) {
  const std::size_t block = plan.arms.size() * plan.outcomes.size() * plan.weeks.size();
  std::vector<double> values;
  values.reserve(plan.points.size() * replicates * block);
  for (std::size_t p = 0; p < results.size(); ++p)
    for (std::size_t r = 0; r < replicates; ++r)
      for (std::size_t k = 0; k < block; ++k)
        values.push_back(r < taken[p] ? results[p].replicates[r]->values[variable * block + k] : none);
  return values;
}

std::vector<Attribute> root_attributes(const SweepPlan& plan, const std::string& scenario,
                                       const record::Build& build) {
  return {{"Conventions", std::string("CF-1.8")},
          {"title", plan.title},
          {"kindred_format", std::string("1")},
          {"kindred_version", build.version},
          {"kindred_commit", build.commit},
          {"seed", std::to_string(plan.seed.value)},
          {"model", plan.model},
          {"design", plan.design},
          {"per_society", std::int32_t{plan.per_society}},
          {"config", scenario},
          {"config_hash", record::text_hash(scenario)}};
}

}  // namespace

std::vector<Gap> gaps_of(const SweepPlan& plan, const SweepResults& results, const Enough& enough) {
  std::vector<Gap> gaps;
  for (std::size_t p = 0; p < results.size(); ++p) {
    if (enough.is_complete(results[p])) continue;
    const auto failed = std::find_if(results[p].replicates.begin(), results[p].replicates.end(),
                                     [](const auto& r) { return r && !r->failure.empty(); });
    const int wanted = enough.societies_wanted(results[p]) * plan.per_society;
    gaps.push_back(
        {p, plan.points[p].hash,
         failed != results[p].replicates.end()
             ? "failed: " + (*failed)->failure
             : fmt::format("{} of {} replicates are missing", wanted - replicates_done(results[p]), wanted)});
  }
  return gaps;
}

namespace {

/// Everything but the variables.
std::vector<Filled> coordinates(const SweepPlan& plan, const std::vector<std::size_t>& taken,
                                std::size_t replicates) {
  std::vector<Filled> filled;
  add_points(filled, plan, taken);
  add_axes(filled, plan);
  filled.push_back(
      {whole_numbers("replicate", "replicate", replicates, "replicate: a society with its noise", "1"),
       record::bytes_of(counting(replicates))});
  filled.push_back({whole_numbers("society", "replicate", replicates,
                                  "society of the replicate; noise is nested in it", "1"),
                    record::bytes_of(societies_of(replicates, plan.per_society))});
  filled.push_back({words("arm", "arm", plan.arms, "arm of the scenario"), {}});
  filled.push_back({words("outcome", "outcome", plan.outcomes, "outcome of the model"), {}});
  filled.push_back({words("outcome_unit", "outcome", plan.units, "unit of the outcome"), {}});
  filled.push_back(
      {whole_numbers("week", "week", plan.weeks.size(),
                     "weeks since the programmes started (since the study began, without any)", "weeks"),
       record::bytes_of(std::vector<std::int32_t>(plan.weeks.begin(), plan.weeks.end()))});
  return filled;
}

Dataset variable(const SweepPlan& plan, const Variable& declared, std::size_t replicates) {
  const std::vector<std::uint64_t> shape{plan.points.size(), replicates, plan.arms.size(),
                                         plan.outcomes.size(), plan.weeks.size()};
  std::vector<std::uint64_t> chunk = shape;
  std::uint64_t point_bytes = sizeof(double);
  for (std::size_t axis = 1; axis < shape.size(); ++axis) point_bytes *= shape[axis];
  chunk[0] = std::clamp<std::uint64_t>(chunk_bytes / point_bytes, 1, shape[0]);
  return real_numbers(declared.name, {"point", "replicate", "arm", "outcome", "week"}, shape, chunk,
                      said(declared.long_name, "unit of the outcome", "worlds of the sweep"));
}

}  // namespace

void write_merged(const SweepPlan& plan, const SweepResults& results, const Enough& enough,
                  const std::string& scenario, const record::Build& build, const std::string& output) {
  const std::vector<std::size_t> taken = replicates_taken(plan, results, enough);
  const std::size_t replicates = std::max<std::size_t>(1, *std::max_element(taken.begin(), taken.end()));
  const std::vector<Filled> filled = coordinates(plan, taken, replicates);
  record::File file{root_attributes(plan, scenario, build), {}};
  for (const Filled& f : filled) file.datasets.push_back(f.dataset);
  for (const Variable& declared : plan.variables)
    file.datasets.push_back(variable(plan, declared, replicates));
  record::Spool spool(file, output);
  for (std::size_t d = 0; d < filled.size(); ++d)
    if (filled[d].dataset.type != ValueType::text) spool.submit_array(d, filled[d].bytes);
  for (std::size_t v = 0; v < plan.variables.size(); ++v)
    spool.submit_array(filled.size() + v, record::bytes_of(values_of(plan, results, v, taken, replicates)));
  spool.finish();
}

}  // namespace kindred::sweep
