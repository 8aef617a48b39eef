// The hash of a state says whether two states are the same, whoever computes it and when.
#include <algorithm>
#include <bit>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <set>

#include "models/averaging/model.hpp"
#include "sim/core/state_stream.hpp"
#include "sim/engine/state_hash.hpp"
#include "sim/parallel/parallel.hpp"
#include "tests/determinism/varied_worlds.hpp"
#include "tests/support/experiment.hpp"

using namespace kindred;
using namespace kindred::determinism;

namespace {

Society society_of(std::int64_t size) {
  SocietyPlan plan;
  plan.persons = size;
  plan.network.acquaintances = 14;
  return make_society(plan, Seed{29}, 0);
}

Ensemble<float> hashed(const Model& model, const Society& society, int first, int width,
                       InstructionSet isa = instruction_set_in_use(), bool threads = false) {
  const std::vector<World> all = varied_worlds(model, Kind::varied);
  const auto from = all.begin() + first;
  const auto count = std::min<std::ptrdiff_t>(width, all.end() - from);
  return Ensemble<float>({&model,
                          &society,
                          noise_key(Seed{31}, 0, 0),
                          burn_in,
                          width,
                          {from, from + count},
                          model.phase_table[static_cast<int>(isa)],
                          threads,
                          3,
                          &hash_kernel(isa)});
}

/// [week][world] of the present state and of every week to come.
std::vector<std::vector<std::uint64_t>> in_passing(Ensemble<float>& ensemble, int weeks_to_live) {
  std::vector<std::vector<std::uint64_t>> hashes;
  for (int week = 0; week <= weeks_to_live; ++week) {
    if (week > 0) ensemble.advance();
    const auto of_worlds = ensemble.hasher()->hashes();
    hashes.emplace_back(of_worlds.begin(), of_worlds.begin() + ensemble.worlds());
  }
  return hashes;
}

/// Every value of a column may be changed: only tests do.
float& cell(const Ensemble<float>& ensemble, bool of_tie, int column, std::int64_t row, int world) {
  const auto view = of_tie ? ensemble.tie(column) : ensemble.person(column);
  return const_cast<float*>(view.of(world))[row * view.stride()];
}

void flip(float& value, int bit) {
  value = std::bit_cast<float>(std::bit_cast<std::uint32_t>(value) ^ (1U << bit));
}

std::vector<int> all_of(const std::vector<HashList>& lists) {
  std::vector<int> columns;
  for (const HashList& list : lists) columns.insert(columns.end(), list.columns.begin(), list.columns.end());
  return columns;
}

}  // namespace

TEST_CASE(
    "the hash computed in passing is the hash of the state, on any instruction set, width and threads") {
  for (const std::int64_t size : {std::int64_t{128}, persons}) {
    const Society society = society_of(size);
    for (const Model* model : {&attachment::model(), &averaging::model()}) {
      Ensemble<float> plain = hashed(*model, society, 0, 16);
      std::vector<std::vector<std::uint64_t>> expected;
      for (int week = 0; week <= weeks; ++week) {
        if (week > 0) plain.advance();
        expected.push_back(state_hashes(plain));
      }
      for (const InstructionSet isa : {InstructionSet::v2, InstructionSet::v3, InstructionSet::v4})
        for (const int width : {1, 2, 4, 8, 16}) {
          if (!machine_has(isa)) continue;
          INFO(model->declaration->name << ", " << name_of(isa) << ", width " << width << ", " << size);
          const parallel::ThreadLimit limit(3);
          Ensemble<float> ensemble = hashed(*model, society, 0, width, isa, width == 8);
          auto found = in_passing(ensemble, weeks);
          for (std::size_t week = 0; week < found.size(); ++week) {
            expected[week].resize(std::max(expected[week].size(), found[week].size()));
            CHECK(std::equal(found[week].begin(), found[week].end(), expected[week].begin()));
          }
        }
    }
  }
}

TEST_CASE("a world alone has the hashes of its lane") {
  const Society society = society_of(persons);
  Ensemble<float> together = hashed(attachment::model(), society, 0, 16);
  const auto of_all = in_passing(together, weeks);
  for (const int world : {0, 1, 5, 10}) {
    Ensemble<float> alone = hashed(attachment::model(), society, world, 1);
    const auto own = in_passing(alone, weeks);
    for (std::size_t week = 0; week < own.size(); ++week)
      CHECK(own[week][0] == of_all[week][static_cast<std::size_t>(world)]);
  }
}

