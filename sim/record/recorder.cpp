#include "sim/record/recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "sim/core/errors.hpp"
#include "sim/engine/measurement.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/closeness.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/study_attributes.hpp"

namespace kindred::record {

Recorder::Recorder(const Plan& plan, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
                   int first_arm, int replicate)
    : plan_(plan), study_(study), spool_(spool), first_arm_(first_arm), replicate_(replicate),
      between_(static_cast<std::size_t>(ensemble.worlds())) {
  if (!study.person_weeks.empty()) {
    sample_ = panel_sample(ensemble.society().key, ensemble.persons(), study.sample);
    if (first_arm == 0) {
      const std::size_t ids = index_of(study.file, "persons", "person_id");
      const Dataset& d = study.file.datasets[ids];
      const std::uint64_t chunks = chunk_count({1, d.shape[1]}, d.chunk);
      for (std::uint64_t c = 0; c < chunks; ++c)
        spool.submit_chunk(ids, static_cast<std::uint64_t>(replicate) * chunks + c,
                           cut_chunk(bytes_of(sample_), {1, d.shape[1]}, d.chunk, c, sizeof(std::int32_t)));
    }
  }
  if (plan.record.ties && ensemble.model().declaration->coupled_column >= 0)
    for (int w = 0; w < ensemble.worlds(); ++w) spells_.emplace_back(ensemble, w);
  spell_rows_.resize(spells_.size());
}

void Recorder::observe(const Ensemble<float>& ensemble) {
  const int week = ensemble.study_week();
  bonds_.observe(spells_, ensemble);
  if (week <= 0 && !plan_.record.burn_in)  // spells that ended before the recorded time are not part of it
    for (SpellKeeper& keeper : spells_) static_cast<void>(keeper.take());
  for (std::size_t w = 0; w < spells_.size(); ++w) {
    submit_spells(spells_[w].take(), static_cast<int>(w));
  }
  // events are summed from the frame before the first one on, so that the first frame is like the others
  if (!study_.population_weeks.empty() &&
      week > study_.population_weeks.front() - plan_.record.population_every)
    observe_population(ensemble);
  if (week >= study_.state_weeks.front()) append_hashes(ensemble.hasher()->hashes());
  if (next_person_ < study_.person_weeks.size() && study_.person_weeks[next_person_] == week)
    observe_persons(ensemble);
  if (week == programmes_start(plan_) && records_closeness(plan_, *ensemble.model().declaration))
    record_closeness(plan_, study_.file, spool_, ensemble, first_arm_, replicate_);
}

/// `hashes` is [world].
void Recorder::append_hashes(std::span<const std::uint64_t> hashes) {
  const std::size_t dataset = index_of(study_.file, "state", "state_hash");
  for (std::size_t w = 0; w < between_.size(); ++w)
    append(dataset, static_cast<int>(w), bytes_of(std::vector{static_cast<std::int64_t>(hashes[w])}));
}

void Recorder::observe_population(const Ensemble<float>& ensemble) {
  const auto& weeks = study_.population_weeks;
  if (next_population_ == weeks.size() || weeks[next_population_] != ensemble.study_week()) {
    for (int w = 0; w < ensemble.worlds(); ++w)
      add_bond_events(ensemble, w, between_[static_cast<std::size_t>(w)]);
    return;
  }
  ++next_population_;
  std::vector<PopulationFrame> frames = summariser_.frames(ensemble);
  const ModelDeclaration& model = *ensemble.model().declaration;
  for (int w = 0; w < ensemble.worlds(); ++w) {
    PopulationFrame& frame = frames[static_cast<std::size_t>(w)];
    PopulationFrame& between = between_[static_cast<std::size_t>(w)];
    for (std::size_t g = 0; g < between.broke.size(); ++g) {
      frame.broke[g] += between.broke[g];
      frame.formed[g] += between.formed[g];
    }
    between = {};
    const auto append_counts = [&](std::size_t which, const std::vector<std::int32_t>& counts) {
      append(index_of(study_.file, "population", population_counts()[which].name), w, bytes_of(counts));
    };
    append_counts(0, frame.persons);
    append_counts(1, frame.coupled);
    append_counts(2, frame.broke);
    append_counts(3, frame.formed);
    for (std::size_t o = 0; o < model.outcomes.size(); ++o) {
      const std::string name(model.person_columns[static_cast<std::size_t>(model.outcomes[o].column)].name);
      std::vector<double> mean, sd, quantiles;
      for (const Moments& m : frame.outcome[o]) {
        mean.push_back(m.mean);
        sd.push_back(m.sd);
        quantiles.insert(quantiles.end(), m.quantile.begin(), m.quantile.end());
      }
      append(index_of(study_.file, "population", name + "_mean"), w, bytes_of(mean));
      append(index_of(study_.file, "population", name + "_sd"), w, bytes_of(sd));
      append(index_of(study_.file, "population", name + "_quantile"), w, bytes_of(quantiles));
    }
  }
  last_frame_ = std::move(frames);
}

/// `frame` is one time step of the dataset for one (arm, replicate): every value behind those axes.
void Recorder::append(std::size_t dataset, int world, std::vector<std::byte> frame) {
  const Dataset& d = study_.file.datasets[dataset];
  Buffer& buffer = buffers_[{dataset, world}];
  buffer.bytes.reserve(frame.size() * std::min(d.chunk[0], d.shape[0]));  // else it would grow by copies
  buffer.bytes.insert(buffer.bytes.end(), frame.begin(), frame.end());
  ++buffer.rows;
  const std::uint64_t first = buffer.chunk * d.chunk[0];
  if (buffer.rows == std::min(d.chunk[0], d.shape[0] - first)) submit(dataset, world, buffer);
}

/// A block of frames [rows, 1, 1, rest...] becomes the chunks it covers. Chunks count row-major over the
/// dataset's grid, whose arm and replicate axes have chunk length 1.
void Recorder::submit(std::size_t dataset, int world, Buffer& buffer) {
  const Dataset& d = study_.file.datasets[dataset];
  Extents shape = d.shape, one = d.chunk;
  shape[0] = buffer.rows;
  shape[1] = shape[2] = 1;
  const std::uint64_t rest =
      chunk_count({d.shape.begin() + 3, d.shape.end()}, {d.chunk.begin() + 3, d.chunk.end()});
  const auto arm = static_cast<std::uint64_t>(first_arm_ + world);
  const std::uint64_t base =
      ((buffer.chunk * d.shape[1] + arm) * d.shape[2] + static_cast<std::uint64_t>(replicate_)) * rest;
  for (std::uint64_t c = 0; c < rest; ++c)
    spool_.submit_chunk(dataset, base + c, cut_chunk(buffer.bytes, shape, one, c, element_size(d.type)));
  buffer.bytes.clear();
  buffer.rows = 0;
  ++buffer.chunk;
}

void Recorder::submit_spells(const std::vector<Spell>& spells, int world) {
  if (spells.empty()) return;
  const auto segment = static_cast<std::uint64_t>(replicate_) * plan_.arms.size() +
                       static_cast<std::uint64_t>(first_arm_ + world);
  const auto column = [&](std::string_view name, auto value_of) {
    std::vector<decltype(value_of(spells.front()))> values;
    for (const Spell& s : spells) values.push_back(value_of(s));
    spool_.submit_rows(index_of(study_.file, "ties", name), segment, bytes_of(values),
                       spell_rows_[static_cast<std::size_t>(world)]);
  };
  column("tail", [](const Spell& s) { return s.tail; });
  column("head", [](const Spell& s) { return s.head; });
  column("onset", [](const Spell& s) { return s.onset; });
  column("terminus", [](const Spell& s) { return s.terminus; });
  column("terminus_censored", [](const Spell& s) { return s.censored; });
  column("kind", [](const Spell& s) { return s.kind; });
  column("arm", [&](const Spell&) { return static_cast<std::int32_t>(first_arm_ + world); });
  column("replicate", [&](const Spell&) { return static_cast<std::int32_t>(replicate_); });
  spell_rows_[static_cast<std::size_t>(world)] += spells.size();
}

/// Of the bonds that ended and began before week 0 those count that the frame of week 0 is to count.
void Recorder::go_on_from(std::vector<WorldPast> past) {
  for (std::size_t w = 0; w < spells_.size(); ++w) spells_[w].go_on_from(std::move(past[w].bonds));
  bonds_.forget();
  if (study_.population_weeks.empty()) return;
  for (std::size_t w = 0; w < past.size(); ++w) {
    const std::size_t groups = past[w].groups;
    if (groups == 0) continue;
    PopulationFrame& between = between_[w];
    between.broke.assign(groups, 0);
    between.formed.assign(groups, 0);
    const std::size_t weeks = past[w].broke_up.size() / groups;  // the last of them is week 0
    const auto counted = static_cast<std::size_t>(plan_.record.population_every - 1);
    for (std::size_t k = weeks - 1 - std::min(weeks - 1, counted); k < weeks - 1; ++k)
      for (std::size_t g = 0; g < groups; ++g) {
        between.broke[g] += past[w].broke_up[k * groups + g];
        between.formed[g] += past[w].formed[k * groups + g];
      }
  }
}

void Recorder::finish(const Ensemble<float>& ensemble) {
  for (std::size_t w = 0; w < spells_.size(); ++w)
    submit_spells(spells_[w].close(ensemble.study_week()), static_cast<int>(w));
  for (const auto& [key, buffer] : buffers_)
    if (buffer.rows != 0)
      throw Bug("a chunk of " + path_of(study_.file.datasets[key.first]) + " was left unfinished");
}

namespace {

void submit_numbers(const StudyFile& study, Spool& spool, std::string_view group, std::string_view name,
                    const std::vector<std::int32_t>& values) {
  spool.submit_array(index_of(study.file, group, name), bytes_of(values));
}

std::vector<std::int32_t> counting(std::int64_t n) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int32_t>(i);
  return values;
}

}  // namespace

