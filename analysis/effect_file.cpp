#include "analysis/effect_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/effect_data.hpp"
#include "analysis/effect_layout.hpp"
#include "analysis/effects.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/read_file.hpp"

namespace kindred::analysis {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Where figures of one (arm, replicate) go: chunk [every week, 1, 1, every outcome, ...] of a dataset.
class Destination {
 public:
  Destination(const Plan& plan, const std::vector<record::Dataset>& declared, record::Spool& spool,
              std::size_t first)
      : replicates_(static_cast<std::uint64_t>(plan.societies * plan.per_society)), declared_(declared),
        spool_(spool), first_(first) {}

  std::size_t place(std::string_view name) const {
    const auto found = std::find_if(declared_.begin(), declared_.end(),
                                    [&](const record::Dataset& d) { return d.name == name; });
    if (found == declared_.end()) throw Bug("effects have no dataset of the name " + std::string(name));
    return first_ + static_cast<std::size_t>(found - declared_.begin());
  }
  template <class T>
  void chunk(std::string_view name, std::size_t arm, int replicate, const std::vector<T>& values) {
    spool_.submit_chunk(place(name), arm * replicates_ + static_cast<std::uint64_t>(replicate),
                        record::bytes_of(values));
  }
  template <class T>
  void array(std::string_view name, const std::vector<T>& values) {
    spool_.submit_array(place(name), record::bytes_of(values));
  }

 private:
  std::uint64_t replicates_;
  const std::vector<record::Dataset>& declared_;
  record::Spool& spool_;
  std::size_t first_;
};

/// [week][outcome][cell] as one row-major array.
template <class Read>
auto flat(const ArmEffects& effects, Read read) {
  std::vector<decltype(read(CellEffect{}))> values;
  for (const auto& of_week : effects.effect)
    for (const auto& of_outcome : of_week)
      for (const CellEffect& cell : of_outcome) values.push_back(read(cell));
  return values;
}

/// What an arm has that is compared with none.
ArmEffects no_effects(std::size_t weeks, std::size_t outcomes) {
  std::array<CellEffect, cell_count> empty;
  empty.fill({none, none, none, none, 0});
  std::array<double, cell_count> no_sd;
  no_sd.fill(none);
  return {std::vector(weeks, std::vector(outcomes, empty)), std::vector<double>(outcomes, none),
          std::vector(outcomes, no_sd)};
}

void submit_effects(Destination& to, const ArmEffects& effects, std::size_t arm, int replicate) {
  to.chunk("effect", arm, replicate, flat(effects, [](const CellEffect& c) { return c.mean; }));
  to.chunk("persons", arm, replicate, flat(effects, [](const CellEffect& c) { return c.persons; }));
  to.chunk("individual_sd", arm, replicate, flat(effects, [](const CellEffect& c) { return c.sd; }));
  to.chunk("share_up", arm, replicate, flat(effects, [](const CellEffect& c) { return c.up; }));
  to.chunk("share_down", arm, replicate, flat(effects, [](const CellEffect& c) { return c.down; }));
  to.chunk("baseline_sd", arm, replicate, effects.baseline_sd);
  std::vector<double> cell_sds;
  for (const auto& of_outcome : effects.cell_sd)
    cell_sds.insert(cell_sds.end(), of_outcome.begin(), of_outcome.end());
  to.chunk("cell_sd", arm, replicate, cell_sds);
}

void submit_direct(Destination& to, const Plan& plan, const ModelDeclaration& model,
                   const record::ReplicateSnapshots& snapshots, std::size_t arm, int replicate) {
  const std::vector<int> probed = probed_arms(plan, ProbePlan::Kind::alone);
  if (probed.empty()) return;
  DirectEffects direct =
      no_direct_effects(weeks_after_start(plan).size(), record::watched_columns(model).size());
  if (std::find(probed.begin(), probed.end(), static_cast<int>(arm)) != probed.end())
    direct = direct_effects(plan, model, snapshots, arm);
  const auto joined = [](const auto& rows) {
    auto all = rows.front();
    for (std::size_t w = 1; w < rows.size(); ++w) all.insert(all.end(), rows[w].begin(), rows[w].end());
    return all;
  };
  to.chunk("direct_alone", arm, replicate, joined(direct.alone));
  to.chunk("direct_together", arm, replicate, joined(direct.together));
  to.chunk("direct_persons", arm, replicate, joined(direct.persons));
}

/// The arm's probes with one mechanism off: the treated world first, then its untreated counterpart.
ArmEffects effects_without(const Plan& plan, const ModelDeclaration& model,
                           const record::ReplicateSnapshots& snapshots, std::size_t arm, int mechanism) {
  const record::ArmSnapshots* worlds[2] = {nullptr, nullptr};
  for (std::size_t p = 0; p < plan.probes.size(); ++p) {
    const ProbePlan& probe = plan.probes[p];
    if (probe.kind == ProbePlan::Kind::path && probe.of == static_cast<int>(arm) &&
        probe.parameter == mechanism)
      worlds[probe.world.programmes.empty() ? 1 : 0] = &snapshots.probes[p];
  }
  if (comparator(plan, arm) < 0 || worlds[0] == nullptr || worlds[1] == nullptr)
    return no_effects(weeks_after_start(plan).size(), record::watched_columns(model).size());
  return effects_between(model, snapshots, *worlds[0], *worlds[1]);
}

void submit_paths(Destination& to, const Plan& plan, const ModelDeclaration& model,
                  const record::ReplicateSnapshots& snapshots, std::size_t arm, int replicate) {
  const std::vector<int> switches = probed_switches(plan);
  if (switches.empty()) return;
  std::vector<std::vector<double>> by_mechanism;
  for (const int mechanism : switches)
    by_mechanism.push_back(flat(effects_without(plan, model, snapshots, arm, mechanism),
                                [](const CellEffect& c) { return c.mean; }));
  std::vector<double> values;
  for (std::size_t k = 0; k < by_mechanism.front().size(); ++k)
    for (const std::vector<double>& of_mechanism : by_mechanism) values.push_back(of_mechanism[k]);
  to.chunk("effect_without", arm, replicate, values);
}

/// Expected points of the first questionnaire that reads each outcome: reliability shrinks what a score shows
/// of a latent difference.
std::vector<double> points_per_unit(const ModelDeclaration& model) {
  std::vector<double> points;
  for (const record::WatchedColumn& w : record::watched_columns(model)) {
    const InstrumentDeclaration* scale = scale_of(model, w.column);
    points.push_back(scale == nullptr ? none : scale->sd * std::sqrt(scale->reliability));
  }
  return points;
}

void submit_coordinates(Destination& to, const Plan& plan, const ModelDeclaration& model) {
  std::vector<std::int32_t> replicates, societies, comparators, by_chance;
  for (int r = 0; r < plan.societies * plan.per_society; ++r) {
    replicates.push_back(r);
    societies.push_back(r / plan.per_society);
  }
  for (std::size_t a = 0; a < plan.arms.size(); ++a) {
    comparators.push_back(comparator(plan, a));
    by_chance.push_back(decided_by_one_chance(plan.arms[a]) ? 1 : 0);
  }
  to.array("decided_by_one_chance", by_chance);
  to.array("time", weeks_after_start(plan));
  to.array("replicate", replicates);
  to.array("society", societies);
  to.array("against", comparators);
  to.array("points_per_unit", points_per_unit(model));
  if (model.challenges.empty() || model.quadrants.empty()) return;
  const std::vector<record::WatchedColumn> watched = record::watched_columns(model);
  std::vector<std::int32_t> outcomes, cells;
  for (const ChallengeDeclaration& c : model.challenges) {
    const auto shows = std::find_if(watched.begin(), watched.end(), [&](const record::WatchedColumn& w) {
      return w.column == c.column && w.among_coupled == c.among_coupled;
    });
    outcomes.push_back(static_cast<std::int32_t>(shows - watched.begin()));
    cells.push_back(static_cast<std::int32_t>(at(Cell::treated_style_0)) + c.label);
  }
  to.array("challenge_outcome", outcomes);
  to.array("challenge_cell", cells);
}

}  // namespace

