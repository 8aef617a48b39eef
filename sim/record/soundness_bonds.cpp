#include "sim/record/soundness_bonds.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kindred::record {
namespace {

constexpr const char* table = "ties";

}  // namespace

void SpellCheck::fault(std::int64_t row, const SpellRow& spell, const std::string& text) {
  const auto arm = static_cast<std::size_t>(spell.arm);
  const std::string name = arm < arms_.size() ? fmt::format("'{}'", arms_[arm]) : fmt::format("{}", arm);
  faults_.add(table, fmt::format("row {}, arm {}, replicate {}, {} of {} and {}, weeks {} to {}: {}", row,
                                 name, spell.replicate, spell.bond ? "bond" : "commitment", spell.tail,
                                 spell.head, spell.onset, spell.terminus, text));
}

void SpellCheck::check_alone(std::int64_t row, const SpellRow& spell) {
  if (spell.tail >= spell.head) fault(row, spell, "the lower person must come first");
  if (spell.onset > spell.terminus) fault(row, spell, "ends before it begins");
  if (spell.bond && spell.onset == spell.terminus && !spell.censored)
    fault(row, spell, "ends in the week in which it begins");
  if (last_week_ && spell.censored && spell.terminus != *last_week_)
    fault(row, spell, fmt::format("outlasts the study, yet ends before its last week, {}", *last_week_));
  if (acquainted_ && !acquainted_(spell.replicate, spell.tail, spell.head))
    fault(row, spell, "the graph has no tie between them");
}

void SpellCheck::check_order(std::int64_t row, const SpellRow& spell) {
  const bool same_world = before_ && before_->replicate == spell.replicate && before_->arm == spell.arm;
  if (before_ && !before_->bond) {
    const bool belongs = same_world && spell.bond && before_->tail == spell.tail &&
                         before_->head == spell.head && before_->terminus == spell.terminus &&
                         before_->censored == spell.censored && spell.onset <= before_->onset;
    if (!belongs) fault(before_row_, *before_, "no bond of theirs that spans it follows");
  }
  if (!same_world) {
    last_.clear();
    if (before_ && std::pair(spell.replicate, spell.arm) < std::pair(before_->replicate, before_->arm))
      fault(row, spell, fmt::format("stands behind replicate {}, arm {}", before_->replicate, before_->arm));
  } else if (spell.terminus < before_->terminus) {
    fault(row, spell, fmt::format("stands behind a spell that ends in week {}", before_->terminus));
  }
}

void SpellCheck::check_person(std::int64_t row, const SpellRow& spell, std::int32_t person,
                              std::int32_t partner) {
  const auto known = last_.find(person);
  if (known == last_.end()) {
    last_.emplace(person, Bond{partner, spell.onset, spell.terminus, spell.censored});
    return;
  }
  Bond& bond = known->second;
  if (spell.onset < bond.terminus || (bond.censored && spell.onset <= bond.terminus))
    fault(row, spell,
          fmt::format("person {} is in a bond with {} at the same time, weeks {} to {}", person, bond.partner,
                      bond.onset, bond.terminus));
  if (spell.terminus >= bond.terminus) bond = {partner, spell.onset, spell.terminus, spell.censored};
}

void SpellCheck::add(std::int64_t row, const SpellRow& spell) {
  check_alone(row, spell);
  check_order(row, spell);
  if (spell.bond) {
    check_person(row, spell, spell.tail, spell.head);
    check_person(row, spell, spell.head, spell.tail);
    std::map<std::int32_t, std::int64_t>& change = change_[{spell.replicate, spell.arm}];
    change[spell.onset] += 2;
    if (!spell.censored) change[spell.terminus] -= 2;
  }
  before_ = spell;
  before_row_ = row;
}

void SpellCheck::finish() {
  if (before_ && !before_->bond) fault(before_row_, *before_, "no bond of theirs that spans it follows");
}

std::int64_t SpellCheck::bonded(std::int32_t replicate, std::int32_t arm, std::int32_t week) const {
  const auto world = change_.find({replicate, arm});
  if (world == change_.end()) return 0;
  std::int64_t persons = 0;
  for (const auto& [changed, by] : world->second) {
    if (changed > week) break;
    persons += by;
  }
  return persons;
}

void check_partners(const std::string& path, std::span<const std::int32_t> persons,
                    std::span<const std::int32_t> partners, std::int64_t society, const std::string& where,
                    Faults& faults) {
  for (std::size_t i = 0; i < persons.size(); ++i) {
    const std::int32_t person = persons[i], partner = partners[i];
    if (partner == -1) continue;
    const auto fault = [&](const std::string& text) {
      faults.add(path, fmt::format("{}, person {}: {}", where, person, text));
    };
    if (partner == person) fault("is its own partner");
    if (partner < -1 || (society >= 0 && partner >= society))
      fault(
          fmt::format("has partner {}, who does not exist; there are persons 0 to {}", partner, society - 1));
    const auto found = std::lower_bound(persons.begin(), persons.end(), partner);
    if (found == persons.end() || *found != partner) continue;  // not in the panel
    const std::int32_t back = partners[static_cast<std::size_t>(found - persons.begin())];
    if (back == person) continue;
    fault(back == -1 ? fmt::format("has partner {}, who has none", partner)
                     : fmt::format("has partner {}, whose partner is {}", partner, back));
  }
}

}  // namespace kindred::record
