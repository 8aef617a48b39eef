#include "sim/engine/state_hash.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/engine/ensemble.hpp"

namespace kindred {

namespace isa_v2 {
void hash_rows_of_width(const HashedRows&, int, std::int64_t, std::int64_t, std::uint64_t*, float*);
void hash_ties_of_width(const HashedTies&, int, std::int64_t, std::int64_t, std::uint32_t*);
}  // namespace isa_v2
namespace isa_v3 {
void hash_rows_of_width(const HashedRows&, int, std::int64_t, std::int64_t, std::uint64_t*, float*);
void hash_ties_of_width(const HashedTies&, int, std::int64_t, std::int64_t, std::uint32_t*);
}  // namespace isa_v3
namespace isa_v4 {
void hash_rows_of_width(const HashedRows&, int, std::int64_t, std::int64_t, std::uint64_t*, float*);
void hash_ties_of_width(const HashedTies&, int, std::int64_t, std::int64_t, std::uint32_t*);
}  // namespace isa_v4

const HashKernel& hash_kernel(InstructionSet isa) {
  static constexpr HashKernel kernels[] = {{&isa_v2::hash_rows_of_width, &isa_v2::hash_ties_of_width},
                                           {&isa_v3::hash_rows_of_width, &isa_v3::hash_ties_of_width},
                                           {&isa_v4::hash_rows_of_width, &isa_v4::hash_ties_of_width}};
  return kernels[static_cast<int>(isa)];
}

namespace {

std::int64_t blocks_of(std::int64_t entities) { return entities / ties_per_hash_block + 1; }

}  // namespace

std::int64_t StateHasher::bytes_needed(std::int64_t persons, std::int64_t ties, int lanes) {
  constexpr auto halves = static_cast<std::int64_t>(2 * sizeof(std::uint32_t));
  constexpr auto of_persons = static_cast<std::int64_t>(sizeof(std::uint64_t) + sizeof(float)) + halves;
  return lanes * (blocks_of(persons) * of_persons + blocks_of(ties) * halves);
}

StateHasher::StateHasher(const HashKernel& kernel, const ModelDeclaration& model, Places places)
    : kernel_(&kernel), places_(std::move(places)), carried_(carried_columns(model)),
      hashed_ties_(model.tie_columns.size()) {
  const auto lanes = static_cast<std::size_t>(width());
  for (auto* of_lane : {&constants_, &hashes_}) of_lane->resize(lanes);
  finite_.resize(lanes);
  person_blocks_.resize(static_cast<std::size_t>(blocks_of(places_.persons)) * lanes);
  totals_.resize(person_blocks_.size());
  tie_change_.resize(2 * person_blocks_.size());
  tie_blocks_.resize(static_cast<std::size_t>(2 * blocks_of(places_.ties)) * lanes);
  for (const int c : carried_.tie_state) hashed_ties_[static_cast<std::size_t>(c)] = 1;
  changes_ = {hashed_ties_.data(), tie_change_.data()};
  for (const HashList& list : carried_.state) {
    std::vector<const void*>& pointers = list_columns_.emplace_back();
    for (const int c : list.columns) pointers.push_back(places_.person[static_cast<std::size_t>(c)]);
  }
  for (const Places::Slot& slot : places_.slots) list_columns_.push_back({slot.treated, slot.enrolled});
  for (std::size_t p = 0; p < model.phases.size(); ++p) {
    const PhaseDeclaration& phase = model.phases[p];
    if (phase.at_start) continue;
    (phase.kind == PhaseDeclaration::Kind::tie ? ties_at_ : slots_at_) = static_cast<int>(p);
  }
}

void StateHasher::hash_ties(std::int64_t begin, std::int64_t end) {
  std::uint32_t* const halves = tie_blocks_.data() + begin / ties_per_hash_block * width() * 2;
  for (const int c : carried_.tie_state)
    kernel_->ties(
        {places_.tie[static_cast<std::size_t>(c)], places_.ties, tie_list + static_cast<std::uint32_t>(c)},
        width(), begin, std::min(end, places_.ties), halves);
}

void StateHasher::hash_persons(int phase, std::int64_t begin, std::int64_t end) {
  const std::int64_t place = begin / ties_per_hash_block * width();
  end = std::min(end, places_.persons);
  const auto hash = [&](std::size_t l, int reals, std::uint32_t number) {
    const std::vector<const void*>& columns = list_columns_[l];
    kernel_->rows({columns.data(), reals, static_cast<int>(columns.size()), number}, width(), begin, end,
                  person_blocks_.data() + place, totals_.data() + place);
  };
  for (std::size_t l = 0; l < carried_.state.size(); ++l) {
    const HashList& list = carried_.state[l];
    if ((phase < 0 || phase == list.phase) && (programmes_running_ || !list.stocks))
      hash(l, list.reals, list.number);
  }
  if (programmes_running_ && (phase < 0 || phase == slots_at_))
    for (std::size_t s = 0; s < places_.slots.size(); ++s)
      hash(carried_.state.size() + s, 2, slot_list + static_cast<std::uint32_t>(s));
}

void StateHasher::add_up() {
  std::fill(finite_.begin(), finite_.end(), std::uint8_t{1});
  hashes_ = constants_;
  const std::size_t lanes = hashes_.size();
  for (std::size_t block = 0; block < person_blocks_.size(); block += lanes)
    for (std::size_t l = 0; l < lanes; ++l) {
      hashes_[l] += person_blocks_[block + l];
      if (!std::isfinite(totals_[block + l])) finite_[l] = 0;
    }
  std::vector<std::uint32_t> halves(2 * lanes);
  for (const auto* of_blocks : {&tie_blocks_, &tie_change_})
    for (std::size_t block = 0; block < of_blocks->size(); block += halves.size())
      for (std::size_t h = 0; h < halves.size(); ++h) halves[h] += (*of_blocks)[block + h];
  for (std::size_t l = 0; l < lanes; ++l) hashes_[l] += whole(halves[2 * l], halves[2 * l + 1]);
}

void StateHasher::start(const Ensemble<float>& ensemble, bool programmes_running) {
  const std::vector<std::uint64_t> of_worlds = constant_hashes(ensemble);
  for (std::size_t l = 0; l < constants_.size(); ++l) constants_[l] = of_worlds[places_.lanes.world[l]];
  begin_week(programmes_running);
  std::fill(tie_blocks_.begin(), tie_blocks_.end(), 0);
  std::fill(tie_change_.begin(), tie_change_.end(), 0);
  hash_persons(-1, 0, places_.persons);
  hash_ties(0, places_.ties);
  add_up();
}

void StateHasher::begin_week(bool programmes_running) {
  programmes_running_ = programmes_running;
  std::fill(person_blocks_.begin(), person_blocks_.end(), 0);
  std::fill(totals_.begin(), totals_.end(), 0.0f);
  if (ties_at_ < 0) return;  // ties are what they were, and what has been changed of them since
  std::fill(tie_blocks_.begin(), tie_blocks_.end(), 0);
  std::fill(tie_change_.begin(), tie_change_.end(), 0);
}

void StateHasher::end_week() { add_up(); }

}  // namespace kindred