TEST_CASE("hashes differ from week to week, from world to world and from society to society") {
  const Society society = society_of(persons), other = society_of(persons - 1);
  Ensemble<float> a = hashed(attachment::model(), society, 0, 16),
                  b = hashed(attachment::model(), other, 0, 16);
  std::set<std::uint64_t> seen;
  std::size_t count = 0;
  for (Ensemble<float>* ensemble : {&a, &b})
    for (const auto& week : in_passing(*ensemble, 20))
      for (const std::uint64_t hash : week) count += seen.insert(hash).second ? 1 : 0;
  CHECK(count == 2 * 21 * world_count);
}

TEST_CASE("an ensemble that was saved and restored has the same hashes as one that went on") {
  const Society society = society_of(persons);
  Ensemble<float> first = hashed(attachment::model(), society, 0, 8);
  std::vector<std::byte> bytes;
  StateWriter out(
      [&](std::span<const std::byte> more) { bytes.insert(bytes.end(), more.begin(), more.end()); });
  static_cast<void>(in_passing(first, burn_in + 6));
  first.save(out);
  StateReader in("state", bytes.size(), [&, at = std::size_t{0}](std::span<std::byte> to) mutable {
    std::memcpy(to.data(), bytes.data() + at, to.size());
    at += to.size();
  });
  Ensemble<float> second = hashed(attachment::model(), society, 0, 8, InstructionSet::v2);
  second.restore(in);
  CHECK(in_passing(second, 10) == in_passing(first, 10));
}

TEST_CASE("every single bit of everything handed on counts, and of nothing else") {
  const Society society = society_of(200);
  Ensemble<float> e = hashed(attachment::model(), society, 0, 4);
  static_cast<void>(in_passing(e, burn_in + 5));
  const std::vector<std::uint64_t> before = state_hashes(e);
  const CarriedColumns carried = carried_columns(*e.model().declaration);
  const auto changed_worlds = [&](float& value, int bit) {
    flip(value, bit);
    const std::vector<std::uint64_t> after = state_hashes(e);
    flip(value, bit);
    std::vector<int> worlds;
    for (int w = 0; w < 4; ++w)
      if (after[static_cast<std::size_t>(w)] != before[static_cast<std::size_t>(w)]) worlds.push_back(w);
    return worlds;
  };
  std::vector<int> state = all_of(carried.state), all = state;
  for (const int c : all_of(carried.constants)) all.push_back(c);
  int bit = 0;
  for (const int c : state)
    for (const std::int64_t row : {0, 77, 199})
      CHECK(changed_worlds(cell(e, false, c, row, 2), bit = (bit + 7) % 32) == std::vector{2});
  for (const int c : all_of(carried.constants))
    CHECK_FALSE(changed_worlds(cell(e, false, c, 11, 1), 3).empty());
  for (bit = 0; bit < 32; ++bit) {
    const std::int64_t tie = bit * e.ties() / 32;
    CHECK(changed_worlds(cell(e, true, carried.tie_state.front(), tie, 3), bit) == std::vector{3});
  }
  CHECK(changed_worlds(const_cast<float&>(e.treated(0).data[5 * 4 + 1]), 0) == std::vector{1});
  CHECK(changed_worlds(const_cast<float&>(e.enrolled(0).data[5 * 4 + 1]), 31) == std::vector{1});
  for (int c = 0; c < static_cast<int>(e.model().declaration->person_columns.size()); ++c)
    if (std::find(all.begin(), all.end(), c) == all.end())
      CHECK(changed_worlds(cell(e, false, c, 50, 0), 5).empty());
}

TEST_CASE("persons, columns, ties and rows of two worlds that change places are noticed") {
  const Society society = society_of(300);
  Ensemble<float> e = hashed(attachment::model(), society, 0, 4);
  static_cast<void>(in_passing(e, burn_in + 5));
  const std::vector<std::uint64_t> before = state_hashes(e);
  const std::vector<int> state = all_of(carried_columns(*e.model().declaration).state);
  const int closeness = carried_columns(*e.model().declaration).tie_state.front();
  int exchanges = 0;
  const auto noticed = [&](auto each_pair) {
    each_pair([](float& x, float& y) { std::swap(x, y); });
    const std::vector<std::uint64_t> after = state_hashes(e);
    each_pair([](float& x, float& y) { std::swap(x, y); });
    ++exchanges;
    return after[1] != before[1];
  };
  for (const std::int64_t apart : {1, 2, 16, 32, 64, 128, 256})
    CHECK(noticed([&](auto exchange) {
      for (const int c : state) exchange(cell(e, false, c, 3, 1), cell(e, false, c, 3 + apart, 1));
    }));
  for (std::size_t c = 1; c < state.size(); ++c) {
    if (e.model().declaration->person_columns[static_cast<std::size_t>(state[c])].element == Element::index)
      continue;
    CHECK(noticed([&](auto exchange) {
      for (std::int64_t i = 0; i < e.persons(); ++i)
        exchange(cell(e, false, state[c], i, 1), cell(e, false, state[0], i, 1));
    }));
  }
  for (const std::int64_t apart : {1, 8, 16, 64, 128, 1024})
    CHECK(noticed([&](auto exchange) {
      exchange(cell(e, true, closeness, 5, 1), cell(e, true, closeness, 5 + apart, 1));
    }));
  CHECK(noticed([&](auto exchange) {  // one person's rows of two arms
    for (const int c : state) exchange(cell(e, false, c, 40, 1), cell(e, false, c, 40, 3));
  }));
  CHECK(exchanges > 20);
  CHECK(state_hashes(e) == before);
}

