#include <algorithm>
#include <bit>

#include "sim/engine/ensemble.hpp"
#include "sim/engine/state_hash.hpp"

/// The hash written down as it is defined, one value after the other.
namespace kindred {

namespace {

std::uint32_t factor(std::uint32_t list, std::int64_t entity) {
  return factor_of(static_cast<std::uint32_t>(entity) + first_number(list));
}

std::uint32_t folded(std::uint32_t t, std::uint32_t word) { return std::rotl(t, 9) ^ word; }

std::uint32_t word_of(const Ensemble<float>& ensemble, int column, std::int64_t row, int world) {
  const auto& declared = ensemble.model().declaration->person_columns[static_cast<std::size_t>(column)];
  return declared.element == Element::real
             ? std::bit_cast<std::uint32_t>(ensemble.person(column)(row, world))
             : static_cast<std::uint32_t>(ensemble.person_index(column)(row, world));
}

std::uint64_t sum_of_list(const Ensemble<float>& ensemble, const HashList& list, int world) {
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) {
    std::uint32_t t = 0;
    for (const int c : list.columns) t = folded(t, word_of(ensemble, c, i, world));
    sum += std::uint64_t{t} * factor(list.number, i);
  }
  return sum;
}

std::uint64_t sum_of_slot(const Ensemble<float>& ensemble, int slot, int world) {
  const auto treated = ensemble.treated(slot), enrolled = ensemble.enrolled(slot);
  std::uint64_t sum = 0;
  for (std::int64_t i = 0; i < ensemble.persons(); ++i) {
    const std::uint32_t t = folded(folded(0, std::bit_cast<std::uint32_t>(treated(i, world))),
                                   std::bit_cast<std::uint32_t>(enrolled(i, world)));
    sum += std::uint64_t{t} * factor(slot_list + static_cast<std::uint32_t>(slot), i);
  }
  return sum;
}

std::uint64_t sum_of_ties(const Ensemble<float>& ensemble, int column, int world) {
  const auto value = ensemble.tie(column);
  const std::uint32_t list = tie_list + static_cast<std::uint32_t>(column);
  std::uint32_t lower = 0, upper = 0;
  for (std::int64_t tie = 0; tie < ensemble.ties(); ++tie) {
    const auto word = std::bit_cast<std::uint32_t>(value(tie, world));
    lower += tie_term(word, tie, list);
    upper += tie_term(word, tie, list + tie_upper_half);
  }
  return whole(lower, upper);
}

}  // namespace

/// What is stored once for all worlds is looked at once.
std::vector<std::uint64_t> constant_hashes(const Ensemble<float>& ensemble) {
  const CarriedColumns carried = carried_columns(*ensemble.model().declaration);
  std::vector<std::uint64_t> sums(static_cast<std::size_t>(ensemble.width()), 0);
  const auto add = [&](bool once, auto sum_of_world) {
    std::uint64_t sum = 0;
    for (int w = 0; w < ensemble.width(); ++w) {
      if (w == 0 || !once) sum = sum_of_world(w);
      sums[static_cast<std::size_t>(w)] += sum;
    }
  };
  for (const HashList& list : carried.constants)
    add(std::all_of(list.columns.begin(), list.columns.end(), [&](int c) { return ensemble.person(c).once; }),
        [&](int w) { return sum_of_list(ensemble, list, w); });
  for (const int c : carried.tie_constants)
    add(ensemble.tie(c).once, [&](int w) { return sum_of_ties(ensemble, c, w); });
  return sums;
}

std::vector<std::uint64_t> state_hashes(const Ensemble<float>& ensemble) {
  const CarriedColumns carried = carried_columns(*ensemble.model().declaration);
  std::vector<std::uint64_t> sums = constant_hashes(ensemble);
  sums.resize(static_cast<std::size_t>(ensemble.worlds()));
  for (int w = 0; w < ensemble.worlds(); ++w) {
    std::uint64_t& sum = sums[static_cast<std::size_t>(w)];
    for (const HashList& list : carried.state) sum += sum_of_list(ensemble, list, w);
    for (int s = 0; s < ensemble.slots(); ++s) sum += sum_of_slot(ensemble, s, w);
    for (const int c : carried.tie_state) sum += sum_of_ties(ensemble, c, w);
  }
  return sums;
}

}  // namespace kindred
