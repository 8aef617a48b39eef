#include "sim/engine/ensemble.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <type_traits>

#include "sim/core/errors.hpp"
#include "sim/engine/allotment.hpp"
#include "sim/engine/column_sizes.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

namespace {

/// A per-world value at every position k of a tile with k mod width == world.
template <class Real, class F>
void fill_tile(Real* tile, int width, F value_of_world) {
  for (int k = 0; k < tile_width; ++k) tile[k] = static_cast<Real>(value_of_world(k % width));
}

template <class Real>
Real* reals(const AlignedBuffer& buffer) {
  return static_cast<Real*>(buffer.data());
}

}  // namespace

template <class Real>
Ensemble<Real>::Ensemble(EnsembleSetup setup)
    : setup_(std::move(setup)), rows_(rows_of(setup_.society->persons())),
      padded_ties_(padded_ties_of(setup_.society->ties())),
      parting_week_(parting_week(*setup_.model->declaration, setup_.worlds, setup_.switches_from)) {
  if (setup_.worlds.empty() || setup_.worlds.size() > static_cast<std::size_t>(setup_.width))
    throw Bug("an ensemble needs between 1 and `width` worlds");
  if (std::max(rows_, padded_ties_) * setup_.width > std::numeric_limits<std::int32_t>::max())
    throw ConfigError(Problem{"", 0, 0,
                              "society.persons: " + std::to_string(persons()) + " persons in " +
                                  std::to_string(setup_.width) +
                                  " worlds exceed what one ensemble can index; use fewer persons or arms"});
  make_columns();
  choose_lanes();
  fill_parameters();
  make_slots();
  start_society();
  make_hasher();
}

template <class Real>
void Ensemble<Real>::make_columns() {
  const auto bytes = [&](const ColumnDeclaration& c, std::int64_t n) {
    return column_bytes<Real>(c, setup_.worlds, n, setup_.width);
  };
  const ModelDeclaration& model = *setup_.model->declaration;
  std::size_t room = 0;
  for (const ColumnDeclaration& c : model.person_columns) room += ColumnArena::room_for(bytes(c, rows_));
  for (const ColumnDeclaration& c : model.tie_columns) room += ColumnArena::room_for(bytes(c, padded_ties_));
  arena_ = ColumnArena(room);
  const auto make = [&](std::span<const ColumnDeclaration> columns, std::int64_t n,
                        std::vector<AlignedBuffer>& buffers, std::vector<void*>& pointers,
                        std::vector<std::uint8_t>& once) {
    for (const ColumnDeclaration& c : columns) {
      buffers.push_back(arena_.take(bytes(c, n)));
      if (c.element == Element::index)
        std::fill_n(static_cast<std::int32_t*>(buffers.back().data()),
                    buffers.back().bytes() / sizeof(std::int32_t), -1);
      pointers.push_back(buffers.back().data());
      once.push_back(is_stored_once(c, setup_.worlds) ? 1 : 0);
    }
  };
  make(model.person_columns, rows_, person_, person_pointers_, person_once_);
  make(model.tie_columns, padded_ties_, tie_, tie_pointers_, tie_once_);

  const graph::AcquaintanceGraph& g = setup_.society->graph;
  tie_low_ = g.tie_low;
  tie_high_ = g.tie_high;
  tie_low_.resize(static_cast<std::size_t>(padded_ties_) + tile_width);
  tie_high_.resize(static_cast<std::size_t>(padded_ties_) + tile_width);
  tie_draw_ = AlignedBuffer(static_cast<std::size_t>(padded_ties_) * sizeof(Real));
  position_ = AlignedBuffer(static_cast<std::size_t>(rows_) * sizeof(Real));
  std::copy(g.position.begin(), g.position.end(), reals<Real>(position_));
  if (needs_distant_ties(rows_ * setup_.width * static_cast<std::int64_t>(sizeof(Real))))
    distant_ = distant_ties_of(g);
  if (folds_over_persons(model)) slices_ = slices_of(g, rows_);
}

template <class Real>
void Ensemble<Real>::choose_lanes() {
  const bool same = !setup_.keep_apart && study_week() <= parting_week_;  // they part when that week begins
  lanes_ = same ? lanes_shared(*setup_.model->declaration, setup_.worlds, setup_.width)
                : lanes_apart(worlds(), setup_.width);
}

