#include "sim/record/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "sim/record/closeness.hpp"
#include "sim/record/population.hpp"
#include "sim/record/study_attributes.hpp"
#include "sim/record/text_hash.hpp"

namespace kindred::record {

namespace {

constexpr std::uint64_t frames_per_chunk = 16;
constexpr std::uint64_t summary_frames_per_chunk = 64;
constexpr std::uint64_t hashes_per_chunk = 1024;
constexpr std::uint64_t persons_per_chunk = 16384;
constexpr std::uint64_t rows_per_chunk = 16384;

std::uint64_t size(std::int64_t n) { return static_cast<std::uint64_t>(n); }

/// Equal pieces of at most `target`, so that the last chunk is not nearly empty.
std::uint64_t even_chunk(std::uint64_t n, std::uint64_t target) {
  const std::uint64_t pieces = std::max<std::uint64_t>(1, (n + target - 1) / target);
  return std::max<std::uint64_t>(1, (n + pieces - 1) / pieces);
}

/// Collects datasets under one group and remembers their places.
class Group {
 public:
  Group(StudyFile& study, std::string name) : study_(study), name_(std::move(name)) {}

  std::size_t add(Dataset d) {
    d.group = name_;
    study_.file.datasets.push_back(std::move(d));
    return study_.file.datasets.size() - 1;
  }
  void numbers(const std::string& name, ValueType type, std::uint64_t n, std::vector<Attribute> attributes) {
    add({"",
         name,
         type,
         {name},
         {n},
         {std::max<std::uint64_t>(n, 1)},
         std::move(attributes),
         all_mantissa_bits,
         {}});
  }
  void words(const std::string& name, std::vector<std::string> text, std::vector<Attribute> attributes) {
    const std::uint64_t n = text.size();
    add({"",
         name,
         ValueType::text,
         {name},
         {n},
         {},
         std::move(attributes),
         all_mantissa_bits,
         std::move(text)});
  }