void record_coordinates(const Plan& plan, const StudyFile& study, Spool& spool, std::size_t own) {
  const std::int64_t replicates = std::int64_t{plan.societies} * plan.per_society;
  for (const Dataset& d : std::span(study.file.datasets).first(own)) {
    if (d.name == "society" && d.dimensions == std::vector<std::string>{"replicate"}) {
      std::vector<std::int32_t> society = counting(replicates);
      for (std::int32_t& s : society) s /= plan.per_society;
      submit_numbers(study, spool, d.group, d.name, society);
    }
    if (!is_coordinate(d) || d.type == ValueType::text || is_table(d)) continue;
    if (d.name == "time")
      submit_numbers(study, spool, d.group, d.name,
                     d.group == "population" ? study.population_weeks
                     : d.group == "state"    ? study.state_weeks
                                             : study.person_weeks);
    else if (d.name == "replicate") submit_numbers(study, spool, d.group, d.name, counting(replicates));
    else if (d.name == "quantile")
      spool.submit_array(index_of(study.file, d.group, d.name),
                         bytes_of(std::vector<double>(recorded_quantiles.begin(), recorded_quantiles.end())));
    else submit_numbers(study, spool, d.group, d.name, counting(static_cast<std::int64_t>(d.shape[0])));
  }
}

