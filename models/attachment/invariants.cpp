#include "models/attachment/invariants.hpp"

#include <cmath>

#include "models/attachment/names.hpp"

namespace kindred::attachment {

namespace {

/// One person in one world.
struct Person {
  const StateView& state;
  std::int64_t row;
  int world;
  float operator[](RealColumn c) const { return state.real(c.index, row, world); }
  float operator[](SharedColumn c) const { return state.real(c.index, row, world); }
  float operator[](DerivedColumn c) const { return state.real(c.index, row, world); }
  std::int32_t operator[](IndexColumn c) const { return state.index(c.index, row, world); }
};

template <class T>
bool same(T x, T y) {
  return !(x < y) && !(x > y);
}
bool is_code(float x, int highest) {
  return x >= 0 && x <= static_cast<float>(highest) && same(x, std::floor(x));
}
bool is_share(float x) { return x >= 0 && x <= 1; }

/// Attracted to both sexes, or to the same one exactly when it is the same.
bool accepts(const Person& i, const Person& j) {
  const bool same_sex = same(i[is_man], j[is_man]);
  return i[romantic_orientation] > 1.5f || (i[romantic_orientation] > .5f) == same_sex;
}

const char* broken_by_single(const Person& me) {
  if (me[partner_tie] != -1 || me[partner_person] != -1)
    return "a bond has a tie without a partner, or a partner without a tie";
  const float left = me[bond_duration] + me[bond_committed] + std::abs(me[match_quality]);
  if (left > 0 || std::isnan(left)) return "a single person keeps something of a bond";
  if (me.state.week_over && !same(me[relationship_quality], 0.0f))
    return "a single person feels the quality of a bond";
  return nullptr;
}

const char* broken_by_bond(const Person& me) {
  const std::int32_t tie = me[partner_tie], other = me[partner_person];
  if (tie < 0 || tie >= me.state.ties || other >= me.state.persons)
    return "a bond has a tie without a partner, or a partner without a tie";
  const std::int32_t own = static_cast<std::int32_t>(me.row);
  if (me.state.tie_low[tie] != (own < other ? own : other) ||
      me.state.tie_high[tie] != (own < other ? other : own))
    return "the tie of a bond joins others";
  const Person partner{me.state, other, me.world};
  if (partner[partner_person] != own || partner[partner_tie] != tie)
    return "a partner does not return the bond";
  if (!same(me[bond_duration], partner[bond_duration]) ||
      !same(me[bond_committed], partner[bond_committed]) || !same(me[match_quality], partner[match_quality]))
    return "partners disagree about their bond";
  const float gap = std::abs(me[start_age] - partner[start_age]);
  if (!(gap <= me.state.parameter(age_gap_highest.index, me.world)) || !accepts(me, partner) ||
      !accepts(partner, me))
    return "partners are not eligible for each other";
  return nullptr;
}

const char* broken_by_values(const Person& me) {
  for (const float flag : {me[is_man], me[bond_committed], me[open_to_dating], me[wants_to_leave]})
    if (!is_code(flag, 1)) return "a flag is neither 0 nor 1";
  for (const float code : {me[romantic_orientation], me[bond_event]})
    if (!is_code(code, 2)) return "a code is none of 0, 1, 2";
  if (me[open_to_dating] + me[wants_to_leave] > 1)
    return "somebody is available and leaves a bond in one week";
  if (!is_share(me[emotional_disclosure])) return "a share leaves [0, 1]";
  for (const float stock :
       {me[mindfulness_skill], me[emotion_regulation_skill], me[cognitive_skill], me[journaling_skill],
        me[reflection_skill], me[attention_stock], me[security_boost_stock], me[personal_consolidation]})
    if (!(stock >= 0)) return "a stock or rate is negative";
  // each style is an inequality or its opposite: only a value without order belongs to none
  if (std::isnan(me[attachment_anxiety]) || std::isnan(me[attachment_avoidance]))
    return "somebody has no style";
  return nullptr;
}

const char* broken_by_slots(const StateView& now, const StateView& before, std::int64_t row, int world) {
  for (int s = 0; s < now.slots; ++s) {
    const float treated = now.treated(s, row, world), enrolled = now.enrolled(s, row, world);
    if (!is_code(treated, 1) || !is_code(enrolled, 1)) return "a flag is neither 0 nor 1";
    if (enrolled > treated) return "somebody is enrolled without being treated";
    if (enrolled > before.enrolled(s, row, world)) return "enrolment comes back";
  }
  return nullptr;
}

/// Over everybody; at the end of a week.
const char* broken_by_balance(const StateView& now, const StateView& before, int world) {
  std::int64_t balance = 0;
  for (std::int64_t i = 0; i < now.persons; ++i) {
    const Person me{now, i, world}, then{before, i, world};
    const bool coupled = me[partner_tie] >= 0, was = then[partner_tie] >= 0;
    balance += static_cast<int>(coupled) - static_cast<int>(was);
    balance -= static_cast<int>(me[bond_event] > 1.5f) - static_cast<int>(same(me[bond_event], 1.0f));
  }
  return balance == 0 ? nullptr : "bonds are not the old ones plus formed minus broken";
}

}  // namespace

Violation broken_invariant(const StateView& now, const StateView& week_began) {
  for (int w = 0; w < now.worlds; ++w) {
    for (std::int64_t i = 0; i < now.persons; ++i) {
      const Person me{now, i, w};
      const char* rule = me[partner_person] < 0 ? broken_by_single(me) : broken_by_bond(me);
      if (rule == nullptr) rule = broken_by_values(me);
      if (rule == nullptr) rule = broken_by_slots(now, week_began, i, w);
      if (rule != nullptr) return {rule, false, i, w};
    }
    for (std::int64_t e = 0; e < now.ties; ++e) {
      const float closeness = now.of_tie(tie_closeness.index, e, w);
      if (!(closeness >= .001f && closeness <= .999f)) return {"closeness leaves its bounds", true, e, w};
      if (!is_share(now.of_tie(tie_compatibility.index, e, w))) return {"a share leaves [0, 1]", true, e, w};
    }
    if (!now.week_over) continue;
    if (const char* rule = broken_by_balance(now, week_began, w)) return {rule, false, 0, w};
  }
  return {};
}

}  // namespace kindred::attachment