 private:
  StudyFile& study_;
  std::string name_;
};

void add_coordinates(Group& group, const Plan& plan, std::size_t frames) {
  group.numbers("time", ValueType::int32, frames, time_attributes(plan));
  std::vector<std::string> arms;
  for (const ArmPlan& arm : plan.arms) arms.push_back(arm.name);
  group.words("arm", arms, arm_attributes());
  const std::int64_t replicates = std::int64_t{plan.societies} * plan.per_society;
  group.numbers("replicate", ValueType::int32, size(replicates),
                index_attributes("replicate: a society with its noise", replicates, "scenario"));
  group.add({"",
             "society",
             ValueType::int32,
             {"replicate"},
             {size(replicates)},
             {size(replicates)},
             index_attributes("society of the replicate; noise is nested in it", plan.societies, "scenario"),
             all_mantissa_bits,
             {}});
}

void add_population(StudyFile& study, const Plan& plan, const ModelDeclaration& model) {
  Group group(study, "population");
  add_coordinates(group, plan, study.population_weeks.size());
  const std::string by = group_dimension(model);
  std::vector<std::string> labels{"all"};
  if (!model.quadrants.empty())
    for (const std::string_view label : model.quadrants.front().labels) labels.emplace_back(label);
  group.words(by, labels, group_attributes(model));
  group.numbers("quantile", ValueType::float64, recorded_quantiles.size(), quantile_attributes());
  const std::vector<std::string> dims{"time", "arm", "replicate", by};
  const std::vector<std::uint64_t> shape{study.population_weeks.size(), plan.arms.size(),
                                         size(std::int64_t{plan.societies} * plan.per_society),
                                         labels.size()};
  const std::vector<std::uint64_t> chunk{std::min<std::uint64_t>(shape[0], summary_frames_per_chunk), 1, 1,
                                         shape[3]};
  const auto variable = [&](const std::string& name, ValueType type, std::vector<Attribute> attributes) {
    group.add({"", name, type, dims, shape, chunk, std::move(attributes), all_mantissa_bits, {}});
  };
  for (const CountDeclaration& count : population_counts())
    variable(std::string(count.name), ValueType::int32, count_attributes(count));
  for (const OutcomeDeclaration& outcome : model.outcomes) {
    const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(outcome.column)];
    const std::string name(column.name);
    variable(name + "_mean", ValueType::float64, summary_attributes(column, outcome, "mean of"));
    variable(name + "_sd", ValueType::float64,
             summary_attributes(column, outcome, "standard deviation (n - 1) of"));
    auto dims_q = dims;
    auto shape_q = shape;
    auto chunk_q = chunk;
    dims_q.emplace_back("quantile");
    shape_q.push_back(recorded_quantiles.size());
    chunk_q.push_back(recorded_quantiles.size());
    group.add({"",
               name + "_quantile",
               ValueType::float64,
               dims_q,
               shape_q,
               chunk_q,
               summary_attributes(column, outcome, "quantiles of"),
               all_mantissa_bits,
               {}});
  }
}

void add_state(StudyFile& study, const Plan& plan, const ModelDeclaration& model) {
  Group group(study, "state");
  add_coordinates(group, plan, study.state_weeks.size());
  const std::uint64_t frames = study.state_weeks.size();
  group.add({"",
             "state_hash",
             ValueType::int64,
             {"time", "arm", "replicate"},
             {frames, plan.arms.size(), size(std::int64_t{plan.societies} * plan.per_society)},
             {std::min(frames, hashes_per_chunk), 1, 1},
             state_hash_attributes(model),
             all_mantissa_bits,
             {}});
}

void add_persons(StudyFile& study, const Plan& plan, const ModelDeclaration& model, std::int64_t persons) {
  Group group(study, "persons");
  add_coordinates(group, plan, study.person_weeks.size());
  const std::uint64_t n = size(study.sample);
  const std::uint64_t replicates = size(std::int64_t{plan.societies} * plan.per_society);
  group.numbers("person", ValueType::int32, n,
                index_attributes("place in the panel; person_id says who", study.sample, "engine"));
  group.add({"",
             "person_id",
             ValueType::int32,
             {"replicate", "person"},
             {replicates, n},
             {1, even_chunk(n, persons_per_chunk)},
             index_attributes("person of the society behind each place of the panel", persons, "engine"),
             all_mantissa_bits,
             {}});
  const std::vector<std::uint64_t> shape{study.person_weeks.size(), plan.arms.size(), replicates, n};
  const std::vector<std::uint64_t> chunk{std::min<std::uint64_t>(shape[0], frames_per_chunk), 1, 1,
                                         even_chunk(n, persons_per_chunk)};
  const auto variable = [&](PanelVariable::Source source, int index, const std::string& name, ValueType type,
                            std::vector<Attribute> attributes) {
    study.panel.push_back({source, index,
                           group.add({"",
                                      name,
                                      type,
                                      {"time", "arm", "replicate", "person"},
                                      shape,
                                      chunk,
                                      std::move(attributes),
                                      all_mantissa_bits,
                                      {}})});
  };
  using Source = PanelVariable::Source;
  for (const int c : plan.record.person_columns) {
    const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(c)];
    const bool index = column.element == Element::index;
    variable(index ? Source::index_column : Source::real_column, c, std::string(column.name),
             index ? ValueType::int32 : ValueType::float32, column_attributes(column));
  }
  for (const int i : plan.record.instruments) {
    const InstrumentDeclaration& instrument = model.instruments[static_cast<std::size_t>(i)];
    variable(Source::score, i, std::string(instrument.name), ValueType::float32,
             score_attributes(model, instrument));
  }
  if (plan.record.styles)
    for (std::size_t q = 0; q < model.quadrants.size(); ++q) {
      const QuadrantDeclaration& quadrant = model.quadrants[q];
      const std::string name(quadrant.name);
      variable(Source::quadrant, static_cast<int>(q), name, ValueType::int8,
               label_attributes(quadrant, "from latent values"));
      if (instruments_behind(model, quadrant))
        variable(Source::quadrant_by_score, static_cast<int>(q), name + "_by_score", ValueType::int8,
                 label_attributes(quadrant, "from observed scores, measurement error included"));
    }
  if (std::any_of(plan.arms.begin(), plan.arms.end(),
                  [](const ArmPlan& a) { return !a.programmes.empty(); })) {
    variable(Source::treated, 0, "treated", ValueType::int8,
             flag_attributes("allotted to a programme that has begun"));
    variable(Source::enrolled, 0, "enrolled", ValueType::int8,
             flag_attributes("treated and not dropped out"));
  }
}

void add_spells(StudyFile& study, const Plan& plan, std::int64_t persons) {
  Group group(study, "ties");
  const auto column = [&](const std::string& name, ValueType type, std::vector<Attribute> attributes) {
    group.add({"",
               name,
               type,
               {"spell"},
               {unknown_length},
               {rows_per_chunk},
               std::move(attributes),
               all_mantissa_bits,
               {}});
  };
  column("spell", ValueType::int64, row_attributes("spell"));
  for (const SpellColumn& c : spell_columns(plan, persons)) column(c.name, c.type, c.attributes);
}

