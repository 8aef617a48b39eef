#include "sim/record/spells.hpp"

#include <algorithm>
#include <utility>

#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"

namespace kindred::record {

SpellKeeper::SpellKeeper(const Ensemble<float>& ensemble, int world)
    : world_(world), open_(static_cast<std::size_t>(ensemble.persons())) {}

void SpellKeeper::end(std::int32_t tail, const Open& open, std::int32_t week, std::int8_t censored) {
  if (open.committed != none) finished_.push_back({tail, open.partner, open.committed, week, censored, 1});
  finished_.push_back({tail, open.partner, open.onset, week, censored, 0});
}

void SpellKeeper::observe(const Ensemble<float>& ensemble) {
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(open_.size()); ++i) observe(ensemble, i);
}

/// Persons lie far apart in memory, so what is needed of them is asked for before any of it is used.
void SpellKeeper::observe(const Ensemble<float>& ensemble, std::span<const std::int32_t> persons) {
  const auto bond_tie = ensemble.person_index(ensemble.model().declaration->coupled_column);
  const std::vector<std::int32_t>& high = ensemble.society().graph.tie_high;
  for (const std::int32_t person : persons) {
    const std::int32_t tie = bond_tie(person, world_);
    __builtin_prefetch(&open_[static_cast<std::size_t>(person)], 1);
    if (tie >= 0) __builtin_prefetch(&high[static_cast<std::size_t>(tie)]);
  }
  for (const std::int32_t person : persons) observe(ensemble, person);
}

void SpellKeeper::observe(const Ensemble<float>& ensemble, std::int32_t person) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const std::int32_t week = ensemble.study_week();
  Open& open = open_[static_cast<std::size_t>(person)];
  const std::int32_t tie = ensemble.person_index(model.coupled_column)(person, world_);
  const std::int32_t head = tie >= 0 ? ensemble.society().graph.tie_high[static_cast<std::size_t>(tie)] : -1;
  const std::int32_t partner = head > person ? head : -1;  // the lower person keeps the bond's spell
  if (partner != open.partner) {
    if (open.partner >= 0) end(person, open, week, 0);
    open = {partner, week, none};
  }
  if (partner >= 0 && open.committed == none &&
      ensemble.person(model.committed_column)(person, world_) > 0.0f)
    open.committed = week;
}

std::vector<Spell> SpellKeeper::close(int study_week) {
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(open_.size()); ++i)
    if (open_[static_cast<std::size_t>(i)].partner >= 0)
      end(i, open_[static_cast<std::size_t>(i)], study_week, 1);
  return take();
}

namespace {

/// Elements that are looked at in one task; a multiple of the bits of a word.
constexpr std::int64_t elements_per_block = 1 << 15;

}  // namespace

BondWatch::BondWatch() : BondWatch(summary_kernel(instruction_set_in_use())) {}

/// Each task writes the changes and the bits of its own block; reads only the ensemble.
void BondWatch::find_changes(const Ensemble<float>& ensemble) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const float* const event = ensemble.person(model.bond_event_column).data;
  const float* const committed = ensemble.person(model.committed_column).data;
  const std::int64_t elements = ensemble.persons() * lanes_;
  const std::int64_t blocks = (elements + elements_per_block - 1) / elements_per_block;
  changed_.resize(static_cast<std::size_t>(blocks));
  committed_.resize(static_cast<std::size_t>(blocks * elements_per_block / bits_of_flags));
  parallel::for_tasks(blocks, [&](std::int64_t block) {
    const std::int64_t first = block * elements_per_block;
    std::vector<std::int32_t>& changed = changed_[static_cast<std::size_t>(block)];
    changed.resize(elements_per_block);
    changed.resize(static_cast<std::size_t>(kernel_->changes(
        event + first, committed + first, static_cast<int>(std::min(elements_per_block, elements - first)),
        committed_.data() + first / bits_of_flags, changed.data())));
  });
}

/// Each task writes one keeper, which meets its persons in ascending order.
void BondWatch::observe(std::vector<SpellKeeper>& keepers, const Ensemble<float>& ensemble) {
  if (keepers.empty()) return;
  const ModelDeclaration& model = *ensemble.model().declaration;
  const auto event = ensemble.person(model.bond_event_column),
             committed = ensemble.person(model.committed_column);
  const bool same_place = event.lane == committed.lane && !event.once && !committed.once;
  const bool knew = std::exchange(knows_, same_place) && lanes_ == event.width;
  lanes_ = event.width;
  if (same_place) find_changes(ensemble);
  parallel::for_tasks(static_cast<std::int64_t>(keepers.size()), [&](std::int64_t world) {
    SpellKeeper& keeper = keepers[static_cast<std::size_t>(world)];
    if (!knew || !same_place) return keeper.observe(ensemble);
    const int lane = event.lane[static_cast<std::size_t>(world)];
    std::vector<std::int32_t> persons;
    for (std::size_t block = 0; block < changed_.size(); ++block) {
      persons.clear();
      for (const std::int32_t within : changed_[block]) {
        const std::int64_t element = static_cast<std::int64_t>(block) * elements_per_block + within;
        if (element % lanes_ == lane) persons.push_back(static_cast<std::int32_t>(element / lanes_));
      }
      keeper.observe(ensemble, persons);
    }
  });
}

}  // namespace kindred::record
