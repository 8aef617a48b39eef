// Widths, columns, instruments, samples, threads and the choice of an instruction set.
#include <algorithm>
#include <atomic>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/attachment/model.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/columns.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/engine/measurement.hpp"
#include "sim/engine/widths.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"

using namespace kindred;

namespace {

double cost_of(const std::vector<int>& widths) {
  double cost = 0;
  for (const int w : widths) cost += relative_cost(w);
  return cost;
}

/// Cheapest cover of n worlds by trying every number of the widest ensembles, then of the next.
double cheapest_cover(int n, int widest) {
  if (n <= 0) return 0;
  if (widest == 1) return n * relative_cost(1);
  double best = std::numeric_limits<double>::infinity();
  for (int k = 0; (k - 1) * widest < n; ++k)
    best = std::min(best, k * relative_cost(widest) + cheapest_cover(n - k * widest, widest / 2));
  return best;
}

/// KINDRED_ISA while it lives; what was there before comes back.
class Environment {
 public:
  explicit Environment(const char* value) {
    if (const char* before = std::getenv("KINDRED_ISA")) before_ = before;
    if (value == nullptr) ::unsetenv("KINDRED_ISA");
    else ::setenv("KINDRED_ISA", value, 1);
  }
  ~Environment() {
    if (before_) ::setenv("KINDRED_ISA", before_->c_str(), 1);
    else ::unsetenv("KINDRED_ISA");
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::optional<std::string> before_;
};

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sx = 0, sy = 0, xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    sx += x[i], sy += y[i], xx += x[i] * x[i], yy += y[i] * y[i], xy += x[i] * y[i];
  return (xy - sx * sy / n) / std::sqrt((xx - sx * sx / n) * (yy - sy * sy / n));
}

}  // namespace

TEST_CASE("the chosen widths carry every world and cost no more than any one width, for 1 to 200 worlds") {
  for (const int widest : {1, 2, 4, 8, 16})
    for (int n = 1; n <= 200; ++n) {
      const std::vector<int> widths = choose_widths(n, widest);
      INFO(n << " worlds, widest " << widest);
      const int room = std::accumulate(widths.begin(), widths.end(), 0);
      CHECK(room >= n);
      CHECK(room - n < widths.back());  // no ensemble is all spare lanes
      CHECK(std::is_sorted(widths.begin(), widths.end(), std::greater<>()));
      for (const int w : widths) CHECK((w <= widest && 16 % w == 0));
      for (int single = 1; single <= widest; single *= 2)
        CHECK(cost_of(widths) <= (n + single - 1) / single * relative_cost(single) + 1e-9);
      if (n <= 60) CHECK(std::abs(cost_of(widths) - cheapest_cover(n, widest)) < 1e-9);
    }
}

TEST_CASE("a column starts on a cache line, zeroed, with room for one register beyond its end") {
  for (const std::size_t bytes : {1u, 4u, 63u, 64u, 65u, 1000u, 4096u, 1'000'000u}) {
    AlignedBuffer buffer(bytes);
    INFO(bytes << " bytes");
    CHECK(reinterpret_cast<std::uintptr_t>(buffer.data()) % 64 == 0);
    CHECK(buffer.bytes() == bytes);
    const auto* byte = static_cast<const unsigned char*>(buffer.data());
    CHECK(std::all_of(byte, byte + bytes + 63, [](unsigned char b) { return b == 0; }));
    AlignedBuffer moved = std::move(buffer);
    CHECK(moved.data() == byte);
  }
  const std::vector<float> numbers{0, 1, 2, 3, 4, 5};
  CHECK(ColumnView<float>{numbers.data(), false, 2}(2, 1) == 5);
  CHECK(ColumnView<float>{numbers.data(), true, 2}(2, 1) == 2);
}

TEST_CASE("a score is the latent value and error at the declared reliability, in raw points, clipped to its "
          "range") {
  const InstrumentDeclaration scale{"scale", 0, .81, 3, .5, {1, 5}, "points", ""};
  CHECK(observed_score(scale, 0, 0) == 3);
  CHECK(std::abs(observed_score(scale, 1, 0) - (3 + .5 * .9)) < 1e-15);
  CHECK(std::abs(observed_score(scale, 0, 1) - (3 + .5 * std::sqrt(.19))) < 1e-15);
  CHECK(observed_score(scale, 100, 0) == 5);
  CHECK(observed_score(scale, -100, 0) == 1);
  CHECK(std::isnan(observed_score(scale, std::nan(""), 0)));
  InstrumentDeclaration perfect = scale;
  perfect.reliability = 1;
  CHECK(observed_score(perfect, 1.5, 77) == 3.75);
}