TEST_CASE("what the hash leaves out is not handed on: its loss changes no later state") {
  const Society society = society_of(persons);
  for (const Model* model : {&attachment::model(), &averaging::model()}) {
    Ensemble<float> a = hashed(*model, society, 0, 8), b = hashed(*model, society, 0, 8);
    static_cast<void>(in_passing(a, burn_in + 9));
    static_cast<void>(in_passing(b, burn_in + 9));
    const CarriedColumns carried = carried_columns(*model->declaration);
    std::vector<int> kept = all_of(carried.state);
    for (const int c : all_of(carried.constants)) kept.push_back(c);
    int lost = 0;
    for (int c = 0; c < static_cast<int>(model->declaration->person_columns.size()); ++c) {
      if (std::find(kept.begin(), kept.end(), c) != kept.end()) continue;
      const bool once = b.person(c).once;
      for (std::int64_t i = 0; i < b.persons(); ++i)
        for (int w = 0; w < (once ? 1 : 8); ++w)
          cell(b, false, c, i, w) = 1.0f;  // a value that every column may have
      ++lost;
    }
    CHECK(lost > 0);
    CHECK(in_passing(b, 10) == in_passing(a, 10));
  }
}

TEST_CASE("negative control: the loss of a column that is handed on shows") {
  const Society society = society_of(persons);
  Ensemble<float> a = hashed(attachment::model(), society, 0, 8),
                  b = hashed(attachment::model(), society, 0, 8);
  static_cast<void>(in_passing(a, 20));
  static_cast<void>(in_passing(b, 20));
  for (std::int64_t i = 0; i < b.persons(); ++i) cell(b, false, attachment::self_criticism.index, i, 0) = 0;
  CHECK(in_passing(b, 3) != in_passing(a, 3));
}

TEST_CASE("a value that is not finite is known of in the week in which it arises, in its world alone") {
  const Society society = support::community(500, Seed{4});
  std::vector<World> worlds(4, World{support::hypothesis("remediation"), {}});
  worlds[2].parameters = support::with(worlds[2].parameters, {{attachment::distress_inertia, 1e12}});
  Ensemble<float> e({&attachment::model(), &society, noise_key(Seed{4}, 0, 0), 0, 4, worlds,
                     support::kernels<float>(), false, 0, &hash_kernel(instruction_set_in_use())});
  int overflowed = -1;
  for (int week = 1; week <= 12 && overflowed < 0; ++week) {
    e.advance();
    bool finite = true;
    for (const int c : all_of(carried_columns(*e.model().declaration).state))
      if (e.model().declaration->person_columns[static_cast<std::size_t>(c)].element == Element::real)
        for (std::int64_t i = 0; i < e.persons(); ++i) finite = finite && std::isfinite(e.person(c)(i, 2));
    if (!finite) overflowed = week;
    CHECK(e.hasher()->finite(2) == finite);
    for (const int sound : {0, 1, 3}) CHECK(e.hasher()->finite(sound));
  }
  CHECK(overflowed > 1);
}

TEST_CASE("the lists are those of the printed schedule") {
  const CarriedColumns carried = carried_columns(*attachment::model().declaration);
  std::vector<std::uint32_t> numbers;
  for (const auto* lists : {&carried.constants, &carried.state})
    for (const HashList& list : *lists) numbers.push_back(list.number);
  CHECK(numbers == std::vector<std::uint32_t>{0, 7, 8, 131});
  CHECK(all_of(carried.state).size() == 21);
  CHECK(carried.tie_state == std::vector{attachment::tie_closeness.index});
  CHECK(carried.tie_constants == std::vector{attachment::tie_compatibility.index});
}
