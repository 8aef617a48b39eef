#include "tests/unit/phase_bench.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string_view>
#include <utility>

#include "sim/random/seeds.hpp"

namespace kindred::support {

namespace {

constexpr std::int64_t register_bytes = 64;

std::int64_t rounded_up(std::int64_t n, std::int64_t to) { return (n + to - 1) / to * to; }

Bytes copy_of(const void* from, std::int64_t numbers) {
  Bytes bytes(static_cast<std::size_t>(numbers * 4 + register_bytes));
  std::memcpy(bytes.data(), from, static_cast<std::size_t>(numbers * 4));
  return bytes;
}

std::vector<void*> pointers_to(std::vector<Bytes>& columns) {
  std::vector<void*> pointers;
  for (Bytes& column : columns) pointers.push_back(column.data());
  return pointers;
}

void spoil(Bytes& column, Element element, std::int32_t none, std::int64_t begin, std::int64_t end) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const void* bad =
      element == Element::index ? static_cast<const void*>(&none) : static_cast<const void*>(&nan);
  for (std::int64_t k = begin; k < end; ++k) std::memcpy(column.data() + k * 4, bad, 4);
}

}  // namespace

bool equal_rows(const Bytes& x, const Bytes& y, std::int64_t per_row, std::int64_t begin, std::int64_t end) {
  return std::memcmp(x.data() + begin * per_row * 4, y.data() + begin * per_row * 4,
                     static_cast<std::size_t>((end - begin) * per_row * 4)) == 0;
}

bool declared(std::span<const int> list, std::size_t column) {
  return std::find(list.begin(), list.end(), static_cast<int>(column)) != list.end();
}

void PhaseBench::spoil_person(PhaseState& state, std::size_t column, std::int64_t begin,
                              std::int64_t end) const {
  const std::int64_t n = per_row(static_cast<int>(column));
  const ColumnDeclaration& declared = model().person_columns[column];
  // whoever has a tie is asked after its other end, which therefore has to be somebody, if the wrong one
  const bool names_a_person = std::string_view(declared.name).find("person") != std::string_view::npos;
  spoil(state.person[column], declared.element, names_a_person ? 0 : -1, begin * n, end * n);
}
void PhaseBench::spoil_tie(PhaseState& state, std::size_t column) const {
  spoil(state.tie[column], Element::real, -1, 0, ensemble_->ties() * per_tie(static_cast<int>(column)));
}

PhaseBench::PhaseBench(const Ensemble<float>& ensemble, std::vector<World> worlds, int burn_in,
                       PhaseTable phases)
    : ensemble_(&ensemble), worlds_(std::move(worlds)), burn_in_(burn_in), phases_(phases),
      width_(ensemble.width()), rows_(rounded_up(ensemble.persons(), tile_width)),
      padded_ties_(rounded_up(std::max<std::int64_t>(ensemble.ties(), 1), 64)), tie_low_(graph().tie_low),
      tie_high_(graph().tie_high) {
  for (std::size_t c = 0; c < model().person_columns.size(); ++c)
    person_once_.push_back(ensemble.person(static_cast<int>(c)).once ? 1 : 0);
  for (std::size_t c = 0; c < model().tie_columns.size(); ++c)
    tie_once_.push_back(ensemble.tie(static_cast<int>(c)).once ? 1 : 0);
  slices_ = slices_of(graph(), rows_);
  tie_low_.resize(static_cast<std::size_t>(padded_ties_) + tile_width);
  tie_high_.resize(static_cast<std::size_t>(padded_ties_) + tile_width);
  position_ = graph().position;
  position_.resize(static_cast<std::size_t>(rows_) + tile_width);
  for (std::int64_t i = 0; i < rows_ + tile_width; ++i) {
    const auto words = philox({static_cast<std::uint32_t>(i), 0, 0, stream_practice}, ensemble.society().key);
    adherence_draw_.push_back(single_uniform(words[0]));
    maintenance_draw_.push_back(single_uniform(words[1]));
  }
  make_tiles();
  for (int s = 0; s < ensemble.slots(); ++s)
    treated_.push_back(copy_of(ensemble.treated(s).data, rows_ * width_));
}

/// A value of each world, repeated over a tile; spare lanes repeat the last world.
template <class F>
std::vector<float> PhaseBench::tile(F of_world) const {
  std::vector<float> values;
  for (int k = 0; k < tile_width; ++k)
    values.push_back(
        static_cast<float>(of_world(std::min(static_cast<std::size_t>(k % width_), worlds_.size() - 1))));
  return values;
}