record::Addition effects_addition(const Plan& plan, const ModelDeclaration& model) {
  if (weeks_after_start(plan).empty()) return {};
  record::Addition addition;
  addition.datasets = declare_effects(plan, model);
  addition.bytes_per_person = bytes_per_person_to_fill;
  addition.begin = [&plan, &model, declared = addition.datasets](record::Spool& spool, std::size_t first) {
    Destination to(plan, declared, spool, first);
    submit_coordinates(to, plan, model);
  };
  addition.fill = [&plan, &model, declared = addition.datasets](int r,
                                                                const record::ReplicateSnapshots& snapshots,
                                                                record::Spool& spool, std::size_t first) {
    Destination to(plan, declared, spool, first);
    const std::size_t outcomes = record::watched_columns(model).size();
    for (std::size_t a = 0; a < plan.arms.size(); ++a) {
      const bool compared = comparator(plan, a) >= 0;
      submit_effects(to,
                     compared ? effects_of(plan, model, snapshots, a)
                              : no_effects(weeks_after_start(plan).size(), outcomes),
                     a, r);
      submit_direct(to, plan, model, snapshots, a, r);
      submit_paths(to, plan, model, snapshots, a, r);
    }
  };
  return addition;
}

void copy_effects(const std::string& study, const std::string& output) {
  const record::FinishedFile opened = record::open_finished(study);
  record::File file;
  for (const record::Attribute& attribute : opened.file.attributes)
    if (attribute.name != "content_hash") file.attributes.push_back(attribute);
  for (const record::Dataset& d : opened.file.datasets)
    if (d.group == "effects") file.datasets.push_back(d);
  for (const record::Dataset& d : file.datasets)
    if (std::find(d.dimensions.begin(), d.dimensions.end(), "") != d.dimensions.end())
      throw IoError(study,
                    "dataset '" + record::path_of(d) + "' has a dimension without a scale: it is damaged");
  if (file.datasets.empty()) throw ConfigError(Problem{study, 0, 0, std::string(no_effects_text)});
  record::Spool spool(file, output);
  for (std::size_t d = 0; d < file.datasets.size(); ++d) {
    const record::Dataset& dataset = file.datasets[d];
    if (dataset.type == record::ValueType::text) continue;
    const record::ChunkPlace whole{record::Extents(dataset.shape.size(), 0), dataset.shape};
    spool.submit_array(d, record::read_block(opened, dataset, whole, dataset.shape));
  }
  spool.finish();
}

}  // namespace kindred::analysis
