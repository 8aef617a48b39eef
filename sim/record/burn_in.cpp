#include "sim/record/burn_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/study_attributes.hpp"

namespace kindred::record {

namespace {

constexpr std::uint64_t persons_per_chunk = 16384;
constexpr std::uint64_t rows_per_chunk = 16384;
constexpr std::string_view network_words[] = {"community",  "watts-strogatz", "erdos-renyi",
                                              "scale-free", "blocks",         "file"};

/// Equal to the bit: zero and minus zero are two numbers to a kernel.
bool same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  });
}

void add_network_facts(std::vector<BurnInFact>& facts, const NetworkPlan& network,
                       const std::string& network_file) {
  using Kind = NetworkPlan::Kind;
  const auto fact = [&](const char* key, AttributeValue value, const char* unit = "") {
    facts.push_back(
        {std::string("society.network.") + key, unit, {std::string("network_") + key, std::move(value)}});
  };
  const auto is = [&](auto... kinds) { return ((network.kind == kinds) || ...); };
  fact("kind", std::string(network_words[static_cast<std::size_t>(network.kind)]));
  if (is(Kind::file)) fact("path", network_file);
  else fact("acquaintances", std::int32_t{network.acquaintances});
  if (is(Kind::community, Kind::watts_strogatz)) fact("rewiring", network.rewiring);
  if (is(Kind::community, Kind::blocks)) fact("block", std::int32_t{network.block}, "persons");
  if (is(Kind::blocks)) fact("within", network.within);
  if (is(Kind::scale_free)) fact("exponent", network.exponent);
}

/// Collects the datasets of one group.
class Group {
 public:
  Group(std::vector<Dataset>& datasets, std::string name) : datasets_(datasets), name_(std::move(name)) {}
  void numbers(const std::string& name, ValueType type, std::vector<std::string> dimensions, Extents shape,
               Extents chunk, std::vector<Attribute> attributes) {
    datasets_.push_back({name_,
                         name,
                         type,
                         std::move(dimensions),
                         std::move(shape),
                         std::move(chunk),
                         std::move(attributes),
                         all_mantissa_bits,
                         {}});
  }
  void index(const std::string& name, const std::string& dimension, std::uint64_t n, std::string_view meaning,
             std::string_view source) {
    numbers(name, ValueType::int32, {dimension}, {n}, {n},
            index_attributes(meaning, static_cast<std::int64_t>(n), source));
  }
  void words(const std::string& name, const std::string& dimension, std::vector<std::string> text,
             const char* meaning) {
    datasets_.push_back({name_,
                         name,
                         ValueType::text,
                         {dimension},
                         {text.size()},
                         {},
                         {{"long_name", std::string(meaning)},
                          {"units", std::string("1")},
                          {"source", std::string("scenario")}},
                         all_mantissa_bits,
                         std::move(text)});
  }

 private:
  std::vector<Dataset>& datasets_;
  std::string name_;
};

/// Equal pieces of at most `persons_per_chunk`, so that the last one is not nearly empty.
std::uint64_t person_chunk(std::uint64_t persons) {
  const std::uint64_t pieces = (persons + persons_per_chunk - 1) / persons_per_chunk;
  return (persons + pieces - 1) / pieces;
}

constexpr const char* world_meaning = "world: a set of parameters, named after the first arm that has it";
constexpr const char* replicate_meaning = "replicate: a society with its noise";

void add_replicates(Group& group, const BurnInShape& shape) {
  const std::uint64_t n = shape.replicates();
  group.index("replicate", "replicate", n, replicate_meaning, "scenario");
  group.numbers(
      "society", ValueType::int32, {"replicate"}, {n}, {n},
      index_attributes("society of the replicate; noise is nested in it", shape.societies, "scenario"));
  group.words("world", "world", shape.worlds, world_meaning);
}

void add_worlds(std::vector<Dataset>& datasets, const BurnInShape& shape, const ModelDeclaration& model) {
  Group group(datasets, "worlds");
  std::vector<std::string> names, units;
  for (const ParameterDeclaration& p : model.parameters) {
    names.emplace_back(p.name);
    units.emplace_back(p.unit);
  }
  const Extents all{shape.worlds.size(), names.size()};
  group.words("world", "world", shape.worlds, world_meaning);
  group.words("parameter", "parameter", names, "parameter of the model");
  group.words("hypothesis", "world", shape.hypotheses, "hypothesis of that arm");
  group.words("unit", "parameter", units, "unit of the parameter");
  constexpr double most = std::numeric_limits<double>::max();
  group.numbers("value", ValueType::float64, {"world", "parameter"}, all, all,
                {{"long_name", std::string("parameters during the burn-in")},
                 {"units", std::string("unit of the parameter")},
                 {"valid_range", std::vector<double>{-most, most}},
                 {"source", std::string("scenario")}});
}

