#include <catch2/catch_test_macros.hpp>
#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>

#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/random/seeds.hpp"
#include "sim/record/burn_in.hpp"
#include "tests/determinism/varied_worlds.hpp"
#include "tests/support/same_bits.hpp"

using namespace kindred;

namespace {

Society society_of(std::uint64_t seed) {
  SocietyPlan plan;
  plan.persons = determinism::persons;
  plan.network.acquaintances = 14;
  return make_society(plan, Seed{seed}, 0);
}

std::vector<World> worlds_of(const Model& model, std::size_t count) {
  std::vector<World> worlds = determinism::varied_worlds(model, determinism::Kind::varied);
  worlds.resize(std::min(worlds.size(), count), worlds.front());
  return worlds;
}

Ensemble<float> ensemble_of(const Model& model, const Society& society, std::vector<World> worlds, int width,
                            InstructionSet isa = instruction_set_in_use()) {
  return Ensemble<float>({&model, &society, noise_key(Seed{31}, 0, 0), determinism::burn_in, width,
                          std::move(worlds), model.phase_table[static_cast<int>(isa)], false, 0});
}

template <class T>
std::vector<std::byte> bytes_of_column(const T& view, std::int64_t rows, int world) {
  using Value = decltype(view(0, 0));
  std::vector<std::byte> bytes(static_cast<std::size_t>(rows) * sizeof(Value));
  for (std::int64_t row = 0; row < rows; ++row) {
    const Value value = view(row, world);
    std::memcpy(bytes.data() + static_cast<std::size_t>(row) * sizeof(Value), &value, sizeof(Value));
  }
  return bytes;
}

/// World 0 of `from` as world `world` of `to`; the persons in two pieces.
void place_world(const Ensemble<float>& from, Ensemble<float>& to, int world) {
  const ModelDeclaration& model = *from.model().declaration;
  for (std::size_t c = 0; c < model.person_columns.size(); ++c) {
    if (model.person_columns[c].storage != Storage::per_world) continue;
    const int column = static_cast<int>(c);
    const auto bytes = model.person_columns[c].element == Element::index
                           ? bytes_of_column(from.person_index(column), from.persons(), 0)
                           : bytes_of_column(from.person(column), from.persons(), 0);
    const std::size_t half = bytes.size() / 8 * 4;
    to.place(Entity::person, column, world, 0, std::span(bytes).first(half));
    to.place(Entity::person, column, world, static_cast<std::int64_t>(half / 4),
             std::span(bytes).subspan(half));
  }
  for (std::size_t c = 0; c < model.tie_columns.size(); ++c)
    if (model.tie_columns[c].storage == Storage::per_world)
      to.place(Entity::tie, static_cast<int>(c), world, 0,
               bytes_of_column(from.tie(static_cast<int>(c)), from.ties(), 0));
}

std::int64_t cells_apart(const Ensemble<float>& a, const Ensemble<float>& b) {
  std::int64_t cells = 0;
  for (int w = 0; w < a.worlds(); ++w)
    support::for_each_difference(support::Lane{a, w}, support::Lane{b, w},
                                 [&](const support::Cell&) { ++cells; });
  return cells;
}

}  // namespace

TEST_CASE("worlds that lived through their burn-in alone go on together to the same bits") {
  const Society people = society_of(29);
  for (const Model* model : {&attachment::model(), &averaging::model()})
    for (const int width : {1, 2, 4, 8, 16}) {
      const std::vector<World> worlds = worlds_of(*model, static_cast<std::size_t>(width));
      Ensemble<float> whole = ensemble_of(*model, people, worlds, width);
      while (whole.study_week() < 0) whole.advance();
      Ensemble<float> placed = ensemble_of(*model, people, worlds, width);
      for (std::size_t w = 0; w < worlds.size(); ++w) {
        Ensemble<float> alone = ensemble_of(*model, people, {worlds[w]}, 1, InstructionSet::v2);
        while (alone.study_week() < 0) alone.advance();
        place_world(alone, placed, static_cast<int>(w));
      }
      placed.begin_study();
      INFO(model->declaration->name << ", width " << width << ", " << worlds.size() << " worlds");
      CHECK(placed.study_week() == 0);
      CHECK(cells_apart(whole, placed) == 0);
      for (int week = 0; week < 15; ++week) {
        whole.advance();
        placed.advance();
      }
      CHECK(cells_apart(whole, placed) == 0);
    }
}