/// Every world gets a lane of its own, with the values of the lane it has lived in. The columns have room for
/// all lanes from the beginning and are spread from their ends, so no value is overwritten before it has
/// moved.
template <class Real>
void Ensemble<Real>::part_worlds() {
  const LanePlan before = lanes_;
  lanes_ = lanes_apart(worlds(), setup_.width);
  if (before.lanes == lanes()) return;
  const auto spread = [&](auto* values, std::int64_t rows) {
    std::array<std::remove_pointer_t<decltype(values)>, tile_width> row;
    for (std::int64_t r = rows - 1; r >= 0; --r) {
      std::copy_n(values + r * before.lanes, before.lanes, row.begin());
      for (int lane = 0; lane < lanes(); ++lane)
        values[r * lanes() + lane] = row[before.of[lanes_.world[static_cast<std::size_t>(lane)]]];
    }
  };
  const auto spread_all = [&](std::span<const ColumnDeclaration> columns, std::vector<AlignedBuffer>& buffers,
                              const std::vector<std::uint8_t>& once, std::int64_t rows) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      if (once[c] != 0) continue;
      if (columns[c].element == Element::index) spread(static_cast<std::int32_t*>(buffers[c].data()), rows);
      else spread(reals<Real>(buffers[c]), rows);
    }
  };
  const ModelDeclaration& model = *setup_.model->declaration;
  spread_all(model.person_columns, person_, person_once_, rows_);
  spread_all(model.tie_columns, tie_, tie_once_, padded_ties_);
  fill_parameters();
  make_hasher();
}

/// The value of a parameter in a week: a switch holds from `switches_from` on and is at its default before.
template <class Real>
double Ensemble<Real>::parameter_now(const World& world, std::size_t parameter) const {
  const ParameterDeclaration& p = setup_.model->declaration->parameters[parameter];
  return p.is_switch && study_week() < setup_.switches_from ? p.default_value : world.parameters[parameter];
}

template <class Real>
void Ensemble<Real>::fill_parameters() {
  const std::size_t count = setup_.model->declaration->parameters.size();
  const auto constants = static_cast<std::size_t>(setup_.model->constants);
  if (parameters_.data() == nullptr) parameters_ = AlignedBuffer(count * tile_width * sizeof(Real));
  constants_ = AlignedBuffer(std::max<std::size_t>(constants, 1) * tile_width * sizeof(Real));
  std::vector<std::vector<double>> derived;
  for (const World& world : setup_.worlds) {
    if (world.parameters.size() != count) throw Bug("a world does not set every parameter of its model");
    derived.emplace_back(constants);
    setup_.model->derive(world.parameters.data(), derived.back().data());
  }
  const auto world_of = [&](int lane) { return std::size_t{lanes_.world[static_cast<std::size_t>(lane)]}; };
  for (std::size_t p = 0; p < count; ++p)
    fill_tile(reals<Real>(parameters_) + p * tile_width, lanes(),
              [&](int lane) { return parameter_now(setup_.worlds[world_of(lane)], p); });
  for (std::size_t c = 0; c < constants; ++c)
    fill_tile(reals<Real>(constants_) + c * tile_width, lanes(),
              [&](int lane) { return derived[world_of(lane)][c]; });
}

template <class Real>
void Ensemble<Real>::make_slots() {
  std::size_t count = 0;
  for (const World& world : setup_.worlds) count = std::max(count, world.programmes.size());
  const std::size_t inputs = setup_.model->declaration->inputs.size();
  const std::size_t tile = tile_width * sizeof(Real);
  for (std::size_t s = 0; s < count; ++s) {
    const auto column = static_cast<std::size_t>(rows_ * setup_.width) * sizeof(Real);
    slots_.push_back({AlignedBuffer(column), AlignedBuffer(column), AlignedBuffer(tile), AlignedBuffer(tile),
                      AlignedBuffer(tile), AlignedBuffer(tile), AlignedBuffer(tile),
                      AlignedBuffer(inputs * tile),
                      std::vector<std::vector<std::uint8_t>>(setup_.worlds.size())});
    const Slot& slot = slots_.back();
    const auto tile_of = [&](const AlignedBuffer& to, auto member, std::size_t row = 0) {
      fill_tile(reals<Real>(to) + row * tile_width, setup_.width, [&](int lane) {
        const World& world = setup_.worlds[static_cast<std::size_t>(std::min(lane, worlds() - 1))];
        return s < world.programmes.size() ? member(world.programmes[s]) : 0.0;
      });
    };
    tile_of(slot.adherence_exponent, [](const ProgrammePlan& p) { return p.adherence_exponent; });
    tile_of(slot.drop_out, [](const ProgrammePlan& p) { return p.drop_out; });
    tile_of(slot.maintained, [](const ProgrammePlan& p) { return p.maintained; });
    for (std::size_t i = 0; i < inputs; ++i)
      tile_of(
          slot.dose, [i](const ProgrammePlan& p) { return p.dose[i]; }, i);
    slot_arguments_.push_back({slot.treated.data(), slot.enrolled.data(), slot.on_course.data(),
                               slot.started.data(), slot.dose.data(), slot.adherence_exponent.data(),
                               slot.drop_out.data(), slot.maintained.data()});
  }
  adherence_draw_ = AlignedBuffer(static_cast<std::size_t>(rows_) * sizeof(Real));
  maintenance_draw_ = AlignedBuffer(static_cast<std::size_t>(rows_) * sizeof(Real));
  for (std::int64_t i = 0; i < rows_; ++i) {
    const auto words = philox({static_cast<std::uint32_t>(i), 0, 0, stream_practice}, setup_.society->key);
    reals<Real>(adherence_draw_)[i] = static_cast<Real>(single_uniform(words[0]));
    reals<Real>(maintenance_draw_)[i] = static_cast<Real>(single_uniform(words[1]));
  }
}