TEST_CASE("a score correlates with its latent value by the root of the reliability, within four errors") {
  constexpr std::size_t n = 100'000;
  std::vector<float> z(4 * n);
  const Distribution normals[4] = {Distribution::normal, Distribution::normal, Distribution::normal,
                                   Distribution::normal};
  fill_person_block<float, 4>(philox_keys({4, 4}), 1, 0, normals, 0, n, z.data(), n);
  for (std::size_t k = 0; k < attachment::model().declaration->instruments.size(); ++k) {
    InstrumentDeclaration unclipped = attachment::model().declaration->instruments[k];
    unclipped.range = {-1e9, 1e9};
    std::vector<double> latent, score;
    for (std::size_t i = 0; i < n; ++i) {
      latent.push_back(static_cast<double>(z[i]));
      score.push_back(
          observed_score(unclipped, latent.back(),
                         measurement_error({8, 8}, static_cast<std::int64_t>(i), 60, static_cast<int>(k))));
    }
    const double wanted = std::sqrt(unclipped.reliability),
                 error = (1 - wanted * wanted) / std::sqrt(double{n});
    const double r = correlation(latent, score);
    INFO(unclipped.name << ": correlation " << r << ", wanted " << wanted << ", standard error " << error);
    CHECK(std::abs(r - wanted) < 4 * error);  // fails by chance once in 16,000
    CHECK(std::abs(r - std::sqrt(unclipped.reliability * .97)) > 4 * error);  // a wrong reliability is seen
    CHECK(std::abs(r - std::sqrt(std::min(1.0, unclipped.reliability * 1.03))) > 4 * error);
  }
}

