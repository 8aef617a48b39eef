#include "sim/engine/column_sizes.hpp"
#include "sim/engine/ensemble.hpp"

/// What an ensemble takes of the memory, before it is made.
namespace kindred {

namespace {

std::size_t arena_bytes(const EnsembleSetup& setup, std::int64_t rows, std::int64_t ties, auto real) {
  using Real = decltype(real);
  std::size_t room = 0;
  const auto add = [&](std::span<const ColumnDeclaration> columns, std::int64_t n) {
    for (const ColumnDeclaration& c : columns)
      room += ColumnArena::room_for(column_bytes<Real>(c, setup.worlds, n, setup.width));
  };
  add(setup.model->declaration->person_columns, rows);
  add(setup.model->declaration->tie_columns, ties);
  return ColumnArena::size_for(room);
}

/// Who was treated and is enrolled, [row][lane] per slot, and who was drawn among, [person] per programme.
std::int64_t slot_bytes(const EnsembleSetup& setup, std::int64_t rows, std::size_t real_bytes) {
  std::size_t slots = 0, programmes = 0;
  for (const World& world : setup.worlds) {
    slots = std::max(slots, world.programmes.size());
    programmes += world.programmes.size();
  }
  return static_cast<std::int64_t>(slots * 2 * real_bytes) * rows * setup.width +
         static_cast<std::int64_t>(programmes) * setup.society->persons();
}

}  // namespace

template <class Real>
std::int64_t Ensemble<Real>::bytes_needed(const EnsembleSetup& setup) {
  const graph::AcquaintanceGraph& g = setup.society->graph;
  const std::int64_t rows = rows_of(setup.society->persons());
  const std::int64_t ties = padded_ties_of(setup.society->ties());
  constexpr auto index = static_cast<std::int64_t>(sizeof(std::int32_t));
  constexpr auto real = static_cast<std::int64_t>(sizeof(Real));
  constexpr std::int64_t draws_of_a_row = 3;  // its place on the ring, adherence, maintenance
  std::int64_t bytes = static_cast<std::int64_t>(arena_bytes(setup, rows, ties, Real{}));
  bytes += 2 * (ties + tile_width) * index + ties * real + draws_of_a_row * rows * real;
  bytes += slot_bytes(setup, rows, sizeof(Real));
  if (needs_distant_ties(rows * setup.width * real)) bytes += (rows + 1 + distant_half_ties(g)) * index;
  if (folds_over_persons(*setup.model->declaration)) bytes += slices_bytes(g, rows);
  if (setup.hash_states != nullptr)
    bytes += StateHasher::bytes_needed(setup.society->persons(), setup.society->ties(), setup.width);
  return bytes;
}

template std::int64_t Ensemble<float>::bytes_needed(const EnsembleSetup&);
template std::int64_t Ensemble<double>::bytes_needed(const EnsembleSetup&);

}  // namespace kindred