template <class Real>
PhaseArguments Ensemble<Real>::arguments(PhiloxKey key) {
  const graph::AcquaintanceGraph& g = setup_.society->graph;
  return {person_pointers_.data(),
          person_once_.data(),
          tie_pointers_.data(),
          tie_once_.data(),
          tie_draw_.data(),
          parameters_.data(),
          constants_.data(),
          g.row_offset.data(),
          g.neighbour.data(),
          g.half_tie_tie.data(),
          tie_low_.data(),
          tie_high_.data(),
          distant_.offset.empty() ? nullptr : distant_.offset.data(),
          distant_.half_tie.data(),
          slices_.offset.data(),
          slices_.neighbour.data(),
          slices_.absent,
          position_.data(),
          adherence_draw_.data(),
          maintenance_draw_.data(),
          philox_keys(key),
          week_,
          static_cast<double>(study_week()),
          programmes_running_,
          slots(),
          slot_arguments_.data()};
}

/// A person phase covers the padding rows (they know nobody and are never read); a fold covers persons.
template <class Real>
void Ensemble<Real>::run_phase(int phase, const PhaseArguments& a) {
  const PhaseFunction function = setup_.phases(phase, lanes());
  const auto kind = setup_.model->declaration->phases[static_cast<std::size_t>(phase)].kind;
  const bool ties = kind == PhaseDeclaration::Kind::tie;
  const std::int64_t count = ties ? padded_ties_ : (kind == PhaseDeclaration::Kind::fold ? persons() : rows_);
  const std::int64_t block = ties ? ties_per_block : rows_per_block;
  PhaseArguments told = a;
  if (hasher_) told.tie_changes = hasher_->changes_in(phase);
  const auto carry = [&](std::int64_t begin, std::int64_t end) {
    if (!hasher_) return function(told, begin, end);
    hasher_->carry(phase, begin, end,
                   [&](std::int64_t first, std::int64_t last) { function(told, first, last); });
  };
  if (setup_.threads) parallel::for_blocks(count, block, carry);
  else
    for (std::int64_t begin = 0; begin < count; begin += block) carry(begin, std::min(count, begin + block));
}

/// Values of a file take the place of the drawn ones in the shared columns that `phase` has just filled, so
/// that later phases derive from them.
template <class Real>
void Ensemble<Real>::take_attributes(const PhaseDeclaration& phase) {
  const ModelDeclaration& model = *setup_.model->declaration;
  for (const auto& attribute : setup_.society->attributes)
    for (const int c : phase.writes) {
      const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(c)];
      if (column.storage != Storage::shared) continue;
      if (column.name != attribute.first && column.alias != attribute.first) continue;
      std::copy(attribute.second.begin(), attribute.second.end(),
                reals<Real>(person_[static_cast<std::size_t>(c)]));
    }
}

/// Who everybody is, under the society's key.
template <class Real>
void Ensemble<Real>::start_society() {
  check_attributes(*setup_.model->declaration, *setup_.society);
  const auto phases = setup_.model->declaration->phases;
  const PhaseArguments a = arguments(setup_.society->key);
  for (std::size_t phase = 0; phase < phases.size(); ++phase) {
    if (!phases[phase].at_start) continue;
    run_phase(static_cast<int>(phase), a);
    take_attributes(phases[phase]);
  }
}

