#include "sim/engine/invariant_watch.hpp"

#include <fmt/format.h>

namespace kindred {

void InvariantWatch::begin_week(const ModelDeclaration& model, const StateView& state) {
  const auto kept = [](const void* from, std::int64_t values) {
    const auto* bytes = static_cast<const std::byte*>(from);
    return std::vector<std::byte>(bytes, bytes + values * std::int64_t{sizeof(float)});
  };
  columns_.clear();
  flags_.clear();
  person_.clear();
  slots_.clear();
  for (std::size_t c = 0; c < model.person_columns.size(); ++c) {
    columns_.push_back(kept(state.person[c], state.persons * (state.person_once[c] != 0 ? 1 : state.width)));
    person_.push_back(columns_.back().data());
  }
  for (int s = 0; s < state.slots; ++s) {
    slots_.push_back(state.slot[s]);
    for (void** of_slot : {&slots_.back().treated, &slots_.back().enrolled}) {
      flags_.push_back(kept(*of_slot, state.persons * state.width));
      *of_slot = flags_.back().data();
    }
  }
  began_ = state;
}

Violation InvariantWatch::broken(const Model& model, const StateView& now, bool programmes_running) const {
  StateView began = began_;  // an ensemble may have been moved since: the copies are found anew
  began.person = person_.data();
  began.slot = slots_.data();
  if (!programmes_running)
    for (const int c : model.declaration->input_stocks)
      for (std::int64_t i = 0; i < now.persons; ++i)
        for (int w = 0; w < now.worlds; ++w)
          if (now.real(c, i, w) > 0 || !(now.real(c, i, w) >= 0))
            return {"something was delivered before the first programme", false, i, w};
  return model.check == nullptr ? Violation{} : model.check(now, began);
}

std::string text_of(const Violation& violation, const ModelDeclaration& model, int study_week, int phase) {
  return fmt::format("week {}, after phase '{}', world {}, {} {}: {}", study_week,
                     model.phases[static_cast<std::size_t>(phase)].name, violation.world,
                     violation.of_tie ? "tie" : "person", violation.row, violation.rule);
}

}  // namespace kindred
