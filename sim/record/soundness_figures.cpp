#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/record/soundness_counts.hpp"
#include "sim/record/soundness_file.hpp"
#include "sim/record/soundness_read.hpp"

namespace kindred::record {
namespace {

const std::vector<std::string> cell_axes{"time", "arm", "replicate", "outcome", "cell"};
const std::vector<std::string> sweep_axes{"point", "replicate", "arm", "outcome", "week"};
const std::vector<std::string> direct_axes{"time", "arm", "replicate", "outcome"};

/// Figures exist where, and only where, there are persons enough.
void check_figures(const Examination& of, std::string_view name, const Dataset& counts, double least) {
  const Dataset* const figures = find_with(of.opened.file, name, counts.dimensions);
  if (figures == nullptr || figures->shape != counts.shape) return;
  const std::size_t rank = counts.shape.size();
  for_each_block(of.opened, counts, rank, [&](const ChunkPlace& place, const std::vector<double>& persons) {
    const PlaceWords words = place_words(of.opened, *figures);
    check_present(
        std::string(name), numbers_at(of.opened, *figures, place), persons, least,
        [&](std::size_t i) { return words(row_index(place, rank, i)); }, of.faults);
  });
}

void check_moved(const Examination& of, const Dataset& counts) {
  const Dataset* const up = find_with(of.opened.file, "effects/share_up", cell_axes);
  const Dataset* const down = find_with(of.opened.file, "effects/share_down", cell_axes);
  if (up == nullptr || down == nullptr || up->shape != counts.shape || down->shape != counts.shape) return;
  for_each_block(
      of.opened, counts, cell_axes.size(), [&](const ChunkPlace& place, const std::vector<double>& persons) {
        const PlaceWords words = place_words(of.opened, *up);
        check_shares(
            numbers_at(of.opened, *up, place), numbers_at(of.opened, *down, place), persons,
            [&](std::size_t i) { return words(row_index(place, cell_axes.size(), i)); }, of.faults);
      });
}

/// Arms are compared with other arms there are; one that is compared with none has no figures.
void check_comparators(const Examination& of, const Dataset& counts) {
  const Dataset* const against = find_with(of.opened.file, "effects/against", {"arm"});
  const Dataset* const sd = find_with(of.opened.file, "effects/baseline_sd", {"arm", "replicate", "outcome"});
  if (against == nullptr || against->shape[0] != counts.shape[1]) return;
  const std::vector<std::int32_t> comparators = whole_numbers(of.opened, *against);
  for (std::size_t a = 0; a < comparators.size(); ++a)
    if (comparators[a] < -1 || comparators[a] >= static_cast<std::int32_t>(comparators.size()) ||
        comparators[a] == static_cast<std::int32_t>(a))
      of.faults.add("effects/against", fmt::format("arm {} is compared with arm {}", a, comparators[a]));
  for_each_block(of.opened, counts, cell_axes.size(),
                 [&](const ChunkPlace& place, const std::vector<double>& persons) {
                   const std::uint64_t of_arm = place.extent[2] * place.extent[3] * place.extent[4];
                   for (std::size_t i = 0; i < persons.size(); ++i) {
                     const std::uint64_t arm = place.start[1] + i / of_arm % place.extent[1];
                     if (persons[i] > 0 && comparators[arm] < 0)
                       of.faults.add("effects/persons",
                                     place_words(of.opened, counts)(row_index(place, cell_axes.size(), i)) +
                                         ": the arm is compared with none");
                   }
                 });
  if (sd == nullptr || sd->shape[0] != comparators.size()) return;
  for_each_block(of.opened, *sd, 3, [&](const ChunkPlace& place, const std::vector<double>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const Extents index = row_index(place, 3, i);
      if (!std::isnan(values[i]) && comparators[index[0]] < 0)
        of.faults.add("effects/baseline_sd", fmt::format("{}: {}, though the arm is compared with none",
                                                         place_words(of.opened, *sd)(index), values[i]));
    }
  });
}

}  // namespace

void check_effects(const Examination& of) {
  const Dataset* const counts = find_with(of.opened.file, "effects/persons", cell_axes);
  if (counts == nullptr || value_count(counts->shape) == 0) return;
  check_figures(of, "effects/effect", *counts, 1);
  check_figures(of, "effects/individual_sd", *counts, 2);
  check_figures(of, "effects/share_up", *counts, 1);
  check_figures(of, "effects/share_down", *counts, 1);
  check_moved(of, *counts);
  check_comparators(of, *counts);
  const Dataset* const direct = find_with(of.opened.file, "effects/direct_persons", direct_axes);
  if (direct == nullptr) return;
  check_figures(of, "effects/direct_alone", *direct, 1);
  check_figures(of, "effects/direct_together", *direct, 1);
}

void check_sweep(const Examination& of) {
  const File& file = of.opened.file;
  const Dataset* const counts = find_with(file, "sweep/replicates", {"point"});
  std::vector<const Dataset*> variables;
  for (const Dataset& dataset : file.datasets)
    if (dataset.group == "sweep" && dataset.dimensions == sweep_axes &&
        (variables.empty() || dataset.shape == variables.front()->shape))
      variables.push_back(&dataset);
  if (counts == nullptr || variables.empty() || value_count(variables.front()->shape) == 0) return;
  const Dataset& first = *variables.front();
  const std::vector<double> counted = all_numbers(of.opened, *counts);
  if (counted.size() != first.shape[0]) return;
  const std::uint64_t each = value_count(first.shape) / first.shape[0];
  for_each_block(of.opened, first, 1, [&](const ChunkPlace& place, const std::vector<double>&) {
    std::vector<std::vector<double>> blocks;
    for (const Dataset* variable : variables) blocks.push_back(numbers_at(of.opened, *variable, place));
    for (std::uint64_t p = 0; p < place.extent[0]; ++p) {
      std::vector<std::vector<double>> of_point;
      for (const std::vector<double>& block : blocks) {
        const auto begin = block.begin() + static_cast<std::ptrdiff_t>(p * each);
        of_point.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(each));
      }
      const std::uint64_t point = place.start[0] + p;
      check_counted(of_point, first.shape[1], counted[point], fmt::format("point {}", point), of.faults);
    }
  });
}

}  // namespace kindred::record