TEST_CASE("measurement error is keyed by person, week, instrument and noise, and normal") {
  constexpr std::size_t n = 50'000;
  const auto errors = [](PhiloxKey noise, std::uint32_t week, int instrument) {
    std::vector<double> e;
    for (std::size_t i = 0; i < n; ++i)
      e.push_back(measurement_error(noise, static_cast<std::int64_t>(i), week, instrument));
    return e;
  };
  const std::vector<double> base = errors({1, 2}, 10, 0);
  CHECK(base == errors({1, 2}, 10, 0));
  std::vector<std::int32_t> some;  // a number of them that is no multiple of anything
  for (std::int32_t i = 3; i < 40'000; i += 7) some.push_back(i);
  const std::vector<double> at_once = measurement_errors({1, 2}, some, 10, 0);
  REQUIRE(at_once.size() == some.size());
  for (std::size_t k = 0; k < some.size(); ++k) CHECK(at_once[k] == base[static_cast<std::size_t>(some[k])]);
  double sum = 0, squares = 0;
  for (const double e : base) sum += e, squares += e * e;
  CHECK(std::abs(sum / std::sqrt(double{n})) < 4);
  CHECK(std::abs(squares / n - 1) < 4 * std::sqrt(2 / double{n}));
  for (const auto& other : {errors({1, 2}, 11, 0), errors({1, 2}, 10, 1), errors({1, 3}, 10, 0)})
    CHECK(std::abs(correlation(base, other)) < 4 / std::sqrt(double{n}));
}

TEST_CASE("a quadrant's cut belongs to the lower side") {
  const QuadrantDeclaration q{"style", 0, 1, .5, .25, {"low-low", "high-low", "low-high", "high-high"}, ""};
  CHECK(quadrant(q, .5, .25) == 0);
  CHECK(quadrant(q, std::nextafter(.5, 1), .25) == 1);
  CHECK(quadrant(q, .5, std::nextafter(.25, 1)) == 2);
  CHECK(quadrant(q, 1, 1) == 3);
}

TEST_CASE("a panel is sorted, without repetition, the same for the same society, and grows by joining") {
  const PhiloxKey key{11, 12};
  std::vector<std::int32_t> smaller;
  for (const std::int64_t size : {0, 1, 2, 50, 499, 500, 501, 9999}) {
    const std::vector<std::int32_t> panel = panel_sample(key, 500, size);
    INFO("size " << size);
    CHECK(panel.size() == static_cast<std::size_t>(std::min<std::int64_t>(size, 500)));
    CHECK(std::is_sorted(panel.begin(), panel.end()));
    CHECK(std::adjacent_find(panel.begin(), panel.end()) == panel.end());
    CHECK((panel.empty() || (panel.front() >= 0 && panel.back() < 500)));
    CHECK(std::includes(panel.begin(), panel.end(), smaller.begin(), smaller.end()));
    CHECK(panel == panel_sample(key, 500, size));
    smaller = panel;
  }
  CHECK(panel_sample(key, 500, 50) != panel_sample({11, 13}, 500, 50));
}

TEST_CASE("a panel holds the persons with the smallest words of their own") {
  std::vector<std::pair<std::uint32_t, std::int32_t>> words;
  for (std::int32_t i = 0; i < 500; ++i)
    words.emplace_back(philox({static_cast<std::uint32_t>(i), 0, 0, stream_panel}, {11, 12})[0], i);
  std::sort(words.begin(), words.end());
  std::vector<std::int32_t> wanted;
  for (std::size_t k = 0; k < 120; ++k) wanted.push_back(words[k].second);
  std::sort(wanted.begin(), wanted.end());
  CHECK(panel_sample({11, 12}, 500, 120) == wanted);
}

TEST_CASE("everybody is equally likely to be in a panel") {
  constexpr int persons = 400, size = 100, societies = 4000;
  std::vector<double> chosen(persons);
  for (std::uint32_t s = 0; s < societies; ++s)
    for (const std::int32_t i : panel_sample(society_key(Seed{3}, s), persons, size))
      chosen[static_cast<std::size_t>(i)] += 1;
  // counts of one society are negatively correlated: the sum of squares has persons - 1 degrees of freedom
  const auto chi = [&](const std::vector<double>& count) {
    const double share = double{size} / persons, expected = societies * share;
    double sum = 0;
    for (const double c : count) sum += (c - expected) * (c - expected);
    return sum / (societies * share * (1 - share)) * (persons - 1) / persons;
  };
  const double free = persons - 1, error = std::sqrt(2 * free);
  CHECK(std::abs(chi(chosen) - free) < 4 * error);
  std::vector<double> bent = chosen;  // a person in 20 favoured by a tenth is seen; a too even count as well
  for (std::size_t i = 0; i < bent.size(); i += 20) bent[i] *= 1.1;
  CHECK(chi(bent) - free > 4 * error);
  CHECK(chi(std::vector<double>(persons, double{societies} * size / persons)) - free < -4 * error);
}

TEST_CASE("blocks cover every index once, whatever the sizes and threads") {
  for (const int threads : {1, 2, 3, 7}) {
    const parallel::ThreadLimit limit(threads);
    CHECK(limit.threads() == threads);
    for (const std::int64_t count : {0, 1, 2, 127, 128, 129, 1000, 12'345})
      for (const std::int64_t block : {1, 3, 128, 1000, 100'000}) {
        std::vector<std::atomic<int>> seen(static_cast<std::size_t>(count));
        std::atomic<bool> fair = true;
        parallel::for_blocks(count, block, [&](std::int64_t begin, std::int64_t end) {
          if (begin % block != 0 || end <= begin || end - begin > block || end > count) fair = false;
          for (std::int64_t i = begin; i < std::min(end, count); ++i) ++seen[static_cast<std::size_t>(i)];
        });
        INFO(count << " in blocks of " << block << ", " << threads << " threads");
        CHECK(fair);
        CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& n) { return n == 1; }));
      }
    std::vector<std::atomic<int>> tasks(17);
    parallel::for_tasks(17, [&](std::int64_t i) { ++tasks[static_cast<std::size_t>(i)]; });
    CHECK(std::all_of(tasks.begin(), tasks.end(), [](const auto& n) { return n == 1; }));
  }
  CHECK(parallel::available_threads() >= 1);
}

TEST_CASE("an exception in a block reaches the caller, also from a single block, and the next loop works") {
  for (const std::int64_t count : {10, 1000}) {
    std::string caught;
    try {
      parallel::for_blocks(count, 100, [&](std::int64_t begin, std::int64_t end) {
        if (begin <= count / 2 && count / 2 < end)
          throw std::runtime_error("block with " + std::to_string(count / 2));
      });
    } catch (const std::runtime_error& e) {
      caught = e.what();
    }
    CHECK(caught == "block with " + std::to_string(count / 2));
    CHECK_THROWS_AS(parallel::for_tasks(count,
                                        [](std::int64_t i) {
                                          if (i == 7) throw Bug("seven");
                                        }),
                    Bug);
    std::atomic<int> done = 0;
    parallel::for_tasks(count, [&](std::int64_t) { ++done; });
    CHECK(done == count);
  }
}

TEST_CASE("KINDRED_ISA forces an instruction set, and an unknown or missing one is the user's error") {
  const std::map<std::string, InstructionSet> names{
      {"v2", InstructionSet::v2}, {"v3", InstructionSet::v3}, {"v4", InstructionSet::v4}};
  for (const auto& [name, isa] : names) {
    const Environment forced(name.c_str());
    INFO(name);
    if (machine_has(isa)) CHECK(instruction_set_in_use() == isa);
    else CHECK_THROWS_AS(instruction_set_in_use(), ConfigError);
  }
  for (const char* wrong : {"v5", "V4", "avx512", "v3 ", "x86-64-v3"}) {
    const Environment forced(wrong);
    INFO(wrong);
    CHECK_THROWS_AS(instruction_set_in_use(), ConfigError);
  }
  for (const char* nothing : {"", static_cast<const char*>(nullptr)}) {
    const Environment unset(nothing);
    const InstructionSet best = instruction_set_in_use();
    CHECK(machine_has(best));
    for (const auto& [name, isa] : names) CHECK((!machine_has(isa) || isa <= best));
  }
  CHECK(name_of(InstructionSet::v3) == "x86-64-v3");
}