std::vector<Attribute> onset_attributes(const char* meaning, int weeks) {
  return {{"long_name", std::string(meaning)},
          {"units", std::string("weeks")},
          {"valid_range", std::vector<std::int32_t>{-weeks, 0}},
          {"_FillValue", SpellKeeper::none},
          {"source", std::string("engine")}};
}

void add_persons(std::vector<Dataset>& datasets, const BurnInShape& shape, const ModelDeclaration& model) {
  Group group(datasets, "persons");
  const auto persons = static_cast<std::uint64_t>(shape.persons);
  const std::vector<std::string> dimensions{"replicate", "world", "person"};
  const Extents all{shape.replicates(), shape.worlds.size(), persons}, chunk{1, 1, person_chunk(persons)};
  add_replicates(group, shape);
  group.index("person", "person", persons, "person", "engine");
  for (const ColumnDeclaration& column : model.person_columns)
    if (column.storage == Storage::per_world)
      group.numbers(std::string(column.name),
                    column.element == Element::index ? ValueType::int32 : ValueType::float32, dimensions, all,
                    chunk, column_attributes(column));
  if (model.coupled_column < 0) return;
  group.numbers(
      "bond_onset", ValueType::int32, dimensions, all, chunk,
      onset_attributes("study week in which the bond of the lower of its persons began", shape.weeks));
  group.numbers("commitment_onset", ValueType::int32, dimensions, all, chunk,
                onset_attributes("study week in which it became committed", shape.weeks));
}

void add_society(std::vector<Dataset>& datasets, const BurnInShape& shape, const ModelDeclaration& model) {
  Group group(datasets, "society");
  const auto persons = static_cast<std::uint64_t>(shape.persons);
  const auto societies = static_cast<std::uint64_t>(shape.societies);
  group.index("society", "society", societies, "society", "scenario");
  group.index("person", "person", persons, "person", "engine");
  group.numbers("ties", ValueType::int32, {"society"}, {societies}, {1},
                index_attributes("acquaintance ties", std::numeric_limits<std::int32_t>::max(), "engine"));
  for (const ColumnDeclaration& column : model.person_columns)
    if (column.storage == Storage::shared)
      group.numbers(
          std::string(column.name), column.element == Element::index ? ValueType::int32 : ValueType::float32,
          {"society", "person"}, {societies, persons}, {1, person_chunk(persons)}, column_attributes(column));
}

void add_ties(std::vector<Dataset>& datasets, const BurnInShape& shape, const ModelDeclaration& model) {
  Group group(datasets, "ties");
  const auto column = [&](const std::string& name, ValueType type, std::vector<Attribute> attributes) {
    group.numbers(name, type, {"tie"}, {unknown_length}, {rows_per_chunk}, std::move(attributes));
  };
  column("tie", ValueType::int64, row_attributes("acquaintance tie of one world and replicate"));
  column("replicate", ValueType::int32,
         index_attributes("replicate", static_cast<std::int64_t>(shape.replicates()), "scenario"));
  column(
      "world", ValueType::int32,
      index_attributes("world, counted from 0", static_cast<std::int64_t>(shape.worlds.size()), "scenario"));
  column("tail", ValueType::int32, index_attributes("lower person of the tie", shape.persons, "engine"));
  column("head", ValueType::int32, index_attributes("higher person of the tie", shape.persons, "engine"));
  for (const ColumnDeclaration& c : model.tie_columns)
    if (c.storage == Storage::per_world)
      column(std::string(c.name), ValueType::float32, column_attributes(c));
}

