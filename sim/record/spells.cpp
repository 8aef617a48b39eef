#include "sim/record/spells.hpp"

#include <utility>

namespace kindred::record {

SpellKeeper::SpellKeeper(const Ensemble<float>& ensemble, int world)
    : world_(world), open_(static_cast<std::size_t>(ensemble.persons())) {}

void SpellKeeper::end(std::int32_t tail, const Open& open, std::int32_t week, std::int8_t censored) {
  if (open.committed != none) finished_.push_back({tail, open.partner, open.committed, week, censored, 1});
  finished_.push_back({tail, open.partner, open.onset, week, censored, 0});
}

void SpellKeeper::observe(const Ensemble<float>& ensemble) {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const auto bond_tie = ensemble.person_index(model.coupled_column);
  const auto committed = ensemble.person(model.committed_column);
  const graph::AcquaintanceGraph& g = ensemble.society().graph;
  const std::int32_t week = ensemble.study_week();
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(open_.size()); ++i) {
    Open& open = open_[static_cast<std::size_t>(i)];
    const std::int32_t tie = bond_tie(i, world_);
    const std::int32_t head = tie >= 0 ? g.tie_high[static_cast<std::size_t>(tie)] : -1;
    const std::int32_t partner = head > i ? head : -1;  // the lower person keeps the bond's spell
    if (partner != open.partner) {
      if (open.partner >= 0) end(i, open, week, 0);
      open = {partner, week, none};
    }
    if (partner >= 0 && open.committed == none && committed(i, world_) > 0.0f) open.committed = week;
  }
}

std::vector<Spell> SpellKeeper::close(int study_week) {
  for (std::int32_t i = 0; i < static_cast<std::int32_t>(open_.size()); ++i)
    if (open_[static_cast<std::size_t>(i)].partner >= 0)
      end(i, open_[static_cast<std::size_t>(i)], study_week, 1);
  return take();
}

}  // namespace kindred::record
