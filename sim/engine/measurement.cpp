#include "sim/engine/measurement.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

namespace kindred {

double observed_score(const InstrumentDeclaration& instrument, double latent, double error) {
  const double observed =
      std::sqrt(instrument.reliability) * latent + std::sqrt(1 - instrument.reliability) * error;
  return std::clamp(instrument.mean + instrument.sd * observed, instrument.range.low, instrument.range.high);
}

double measurement_error(PhiloxKey noise, std::int64_t person, std::uint32_t week, int instrument) {
  const auto words = philox_lanes<1>(static_cast<std::uint32_t>(person), 0, week,
                                     stream_instrument + static_cast<std::uint32_t>(instrument), noise);
  Lanes<float, 1> first, second;
  normals_from<1>(words.word[0], words.word[1], first, second);
  return static_cast<double>(first.lane(0));
}

std::vector<double> measurement_errors(PhiloxKey noise, std::span<const std::int32_t> persons,
                                       std::uint32_t week, int instrument) {
  constexpr std::size_t at_once = 8;
  std::vector<double> errors;
  errors.reserve(persons.size() + at_once);
  for (std::size_t from = 0; from < persons.size(); from += at_once) {
    WordLanes<at_once> ids{};
    for (std::size_t i = 0; i < at_once && from + i < persons.size(); ++i)
      ids[i] = static_cast<std::uint32_t>(persons[from + i]);
    const auto words = philox_lanes<at_once>(
        ids, 0, week, stream_instrument + static_cast<std::uint32_t>(instrument), noise);
    Lanes<float, at_once> first, second;
    normals_from<at_once>(words.word[0], words.word[1], first, second);
    for (int i = 0; i < static_cast<int>(at_once); ++i) errors.push_back(static_cast<double>(first.lane(i)));
  }
  errors.resize(persons.size());
  return errors;
}

int quadrant(const QuadrantDeclaration& declaration, double first, double second) {
  return (first > declaration.first_cut ? 1 : 0) + (second > declaration.second_cut ? 2 : 0);
}

std::vector<std::int32_t> panel_sample(PhiloxKey society, std::int64_t persons, std::int64_t size) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(persons));
  std::iota(order.begin(), order.end(), 0);
  if (size >= persons) return order;
  std::vector<std::uint32_t> word(order.size());
  for (const std::int32_t i : order)
    word[static_cast<std::size_t>(i)] =
        philox({static_cast<std::uint32_t>(i), 0, 0, stream_panel}, society)[0];
  const auto before = [&](std::int32_t a, std::int32_t b) {
    const std::uint32_t x = word[static_cast<std::size_t>(a)], y = word[static_cast<std::size_t>(b)];
    return x != y ? x < y : a < b;
  };
  std::nth_element(order.begin(), order.begin() + size, order.end(), before);
  order.resize(static_cast<std::size_t>(size));
  std::sort(order.begin(), order.end());
  return order;
}

}  // namespace kindred
