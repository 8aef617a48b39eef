#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstring>
#include <filesystem>

#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/core/state_stream.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "sim/record/checkpoint_folder.hpp"
#include "sim/record/spool_contents.hpp"
#include "sim/record/state_file.hpp"
#include "tests/determinism/varied_worlds.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using Catch::Matchers::ContainsSubstring;
using test::message_of;
using test::TemporaryFolder;

namespace {

std::vector<std::byte> written(const std::function<void(StateWriter&)>& write) {
  std::vector<std::byte> bytes;
  StateWriter writer(
      [&](std::span<const std::byte> more) { bytes.insert(bytes.end(), more.begin(), more.end()); });
  write(writer);
  return bytes;
}

StateReader reader_of(const std::vector<std::byte>& bytes) {
  return {"state", bytes.size(), [bytes, at = std::size_t{0}](std::span<std::byte> to) mutable {
            std::memcpy(to.data(), bytes.data() + at, to.size());
            at += to.size();
          }};
}

Society society_of(std::uint64_t seed) {
  SocietyPlan plan;
  plan.persons = determinism::persons;
  plan.network.acquaintances = 14;
  return make_society(plan, Seed{seed}, 0);
}

constexpr int switches_from = 3;  // study week

/// Worlds of which some have a mechanism off.
Ensemble<float> ensemble_of(const Model& model, const Society& society, int width,
                            InstructionSet isa = instruction_set_in_use()) {
  std::vector<World> worlds = determinism::varied_worlds(model, determinism::Kind::varied);
  worlds.erase(worlds.begin());  // the first has no programme
  worlds.resize(std::min(worlds.size(), static_cast<std::size_t>(width)));
  for (std::size_t w = 0; w < worlds.size(); ++w)
    for (std::size_t p = 0; p < worlds[w].parameters.size(); ++p)
      if (model.declaration->parameters[p].is_switch)
        worlds[w].parameters[p] = (w + p) % 2 == 0 ? 0 : model.declaration->parameters[p].default_value;
  return Ensemble<float>({&model, &society, noise_key(Seed{31}, 0, 0), determinism::burn_in, width,
                          std::move(worlds), model.phase_table[static_cast<int>(isa)], false, switches_from});
}

/// Name of the first thing in which two ensembles differ by a bit.
std::string apart(const Ensemble<float>& a, const Ensemble<float>& b) {
  using Bits = std::vector<std::pair<std::string, std::vector<std::uint32_t>>>;
  const auto bits_of_all = [](const Ensemble<float>& ensemble) {
    Bits all;
    determinism::for_each_column(ensemble,
                                 [&](const std::string& name, const auto& view, std::int64_t rows, int) {
                                   std::vector<std::uint32_t> bits;
                                   for (std::int64_t row = 0; row < rows; ++row)
                                     for (int w = 0; w < ensemble.worlds(); ++w)
                                       bits.push_back(determinism::bits_of(view(row, w)));
                                   all.emplace_back(name, std::move(bits));
                                 });
    return all;
  };
  const Bits in_a = bits_of_all(a), in_b = bits_of_all(b);
  for (std::size_t c = 0; c < in_a.size(); ++c)
    if (in_a[c] != in_b[c]) return in_a[c].first;
  for (int s = 0; s < a.slots(); ++s)
    for (int w = 0; w < a.worlds(); ++w)
      if (a.eligible(s, w) != b.eligible(s, w)) return "eligible";
  return a.weeks_done() == b.weeks_done() ? "" : "week";
}

}  // namespace

