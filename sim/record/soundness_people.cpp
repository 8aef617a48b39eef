#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

#include "sim/record/hdf5_attributes.hpp"
#include "sim/record/soundness_bonds.hpp"
#include "sim/record/soundness_counts.hpp"
#include "sim/record/soundness_file.hpp"
#include "sim/record/soundness_read.hpp"

namespace kindred::record {
namespace {

constexpr std::size_t world_axes = 3;  // time, arm, replicate: what lies behind them is one row
const std::vector<std::string> panel_axes{"time", "arm", "replicate", "person"};

/// Words for the week, arm and replicate of a row.
std::string row_words(const Examination& of, const Dataset& dataset, Extents index) {
  index.resize(world_axes);
  return place_words(of.opened, dataset)(index);
}

/// The outcome's name and what is said of it: "anxiety_mean" is the mean of "anxiety".
struct Figure {
  std::string outcome;
  double least;  ///< persons it needs
};

std::optional<Figure> figure_of(const std::string& name) {
  for (const auto& [ending, least] :
       {std::pair<std::string_view, double>{"_mean", 1}, {"_sd", 2}, {"_quantile", 1}})
    if (name.ends_with(ending)) return Figure{name.substr(0, name.size() - ending.size()), least};
  return std::nullopt;
}

/// Figures against the counts of the same place. @param counts  with the axes of the figures' first four
void check_figures(const Examination& of, const Dataset& dataset, const Dataset& counts, double least) {
  const bool quantiles = dataset.shape.size() > counts.shape.size();
  const std::uint64_t each = quantiles ? dataset.shape.back() : 1;
  for_each_block(
      of.opened, dataset, world_axes, [&](const ChunkPlace& place, const std::vector<double>& figures) {
        ChunkPlace of_counts = place;
        of_counts.start.resize(counts.shape.size());
        of_counts.extent.resize(counts.shape.size());
        const std::vector<double> persons = numbers_at(of.opened, counts, of_counts);
        std::vector<double> behind(figures.size());
        for (std::size_t i = 0; i < figures.size(); ++i) behind[i] = persons[i / each];
        const PlaceWords words = place_words(of.opened, dataset);
        check_present(
            path_of(dataset), figures, behind, least,
            [&](std::size_t i) { return words(row_index(place, dataset.shape.size(), i)); }, of.faults);
        for (std::size_t i = 0; quantiles && i < persons.size(); ++i) {
          const std::span row = std::span(figures).subspan(i * each, each);
          if (std::is_sorted(row.begin(), row.end()) || std::isnan(row.front())) continue;
          check_ascending(path_of(dataset), row, words(row_index(place, counts.shape.size(), i)), of.faults);
        }
      });
}

void check_counts(const Examination& of, const Dataset& counts) {
  const bool everybody = counts.name == "persons";
  const std::uint64_t groups = counts.shape.back();
  for_each_block(of.opened, counts, world_axes,
                 [&](const ChunkPlace& place, const std::vector<double>& values) {
                   for (std::uint64_t row = 0; row < values.size() / groups; ++row) {
                     const std::span of_row = std::span(values).subspan(row * groups, groups);
                     if (is_absent(of, counts, of_row.front())) continue;
                     const bool whole_society =
                         !everybody || of.persons < 0 || of_row.front() == static_cast<double>(of.persons);
                     const double together = std::accumulate(of_row.begin() + 1, of_row.end(), 0.0);
                     if (whole_society && (groups < 2 || together == of_row.front())) continue;
                     const std::string where = row_words(of, counts, row_index(place, world_axes, row));
                     check_groups(path_of(counts), of_row, where, of.faults);
                     if (!whole_society)
                       of.faults.add(path_of(counts), fmt::format("{}: {} persons, the society has {}", where,
                                                                  of_row.front(), of.persons));
                   }
                 });
}

/// The panel's persons of every replicate, ascending.
std::vector<std::vector<std::int32_t>> check_persons(const Examination& of, const Dataset& id) {
  std::vector<std::vector<std::int32_t>> persons;
  for (std::uint64_t r = 0; r < id.shape[0]; ++r) {
    std::vector<std::int32_t>& row = persons.emplace_back();
    for (const double number : numbers_at(of.opened, id, {{r, 0}, {1, id.shape[1]}}))
      row.push_back(whole(number));
    for (std::size_t i = 0; i < row.size() && !is_absent(of, id, row.front()); ++i) {
      if (i > 0 && row[i] <= row[i - 1])
        of.faults.add(path_of(id), fmt::format("replicate {}, place {}: person {} stands behind person {}; "
                                               "everybody must be there once, ascending",
                                               r, i, row[i], row[i - 1]));
      if (of.persons >= 0 && (row[i] < 0 || row[i] >= of.persons))
        of.faults.add(path_of(id), fmt::format("replicate {}, place {}: person {} does not exist; there are "
                                               "persons 0 to {}",
                                               r, i, row[i], of.persons - 1));
    }
  }
  return persons;
}

/// The other end of each person's tie; -1 for none, and for ties that are told to be wrong.
std::vector<std::int32_t> partners_by_tie(const Examination& of, const std::string& path,
                                          const std::vector<std::int32_t>& persons,
                                          const std::vector<std::int32_t>& numbers, const Ties& ties,
                                          const std::string& where) {
  std::vector<std::int32_t> partners(persons.size(), -1);
  for (std::size_t i = 0; i < persons.size(); ++i) {
    if (numbers[i] == -1) continue;
    const auto tie = static_cast<std::size_t>(numbers[i]);
    const bool there = numbers[i] >= 0 && tie < ties.size();
    if (there && ties[tie].first == persons[i]) partners[i] = ties[tie].second;
    else if (there && ties[tie].second == persons[i]) partners[i] = ties[tie].first;
    else
      of.faults.add(path,
                    fmt::format("{}, person {}: tie {} {}", where, persons[i], numbers[i],
                                there ? fmt::format("joins {} and {}", ties[tie].first, ties[tie].second)
                                      : fmt::format("does not exist; there are ties 0 to {}",
                                                    static_cast<std::int64_t>(ties.size()) - 1)));
  }
  return partners;
}

/// @param by_tie  the column holds ties instead of persons
void check_bonds(const Examination& of, const Dataset& column, bool by_tie,
                 const std::vector<std::vector<std::int32_t>>& persons, Graphs& graphs) {
  const std::uint64_t n = column.shape.back();
  for_each_block(
      of.opened, column, world_axes, [&](const ChunkPlace& place, const std::vector<double>& values) {
        for (std::uint64_t row = 0; row < values.size() / n; ++row) {
          const Extents index = row_index(place, world_axes, row);
          if (is_absent(of, column, values[row * n])) continue;
          const std::size_t replicate = index[2];
          std::vector<std::int32_t> of_row;
          for (std::uint64_t i = 0; i < n; ++i) of_row.push_back(whole(values[row * n + i]));
          const std::string where = row_words(of, column, index);
          if (by_tie)
            of_row = partners_by_tie(of, path_of(column), persons[replicate], of_row,
                                     graphs.of(of.society_of.at(replicate)), where);
          check_partners(path_of(column), persons[replicate], of_row, of.persons, where, of.faults);
        }
      });
}

/// One frame of one world. @param stated  everybody, then the groups
void count_labels(const Examination& of, const Dataset& labels, const Extents& index,
                  std::span<const double> values, const std::vector<double>& stated) {
  for (std::size_t label = 0; label + 1 < stated.size(); ++label) {
    const auto found = std::count(values.begin(), values.end(), static_cast<double>(label));
    if (static_cast<double>(found) == stated[label + 1]) continue;
    of.faults.add(path_of(labels),
                  fmt::format("{}: {} persons have label {}, the population counts {}",
                              row_words(of, labels, index), found, label, stated[label + 1]));
  }
}

/// Everybody is in the panel: as many have each label there as the population's counts say.
void check_labels(const Examination& of, const Dataset& labels, const Dataset& counts) {
  const Dataset* const there = find_with(of.opened.file, "persons/time", {"time"});
  const Dataset* const summed = find_with(of.opened.file, "population/time", {"time"});
  if (there == nullptr || summed == nullptr) return;
  const std::vector<std::int32_t> weeks = whole_numbers(of.opened, *there);
  const std::vector<std::int32_t> all = whole_numbers(of.opened, *summed);
  if (weeks.size() != labels.shape[0] || all.size() != counts.shape[0]) return;
  const std::uint64_t n = labels.shape.back(), groups = counts.shape.back();
  for_each_block(of.opened, labels, world_axes,
                 [&](const ChunkPlace& place, const std::vector<double>& values) {
                   for (std::uint64_t row = 0; row < values.size() / n; ++row) {
                     const Extents index = row_index(place, world_axes, row);
                     const auto week = std::find(all.begin(), all.end(), weeks[index[0]]);
                     if (week == all.end() || is_absent(of, labels, values[row * n])) continue;
                     const auto frame = static_cast<std::uint64_t>(week - all.begin());
                     const std::vector<double> stated =
                         numbers_at(of.opened, counts, {{frame, index[1], index[2], 0}, {1, 1, 1, groups}});
                     if (!is_absent(of, counts, stated.front()))
                       count_labels(of, labels, index, std::span(values).subspan(row * n, n), stated);
                   }
                 });
}

}  // namespace

void check_population(const Examination& of) {
  const File& file = of.opened.file;
  const auto persons = std::find_if(file.datasets.begin(), file.datasets.end(), [](const Dataset& dataset) {
    return path_of(dataset) == "population/persons" && dataset.shape.size() == world_axes + 1;
  });
  if (persons == file.datasets.end()) return;
  for (const std::string_view name : {"persons", "coupled_persons", "broke_up", "formed_bond"})
    if (const Dataset* counts = find_with(file, fmt::format("population/{}", name), persons->dimensions))
      check_counts(of, *counts);
  const Dataset* const coupled = find_with(file, "population/coupled_persons", persons->dimensions);
  for (const Dataset& dataset : file.datasets) {
    const std::optional<Figure> figure = figure_of(dataset.name);
    if (dataset.group != "population" || !figure || dataset.shape.size() <= world_axes) continue;
    const bool known = std::any_of(of.promise.datasets.begin(), of.promise.datasets.end(),
                                   [&](const Dataset& d) { return path_of(d) == path_of(dataset); });
    if (!known || !std::equal(persons->shape.begin(), persons->shape.end(), dataset.shape.begin())) continue;
    const auto& among = of.promise.among_coupled;
    const bool bonds = std::find(among.begin(), among.end(), figure->outcome) != among.end();
    if (!bonds) check_figures(of, dataset, *persons, figure->least);
    else if (coupled != nullptr) check_figures(of, dataset, *coupled, figure->least);
  }
}

void check_panel(const Examination& of, Graphs& graphs) {
  const File& file = of.opened.file;
  const Dataset* const id = find_with(file, "persons/person_id", {"replicate", "person"});
  if (id == nullptr || value_count(id->shape) == 0) return;
  const std::vector<std::vector<std::int32_t>> persons = check_persons(of, *id);
  for (const Dataset& dataset : file.datasets) {
    if (dataset.group != "persons" || dataset.dimensions != panel_axes) continue;
    if (dataset.shape[2] != id->shape[0] || dataset.shape[3] != id->shape[1]) continue;
    // the only other persons that a column can name are partners
    const Attribute* const unit = find_attribute(dataset.attributes, "units");
    if (dataset.type == ValueType::int32 && unit != nullptr && attribute_text(unit->value) == "person")
      check_bonds(of, dataset, false, persons, graphs);
    if (dataset.name == of.promise.bond_tie && graphs.any() && of.society_of.size() == id->shape[0])
      check_bonds(of, dataset, true, persons, graphs);
    const Dataset* const counts =
        find_with(file, "population/persons", {"time", "arm", "replicate", dataset.name});
    if (counts != nullptr && static_cast<std::int64_t>(id->shape[1]) == of.persons &&
        counts->shape[1] == dataset.shape[1] && counts->shape[2] == dataset.shape[2])
      check_labels(of, dataset, *counts);
  }
}

}  // namespace kindred::record