void record_society(const Plan& plan, const StudyFile& study, Spool& spool, const Ensemble<float>& ensemble,
                    int first_arm, int s) {
  if (!plan.record.society) return;
  const auto columns = ensemble.model().declaration->person_columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const bool shared = columns[c].storage == Storage::shared;
    if (columns[c].storage == Storage::per_world || (shared && first_arm != 0)) continue;
    const std::size_t dataset = index_of(study.file, "society", columns[c].name);
    const Dataset& d = study.file.datasets[dataset];
    const Extents row{static_cast<std::uint64_t>(ensemble.persons())}, cut{d.chunk.back()};
    for (int w = 0; w < (shared ? 1 : ensemble.worlds()); ++w) {
      std::vector<float> values(row[0]);
      for (std::uint64_t i = 0; i < row[0]; ++i)
        values[i] = ensemble.person(static_cast<int>(c))(static_cast<std::int64_t>(i), w);
      const std::uint64_t chunks = chunk_count(row, cut);
      const auto arm = static_cast<std::uint64_t>(shared ? 0 : first_arm + w);
      const std::uint64_t base =
          (arm * static_cast<std::uint64_t>(plan.societies) + static_cast<std::uint64_t>(s)) * chunks;
      for (std::uint64_t k = 0; k < chunks; ++k)
        spool.submit_chunk(dataset, base + k, cut_chunk(bytes_of(values), row, cut, k, sizeof(float)));
    }
  }
  if (first_arm != 0) return;
  const graph::AcquaintanceGraph& g = ensemble.society().graph;
  const auto segment = static_cast<std::uint64_t>(s);
  const auto rows = [&](std::string_view name, const std::vector<std::int32_t>& values) {
    spool.submit_rows(index_of(study.file, "graph", name), segment, bytes_of(values), 0);
  };
  rows("society", std::vector<std::int32_t>(g.tie_low.size(), s));
  rows("tail", g.tie_low);
  rows("head", g.tie_high);
}

}  // namespace kindred::record
