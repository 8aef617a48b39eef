#include "sim/core/state_stream.hpp"
#include "sim/engine/ensemble.hpp"

/// What of an ensemble changes from week to week. All else follows from its setup.
namespace kindred {

namespace {

std::span<std::byte> contents(const AlignedBuffer& buffer) {
  return {static_cast<std::byte*>(buffer.data()), buffer.bytes()};
}

void save_buffer(StateWriter& out, const AlignedBuffer& buffer) {
  out.values(std::span<const std::byte>(contents(buffer)));
}

}  // namespace

template <class Real>
void Ensemble<Real>::save(StateWriter& out) const {
  out.mark("ensemble");
  out.value(week_);
  out.value<std::uint8_t>(programmes_running_ ? 1 : 0);
  for (const AlignedBuffer& column : person_) save_buffer(out, column);
  for (const AlignedBuffer& column : tie_) save_buffer(out, column);
  for (const Slot& slot : slots_) {
    out.mark("slot");
    save_buffer(out, slot.treated);
    save_buffer(out, slot.enrolled);
    for (const std::vector<std::uint8_t>& of_world : slot.eligible) out.values(of_world);
  }
}

template <class Real>
void Ensemble<Real>::restore(StateReader& in) {
  in.mark("ensemble");
  week_ = in.value<std::uint32_t>();
  programmes_running_ = in.value<std::uint8_t>() != 0;
  for (AlignedBuffer& column : person_) in.fill(contents(column));
  for (AlignedBuffer& column : tie_) in.fill(contents(column));
  for (Slot& slot : slots_) {
    in.mark("slot");
    in.fill(contents(slot.treated));
    in.fill(contents(slot.enrolled));
    for (std::vector<std::uint8_t>& of_world : slot.eligible) {
      of_world = in.values<std::uint8_t>();
      if (!of_world.empty() && of_world.size() != static_cast<std::size_t>(persons()))
        in.refuse("holds another number of persons");
    }
  }
  fill_parameters();  // switches that hold by this week
}

template void Ensemble<float>::save(StateWriter&) const;
template void Ensemble<double>::save(StateWriter&) const;
template void Ensemble<float>::restore(StateReader&);
template void Ensemble<double>::restore(StateReader&);

}  // namespace kindred
