#include "sim/record/burn_in_keeper.hpp"

#include <numeric>

#include "sim/core/errors.hpp"
#include "sim/core/state_stream.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/chunk_grid.hpp"

namespace kindred::record {

namespace {

/// The values of one world of a column, as they are stored.
std::vector<std::byte> values_of(const Ensemble<float>& ensemble, int column, int world) {
  const auto copy = [&](const auto& view, auto sample) {
    std::vector<decltype(sample)> values(static_cast<std::size_t>(ensemble.persons()));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = view(static_cast<std::int64_t>(i), world);
    return bytes_of(values);
  };
  const auto& declared = ensemble.model().declaration->person_columns[static_cast<std::size_t>(column)];
  return declared.element == Element::index ? copy(ensemble.person_index(column), std::int32_t{})
                                            : copy(ensemble.person(column), float{});
}

std::vector<std::int32_t> counting(std::uint64_t n, std::int32_t from = 0) {
  std::vector<std::int32_t> values(n);
  std::iota(values.begin(), values.end(), from);
  return values;
}

}  // namespace

BurnInKeeper::BurnInKeeper(const Plan& alone, const StudyFile& study, Spool& spool,
                           const Ensemble<float>& ensemble, const Task& task)
    : plan_(alone), study_(study), spool_(spool), task_(task) {
  if (ensemble.model().declaration->coupled_column < 0) return;
  for (int w = 0; w < ensemble.worlds(); ++w) spells_.emplace_back(ensemble, w);
  broke_up_.resize(spells_.size());
  formed_.resize(spells_.size());
}

void BurnInKeeper::observe(const Ensemble<float>& ensemble) {
  for (std::size_t w = 0; w < spells_.size(); ++w) {
    spells_[w].observe(ensemble);
    static_cast<void>(spells_[w].take());  // what is over before the study is no part of it
    if (ensemble.weeks_done() == 0) continue;
    PopulationFrame week;
    add_bond_events(ensemble, static_cast<int>(w), week);
    broke_up_[w].insert(broke_up_[w].end(), week.broke.begin(), week.broke.end());
    formed_[w].insert(formed_[w].end(), week.formed.begin(), week.formed.end());
  }
}

std::uint64_t BurnInKeeper::row_of(int world) const {
  return static_cast<std::uint64_t>(replicate_of(plan_, task_)) * plan_.arms.size() +
         static_cast<std::uint64_t>(task_.first_arm + world);
}

void BurnInKeeper::submit(std::string_view group, std::string_view name, std::uint64_t row,
                          std::span<const std::byte> values) {
  const std::size_t dataset = index_of(study_.file, group, name);
  const Dataset& d = study_.file.datasets[dataset];
  const std::size_t width = element_size(d.type);
  const Extents length{values.size() / width}, cut{d.chunk.back()};
  const std::uint64_t chunks = chunk_count(length, cut);
  for (std::uint64_t c = 0; c < chunks; ++c)
    spool_.submit_chunk(dataset, row * chunks + c, cut_chunk(values, length, cut, c, width));
}

void BurnInKeeper::submit_onsets(int world, std::int64_t persons) {
  std::vector<std::int32_t> onset(static_cast<std::size_t>(persons), SpellKeeper::none);
  std::vector<std::int32_t> committed = onset;
  const auto& open = spells_[static_cast<std::size_t>(world)].open();
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (open[i].partner < 0) continue;
    onset[i] = open[i].onset;
    committed[i] = open[i].committed;
  }
  submit("persons", "bond_onset", row_of(world), bytes_of(onset));
  submit("persons", "commitment_onset", row_of(world), bytes_of(committed));
}

void BurnInKeeper::submit_persons(const Ensemble<float>& ensemble) {
  const auto columns = ensemble.model().declaration->person_columns;
  for (int w = 0; w < ensemble.worlds(); ++w) {
    for (std::size_t c = 0; c < columns.size(); ++c)
      if (columns[c].storage == Storage::per_world)
        submit("persons", columns[c].name, row_of(w), values_of(ensemble, static_cast<int>(c), w));
    if (spells_.empty()) continue;
    submit_onsets(w, ensemble.persons());
    const auto world = static_cast<std::size_t>(w);  // one chunk each: [every week, 1, 1, every group]
    spool_.submit_chunk(index_of(study_.file, "events", "broke_up"), row_of(w), bytes_of(broke_up_[world]));
    spool_.submit_chunk(index_of(study_.file, "events", "formed_bond"), row_of(w), bytes_of(formed_[world]));
  }
}