void PhaseBench::make_tiles() {
  const auto append = [](std::vector<float>& to, const std::vector<float>& more) {
    to.insert(to.end(), more.begin(), more.end());
  };
  std::vector<std::vector<double>> derived;
  for (const World& world : worlds_) {
    derived.emplace_back(static_cast<std::size_t>(ensemble_->model().constants));
    ensemble_->model().derive(world.parameters.data(), derived.back().data());
  }
  for (std::size_t p = 0; p < model().parameters.size(); ++p)
    append(parameters_, tile([&](std::size_t w) { return worlds_[w].parameters[p]; }));
  for (std::size_t c = 0; c < derived.front().size(); ++c)
    append(constants_, tile([&](std::size_t w) { return derived[w][c]; }));
  const int now = ensemble_->study_week();
  for (std::size_t s = 0; s < static_cast<std::size_t>(ensemble_->slots()); ++s) {
    const auto of = [&](auto member) {
      return tile([&](std::size_t w) { return static_cast<double>(member(worlds_[w].programmes[s])); });
    };
    Tiles t;
    t.started = of([&](const ProgrammePlan& p) { return now >= p.start ? 1 : 0; });
    t.on_course =
        of([&](const ProgrammePlan& p) { return now >= p.start && now < p.start + p.weeks ? 1 : 0; });
    t.adherence_exponent = of([](const ProgrammePlan& p) { return p.adherence_exponent; });
    t.drop_out = of([](const ProgrammePlan& p) { return p.drop_out; });
    t.maintained = of([](const ProgrammePlan& p) { return p.maintained; });
    for (std::size_t i = 0; i < model().inputs.size(); ++i)
      append(t.dose, of([&](const ProgrammePlan& p) { return p.dose[i]; }));
    tiles_.push_back(std::move(t));
  }
}

PhaseState PhaseBench::state() const {
  PhaseState s;
  for (std::size_t c = 0; c < person_once_.size(); ++c) {
    const int column = static_cast<int>(c);
    const void* from = model().person_columns[c].element == Element::index
                           ? static_cast<const void*>(ensemble_->person_index(column).data)
                           : static_cast<const void*>(ensemble_->person(column).data);
    s.person.push_back(copy_of(from, rows_ * per_row(column)));
  }
  for (std::size_t c = 0; c < tie_once_.size(); ++c)
    s.tie.push_back(
        copy_of(ensemble_->tie(static_cast<int>(c)).data, padded_ties_ * per_tie(static_cast<int>(c))));
  s.tie_draw.resize(static_cast<std::size_t>(padded_ties_ * 4 + register_bytes));
  for (int slot = 0; slot < ensemble_->slots(); ++slot)
    s.enrolled.push_back(copy_of(ensemble_->enrolled(slot).data, rows_ * width_));
  return s;
}

std::int64_t PhaseBench::extent(int phase) const {
  switch (model().phases[static_cast<std::size_t>(phase)].kind) {
  case PhaseDeclaration::Kind::tie:
    return padded_ties_;
  case PhaseDeclaration::Kind::fold:
    return persons();
  case PhaseDeclaration::Kind::person:
    return rows_;
  }
  return 0;
}

void PhaseBench::run(int phase, PhaseState& state, std::int64_t begin, std::int64_t end) const {
  const std::vector<void*> person = pointers_to(state.person), tie = pointers_to(state.tie);
  std::vector<Bytes> treated = treated_;
  std::vector<SlotArguments> slots;
  for (std::size_t s = 0; s < tiles_.size(); ++s)
    slots.push_back({treated[s].data(), state.enrolled[s].data(), tiles_[s].on_course.data(),
                     tiles_[s].started.data(), tiles_[s].dose.data(), tiles_[s].adherence_exponent.data(),
                     tiles_[s].drop_out.data(), tiles_[s].maintained.data()});
  const PhaseArguments a{person.data(),
                         person_once_.data(),
                         tie.data(),
                         tie_once_.data(),
                         state.tie_draw.data(),
                         parameters_.data(),
                         constants_.data(),
                         graph().row_offset.data(),
                         graph().neighbour.data(),
                         graph().half_tie_tie.data(),
                         tie_low_.data(),
                         tie_high_.data(),
                         nullptr,
                         nullptr,
                         slices_.offset.data(),
                         slices_.neighbour.data(),
                         slices_.absent,
                         position_.data(),
                         adherence_draw_.data(),
                         maintenance_draw_.data(),
                         philox_keys(model().phases[static_cast<std::size_t>(phase)].at_start
                                         ? ensemble_->society().key
                                         : ensemble_->noise()),
                         static_cast<std::uint32_t>(ensemble_->weeks_done()),
                         static_cast<double>(ensemble_->weeks_done() - burn_in_),
                         !slots.empty(),
                         static_cast<int>(slots.size()),
                         slots.data()};
  const PhaseFunction function = phases_(phase, static_cast<int>(width_));
  const std::int64_t block =
      model().phases[static_cast<std::size_t>(phase)].kind == PhaseDeclaration::Kind::tie ? ties_per_block
                                                                                          : rows_per_block;
  for (std::int64_t first = begin; first < end; first += block)
    function(a, first, std::min(end, first + block));
}

}  // namespace kindred::support
