#include "sim/record/stored_burn_in.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/population.hpp"

/// The stored worlds on their way into an ensemble.
namespace kindred::record {

namespace {

constexpr std::uint64_t rows_at_once = 65536;

template <class T>
std::vector<T> numbers_in(std::span<const std::byte> bytes) {
  std::vector<T> numbers(bytes.size() / sizeof(T));
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(T));
  return numbers;
}

/// States are bounded in their own precision.
bool inside(const Range& range, float x) {
  return x >= static_cast<float>(range.low) && x <= static_cast<float>(range.high);
}

/// What an index counts, going by its unit; an index outside would make kernels read elsewhere.
std::int64_t limit_of(const ColumnDeclaration& column, const Ensemble<float>& ensemble) {
  if (column.unit == "person") return ensemble.persons();
  if (column.unit == "tie") return ensemble.ties();
  return std::numeric_limits<std::int32_t>::max();
}

/// Whom a bond joins must be the two ends of its tie, and both must know of it.
bool bonds_agree(const std::vector<std::int32_t>& bond, const graph::AcquaintanceGraph& graph) {
  for (std::size_t i = 0; i < bond.size(); ++i) {
    if (bond[i] < 0) continue;
    const auto tie = static_cast<std::size_t>(bond[i]);
    const std::int32_t low = graph.tie_low[tie], high = graph.tie_high[tie];
    const auto self = static_cast<std::int32_t>(i);
    if (self != low && self != high) return false;
    if (bond[static_cast<std::size_t>(self == low ? high : low)] != bond[i]) return false;
  }
  return true;
}

}  // namespace

/// The people and their acquaintances must be those that the plan draws.
void StoredBurnIn::require_society(std::uint64_t society, const Ensemble<float>& ensemble) const {
  const auto persons = static_cast<std::uint64_t>(ensemble.persons());
  const auto another = [&] { damaged("its people are not those that this seed draws"); };
  if (numbers_in<std::int32_t>(block("society", "ties", {society}, {1})).front() != ensemble.ties())
    another();
  const auto columns = ensemble.model().declaration->person_columns;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (columns[c].storage != Storage::shared || columns[c].element == Element::index) continue;
    const auto view = ensemble.person(static_cast<int>(c));
    for (std::uint64_t first = 0; first < persons; first += rows_at_once) {
      const std::uint64_t n = std::min(rows_at_once, persons - first);
      const auto stored =
          numbers_in<std::uint32_t>(block("society", columns[c].name, {society, first}, {1, n}));
      for (std::uint64_t i = 0; i < n; ++i)
        if (stored[i] != std::bit_cast<std::uint32_t>(view(static_cast<std::int64_t>(first + i), 0)))
          another();
    }
  }
}

/// Numbers outside their declared range, and indices of what there is not, would lead kernels astray.
void StoredBurnIn::place_persons(const Row& row, int world, Ensemble<float>& ensemble) const {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const auto persons = static_cast<std::uint64_t>(ensemble.persons());
  for (std::size_t c = 0; c < model.person_columns.size(); ++c) {
    const ColumnDeclaration& column = model.person_columns[c];
    if (column.storage != Storage::per_world) continue;
    const bool index = column.element == Element::index;
    const std::int64_t limit = limit_of(column, ensemble);
    for (std::uint64_t first = 0; first < persons; first += rows_at_once) {
      const std::uint64_t n = std::min(rows_at_once, persons - first);
      const auto bytes = block("persons", column.name, {row.replicate, row.world, first}, {1, 1, n});
      bool sound = true;
      if (index)
        for (const std::int32_t i : numbers_in<std::int32_t>(bytes)) sound = sound && i >= -1 && i < limit;
      else
        for (const float x : numbers_in<float>(bytes)) sound = sound && inside(column.range, x);
      if (!sound) damaged(fmt::format("'persons/{}' holds what cannot be", column.name));
      ensemble.place(Entity::person, static_cast<int>(c), world, static_cast<std::int64_t>(first), bytes);
    }
  }
}

