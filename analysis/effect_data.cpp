#include "analysis/effect_data.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/core/errors.hpp"

namespace kindred::analysis {

namespace {

/// Datasets of the group by name; its numbers are read at once.
class Group {
 public:
  explicit Group(const std::string& path) : opened_(record::open_finished(path)) {
    if (!has("effect")) throw ConfigError(Problem{path, 0, 0, std::string(no_effects_text)});
    std::vector<std::string> paths;
    for (const record::Dataset& d : opened_.file.datasets)
      if (d.group == "effects" && d.type != record::ValueType::text) paths.push_back(path_of(d));
    std::vector<record::Numbers> numbers = record::read_numbers(opened_, paths);
    for (std::size_t k = 0; k < paths.size(); ++k) numbers_[paths[k]] = std::move(numbers[k].values);
  }
  bool has(std::string_view name) const { return find(name) != opened_.file.datasets.end(); }
  const std::vector<std::string>& words(std::string_view name) const { return checked(name).text; }
  const std::vector<double>& numbers(std::string_view name) const {
    const record::Dataset& found = checked(name);
    if (found.type == record::ValueType::text) throw IoError(opened_.path, path_of(found) + " holds text");
    return numbers_.at(path_of(found));
  }
  template <class T>
  std::vector<T> whole_numbers(std::string_view name) const {
    std::vector<T> values;
    for (const double x : numbers(name)) values.push_back(static_cast<T>(x));
    return values;
  }

 private:
  std::vector<record::Dataset>::const_iterator find(std::string_view name) const {
    return std::find_if(opened_.file.datasets.begin(), opened_.file.datasets.end(),
                        [&](const record::Dataset& d) { return d.group == "effects" && d.name == name; });
  }
  const record::Dataset& checked(std::string_view name) const {
    const auto found = find(name);
    if (found == opened_.file.datasets.end())
      throw IoError(opened_.path, "has effects without a dataset '" + std::string(name) +
                                      "'; it was written by another version: run the scenario again");
    return *found;
  }
  record::FinishedFile opened_;
  std::map<std::string, std::vector<double>> numbers_;  ///< by path
};

std::vector<Challenge> challenges_of(const Group& group) {
  std::vector<Challenge> challenges;
  if (!group.has("challenge")) return challenges;
  const auto outcomes = group.whole_numbers<std::size_t>("challenge_outcome");
  const auto cells = group.whole_numbers<std::size_t>("challenge_cell");
  for (std::size_t c = 0; c < outcomes.size(); ++c) {
    const std::string& style = group.words("challenge_style")[c];
    challenges.push_back({style, group.words("challenge")[c].substr(style.size() + 2),
                          group.words("challenge_helps")[c], group.words("challenge_focus")[c], outcomes[c],
                          cells[c]});
  }
  return challenges;
}

bool any_value(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double x) { return !std::isnan(x); });
}

}  // namespace

std::size_t EffectData::week_index(int week) const {
  return static_cast<std::size_t>(std::find(weeks.begin(), weeks.end(), week) - weeks.begin());
}

std::size_t EffectData::cell_index(std::string_view cell) const {
  const auto found = std::find(cells.begin(), cells.end(), cell);
  if (found == cells.end()) throw Bug("effects have no cell '" + std::string(cell) + "'");
  return static_cast<std::size_t>(found - cells.begin());
}

bool EffectData::has_direct(std::size_t arm) const {
  return !stored.direct_alone.empty() && any_value(direct_alone({0, arm, 0, 0}));
}

bool EffectData::has_mediated(std::size_t arm) const {
  for (std::size_t m = 0; m < mechanisms.size(); ++m)
    if (any_value(effect_without({0, arm, 0, cell_index("everyone")}, m))) return true;
  return false;
}

std::size_t EffectData::place(const Figure& f, std::size_t replicate) const {
  return ((f.week * arms.size() + f.arm) * replicates() + replicate) * outcomes.size() + f.outcome;
}

std::vector<double> EffectData::read(const std::vector<double>& values, const Figure& f) const {
  std::vector<double> result;
  for (std::size_t r = 0; r < replicates(); ++r)
    result.push_back(values[place(f, r) * cells.size() + f.cell]);
  return result;
}

std::vector<double> EffectData::read_uncelled(const std::vector<double>& values, const Figure& f) const {
  std::vector<double> result;
  for (std::size_t r = 0; r < replicates(); ++r) result.push_back(values[place(f, r)]);
  return result;
}

std::vector<double> EffectData::effect_without(const Figure& f, std::size_t mechanism) const {
  std::vector<double> result;
  for (std::size_t r = 0; r < replicates(); ++r)
    result.push_back(
        stored.effect_without[(place(f, r) * cells.size() + f.cell) * mechanisms.size() + mechanism]);
  return result;
}

std::vector<double> EffectData::baseline_sd(std::size_t arm, std::size_t outcome) const {
  std::vector<double> result;
  for (std::size_t r = 0; r < replicates(); ++r)
    result.push_back(stored.baseline_sd[(arm * replicates() + r) * outcomes.size() + outcome]);
  return result;
}

std::vector<double> EffectData::cell_sd(const Figure& f) const {
  std::vector<double> result;
  for (std::size_t r = 0; r < replicates(); ++r)
    result.push_back(
        stored.cell_sd[((f.arm * replicates() + r) * outcomes.size() + f.outcome) * cells.size() + f.cell]);
  return result;
}

EffectData read_effects(const std::string& path) {
  const Group group(path);
  EffectData data;
  data.weeks = group.whole_numbers<int>("time");
  data.arms = group.words("arm");
  data.outcomes = group.words("outcome");
  data.units = group.words("outcome_unit");
  data.scales = group.words("outcome_scale");
  data.cells = group.words("cell");
  data.definitions = group.words("cell_definition");
  for (const std::string& kind : group.words("outcome_kind")) data.is_outcome.push_back(kind == "outcome");
  data.points_per_unit = group.numbers("points_per_unit");
  data.by_one_chance = group.whole_numbers<int>("decided_by_one_chance");
  data.stored.cell_sd = group.numbers("cell_sd");
  data.against = group.whole_numbers<int>("against");
  data.challenges = challenges_of(group);
  const auto societies = group.whole_numbers<int>("society");
  data.societies = societies.back() + 1;
  data.per_society = static_cast<int>(societies.size()) / data.societies;
  data.stored.effect = group.numbers("effect");
  data.stored.persons = group.numbers("persons");
  data.stored.individual_sd = group.numbers("individual_sd");
  data.stored.share_up = group.numbers("share_up");
  data.stored.share_down = group.numbers("share_down");
  data.stored.baseline_sd = group.numbers("baseline_sd");
  if (group.has("direct_alone")) {
    data.stored.direct_alone = group.numbers("direct_alone");
    data.stored.direct_together = group.numbers("direct_together");
    data.stored.direct_persons = group.numbers("direct_persons");
  }
  if (group.has("effect_without")) {
    data.mechanisms = group.words("mechanism");
    data.stored.effect_without = group.numbers("effect_without");
  }
  return data;
}

}  // namespace kindred::analysis