/// Programmes whose first week this is. Worlds that repeat another in spare lanes are allotted like it.
template <class Real>
void Ensemble<Real>::allot_programmes() {
  for (std::size_t s = 0; s < slots_.size(); ++s)
    for (int lane = 0; lane < setup_.width; ++lane) {
      const int world = std::min(lane, worlds() - 1);
      const auto& programmes = setup_.worlds[static_cast<std::size_t>(world)].programmes;
      if (s >= programmes.size() || programmes[s].start != study_week()) continue;
      const Allotment allotted = allot(*this, world, programmes[s]);
      if (lane == world) slots_[s].eligible[static_cast<std::size_t>(world)] = allotted.eligible;
      for (std::int64_t i = 0; i < persons(); ++i) {
        const Real flag = allotted.treated[static_cast<std::size_t>(i)] ? Real{1} : Real{0};
        reals<Real>(slots_[s].treated)[i * setup_.width + lane] = flag;
        reals<Real>(slots_[s].enrolled)[i * setup_.width + lane] = flag;
      }
      programmes_running_ = true;
    }
}

template <class Real>
void Ensemble<Real>::set_course_weeks() {
  for (std::size_t s = 0; s < slots_.size(); ++s) {
    const auto flags = [&](const AlignedBuffer& to, auto test) {
      fill_tile(reals<Real>(to), setup_.width, [&](int lane) {
        const auto& programmes =
            setup_.worlds[static_cast<std::size_t>(std::min(lane, worlds() - 1))].programmes;
        return s < programmes.size() && test(programmes[s]) ? 1.0 : 0.0;
      });
    };
    const int now = study_week();
    flags(slots_[s].started, [now](const ProgrammePlan& p) { return now >= p.start; });
    flags(slots_[s].on_course,
          [now](const ProgrammePlan& p) { return now >= p.start && now < p.start + p.weeks; });
  }
}

/// THE LOOP of one week: programmes that begin, then the printed schedule, phase by phase. Between two
/// phases lies a barrier; inside a phase every block writes only its own rows (or ties).
template <class Real>
void Ensemble<Real>::advance() {
  if (study_week() == parting_week_) part_worlds();
  if (study_week() == setup_.switches_from) fill_parameters();
  allot_programmes();
  set_course_weeks();
  const PhaseArguments a = arguments(setup_.noise);
  const auto phases = setup_.model->declaration->phases;
  if (hasher_) hasher_->begin_week(programmes_running_);
  if constexpr (invariants_checked) check_invariants(-1);
  for (std::size_t phase = 0; phase < phases.size(); ++phase) {
    if (phases[phase].at_start) continue;
    run_phase(static_cast<int>(phase), a);
    if constexpr (invariants_checked) check_invariants(static_cast<int>(phase));
  }
  if (hasher_) hasher_->end_week();
  ++week_;
}

template <class Real>
ColumnView<Real> Ensemble<Real>::person(int column) const {
  const auto c = static_cast<std::size_t>(column);
  return {reals<Real>(person_[c]), person_once_[c] != 0, lanes(), lanes_.of};
}
template <class Real>
ColumnView<std::int32_t> Ensemble<Real>::person_index(int column) const {
  const auto c = static_cast<std::size_t>(column);
  return {static_cast<const std::int32_t*>(person_[c].data()), person_once_[c] != 0, lanes(), lanes_.of};
}
template <class Real>
ColumnView<Real> Ensemble<Real>::tie(int column) const {
  const auto c = static_cast<std::size_t>(column);
  return {reals<Real>(tie_[c]), tie_once_[c] != 0, lanes(), lanes_.of};
}
template <class Real>
ColumnView<Real> Ensemble<Real>::treated(int slot) const {
  return {reals<Real>(slots_[static_cast<std::size_t>(slot)].treated), false, setup_.width};
}
template <class Real>
ColumnView<Real> Ensemble<Real>::enrolled(int slot) const {
  return {reals<Real>(slots_[static_cast<std::size_t>(slot)].enrolled), false, setup_.width};
}

template <class Real>
const std::vector<std::uint8_t>& Ensemble<Real>::eligible(int slot, int world) const {
  return slots_[static_cast<std::size_t>(slot)].eligible[static_cast<std::size_t>(world)];
}

template class Ensemble<float>;
template class Ensemble<double>;

}  // namespace kindred