void StoredBurnIn::place_ties(const Row& row, std::uint64_t society, int world,
                              Ensemble<float>& ensemble) const {
  const ModelDeclaration& model = *ensemble.model().declaration;
  const graph::AcquaintanceGraph& graph = ensemble.society().graph;
  const auto ties = static_cast<std::uint64_t>(ensemble.ties());
  std::uint64_t begin = row.world * ties;
  for (std::uint64_t r = 0; r < row.replicate; ++r)
    begin += ties_[r / static_cast<std::uint64_t>(shape_.per_society)] * shape_.worlds.size();
  if (ties_[society] != ties || begin + ties > dataset("ties", "tie").shape[0])
    damaged("its ties are not those of its societies");
  for (std::uint64_t first = 0; first < ties; first += rows_at_once) {
    const std::uint64_t n = std::min(rows_at_once, ties - first);
    const auto rows = [&](std::string_view name) { return block("ties", name, {begin + first}, {n}); };
    const auto ends = [&](std::string_view name, const std::vector<std::int32_t>& drawn) {
      const auto stored = numbers_in<std::int32_t>(rows(name));
      if (!std::equal(stored.begin(), stored.end(), drawn.begin() + static_cast<std::ptrdiff_t>(first)))
        damaged("its acquaintances are not those that this seed draws");
    };
    ends("tail", graph.tie_low);
    ends("head", graph.tie_high);
    for (std::size_t c = 0; c < model.tie_columns.size(); ++c) {
      const ColumnDeclaration& column = model.tie_columns[c];
      if (column.storage != Storage::per_world) continue;
      const auto bytes = rows(column.name);
      for (const float x : numbers_in<float>(bytes))
        if (!inside(column.range, x)) damaged(fmt::format("'ties/{}' holds what cannot be", column.name));
      ensemble.place(Entity::tie, static_cast<int>(c), world, static_cast<std::int64_t>(first), bytes);
    }
  }
}

WorldPast StoredBurnIn::past(const Row& row, int world, const Ensemble<float>& ensemble) const {
  const ModelDeclaration& model = *ensemble.model().declaration;
  WorldPast past;
  if (model.coupled_column < 0) return past;
  const auto persons = static_cast<std::uint64_t>(ensemble.persons());
  const graph::AcquaintanceGraph& graph = ensemble.society().graph;
  const auto view = ensemble.person_index(model.coupled_column);
  std::vector<std::int32_t> bond(persons);
  for (std::uint64_t i = 0; i < persons; ++i) bond[i] = view(static_cast<std::int64_t>(i), world);
  if (!bonds_agree(bond, graph)) damaged("its bonds do not join two people each");
  const auto of_world = [&](const char* name) {
    return numbers_in<std::int32_t>(block("persons", name, {row.replicate, row.world, 0}, {1, 1, persons}));
  };
  const std::vector<std::int32_t> onset = of_world("bond_onset"), committed = of_world("commitment_onset");
  past.bonds.resize(persons);
  for (std::size_t i = 0; i < persons; ++i) {
    if (bond[i] < 0 || graph.tie_low[static_cast<std::size_t>(bond[i])] != static_cast<std::int32_t>(i))
      continue;
    const bool sound = onset[i] >= -shape_.weeks && onset[i] <= 0 &&
                       (committed[i] == SpellKeeper::none || (committed[i] >= onset[i] && committed[i] <= 0));
    if (!sound) damaged("its bonds began when they cannot have begun");
    past.bonds[i] = {graph.tie_high[static_cast<std::size_t>(bond[i])], onset[i], committed[i]};
  }
  past.groups = group_count(model);
  const Extents all{static_cast<std::uint64_t>(shape_.weeks), 1, 1, past.groups};
  const auto events = [&](const char* name) {
    return numbers_in<std::int32_t>(block("events", name, {0, row.replicate, row.world, 0}, all));
  };
  past.broke_up = events("broke_up");
  past.formed = events("formed_bond");
  for (const auto* counts : {&past.broke_up, &past.formed})
    for (const std::int32_t count : *counts)
      if (count < 0 || count > ensemble.persons()) damaged("it counts more people than there are");
  return past;
}

std::vector<WorldPast> StoredBurnIn::enter(const Plan& plan, const Task& task, Ensemble<float>& ensemble) {
  const std::scoped_lock lock(mutex_);
  const auto societies = static_cast<std::uint64_t>(shape_.societies);
  if (ties_.empty())
    for (const std::int32_t n : numbers_in<std::int32_t>(block("society", "ties", {0}, {societies})))
      ties_.push_back(static_cast<std::uint64_t>(std::max(n, 0)));
  const auto society = static_cast<std::uint64_t>(task.society);
  require_society(society, ensemble);
  std::vector<WorldPast> pasts;
  for (int w = 0; w < task.worlds; ++w) {
    const auto index = static_cast<std::size_t>(task.first_arm + w);
    const ArmPlan& arm = task.probes ? plan.probes[index].world : plan.arms[index];
    const std::size_t stored = world_with(burn_in_parameters(plan, *ensemble.model().declaration, arm));
    if (stored == parameters_.size()) throw Bug("a world was to branch from a burn-in that it does not have");
    const Row row{society * static_cast<std::uint64_t>(shape_.per_society) +
                      static_cast<std::uint64_t>(task.noise),
                  stored};
    place_persons(row, w, ensemble);
    place_ties(row, society, w, ensemble);
    pasts.push_back(past(row, w, ensemble));
  }
  ensemble.begin_study();
  return pasts;
}

}  // namespace kindred::record