std::string network_hash(const graph::AcquaintanceGraph& graph) {
  std::string ties;
  for (std::size_t e = 0; e < graph.tie_low.size(); ++e)
    ties += fmt::format("{},{}\n", graph.tie_low[e], graph.tie_high[e]);
  return text_hash(ties);
}

void add_society(StudyFile& study, const Plan& plan, const ModelDeclaration& model, const Society& society) {
  const std::int64_t persons = society.persons();
  Group group(study, "society");
  group.numbers("society", ValueType::int32, size(plan.societies),
                index_attributes("society", plan.societies, "scenario"));
  std::vector<std::string> arms;
  for (const ArmPlan& arm : plan.arms) arms.push_back(arm.name);
  group.words("arm", arms, arm_attributes());
  group.numbers("person", ValueType::int32, size(persons), index_attributes("person", persons, "engine"));
  if (!society.labels.empty())
    group.add({"",
               "person_label",
               ValueType::text,
               {"person"},
               {size(persons)},
               {},
               {{"long_name", std::string("what the network file calls the person")},
                {"units", std::string("1")},
                {"source", std::string("network file")}},
               all_mantissa_bits,
               society.labels});
  const std::uint64_t chunk = even_chunk(size(persons), persons_per_chunk);
  for (const ColumnDeclaration& c : model.person_columns) {
    if (c.storage == Storage::per_world) continue;
    const bool shared = c.storage == Storage::shared;
    Dataset d{"",
              std::string(c.name),
              ValueType::float32,
              {"society", "person"},
              {size(plan.societies), size(persons)},
              {1, chunk},
              column_attributes(c),
              all_mantissa_bits,
              {}};
    if (!shared) {
      d.dimensions.insert(d.dimensions.begin(), "arm");
      d.shape.insert(d.shape.begin(), plan.arms.size());
      d.chunk.insert(d.chunk.begin(), 1);
    }
    group.add(std::move(d));
  }
  Group graph(study, "graph");
  const auto column = [&](const std::string& name, ValueType type, std::vector<Attribute> attributes) {
    graph.add({"",
               name,
               type,
               {"tie"},
               {unknown_length},
               {rows_per_chunk},
               std::move(attributes),
               all_mantissa_bits,
               {}});
  };
  column("tie", ValueType::int64, row_attributes("acquaintance tie"));
  column("society", ValueType::int32, index_attributes("society of the tie", plan.societies, "scenario"));
  column("tail", ValueType::int32, index_attributes("lower person of the tie", persons, "engine"));
  column("head", ValueType::int32, index_attributes("higher person of the tie", persons, "engine"));
}

}  // namespace

std::string group_dimension(const ModelDeclaration& model) {
  return model.quadrants.empty() ? "everybody" : std::string(model.quadrants.front().name);
}

std::vector<int> frame_weeks(const Plan& plan, int every) {
  std::vector<int> weeks;
  if (every <= 0) return weeks;
  for (int week = plan.record.burn_in ? -plan.burn_in : 0; week <= plan.run; ++week)
    if (week % every == 0) weeks.push_back(week);
  return weeks;
}

StudyFile describe_study(const Plan& plan, const ModelDeclaration& model, const Society& society,
                         const Build& build) {
  const std::int64_t persons = society.persons();
  StudyFile study;
  study.population_weeks = frame_weeks(plan, plan.record.population_every);
  study.person_weeks = frame_weeks(plan, plan.record.persons_every);
  study.sample = plan.record.persons_sample == 0 ? persons : std::min(plan.record.persons_sample, persons);
  study.file.attributes = root_attributes_of(plan, model, build);
  // the scenario names a network file, the hash says what was in it
  if (!society.labels.empty()) study.file.attributes.push_back({"network_hash", network_hash(society.graph)});
  if (!study.population_weeks.empty()) add_population(study, plan, model);
  if (!study.person_weeks.empty()) add_persons(study, plan, model, persons);
  study.state_weeks = frame_weeks(plan, 1);
  add_state(study, plan, model);
  if (plan.record.ties && model.coupled_column >= 0) add_spells(study, plan, persons);
  if (plan.record.society) add_society(study, plan, model, society);
  for (Dataset& d : closeness_datasets(plan, model, persons)) study.file.datasets.push_back(std::move(d));
  return study;
}

}  // namespace kindred::record
