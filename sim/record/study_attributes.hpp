#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/record/layout.hpp"

/// Attributes of the variables of a study file, made from the declarations.
namespace kindred::record {

struct Build;

/// A count of persons in the population summaries.
struct CountDeclaration {
  std::string_view name;
  std::string_view meaning;
};
/// persons, coupled, broke_up, formed_bond: in the order in which they are recorded.
std::span<const CountDeclaration> population_counts();

struct SpellColumn {
  std::string name;
  ValueType type;
  std::vector<Attribute> attributes;
};
/// tail, head, onset, terminus, terminus_censored, kind, arm, replicate.
std::vector<SpellColumn> spell_columns(const Plan& plan, std::int64_t persons);

std::vector<Attribute> time_attributes(const Plan& plan);
std::vector<Attribute> arm_attributes();
/// Of arms by number, in a table: says which number is which.
std::vector<Attribute> arm_number_attributes(const Plan& plan);
/// Of numbers that count something from 0: places 0 .. n - 1.
std::vector<Attribute> index_attributes(std::string_view long_name, std::int64_t n, std::string_view source);
/// The same for int64 row numbers of a table whose length is not known yet.
std::vector<Attribute> row_attributes(std::string_view long_name);
std::vector<Attribute> quantile_attributes();
std::vector<Attribute> group_attributes(const ModelDeclaration& model);
std::vector<Attribute> count_attributes(const CountDeclaration& count);
std::vector<Attribute> summary_attributes(const ColumnDeclaration& column, const OutcomeDeclaration& outcome,
                                          std::string_view statistic);
std::vector<Attribute> column_attributes(const ColumnDeclaration& column);
std::vector<Attribute> score_attributes(const ModelDeclaration& model,
                                        const InstrumentDeclaration& instrument);
std::vector<Attribute> label_attributes(const QuadrantDeclaration& quadrant, std::string_view how);
std::vector<Attribute> flag_attributes(std::string_view meaning);
/// Of the hash of every week's state: what it covers, list by list (sim/engine/state_hash.hpp).
std::vector<Attribute> state_hash_attributes(const ModelDeclaration& model);
std::vector<Attribute> root_attributes_of(const Plan& plan, const ModelDeclaration& model,
                                          const Build& build);

/// The first declared instruments of a quadrant's two columns; none when one of them has no instrument.
std::optional<std::pair<int, int>> instruments_behind(const ModelDeclaration& model,
                                                      const QuadrantDeclaration& q);

}  // namespace kindred::record
