#include <cstring>

#include "sim/core/errors.hpp"
#include "sim/core/state_stream.hpp"
#include "sim/engine/ensemble.hpp"

/// What of an ensemble changes from week to week. All else follows from its setup.
namespace kindred {

namespace {

std::span<std::byte> contents(const AlignedBuffer& buffer) {
  return {static_cast<std::byte*>(buffer.data()), buffer.bytes()};
}

/// What of a column is in use: `lanes` of `width` values of each row, unless it is stored once.
std::span<std::byte> used(const AlignedBuffer& column, bool once, int lanes, int width) {
  const auto all = contents(column);
  return once ? all
              : all.first(all.size() / static_cast<std::size_t>(width) * static_cast<std::size_t>(lanes));
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
  out.value(static_cast<std::uint8_t>(lanes()));
  const auto save_columns = [&](const std::vector<AlignedBuffer>& columns, const auto& once) {
    for (std::size_t c = 0; c < columns.size(); ++c)
      out.values(std::span<const std::byte>(used(columns[c], once[c] != 0, lanes(), setup_.width)));
  };
  save_columns(person_, person_once_);
  save_columns(tie_, tie_once_);
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
  choose_lanes();
  if (const int stored = in.value<std::uint8_t>(); stored != lanes()) {
    lanes_ = lanes_apart(worlds(), setup_.width);  // parted earlier than need be
    if (stored != lanes()) in.refuse("holds a state of another shape");
  }
  const auto fill_columns = [&](std::vector<AlignedBuffer>& columns, const auto& once) {
    for (std::size_t c = 0; c < columns.size(); ++c)
      in.fill(used(columns[c], once[c] != 0, lanes(), setup_.width));
  };
  fill_columns(person_, person_once_);
  fill_columns(tie_, tie_once_);
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
  make_hasher();
}

/// Lanes beyond the last world repeat it.
template <class Real>
void Ensemble<Real>::place(Entity of, int column, int world, std::int64_t first,
                           std::span<const std::byte> values) {
  const ModelDeclaration& model = *setup_.model->declaration;
  const bool ties_own_it = of == Entity::tie;
  const auto c = static_cast<std::size_t>(column);
  const ColumnDeclaration& declared = (ties_own_it ? model.tie_columns : model.person_columns)[c];
  const std::size_t width = declared.element == Element::index ? sizeof(std::int32_t) : sizeof(Real);
  const auto rows = static_cast<std::int64_t>(values.size() / width);
  const std::int64_t all = ties_own_it ? ties() : persons();
  if (declared.storage != Storage::per_world || values.size() % width != 0 || first < 0 ||
      rows > all - first || world < 0 || world >= worlds())
    throw Bug("a state was placed where an ensemble has none");
  if (lanes() != setup_.width) part_worlds();
  std::byte* const to = contents((ties_own_it ? tie_ : person_)[c]).data();
  const int lanes = world + 1 == worlds() ? setup_.width : world + 1;
  for (std::int64_t row = 0; row < rows; ++row)
    for (int lane = world; lane < lanes; ++lane)
      std::memcpy(to + static_cast<std::size_t>((first + row) * setup_.width + lane) * width,
                  values.data() + static_cast<std::size_t>(row) * width, width);
}

template <class Real>
void Ensemble<Real>::begin_study() {
  week_ = static_cast<std::uint32_t>(setup_.burn_in);
  fill_parameters();  // switches that hold from the beginning on
  hash_anew();
}

template void Ensemble<float>::save(StateWriter&) const;
template void Ensemble<double>::save(StateWriter&) const;
template void Ensemble<float>::restore(StateReader&);
template void Ensemble<double>::restore(StateReader&);
template void Ensemble<float>::place(Entity, int, int, std::int64_t, std::span<const std::byte>);
template void Ensemble<double>::place(Entity, int, int, std::int64_t, std::span<const std::byte>);
template void Ensemble<float>::begin_study();
template void Ensemble<double>::begin_study();

}  // namespace kindred