void BurnInKeeper::submit_ties(const Ensemble<float>& ensemble) {
  const graph::AcquaintanceGraph& graph = ensemble.society().graph;
  const auto columns = ensemble.model().declaration->tie_columns;
  const std::size_t ties = graph.tie_low.size();
  for (int w = 0; w < ensemble.worlds(); ++w) {
    const auto rows = [&](std::string_view name, const auto& values) {
      spool_.submit_rows(index_of(study_.file, "ties", name), row_of(w), bytes_of(values), 0);
    };
    rows("replicate", std::vector<std::int32_t>(ties, static_cast<std::int32_t>(replicate_of(plan_, task_))));
    rows("world", std::vector<std::int32_t>(ties, task_.first_arm + w));
    rows("tail", graph.tie_low);
    rows("head", graph.tie_high);
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (columns[c].storage != Storage::per_world) continue;
      const auto view = ensemble.tie(static_cast<int>(c));
      std::vector<float> values(ties);
      for (std::size_t e = 0; e < ties; ++e) values[e] = view(static_cast<std::int64_t>(e), w);
      rows(columns[c].name, values);
    }
  }
}

/// One society is the same in all its worlds and histories.
void BurnInKeeper::submit_society(const Ensemble<float>& ensemble) {
  if (task_.first_arm != 0 || task_.noise != 0) return;
  const auto society = static_cast<std::uint64_t>(task_.society);
  submit("society", "ties", society,
         bytes_of(std::vector<std::int32_t>{static_cast<std::int32_t>(ensemble.ties())}));
  const auto columns = ensemble.model().declaration->person_columns;
  for (std::size_t c = 0; c < columns.size(); ++c)
    if (columns[c].storage == Storage::shared)
      submit("society", columns[c].name, society, values_of(ensemble, static_cast<int>(c), 0));
}

void BurnInKeeper::finish(const Ensemble<float>& ensemble) {
  if (ensemble.study_week() != 0) throw Bug("a burn-in was handed in before it was over");
  submit_persons(ensemble);
  submit_ties(ensemble);
  submit_society(ensemble);
}

void BurnInKeeper::save(StateWriter& out) const {
  out.mark("burn-in");
  for (std::size_t w = 0; w < spells_.size(); ++w) {
    spells_[w].save(out);
    out.values(broke_up_[w]);
    out.values(formed_[w]);
  }
}

void BurnInKeeper::restore(StateReader& in) {
  in.mark("burn-in");
  for (std::size_t w = 0; w < spells_.size(); ++w) {
    spells_[w].restore(in);
    broke_up_[w] = in.values<std::int32_t>();
    formed_[w] = in.values<std::int32_t>();
  }
}

void record_burn_in_frame(const Plan& alone, const StudyFile& study, Spool& spool) {
  for (std::size_t index = 0; index < study.file.datasets.size(); ++index) {
    const Dataset& d = study.file.datasets[index];
    if (d.type == ValueType::text || is_table(d)) continue;
    if (d.name == "time") {
      spool.submit_array(index, bytes_of(counting(d.shape[0], 1 - alone.burn_in)));
    } else if (is_coordinate(d)) {
      spool.submit_array(index, bytes_of(counting(d.shape[0])));
    } else if (d.group == "worlds") {
      std::vector<double> parameters;
      for (const ArmPlan& world : alone.arms)
        parameters.insert(parameters.end(), world.parameters.begin(), world.parameters.end());
      spool.submit_array(index, bytes_of(parameters));
    } else if (d.dimensions == std::vector<std::string>{"replicate"}) {
      std::vector<std::int32_t> society = counting(d.shape[0]);
      for (std::int32_t& s : society) s /= alone.per_society;
      spool.submit_array(index, bytes_of(society));
    }
  }
}

}  // namespace kindred::record