/// Bonds that began and ended, week by week: what a study counts between two frames may have happened before
/// it began.
void add_events(std::vector<Dataset>& datasets, const BurnInShape& shape, const ModelDeclaration& model) {
  if (model.coupled_column < 0) return;
  Group group(datasets, "events");
  const std::string by = group_dimension(model);
  std::vector<std::string> labels{"all"};
  if (!model.quadrants.empty())
    for (const std::string_view label : model.quadrants.front().labels) labels.emplace_back(label);
  const auto weeks = static_cast<std::uint64_t>(shape.weeks);
  group.numbers("time", ValueType::int32, {"time"}, {weeks}, {weeks},
                {{"long_name", std::string("weeks since the start of the study (burn-in negative)")},
                 {"units", std::string("weeks")},
                 {"valid_range", std::vector<std::int32_t>{1 - shape.weeks, 0}},
                 {"source", std::string("scenario")},
                 {"axis", std::string("T")}});
  add_replicates(group, shape);
  group.words(by, by, labels, "all persons, or those of one quadrant in that week");
  const Extents all{weeks, shape.replicates(), shape.worlds.size(), labels.size()};
  for (const char* name : {"broke_up", "formed_bond"})
    group.numbers(name, ValueType::int32, {"time", "replicate", "world", by}, all,
                  {weeks, 1, 1, labels.size()},
                  {{"long_name", fmt::format("persons whose bond {} that week (two per bond)",
                                             name[0] == 'b' ? "ended" : "began")},
                   {"units", std::string("persons")},
                   {"valid_range", std::vector<std::int32_t>{0, std::numeric_limits<std::int32_t>::max()}},
                   {"source", std::string("counted by the engine over all persons")}});
}

}  // namespace

std::vector<double> burn_in_parameters(const Plan& plan, const ModelDeclaration& model,
                                       const ArmPlan& world) {
  std::vector<double> parameters = world.parameters;
  if (programmes_start(plan) < 0) return parameters;  // nothing for a switch to wait for
  for (std::size_t p = 0; p < parameters.size(); ++p)
    if (model.parameters[p].is_switch) parameters[p] = model.parameters[p].default_value;
  return parameters;
}

Plan burn_in_alone(const Plan& plan, const ModelDeclaration& model) {
  Plan alone = plan;
  alone.run = 0;
  alone.arms.clear();
  alone.probes.clear();
  alone.record = {};
  for (const ArmPlan& arm : plan.arms) {
    std::vector<double> parameters = burn_in_parameters(plan, model, arm);
    const bool known = std::any_of(alone.arms.begin(), alone.arms.end(),
                                   [&](const ArmPlan& world) { return same(world.parameters, parameters); });
    if (!known) alone.arms.push_back({arm.name, arm.hypothesis, std::move(parameters), {}});
  }
  return alone;
}

std::vector<BurnInFact> burn_in_facts(const Plan& plan, std::int64_t persons,
                                      const std::string& network_file) {
  std::vector<BurnInFact> facts{{"seed", "", {"seed", fmt::format("{}", plan.seed.value)}},
                                {"time.burn_in", "weeks", {"burn_in_weeks", std::int32_t{plan.burn_in}}},
                                {"society.persons", "", {"society_persons", std::int64_t{persons}}}};
  add_network_facts(facts, plan.society.network, network_file);
  facts.push_back({"model", "", {"model", plan.model}});
  return facts;
}

BurnInShape shape_of(const Plan& alone, std::int64_t persons) {
  BurnInShape shape{persons, alone.societies, alone.per_society, alone.burn_in, {}, {}};
  for (const ArmPlan& world : alone.arms) {
    shape.worlds.push_back(world.name);
    shape.hypotheses.push_back(world.hypothesis);
  }
  return shape;
}

std::vector<Dataset> burn_in_datasets(const BurnInShape& shape, const ModelDeclaration& model) {
  std::vector<Dataset> datasets;
  add_worlds(datasets, shape, model);
  add_persons(datasets, shape, model);
  add_society(datasets, shape, model);
  add_ties(datasets, shape, model);
  add_events(datasets, shape, model);
  return datasets;
}

StudyFile describe_burn_in(const Plan& alone, const ModelDeclaration& model, const Society& society,
                           const Build& build) {
  StudyFile study;
  std::vector<Attribute>& attributes = study.file.attributes;
  attributes = root_attributes_of(alone, model, build);
  attributes.push_back({std::string(burn_in_mark), burn_in_format});
  for (BurnInFact& fact : burn_in_facts(alone, society.persons(), network_file_hash(alone.society)))
    if (find_attribute(attributes, fact.attribute.name) == nullptr)
      attributes.push_back(std::move(fact.attribute));
  attributes.push_back({"societies", std::int32_t{alone.societies}});
  attributes.push_back({"histories_per_society", std::int32_t{alone.per_society}});
  study.file.datasets = burn_in_datasets(shape_of(alone, society.persons()), model);
  return study;
}

std::string network_file_hash(const SocietyPlan& society) {
  if (society.network.kind != NetworkPlan::Kind::file) return "";
  const PosixFile file = PosixFile::open_for_reading(society.network.path);
  std::vector<std::byte> bytes(file.size());
  file.read_at(0, bytes);
  return digest_of(bytes).hex();
}

}  // namespace kindred::record
