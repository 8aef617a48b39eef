#include "analysis/effect_file.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/read_file.hpp"

namespace kindred::analysis {

namespace {

using record::Attribute;
using record::Dataset;
using record::ValueType;

/// Places of the datasets behind the first one.
enum Place : std::size_t {
  time,
  arm,
  replicate,
  outcome,
  cell,
  society,
  against,
  unit,
  definition,
  effect,
  persons,
  baseline
};

std::vector<Attribute> said(std::string long_name, std::string units) {
  return {{"long_name", std::move(long_name)},
          {"units", std::move(units)},
          {"source", std::string("computed from the worlds of the run")}};
}

std::vector<Attribute> ranged(std::vector<Attribute> attributes, record::AttributeValue range) {
  attributes.push_back({"valid_range", std::move(range)});
  return attributes;
}

/// Far beyond any state of a model: a figure outside is a fault.
constexpr double largest_effect = 1e4;
constexpr std::int32_t largest_count = std::numeric_limits<std::int32_t>::max();

Dataset words(const std::string& name, const std::string& dimension, std::vector<std::string> text,
              const std::string& meaning) {
  const std::uint64_t n = text.size();
  return {"effects",
          name,
          ValueType::text,
          {dimension},
          {n},
          {},
          said(meaning, "1"),
          record::all_mantissa_bits,
          std::move(text)};
}

Dataset numbers(const std::string& name, const std::string& dimension, std::uint64_t n,
                std::vector<Attribute> attributes) {
  attributes = ranged(std::move(attributes), std::vector<std::int32_t>{-1, largest_count});
  return {"effects", name, ValueType::int32,      {dimension},
          {n},       {n},  std::move(attributes), record::all_mantissa_bits,
          {}};
}

std::vector<std::int32_t> weeks_after(const Plan& plan) {
  std::vector<std::int32_t> weeks;
  const std::vector<int> all = record::snapshot_weeks(plan);
  for (std::size_t w = 1; w < all.size(); ++w) weeks.push_back(all[w] - all.front());
  return weeks;
}

std::vector<Dataset> declare(const Plan& plan, const ModelDeclaration& model) {
  const std::uint64_t weeks = weeks_after(plan).size(), arms = plan.arms.size(),
                      outcomes = model.outcomes.size();
  const auto replicates = static_cast<std::uint64_t>(plan.societies * plan.per_society);
  std::vector<std::string> arm_names, outcome_names, units, cells, definitions;
  for (const ArmPlan& a : plan.arms) arm_names.push_back(a.name);
  for (const OutcomeDeclaration& o : model.outcomes) {
    const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(o.column)];
    outcome_names.emplace_back(column.name);
    units.emplace_back(column.unit);
  }
  for (std::size_t c = 0; c < cell_count; ++c) {
    cells.push_back(cell_name(static_cast<Cell>(c), model));
    definitions.emplace_back(cell_definition(static_cast<Cell>(c)));
  }
  const std::vector<std::string> dims{"time", "arm", "replicate", "outcome", "cell"};
  const std::vector<std::uint64_t> shape{weeks, arms, replicates, outcomes, cell_count},
      chunk{weeks, 1, 1, outcomes, cell_count};
  auto effect_attributes =
      said("mean over the cell's persons of outcome in this arm minus outcome in the arm `against`, "
           "the same persons with the same luck",
           "unit of the outcome");
  effect_attributes.push_back(
      {"missing", std::string("NaN: nobody in the cell, or an arm that is compared with none")});
  return {numbers("time", "time", weeks, said("weeks since the programmes started", "weeks")),
          words("arm", "arm", arm_names, "arm of the scenario"),
          numbers("replicate", "replicate", replicates, said("replicate: a society with its noise", "1")),
          words("outcome", "outcome", outcome_names, "outcome"),
          words("cell", "cell", cells, "whom the effect is averaged over; cell_definition says who they are"),
          numbers("society", "replicate", replicates,
                  said("society of the replicate; noise is nested in it", "1")),
          numbers("against", "arm", arms,
                  said("arm that this arm is compared with, counted from 0; -1 = none", "1")),
          words("outcome_unit", "outcome", units, "unit of the outcome"),
          words("cell_definition", "cell", definitions, "who belongs to the cell"),
          {"effects",
           "effect",
           ValueType::float64,
           dims,
           shape,
           chunk,
           ranged(effect_attributes, std::vector<double>{-largest_effect, largest_effect}),
           record::all_mantissa_bits,
           {}},
          {"effects",
           "persons",
           ValueType::int32,
           dims,
           shape,
           chunk,
           ranged(said("persons in the cell", "persons"), std::vector<std::int32_t>{0, largest_count}),
           record::all_mantissa_bits,
           {}},
          {"effects",
           "baseline_sd",
           ValueType::float64,
           {"arm", "replicate", "outcome"},
           {arms, replicates, outcomes},
           {1, 1, outcomes},
           ranged(said("standard deviation (n - 1) of the outcome at the start in the arm `against`",
                       "unit of the outcome"),
                  std::vector<double>{0, largest_effect}),
           record::all_mantissa_bits,
           {}}};
}

/// Chunk [weeks, 1, 1, outcomes, cells] of one arm, in the datasets' order.
void submit_arm(const Plan& plan, const ModelDeclaration& model, const ArmEffects* effects,
                std::size_t arm_index, int replicate_index, record::Spool& spool, std::size_t first) {
  const std::size_t weeks = weeks_after(plan).size(), outcomes = model.outcomes.size();
  std::vector<double> means(weeks * outcomes * cell_count, std::numeric_limits<double>::quiet_NaN());
  std::vector<std::int32_t> counts(means.size(), 0);
  std::vector<double> sds(outcomes, std::numeric_limits<double>::quiet_NaN());
  if (effects != nullptr) {
    sds = effects->baseline_sd;
    std::size_t next = 0;
    for (std::size_t w = 0; w < weeks; ++w)
      for (std::size_t o = 0; o < outcomes; ++o)
        for (std::size_t c = 0; c < cell_count; ++c, ++next) {
          means[next] = effects->mean[w][o][c];
          counts[next] = effects->persons[w][o][c];
        }
  }
  const auto replicates = static_cast<std::uint64_t>(plan.societies * plan.per_society);
  const std::uint64_t chunk = arm_index * replicates + static_cast<std::uint64_t>(replicate_index);
  spool.submit_chunk(first + effect, chunk, record::bytes_of(means));
  spool.submit_chunk(first + persons, chunk, record::bytes_of(counts));
  spool.submit_chunk(first + baseline, chunk, record::bytes_of(sds));
}

}  // namespace

