#include "sim/record/spells.hpp"

#include <algorithm>
#include <utility>

#include "sim/record/row_scan.hpp"

namespace kindred::record {

SpellKeeper::SpellKeeper(const Ensemble<float>& ensemble, int world)
    : world_(world), open_(static_cast<std::size_t>(ensemble.persons())) {}

void SpellKeeper::end(std::int32_t tail, const Open& open, std::int32_t week, std::int8_t censored) {
  if (open.committed != none) finished_.push_back({tail, open.partner, open.committed, week, censored, 1});
  finished_.push_back({tail, open.partner, open.onset, week, censored, 0});
}

/// @return true when a bond began that has to be watched for its commitment
bool SpellKeeper::look_at(const Ensemble<float>& ensemble, std::int32_t person) {
  Open& open = open_[static_cast<std::size_t>(person)];
  const std::int32_t tie =
      ensemble.person_index(ensemble.model().declaration->coupled_column)(person, world_);
  const std::int32_t head = tie >= 0 ? ensemble.society().graph.tie_high[static_cast<std::size_t>(tie)] : -1;
  const std::int32_t partner = head > person ? head : -1;  // the lower person keeps the bond's spell
  if (partner == open.partner) return false;
  const bool watched = open.partner >= 0 && open.committed == none;
  const std::int32_t week = ensemble.study_week();
  if (open.partner >= 0) end(person, open, week, 0);
  open = {partner, week, none};
  return partner >= 0 && !watched;
}

void SpellKeeper::look_at_everybody(const Ensemble<float>& ensemble) {
  waiting_.clear();
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(open_.size()); ++i) {
    look_at(ensemble, i);
    const Open& open = open_[static_cast<std::size_t>(i)];
    if (open.partner >= 0 && open.committed == none) waiting_.push_back(i);
  }
  settled_ = true;
}

/// Puts those that were added behind the others in their places.
void SpellKeeper::begin_watching() {
  const auto added = std::is_sorted_until(waiting_.begin(), waiting_.end());
  std::inplace_merge(waiting_.begin(), added, waiting_.end());
  watched_ = kept_ = 0;
}

/// Looks at the waiting bonds of persons before `until`.
void SpellKeeper::watch(const ColumnView<float>& committed, std::int32_t week, std::int32_t until) {
  for (; watched_ < waiting_.size() && waiting_[watched_] < until; ++watched_) {
    const std::int32_t person = waiting_[watched_];
    Open& open = open_[static_cast<std::size_t>(person)];
    if (open.partner < 0) continue;
    if (committed(person, world_) > 0.0f) open.committed = week;
    else waiting_[kept_++] = person;
  }
  if (watched_ == waiting_.size()) waiting_.resize(kept_), watched_ = kept_;
}

void SpellKeeper::observe(const Ensemble<float>& ensemble) {
  const auto event = ensemble.person(ensemble.model().declaration->bond_event_column);
  const int lane = event.lane[static_cast<std::size_t>(world_)];
  if (!settled_) look_at_everybody(ensemble);
  else
    for_each_not_zero(event, ensemble.persons(), [&](std::int64_t row, int at, float) {
      const auto person = static_cast<std::int32_t>(row);
      if (at == lane && look_at(ensemble, person)) waiting_.push_back(person);
    });
  begin_watching();
  watch(ensemble.person(ensemble.model().declaration->committed_column), ensemble.study_week(), none);
}

/// Worlds lie side by side in a row, so the rows that wait in some world are looked at for all of them while
/// they are in the cache.
void observe_bonds(std::vector<SpellKeeper>& keepers, const Ensemble<float>& ensemble) {
  if (!std::all_of(keepers.begin(), keepers.end(),
                   [](const SpellKeeper& keeper) { return keeper.settled_; })) {
    for (SpellKeeper& keeper : keepers) keeper.observe(ensemble);
    return;
  }
  if (keepers.empty()) return;
  const auto event = ensemble.person(ensemble.model().declaration->bond_event_column);
  for_each_not_zero(event, ensemble.persons(), [&](std::int64_t row, int lane, float) {
    const auto person = static_cast<std::int32_t>(row);
    for (SpellKeeper& keeper : keepers)
      if (event.lane[static_cast<std::size_t>(keeper.world_)] == lane && keeper.look_at(ensemble, person))
        keeper.waiting_.push_back(person);
  });
  const auto committed = ensemble.person(ensemble.model().declaration->committed_column);
  const auto persons = static_cast<std::int32_t>(ensemble.persons());
  constexpr std::int32_t in_cache = 512;
  for (SpellKeeper& keeper : keepers) keeper.begin_watching();
  for (std::int32_t i = 0; i < persons; i += std::min(in_cache, persons - i))
    for (SpellKeeper& keeper : keepers)
      keeper.watch(committed, ensemble.study_week(), i + std::min(in_cache, persons - i));
}

std::vector<Spell> SpellKeeper::close(int study_week) {
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(open_.size()); ++i)
    if (open_[static_cast<std::size_t>(i)].partner >= 0)
      end(i, open_[static_cast<std::size_t>(i)], study_week, 1);
  return take();
}

}  // namespace kindred::record