TEST_CASE("an ensemble that was saved at any week and restored goes on to the same bits") {
  const Society people = society_of(29);
  // before programmes, in the week of the first and of the second start, when switches begin, during and
  // after
  for (const int saved : {0, 20, 50, 52, 53, 54, 59, 60, 71})
    for (const Model* model : {&attachment::model(), &averaging::model()})
      for (const int width : {1, 2, 8}) {
        Ensemble<float> whole = ensemble_of(*model, people, width);
        while (whole.weeks_done() < saved) whole.advance();
        const auto state = written([&](StateWriter& out) { whole.save(out); });
        Ensemble<float> other = ensemble_of(*model, people, width);
        StateReader in = reader_of(state);
        other.restore(in);
        in.end();
        INFO(model->declaration->name << ", width " << width << ", saved in week " << saved);
        REQUIRE(apart(whole, other).empty());
        for (int week = saved; week < determinism::weeks; ++week) {
          whole.advance();
          other.advance();
        }
        CHECK(apart(whole, other).empty());
      }
}

TEST_CASE("a state goes on to the same bits on another instruction set") {
  const Society people = society_of(29);
  Ensemble<float> whole = ensemble_of(attachment::model(), people, 8);
  while (whole.weeks_done() < 55) whole.advance();
  const auto state = written([&](StateWriter& out) { whole.save(out); });
  Ensemble<float> other = ensemble_of(attachment::model(), people, 8, InstructionSet::v2);
  StateReader in = reader_of(state);
  other.restore(in);
  for (int week = 0; week < 10; ++week) {
    whole.advance();
    other.advance();
  }
  CHECK(apart(whole, other).empty());
}

TEST_CASE("negative control: one bit of a saved state shows in what follows") {
  const Society people = society_of(29);
  Ensemble<float> whole = ensemble_of(attachment::model(), people, 2);
  while (whole.weeks_done() < 55) whole.advance();
  auto state = written([&](StateWriter& out) { whole.save(out); });
  constexpr std::size_t first_value = 8 + 8 + 4 + 1 + 1 + 8;  // behind mark, week, flag, lanes and length
  state[first_value] ^= std::byte{1};
  Ensemble<float> other = ensemble_of(attachment::model(), people, 2);
  StateReader in = reader_of(state);
  other.restore(in);
  CHECK_FALSE(apart(whole, other).empty());
}

TEST_CASE("a state of another shape, or cut short, is refused and never read past its end") {
  const Society people = society_of(29);
  const Ensemble<float> two = ensemble_of(attachment::model(), people, 2);
  auto state = written([&](StateWriter& out) { two.save(out); });
  Ensemble<float> one = ensemble_of(attachment::model(), people, 1);
  CHECK_THAT(message_of<IoError>([&] {
               StateReader in = reader_of(state);
               one.restore(in);
             }),
             ContainsSubstring("another shape"));
  for (const std::size_t length :
       {std::size_t{0}, std::size_t{7}, std::size_t{30}, state.size() / 2, state.size() - 1}) {
    const std::vector<std::byte> cut(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(length));
    Ensemble<float> other = ensemble_of(attachment::model(), people, 2);
    CHECK_THAT(message_of<IoError>([&] {
                 StateReader in = reader_of(cut);
                 other.restore(in);
               }),
               ContainsSubstring("ends too early"));
  }
  const auto claim = written([](StateWriter& out) { out.value(std::uint64_t{1} << 61U); });
  CHECK_THAT(message_of<IoError>([&] { reader_of(claim).values<double>(); }),
             ContainsSubstring("ends too early"));
  CHECK_THAT(message_of<IoError>([&] { reader_of(claim).end(); }), ContainsSubstring("more than it should"));
  CHECK_THAT(
      message_of<IoError>([&] { reader_of(written([](StateWriter& out) { out.mark("a"); })).mark("b"); }),
      ContainsSubstring("where 'b' should begin"));
}

