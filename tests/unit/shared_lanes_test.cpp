#include <catch2/catch_test_macros.hpp>

#include <memory>

#include "sim/core/state_stream.hpp"
#include "sim/engine/lane_plan.hpp"
#include "sim/engine/row_slices.hpp"
#include "tests/support/experiment.hpp"
#include "tests/support/same_bits.hpp"

using namespace kindred;
using namespace kindred::support;

namespace {

constexpr int burn_in = 12;

std::vector<World> three_arms() {
  const auto parameters = hypothesis("remediation");
  return {{parameters, {}}, {parameters, {course(6)}}, {parameters, {course(6, 0)}}};
}

Ensemble<float> ensemble_of(const Society& society, std::vector<World> worlds, int width, bool keep_apart) {
  const InstructionSet isa = instruction_set_in_use();
  return Ensemble<float>({&attachment::model(), &society, noise_key(Seed{71}, 0, 0), burn_in, width,
                          std::move(worlds), attachment::model().phase_table[static_cast<int>(isa)], false, 0,
                          nullptr, keep_apart});
}

std::int64_t cells_apart(const Ensemble<float>& x, const Ensemble<float>& y) {
  std::int64_t cells = 0;
  for (int world = 0; world < x.worlds(); ++world)
    for_each_difference(Lane{x, world}, Lane{y, world}, [&](const Cell&) { ++cells; });
  return cells;
}

}  // namespace

TEST_CASE("worlds share a lane when their parameters agree, switches aside") {
  const ModelDeclaration& model = *attachment::model().declaration;
  const auto p = hypothesis("remediation"), other = hypothesis("relational");
  const std::vector<World> worlds{{p, {}}, {other, {}}, {p, {course(3)}}, {other, {}}, {p, {}}};
  const LanePlan plan = lanes_shared(model, worlds, 8);
  CHECK(plan.lanes == 2);
  for (const std::size_t w : {0, 2, 4}) CHECK(plan.of[w] == 0);
  for (const std::size_t w : {1, 3}) CHECK(plan.of[w] == 1);
  CHECK(plan.world[0] == 0);
  CHECK(plan.world[1] == 1);
  CHECK(parting_week(model, worlds, 3) == 3);
  CHECK(lanes_shared(model, std::vector<World>{{p, {}}, {other, {}}}, 2).lanes == 2);
}

TEST_CASE("worlds that share a lane until a programme begins are, bit for bit, what they would be apart") {
  const Society society = community(300, Seed{71});
  auto together = ensemble_of(society, three_arms(), 4, false);
  auto apart = ensemble_of(society, three_arms(), 4, true);
  for (int week = 0; week < burn_in + 30; ++week) {
    const bool parted = week >= burn_in + 7;  // the programme begins in study week 6: after 6 weeks of study
    CHECK(together.lanes() == (parted ? 4 : 1));
    CHECK(apart.lanes() == 4);
    REQUIRE(cells_apart(together, apart) == 0);
    together.advance();
    apart.advance();
  }
  std::int64_t cells = 0;  // negative control: the course did something
  for_each_difference(Lane{together, 0}, Lane{together, 1}, [&](const Cell&) { ++cells; });
  CHECK(cells > 1000);
}

TEST_CASE("a state with shared lanes goes on to the same bits, before, in and after the week they part") {
  const Society society = community(200, Seed{72});
  for (const int saved : {0, burn_in + 5, burn_in + 6, burn_in + 7, burn_in + 9}) {
    auto whole = ensemble_of(society, three_arms(), 4, false);
    for (int week = 0; week < saved; ++week) whole.advance();
    std::vector<std::byte> state;
    StateWriter out(
        [&](std::span<const std::byte> bytes) { state.insert(state.end(), bytes.begin(), bytes.end()); });
    whole.save(out);
    auto other = ensemble_of(society, three_arms(), 4, false);
    std::size_t at = 0;
    StateReader in("state", state.size(), [&](std::span<std::byte> to) {
      std::copy_n(state.begin() + static_cast<std::ptrdiff_t>(at), to.size(), to.begin());
      at += to.size();
    });
    other.restore(in);
    for (int week = saved; week < burn_in + 15; ++week) {
      REQUIRE(cells_apart(whole, other) == 0);
      whole.advance();
      other.advance();
    }
    CHECK(cells_apart(whole, other) == 0);
  }
}

TEST_CASE("slices hold every row's acquaintances in order, and nothing else") {
  const Society society = community(203, Seed{73});
  const RowSlices slices = slices_of(society.graph, 208);
  CHECK(slices.absent == 208);
  REQUIRE(slices.offset.size() == 208 / rows_per_slice + 1);
  for (std::int32_t row = 0; row < 208; ++row) {
    const auto slice = static_cast<std::size_t>(row / rows_per_slice);
    std::vector<std::int32_t> found;
    for (std::int32_t line = slices.offset[slice]; line < slices.offset[slice + 1]; ++line) {
      const std::int32_t who =
          slices.neighbour[static_cast<std::size_t>(line * rows_per_slice + row % rows_per_slice)];
      if (who != slices.absent) found.push_back(who);
    }
    if (row >= 203) CHECK(found.empty());
    else {
      const auto expected = graph::neighbours_of(society.graph, row);
      CHECK(found == std::vector<std::int32_t>(expected.begin(), expected.end()));
    }
  }
}
