// Rows shared among threads give what one loop gives. Built twice: against TBB, and against plain threads,
// which (unlike TBB) start as many threads as they are told to on a machine with fewer cores.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>

#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/random/seeds.hpp"
#include "tests/determinism/varied_worlds.hpp"

using namespace kindred;
using namespace kindred::determinism;

namespace {

Society society(std::uint64_t seed) {
  SocietyPlan plan;
  plan.persons = persons;
  plan.network.acquaintances = 14;
  return make_society(plan, Seed{seed}, 0);
}

Ensemble<float> ensemble_of(const Model& model, const Society& society, int width, bool threads) {
  std::vector<World> worlds = varied_worlds(model, Kind::varied);
  worlds.resize(std::min(worlds.size(), static_cast<std::size_t>(width)));
  return Ensemble<float>({&model, &society, noise_key(Seed{31}, 0, 0), burn_in, width, std::move(worlds),
                          model.phase_table[static_cast<int>(instruction_set_in_use())], threads});
}

/// Every bit of every column, in one order.
std::vector<std::pair<std::string, std::vector<std::uint32_t>>> bits_of_all(const Ensemble<float>& ensemble) {
  std::vector<std::pair<std::string, std::vector<std::uint32_t>>> all;
  for_each_column(ensemble, [&](const std::string& name, const auto& view, std::int64_t rows, int) {
    std::vector<std::uint32_t> bits;
    for (std::int64_t row = 0; row < rows; ++row)
      for (int w = 0; w < ensemble.worlds(); ++w) bits.push_back(bits_of(view(row, w)));
    all.emplace_back(name, std::move(bits));
  });
  return all;
}

std::string first_column_apart(const Ensemble<float>& a, const Ensemble<float>& b) {
  const auto in_a = bits_of_all(a), in_b = bits_of_all(b);
  for (std::size_t c = 0; c < in_a.size(); ++c)
    if (in_a[c] != in_b[c]) return in_a[c].first;
  return "";
}

}  // namespace

TEST_CASE("one, two, three and seven threads leave the same bits in every column as one loop does") {
  const Society people = society(29);
  for (const Model* model : {&attachment::model(), &averaging::model()})
    for (const int width : {1, 4, 16}) {
      Ensemble<float> loop = ensemble_of(*model, people, width, false);
      for (int week = 0; week < weeks; ++week) loop.advance();
      for (const int threads : {1, 2, 3, 7}) {
        const parallel::ThreadLimit limit(threads);
        Ensemble<float> shared = ensemble_of(*model, people, width, true);
        for (int week = 0; week < weeks; ++week) shared.advance();
        INFO(model->declaration->name << ", width " << width << ", " << threads << " threads");
        CHECK(first_column_apart(loop, shared) == "");
      }
    }
}

TEST_CASE("negative control: a week more and another number of worlds are told apart") {
  const Society people = society(29);
  Ensemble<float> a = ensemble_of(attachment::model(), people, 4, false);
  Ensemble<float> b = ensemble_of(attachment::model(), people, 4, true);
  CHECK(first_column_apart(a, b) == "");
  b.advance();
  CHECK(first_column_apart(a, b) != "");
  CHECK(first_column_apart(a, ensemble_of(attachment::model(), people, 2, false)) != "");
}

TEST_CASE("rows really are shared: with two cores more than one thread takes blocks") {
  if (parallel::available_threads() < 2) SKIP("one core");
  const parallel::ThreadLimit limit(7);
  std::set<std::thread::id> seen;
  std::mutex guard;
  parallel::for_blocks(200, 1, [&](std::int64_t, std::int64_t) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    const std::lock_guard lock(guard);
    seen.insert(std::this_thread::get_id());
  });
  CHECK(seen.size() > 1);
  CHECK(seen.size() <= 7);
}
