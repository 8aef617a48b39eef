#include "sim/record/soundness_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/core/errors.hpp"
#include "sim/record/soundness_read.hpp"
#include "sim/record/soundness_values.hpp"

namespace kindred::record {
namespace {

/// Runs one part of the examination. Where values cannot be decoded, or datasets have another rank than the
/// rules know, there is nothing to add to what is already told.
void part(const Examination& of, const auto& check) {
  try {
    check();
  } catch (const IoError& error) {
    if (of.faults.none()) of.faults.add("root", std::string(error.what()).substr(error.path().size() + 2));
  }
}

std::vector<std::string> arm_names(const File& file) {
  for (const Dataset& dataset : file.datasets)
    if (dataset.name == "arm" && dataset.type == ValueType::text && is_coordinate(dataset))
      return dataset.text;
  return {};
}

const Dataset* societies(const File& file) {
  for (const Dataset& dataset : file.datasets)
    if (dataset.name == "society" && dataset.dimensions == std::vector<std::string>{"replicate"} &&
        dataset.type == ValueType::int32)
      return &dataset;
  return nullptr;
}

void check_quantiles(const Examination& of, const Dataset& scale) {
  const std::vector<double> values = all_numbers(of.opened, scale);
  for (std::size_t i = 1; i < values.size(); ++i)
    if (!(values[i] > values[i - 1]))
      of.faults.add(path_of(scale),
                    fmt::format("{} stands behind {}; it must ascend", values[i], values[i - 1]));
}

void check_scale(const Examination& of, const Dataset& scale) {
  const std::string path = path_of(scale);
  if (scale.type == ValueType::float64 || scale.type == ValueType::float32) {
    check_quantiles(of, scale);
  } else if (scale.name == "time" || scale.name == "week") {
    const bool frames = scale.name == "time" && scale.group != "effects";
    const auto promised = of.promise.weeks.find(scale.group);
    const bool known = promised != of.promise.weeks.end() && !of.incomplete;
    check_weeks(path, whole_numbers(of.opened, scale), known ? promised->second : std::vector<std::int32_t>{},
                frames, of.faults);
  } else {
    for_each_rows(of.opened, {&scale}, [&](std::int64_t first, const auto& columns) {
      check_numbering(path, columns.front(), static_cast<std::uint64_t>(first), of.faults);
    });
  }
}

/// Noise is nested in societies: the same number of replicates each, societies ascending.
void check_societies(const Examination& of, const Dataset& dataset) {
  const std::vector<std::int32_t> societies_of = whole_numbers(of.opened, dataset);
  if (societies_of.empty()) return;
  const std::int64_t per_society =
      of.promise.per_society > 0 ? of.promise.per_society
                                 : std::count(societies_of.begin(), societies_of.end(), societies_of.front());
  for (std::size_t r = 0; r < societies_of.size(); ++r)
    if (societies_of[r] != static_cast<std::int64_t>(r) / per_society)
      of.faults.add(path_of(dataset), fmt::format("replicate {}: society {} must be {}", r, societies_of[r],
                                                  static_cast<std::int64_t>(r) / per_society));
}

}  // namespace

bool is_absent(const Examination& of, const Dataset& dataset, double first_of_row) {
  return of.incomplete && fill_of(dataset) == first_of_row;
}

void Graphs::note(std::int32_t society, std::int64_t first, std::int64_t count) {
  const auto [known, is_new] = rows_.try_emplace(society, first, count);
  if (!is_new && known->second.first + known->second.second == first) known->second.second += count;
}

const Ties& Graphs::of(std::int32_t society) {
  if (held_ == society) return ties_;
  held_ = society;
  ties_.clear();
  const auto rows = rows_.find(society);
  const Dataset* const tail = find_with(opened_.file, "graph/tail", {"tie"});
  const Dataset* const head = find_with(opened_.file, "graph/head", {"tie"});
  if (rows == rows_.end() || tail == nullptr || head == nullptr) return ties_;
  const ChunkPlace place{{static_cast<std::uint64_t>(rows->second.first)},
                         {static_cast<std::uint64_t>(rows->second.second)}};
  const std::vector<double> tails = numbers_at(opened_, *tail, place),
                            heads = numbers_at(opened_, *head, place);
  ties_.reserve(tails.size());
  for (std::size_t i = 0; i < tails.size(); ++i) ties_.emplace_back(whole(tails[i]), whole(heads[i]));
  return ties_;
}

void check_coordinates(const Examination& of) {
  for (const Dataset& dataset : of.opened.file.datasets) {
    if (dataset.type == ValueType::text || dataset.shape.size() != 1) continue;
    if (is_coordinate(dataset)) check_scale(of, dataset);
    if (dataset.name == "society" && dataset.dimensions.front() == "replicate") check_societies(of, dataset);
  }
}

void check_soundness(const FinishedFile& opened, const Promise& promise, Faults& faults) {
  check_structure(opened.file, promise, faults);
  const Dataset* const person = find_with(opened.file, "society/person", {"person"});
  Examination of{opened,
                 promise,
                 faults,
                 is_incomplete(opened.file),
                 person == nullptr ? -1 : static_cast<std::int64_t>(person->shape.front()),
                 arm_names(opened.file)};
  part(of, [&] {
    if (const Dataset* const dataset = societies(opened.file))
      of.society_of = whole_numbers(opened, *dataset);
  });
  part(of, [&] { check_coordinates(of); });
  part(of, [&] { check_population(of); });
  part(of, [&] {
    Graphs graphs = check_graph(of);
    part(of, [&] { check_ties(of, graphs); });
    part(of, [&] { check_panel(of, graphs); });
  });
  part(of, [&] { check_effects(of); });
  part(of, [&] { check_sweep(of); });
}

}  // namespace kindred::record