TEST_CASE("a state file is refused after any damage, and for another run or kind") {
  const TemporaryFolder folder;
  const std::string path = folder / "task";
  const Digest owner{1, 2};
  write_state_file(path, StateKind::task, owner, [](StateWriter& out) {
    for (std::uint32_t i = 0; i < 300'000; ++i) out.value(i);
  });
  StateReader in = read_state_file(path, StateKind::task, owner);
  for (std::uint32_t i = 0; i < 300'000; ++i)
    if (in.value<std::uint32_t>() != i) FAIL("value " << i);
  CHECK_NOTHROW(in.end());
  CHECK(folder.entries() == 1);
  CHECK_THROWS_AS(read_state_file(path, StateKind::task, Digest{1, 3}), IoError);
  CHECK_THROWS_AS(read_state_file(path, StateKind::run, owner), IoError);
  const std::vector<std::byte> whole = test::read_bytes(path);
  for (std::size_t at = 0; at < whole.size(); at += at < 64 ? 1 : 100'003) {
    std::vector<std::byte> damaged = whole;
    damaged[at] ^= std::byte{16};
    test::write_bytes(path, damaged);
    INFO("byte " << at);
    CHECK_THROWS_AS(read_state_file(path, StateKind::task, owner), IoError);
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{63}, std::size_t{64}, whole.size() - 1}) {
    test::write_bytes(path, std::span(whole).first(length));
    CHECK_THROWS_AS(read_state_file(path, StateKind::task, owner), IoError);
  }
}

TEST_CASE("a write that fails leaves the state that was there") {
  const TemporaryFolder folder;
  const std::string path = folder / "task";
  write_state_file(path, StateKind::task, {}, [](StateWriter& out) { out.value(1); });
  CHECK_THROWS_AS(write_state_file(path, StateKind::task, {}, [](StateWriter&) { throw IoError("x", "y"); }),
                  IoError);
  CHECK(read_state_file(path, StateKind::task, {}).value<int>() == 1);
  CHECK(folder.entries() == 1);
}

TEST_CASE("chunks and rows that come again after a resume count once, and must be the same") {
  const TemporaryFolder folder;
  const std::string output = folder / "a.h5";
  File file = test::sample_file();
  file.datasets.push_back({"bonds", "row", ValueType::int64, {"row"}, {unknown_length}, {8}, {}, 23, {}});
  file.datasets.push_back({"bonds", "head", ValueType::int32, {"row"}, {unknown_length}, {8}, {}, 23, {}});
  const auto values = test::to_bytes(test::sample_values());
  const auto rows = [](int first) {
    return test::to_bytes(std::vector<std::int32_t>{first, first + 1, first + 2});
  };
  const auto all_but_rows = [&](Spool& spool) {
    spool.submit_array(test::time_index, test::to_bytes(test::sample_times()));
    spool.submit_array(test::person_index, test::to_bytes(test::sample_persons()));
    spool.submit_array(test::closeness_index, values);
  };
  {
    Spool spool(file, folder / "whole.h5");
    all_but_rows(spool);
    spool.submit_rows(5, 0, rows(0), 0);
    spool.submit_rows(5, 0, rows(3), 3);
    spool.finish();
  }
  const auto second_half = [&](std::int32_t first_value, std::uint64_t first_row, bool other_chunk) {
    {
      Spool spool(file, output);
      all_but_rows(spool);
      spool.submit_rows(5, 0, rows(0), 0);
      spool.keep();
    }
    Spool spool(file, output, {.resume = true});
    auto changed = values;
    if (other_chunk) changed[40] ^= std::byte{1};
    spool.submit_array(test::closeness_index, changed);
    spool.submit_rows(5, 0, rows(first_value), 0);
    spool.submit_rows(5, 0, rows(3), first_row);
    spool.finish();
  };
  second_half(0, 3, false);
  CHECK(test::read_bytes(output) == test::read_bytes(folder / "whole.h5"));
  CHECK_THAT(message_of<Bug>([&] { second_half(0, 3, true); }),
             ContainsSubstring("chunk 0 of dataset 'persons/closeness' came out differently"));
  CHECK_THAT(message_of<Bug>([&] { second_half(7, 3, false); }),
             ContainsSubstring("segment 0 of dataset 'bonds/head' came out differently"));
  CHECK_THAT(message_of<Bug>([&] { second_half(0, 4, false); }),
             ContainsSubstring("begins at row 4 instead of 3"));
  Spool spool(file, folder / "b.h5");
  all_but_rows(spool);
  spool.submit_rows(5, 0, rows(0), 0);
  spool.submit_rows(5, 0, rows(0), 0);
  CHECK_THAT(message_of<Bug>([&] { spool.finish(); }), ContainsSubstring("was submitted twice"));
}

TEST_CASE("tasks that were begun keep their grouping, the others are grouped anew") {
  Plan plan{.title = {},
            .seed = Seed{1},
            .model = {},
            .society = SocietyPlan{.persons = 0, .network = NetworkPlan{}},
            .arms = std::vector<ArmPlan>(11),
            .societies = 2,
            .record = {},
            .notes = {},
            .resolved = {}};
  const auto text = [&](int widest, const std::vector<Task>& begun) {
    std::string all;
    for (const Task& t : tasks_of(plan, widest, begun))
      all += std::to_string(t.society) + ":" + std::to_string(t.first_arm) + "+" + std::to_string(t.worlds) +
             " ";
    return all;
  };
  CHECK(text(4, {}) == "0:0+4 0:4+4 0:8+3 1:0+4 1:4+4 1:8+3 ");
  CHECK(text(4, {{0, 0, 3, 8, 8, false}}) == "0:0+3 0:3+8 1:0+4 1:4+4 1:8+3 ");
  CHECK(text(16, {{1, 0, 4, 4, 4, false}, {1, 0, 0, 2, 2, false}}).ends_with("1:0+2 1:2+2 1:4+4 1:8+3 "));
  CHECK_THROWS_AS(text(4, {{0, 0, 3, 8, 8, false}, {0, 0, 5, 1, 1, false}}), IoError);
  CHECK_THROWS_AS(text(4, {{0, 0, 4, 8, 8, false}}), IoError);
  CHECK_THROWS_AS(text(4, {{2, 0, 0, 1, 1, false}}), IoError);
}

TEST_CASE("a checkpoint is there from its manifest on, and gone before its tasks") {
  const TemporaryFolder folder;
  const std::string output = folder / "a.h5";
  const RunIdentity identity{{"1", "abc"}, "seed: 1\n", "", {}, {3, 4}, 10, 100};
  const CheckpointFolder checkpoint(output, identity);
  CHECK_FALSE(has_checkpoint(output));
  checkpoint.begin();
  checkpoint.write({{0, 0, 0, 2, 2, false}, TaskStage::running, 7, 123},
                   [](StateWriter& out) { out.value(5); });
  REQUIRE(has_checkpoint(output));
  CHECK(read_identity(output) == identity);
  CHECK(read_identity(output).world_weeks == 100);
  test::write_bytes(checkpoint_path(output) + "/task-0009-000-arm-0000", {});
  const StoredTasks found = checkpoint.read();
  REQUIRE(found.whole.size() == 1);
  CHECK(found.whole[0].progress.weeks_done == 7);
  CHECK(found.whole[0].progress.spool_length == 123);
  CHECK(open_state(found.whole[0]).value<int>() == 5);
  CHECK(found.damaged.size() == 1);
  RunIdentity other = identity;
  other.plan = "seed: 2\n";
  CHECK(CheckpointFolder(output, other).read().whole.empty());  // another run's tasks are none of this one's
  CHECK_THAT(message_of<ConfigError>([&] { require_same_run(output, identity, other); }),
             ContainsSubstring("another scenario"));
  std::filesystem::remove(checkpoint_path(output) + "/plan.yaml");
  CHECK(test::read_bytes(stored_plan(output, identity)).size() == identity.plan.size());
  CHECK_THROWS_AS(stored_plan(output, other), ConfigError);
  checkpoint.remove();
  CHECK(folder.entries() == 0);
}
