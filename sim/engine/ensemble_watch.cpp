#include <algorithm>
#include <type_traits>

#include "sim/core/errors.hpp"
#include "sim/engine/ensemble.hpp"

/// What looks at an ensemble's state without changing it. Single precision only: double belongs to
/// references.
namespace kindred {

template <class Real>
void Ensemble<Real>::make_hasher() {
  if (setup_.hash_states == nullptr) return;
  if constexpr (std::is_same_v<Real, float>) {
    StateHasher::Places places{persons(), ties(), lanes_, person_pointers_, tie_pointers_, {}};
    for (const Slot& slot : slots_) places.slots.push_back({slot.treated.data(), slot.enrolled.data()});
    hasher_.emplace(*setup_.hash_states, *setup_.model->declaration, std::move(places));
    hash_anew();
  } else {
    throw Bug("the state hash is defined for single precision");
  }
}

/// A state that was put in from outside has not passed the phases.
template <class Real>
void Ensemble<Real>::hash_anew() {
  if constexpr (std::is_same_v<Real, float>)
    if (hasher_) hasher_->start(*this, programmes_running_);
}

template <class Real>
StateView Ensemble<Real>::state_view(bool week_over) const {
  if constexpr (std::is_same_v<Real, float>)
    return {person_pointers_.data(),
            person_once_.data(),
            tie_pointers_.data(),
            tie_once_.data(),
            static_cast<const float*>(parameters_.data()),
            tie_low_.data(),
            tie_high_.data(),
            persons(),
            ties(),
            lanes(),
            std::min(worlds(), lanes()),
            slots(),
            slot_arguments_.data(),
            week_over};
  else throw Bug("a view of the state is single precision");
}

/// @param phase  the one that has run; -1 before the first
template <class Real>
void Ensemble<Real>::check_invariants(int phase) {
  if constexpr (std::is_same_v<Real, float>) {
    const ModelDeclaration& model = *setup_.model->declaration;
    if (phase < 0) return invariants_.begin_week(model, state_view());
    const bool week_over = phase + 1 == static_cast<int>(model.phases.size());
    const Violation found = invariants_.broken(*setup_.model, state_view(week_over), programmes_running_);
    if (found.rule != nullptr) throw Bug(text_of(found, model, study_week() + 1, phase));
  }
}

template void Ensemble<float>::make_hasher();
template void Ensemble<double>::make_hasher();
template void Ensemble<float>::hash_anew();
template void Ensemble<double>::hash_anew();
template StateView Ensemble<float>::state_view(bool) const;
template StateView Ensemble<double>::state_view(bool) const;
template void Ensemble<float>::check_invariants(int);
template void Ensemble<double>::check_invariants(int);

}  // namespace kindred
