#include <fmt/format.h>

#include <algorithm>

#include "sim/record/soundness_bonds.hpp"
#include "sim/record/soundness_file.hpp"
#include "sim/record/soundness_read.hpp"

namespace kindred::record {
namespace {

constexpr std::int64_t most_arms = 1U << 20U;  // worlds, numbered by replicate and arm, ascend like societies

/// Columns of a table; empty when one is missing.
std::vector<const Dataset*> columns_of(const File& file, const std::string& group, const std::string& row,
                                       const std::vector<std::string>& names) {
  std::vector<const Dataset*> columns;
  for (const std::string& name : names) {
    columns.push_back(find_with(file, group + "/" + name, {row}));
    if (columns.back() == nullptr) return {};
  }
  return columns;
}

/// The highest value that a column declares; nothing when it declares none.
std::optional<std::int32_t> highest(const Dataset& column) {
  const Attribute* const range = find_attribute(column.attributes, "valid_range");
  if (range == nullptr) return std::nullopt;
  const auto* const ends = std::get_if<std::vector<std::int32_t>>(&range->value);
  return ends == nullptr || ends->size() != 2 ? std::nullopt : std::optional(ends->back());
}

void check_closeness(const Examination& of, Graphs& graphs) {
  const std::vector<const Dataset*> columns =
      columns_of(of.opened.file, "closeness", "tie", {"replicate", "arm", "tail", "head"});
  if (columns.empty()) return;
  const auto replicates = static_cast<std::int32_t>(of.society_of.size());
  const bool against_graph = graphs.any() && replicates > 0;
  RepeatedTies repeated("closeness", of.faults);
  TieCheck alone("closeness", of.persons, of.faults);
  for_each_rows(of.opened, columns, [&](std::int64_t first, const auto& values) {
    for (std::size_t i = 0; i < values[0].size(); ++i) {
      const std::int32_t r = whole(values[0][i]), a = whole(values[1][i]), tail = whole(values[2][i]),
                         head = whole(values[3][i]);
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      if (!against_graph) alone.add(row, std::int64_t{r} * most_arms + a, tail, head);
      else if (r >= 0 && r < replicates) {
        const std::int32_t society = of.society_of[static_cast<std::size_t>(r)];
        if (!of.incomplete || graphs.has(society)) repeated.add(row, r, a, tail, head, graphs.of(society));
      }
    }
  });
  if (against_graph && !of.incomplete && highest(*columns[0]) && highest(*columns[1]))
    repeated.finish(std::int64_t{*highest(*columns[0])} + 1, std::int64_t{*highest(*columns[1])} + 1);
}

/// Persons with a partner, week by week, as spells and as the population's counts have them.
void check_coupled(const Examination& of, const SpellCheck& spells) {
  const File& file = of.opened.file;
  const Dataset* const time = find_with(file, "population/time", {"time"});
  const auto found = std::find_if(file.datasets.begin(), file.datasets.end(), [](const Dataset& dataset) {
    return path_of(dataset) == "population/coupled_persons" && dataset.shape.size() == 4;
  });
  if (time == nullptr || found == file.datasets.end() || value_count(found->shape) == 0) return;
  const std::vector<std::int32_t> weeks = whole_numbers(of.opened, *time);
  if (weeks.size() != found->shape[0]) return;
  for (std::uint64_t r = 0; r < found->shape[2]; ++r)
    for (std::uint64_t a = 0; a < found->shape[1]; ++a) {
      const std::vector<double> stated =
          numbers_at(of.opened, *found, {{0, a, r, 0}, {found->shape[0], 1, 1, 1}});
      for (std::size_t t = 0; t < weeks.size(); ++t) {
        const std::int64_t bonded =
            spells.bonded(static_cast<std::int32_t>(r), static_cast<std::int32_t>(a), weeks[t]);
        if (static_cast<double>(bonded) != stated[t])
          of.faults.add("ties",
                        fmt::format("week {}, arm {}, replicate {}: {} persons are in a bond, {} counts {}",
                                    weeks[t], a < of.arms.size() ? "'" + of.arms[a] + "'" : std::to_string(a),
                                    r, bonded, path_of(*found), stated[t]));
      }
    }
}

void check_spells(const Examination& of, Graphs& graphs) {
  const std::vector<const Dataset*> columns =
      columns_of(of.opened.file, "ties", "spell",
                 {"replicate", "arm", "tail", "head", "onset", "terminus", "terminus_censored", "kind"});
  if (columns.empty()) return;
  SpellCheck::Acquainted acquainted;
  if (graphs.any() && !of.society_of.empty())
    acquainted = [&](std::int32_t replicate, std::int32_t a, std::int32_t b) {
      const auto r = static_cast<std::size_t>(replicate);
      if (replicate < 0 || r >= of.society_of.size()) return false;
      if (of.incomplete && !graphs.has(of.society_of[r])) return true;  // nobody can tell
      return are_tied(graphs.of(of.society_of[r]), a, b);
    };
  const std::optional<std::int32_t> last_week = of.incomplete ? std::nullopt : highest(*columns[5]);
  SpellCheck spells(of.arms, last_week, acquainted, of.faults);
  for_each_rows(of.opened, columns, [&](std::int64_t first, const auto& values) {
    for (std::size_t i = 0; i < values[0].size(); ++i)
      spells.add(first + static_cast<std::int64_t>(i),
                 {whole(values[0][i]), whole(values[1][i]), whole(values[2][i]), whole(values[3][i]),
                  whole(values[4][i]), whole(values[5][i]), values[6][i] != 0, values[7][i] == 0});
  });
  spells.finish();
  if (!of.incomplete) check_coupled(of, spells);
}

}  // namespace

Graphs check_graph(const Examination& of) {
  Graphs graphs(of.opened);
  const std::vector<const Dataset*> columns =
      columns_of(of.opened.file, "graph", "tie", {"society", "tail", "head"});
  if (columns.empty()) return graphs;
  TieCheck ties("graph", of.persons, of.faults);
  for_each_rows(of.opened, columns, [&](std::int64_t first, const auto& values) {
    for (std::size_t i = 0; i < values[0].size(); ++i) {
      const std::int64_t row = first + static_cast<std::int64_t>(i);
      ties.add(row, whole(values[0][i]), whole(values[1][i]), whole(values[2][i]));
      graphs.note(whole(values[0][i]), row, 1);
    }
  });
  return graphs;
}

void check_ties(const Examination& of, Graphs& graphs) {
  check_spells(of, graphs);
  check_closeness(of, graphs);
}

}  // namespace kindred::record