TEST_CASE("negative control: a world that was placed with one other bit goes on to others") {
  const Society people = society_of(29);
  const std::vector<World> worlds = worlds_of(attachment::model(), 1);
  Ensemble<float> whole = ensemble_of(attachment::model(), people, worlds, 1);
  while (whole.study_week() < 0) whole.advance();
  Ensemble<float> placed = ensemble_of(attachment::model(), people, worlds, 1);
  place_world(whole, placed, 0);
  const auto columns = attachment::model().declaration->person_columns;
  int column = 0;
  while (columns[static_cast<std::size_t>(column)].alias != "distress") ++column;
  auto bytes = bytes_of_column(whole.person(column), whole.persons(), 0);
  bytes.front() ^= std::byte{1};
  placed.place(Entity::person, column, 0, 0, bytes);
  placed.begin_study();
  whole.advance();
  placed.advance();
  CHECK(cells_apart(whole, placed) > 0);
}

TEST_CASE("nothing is placed where an ensemble has no place for it") {
  const Society people = society_of(29);
  Ensemble<float> two = ensemble_of(attachment::model(), people, worlds_of(attachment::model(), 2), 2);
  const auto columns = attachment::model().declaration->person_columns;
  int own = 0, shared = 0;
  while (columns[static_cast<std::size_t>(own)].storage != Storage::per_world) ++own;
  while (columns[static_cast<std::size_t>(shared)].storage != Storage::shared) ++shared;
  const std::vector<std::byte> one(4), three(3), all(static_cast<std::size_t>(two.persons()) * 4);
  CHECK_THROWS_AS(two.place(Entity::person, shared, 0, 0, one), Bug);
  CHECK_THROWS_AS(two.place(Entity::person, own, 2, 0, one), Bug);
  CHECK_THROWS_AS(two.place(Entity::person, own, -1, 0, one), Bug);
  CHECK_THROWS_AS(two.place(Entity::person, own, 0, 0, three), Bug);
  CHECK_THROWS_AS(two.place(Entity::person, own, 0, 1, all), Bug);
  CHECK_THROWS_AS(two.place(Entity::person, own, 0, std::numeric_limits<std::int64_t>::max(), one), Bug);
  CHECK_NOTHROW(two.place(Entity::person, own, 1, 0, all));
}

TEST_CASE("arms that differ in waiting switches and programmes only have one burn-in") {
  const ModelDeclaration& model = *attachment::model().declaration;
  std::vector<double> usual, off, other;
  for (const ParameterDeclaration& p : model.parameters) {
    usual.push_back(p.default_value);
    off.push_back(p.is_switch ? 0 : p.default_value);
    other.push_back(p.name == "self_soothing" ? 0.125 : p.default_value);
  }
  ProgrammePlan programme;
  programme.start = 4;
  Plan plan{
      .title = {},
      .seed = Seed{1},
      .burn_in = 20,
      .run = 30,
      .model = "attachment",
      .society = SocietyPlan{.persons = 100, .network = NetworkPlan{}},
      .arms = {{"a", "", usual, {}}, {"b", "", off, {programme}}, {"c", "", other, {}}, {"d", "", other, {}}},
      .record = {},
      .notes = {},
      .resolved = {}};
  const Plan alone = record::burn_in_alone(plan, model);
  REQUIRE(alone.arms.size() == 2);
  CHECK(alone.arms[0].name == "a");
  CHECK(alone.arms[0].parameters == usual);
  CHECK(alone.arms[1].name == "c");
  CHECK(alone.run == 0);
  plan.arms[1].programmes.clear();  // no programme: the switch has nothing to wait for
  const Plan without = record::burn_in_alone(plan, model);
  REQUIRE(without.arms.size() == 3);
  CHECK(without.arms[1].parameters == off);
}