record::Addition effects_addition(const Plan& plan, const ModelDeclaration& model) {
  if (weeks_after(plan).empty()) return {};
  record::Addition addition;
  addition.datasets = declare(plan, model);
  addition.begin = [&plan](record::Spool& spool, std::size_t first) {
    std::vector<std::int32_t> replicates, societies, comparators;
    for (int r = 0; r < plan.societies * plan.per_society; ++r) {
      replicates.push_back(r);
      societies.push_back(r / plan.per_society);
    }
    for (std::size_t a = 0; a < plan.arms.size(); ++a) comparators.push_back(comparator(plan, a));
    spool.submit_array(first + time, record::bytes_of(weeks_after(plan)));
    spool.submit_array(first + replicate, record::bytes_of(replicates));
    spool.submit_array(first + society, record::bytes_of(societies));
    spool.submit_array(first + against, record::bytes_of(comparators));
  };
  addition.fill = [&plan, &model](int r, const record::ReplicateSnapshots& snapshots, record::Spool& spool,
                                  std::size_t first) {
    for (std::size_t a = 0; a < plan.arms.size(); ++a) {
      if (comparator(plan, a) < 0) {
        submit_arm(plan, model, nullptr, a, r, spool, first);
        continue;
      }
      const ArmEffects effects = effects_of(plan, model, snapshots, a);
      submit_arm(plan, model, &effects, a, r, spool, first);
    }
  };
  return addition;
}

EffectTable read_effects(const std::string& path) {
  const auto has_effects = [&] {
    for (const Dataset& d : record::open_finished(path).file.datasets)
      if (d.group == "effects") return true;
    return false;
  };
  if (!has_effects())
    throw ConfigError(Problem{
        path, 0, 0, "holds no effects: no arm had a programme that another arm can be compared with"});
  const auto read = [&](const char* name) {
    return record::read_numbers(path, std::string("effects/") + name);
  };
  const auto read_words = [&](const char* name) {
    return record::read_text(path, std::string("effects/") + name);
  };
  const auto weeks = read("time").values, societies = read("society").values,
             comparators = read("against").values;
  const auto arms = read_words("arm"), outcomes = read_words("outcome"), units = read_words("outcome_unit");
  const record::Numbers effects = read("effect"), counts = read("persons"), sds = read("baseline_sd");
  const std::size_t replicates = societies.size();
  EffectTable table{
      {}, read_words("cell"), read_words("cell_definition"), static_cast<int>(societies.back()) + 1, 0};
  table.per_society = static_cast<int>(replicates) / table.societies;
  const auto place = [&](std::size_t w, std::size_t a, std::size_t r, std::size_t o, std::size_t c) {
    return (((w * arms.size() + a) * replicates + r) * outcomes.size() + o) * table.cells.size() + c;
  };
  for (std::size_t a = 0; a < arms.size(); ++a) {
    if (comparators[a] < 0) continue;
    for (std::size_t o = 0; o < outcomes.size(); ++o)
      for (std::size_t c = 0; c < table.cells.size(); ++c)
        for (std::size_t w = 0; w < weeks.size(); ++w) {
          std::vector<double> means;
          double n = 0, sd = 0;
          for (std::size_t r = 0; r < replicates; ++r) {
            means.push_back(effects.values[place(w, a, r, o, c)]);
            n += counts.values[place(w, a, r, o, c)] / static_cast<double>(replicates);
            sd += sds.values[(a * replicates + r) * outcomes.size() + o] / static_cast<double>(replicates);
          }
          const Interval interval = nested_interval(means, table.per_society);
          const double g = interval.mean / sd * hedges_correction(std::max(2.0, n - 1));
          table.rows.push_back({arms[a], arms[static_cast<std::size_t>(comparators[a])], outcomes[o],
                                units[o], table.cells[c], static_cast<int>(weeks[w]), interval, g, n});
        }
  }
  return table;
}

}  // namespace kindred::analysis
