#include "sim/record/salvage_ties.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/spells.hpp"

namespace kindred::record {

namespace {

/// Columns of one table: places in the study and in the file.
using Columns = std::vector<std::pair<std::size_t, std::size_t>>;

std::uint64_t segments_of(const Plan& plan, const std::string& group) {
  const auto societies = static_cast<std::uint64_t>(plan.societies);
  if (group == "graph") return societies;
  return societies * static_cast<std::uint64_t>(plan.per_society) * plan.arms.size();
}

std::uint64_t common_rows(const Leftovers& left, const Columns& columns, std::uint64_t segment) {
  std::uint64_t rows = left.row_count(columns.front().first, segment);
  for (const auto& [from, to] : columns) rows = std::min(rows, left.row_count(from, segment));
  return rows;
}

/// What is handed in at once is there in all columns, or not whole.
void copy_whole_segments(const Plan& plan, Leftovers& left, const std::string& group, const Columns& columns,
                         Spool& spool) {
  for (std::uint64_t segment = 0; segment < segments_of(plan, group); ++segment) {
    const std::uint64_t rows = common_rows(left, columns, segment);
    const bool whole = std::all_of(columns.begin(), columns.end(), [&, s = segment](const auto& column) {
      return left.row_count(column.first, s) == rows;
    });
    if (!whole) continue;
    for (const auto& [from, to] : columns) spool.submit_rows(to, segment, left.rows(from, segment), 0);
  }
}

/// Spells under way, censored in the week of the state; in the order in which a study that ends then has
/// them.
std::vector<Spell> censored(const std::vector<SpellKeeper::Open>& bonds, int week) {
  std::vector<Spell> spells;
  for (std::size_t i = 0; i < bonds.size(); ++i) {
    const auto tail = static_cast<std::int32_t>(i);
    const SpellKeeper::Open& bond = bonds[i];
    if (bond.partner < 0) continue;
    if (bond.committed != SpellKeeper::none)
      spells.push_back({tail, bond.partner, bond.committed, week, 1, 1});
    spells.push_back({tail, bond.partner, bond.onset, week, 1, 0});
  }
  return spells;
}

template <class T, class F>
std::vector<std::byte> column_of(const std::vector<Spell>& spells, F value) {
  std::vector<T> values;
  for (const Spell& s : spells) values.push_back(value(s));
  return bytes_of(values);
}

std::vector<std::byte> values_of(const std::string& name, const std::vector<Spell>& spells, std::int32_t arm,
                                 std::int32_t replicate) {
  if (name == "tail") return column_of<std::int32_t>(spells, [](const Spell& s) { return s.tail; });
  if (name == "head") return column_of<std::int32_t>(spells, [](const Spell& s) { return s.head; });
  if (name == "onset") return column_of<std::int32_t>(spells, [](const Spell& s) { return s.onset; });
  if (name == "terminus") return column_of<std::int32_t>(spells, [](const Spell& s) { return s.terminus; });
  if (name == "terminus_censored")
    return column_of<std::int8_t>(spells, [](const Spell& s) { return s.censored; });
  if (name == "kind") return column_of<std::int8_t>(spells, [](const Spell& s) { return s.kind; });
  if (name == "arm") return column_of<std::int32_t>(spells, [&](const Spell&) { return arm; });
  if (name == "replicate") return column_of<std::int32_t>(spells, [&](const Spell&) { return replicate; });
  throw Bug("a column of bonds has no values: " + name);
}

void copy_spells(const Plan& plan, const StudyFile& study, Leftovers& left, const Columns& columns,
                 Spool& spool) {
  const std::uint64_t replicates = segments_of(plan, "ties") / plan.arms.size();
  const int from = plan.record.burn_in ? -plan.burn_in : 0;
  for (std::uint64_t replicate = 0; replicate < replicates; ++replicate)
    for (std::uint64_t arm = 0; arm < plan.arms.size(); ++arm) {
      const Leftovers::Standing& standing = left.standing(arm, replicate);
      const std::uint64_t segment = replicate * plan.arms.size() + arm;
      if (!standing.finished && (!standing.kept || standing.week < from)) continue;
      const std::uint64_t rows =
          standing.finished ? common_rows(left, columns, segment) : standing.spell_rows;
      if (common_rows(left, columns, segment) < rows) continue;  // the spool lost its end
      const std::vector<Spell> open =
          standing.finished ? std::vector<Spell>{} : censored(standing.bonds, standing.week);
      for (const auto& [in_study, to] : columns) {
        const Dataset& d = study.file.datasets[in_study];
        std::vector<std::byte> bytes = left.rows(in_study, segment);
        bytes.resize(rows * element_size(d.type));
        const auto more =
            values_of(d.name, open, static_cast<std::int32_t>(arm), static_cast<std::int32_t>(replicate));
        bytes.insert(bytes.end(), more.begin(), more.end());
        spool.submit_rows(to, segment, std::move(bytes), 0);
      }
    }
}

}  // namespace

void salvage_tables(const Plan& plan, const StudyFile& study, Leftovers& left, const File& declared,
                    const std::vector<std::size_t>& kept, Spool& spool) {
  std::map<std::string, Columns> tables;
  for (std::size_t to = 0; to < kept.size(); ++to) {
    const Dataset& d = declared.datasets[to];
    if (is_table(d) && !is_coordinate(d)) tables[d.group].emplace_back(kept[to], to);
  }
  for (const auto& [group, columns] : tables) {
    if (group == "ties") copy_spells(plan, study, left, columns, spool);
    else copy_whole_segments(plan, left, group, columns, spool);
  }
}

}  // namespace kindred::record
