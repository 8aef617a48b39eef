#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <limits>

#include "sim/record/soundness_counts.hpp"
#include "sim/record/soundness_structure.hpp"
#include "sim/record/soundness_values.hpp"
#include "sim/record/text_hash.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using namespace kindred::test;
using Lines = std::vector<std::string>;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

Dataset variable(const std::string& group, std::vector<Attribute> attributes) {
  return {group, "mood", ValueType::float32, {"time", "person"}, {3, 4}, {2, 3}, std::move(attributes),
          23,    {}};
}

const std::vector<Attribute> ranged{{"units", "SD"}, {"valid_range", std::vector<float>{-2, 2}}};

std::string words(const Extents& index) { return extents_text(index); }

/// Faults of a chunk [2, 3] that covers [2.., 3..] of a [3, 4] array: one value is inside.
Lines value_faults(const Dataset& dataset, float inside, float padding = 99) {
  Faults faults;
  std::vector<float> block(6, padding);
  block[0] = inside;
  check_values(dataset, chunk_place(dataset.shape, dataset.chunk, 3), to_bytes(block), rule_of(dataset),
               words, faults);
  return faults.lines();
}

Lines week_faults(const std::vector<std::int32_t>& weeks, const std::vector<std::int32_t>& promised = {},
                  bool equal_steps = true) {
  Faults faults;
  check_weeks("persons/time", weeks, promised, equal_steps, faults);
  return faults.lines();
}

const RowWords place = [](std::size_t i) { return "cell " + std::to_string(i); };

Lines present_faults(const std::vector<double>& figures, const std::vector<double>& counts, double least) {
  Faults faults;
  check_present("effects/effect", figures, counts, least, place, faults);
  return faults.lines();
}

Dataset described(const std::string& group, const std::string& name, ValueType type,
                  const std::string& dimension, std::uint64_t length) {
  Dataset dataset{group,
                  name,
                  type,
                  {dimension},
                  {length},
                  {length},
                  {{"long_name", name}, {"units", "1"}, {"source", "engine"}},
                  23,
                  {}};
  if (type != ValueType::text) dataset.attributes.push_back({"valid_range", std::vector<std::int32_t>{0, 9}});
  return dataset;
}

/// A study of a graph alone.
File graph_study() {
  File file;
  for (const char* name : {"Conventions", "title", "kindred_version", "kindred_commit", "model", "seed",
                           "config", "content_hash"})
    file.attributes.push_back({name, std::string(name)});
  file.attributes.push_back({"kindred_format", std::int32_t{1}});
  file.attributes.push_back({"config_hash", text_hash("config")});
  file.datasets.push_back(described("graph", "tie", ValueType::int64, "tie", 5));
  for (const char* name : {"society", "tail", "head"})
    file.datasets.push_back(described("graph", name, ValueType::int32, "tie", 5));
  return file;
}

Lines structure_faults(const auto& change, const Promise& promise = {}) {
  File file = graph_study();
  change(file);
  Faults faults;
  check_structure(file, promise, faults);
  for (const Dataset& dataset : file.datasets) check_scales(file, dataset, faults);
  return faults.lines();
}

}  // namespace

TEST_CASE("values are held against their declared range, padding aside") {
  CHECK(value_faults(variable("persons", ranged), 2).empty());
  CHECK(value_faults(variable("persons", ranged), 2.5F) ==
        Lines{"persons/mood: [2, 3]: 2.5 is outside [-2, 2] SD"});
  CHECK(value_faults(variable("persons", ranged), std::nanf("")) ==
        Lines{"persons/mood: [2, 3]: nan is outside [-2, 2] SD"});
  CHECK(value_faults(variable("persons", {}), 1e30F).empty());
  CHECK(value_faults(variable("persons", {}), std::numeric_limits<float>::infinity()).size() == 1);
}

TEST_CASE("NaN is allowed where it is declared to mean something, infinity nowhere") {
  std::vector<Attribute> missing = ranged;
  missing.push_back({"missing", "NaN: nobody"});
  CHECK(value_faults(variable("population", missing), std::nanf("")).empty());
  CHECK(value_faults(variable("effects", ranged), std::nanf("")).empty());
  CHECK(value_faults(variable("population", ranged), std::nanf("")).size() == 1);
  CHECK(value_faults(variable("population", missing), -std::numeric_limits<float>::infinity()).size() == 1);
}

TEST_CASE("in a file of an unfinished run values may be missing as it declares, in no other") {
  const auto fault_of = [](double value, bool incomplete) {
    Dataset dataset = variable(
        "persons", {{"valid_range", std::vector<std::int32_t>{0, 9}}, {"_FillValue", std::int32_t{-99}}});
    dataset.type = ValueType::int32;
    Faults faults;
    const std::vector<std::int32_t> block(6, static_cast<std::int32_t>(value));
    check_values(dataset, chunk_place(dataset.shape, dataset.chunk, 3), to_bytes(block),
                 rule_of(dataset, incomplete), words, faults);
    return !faults.none();
  };
  CHECK_FALSE(fault_of(-99, true));
  CHECK(fault_of(-98, true));
  CHECK(fault_of(-99, false));
  CHECK(rule_of(variable("persons", ranged), true).may_be_nan);
}

TEST_CASE("of many faults of one dataset the first are told and the others counted") {
  Faults faults;
  for (int i = 0; i < 13; ++i) faults.add("a", std::to_string(i));
  faults.add("b", "once");
  faults.add("b", "once");
  const Lines lines = faults.lines();
  REQUIRE(lines.size() == 12);
  CHECK(lines[9] == "a: 9");
  CHECK(lines[10] == "a: and 3 more");
  CHECK(lines[11] == "b: once");
}

TEST_CASE("weeks ascend by equal steps and are those that the scenario asks for") {
  CHECK(week_faults({}).empty());
  CHECK(week_faults({-4, 0, 4, 8}, {-4, 0, 4, 8}).empty());
  CHECK(week_faults({1, 2, 4, 8}, {}, false).empty());
  CHECK(week_faults({0, 4, 12}) ==
        Lines{"persons/time: from week 4 to week 12 are 8 weeks, elsewhere 4: frames are missing"});
  CHECK(week_faults({0, 4, 4}) == Lines{"persons/time: week 4 stands behind week 4; weeks must ascend"});
  CHECK(week_faults({0, 4}, {0, 4, 8}) ==
        Lines{"persons/time: week 8 is missing; the file's scenario asks for weeks 0 to 8"});
  CHECK(week_faults({0, 4, 8}, {0, 4}) ==
        Lines{"persons/time: week 8 is none of those the file's scenario asks for, 0 to 4"});
}

TEST_CASE("a coordinate that numbers its axis counts from 0") {
  Faults faults;
  check_numbering("persons/person", std::vector<double>{4, 5}, 4, faults);
  CHECK(faults.none());
  check_numbering("persons/person", std::vector<double>{4, 6}, 4, faults);
  CHECK(faults.lines() == Lines{"persons/person: place 5 holds 6; it must count from 0"});
}

TEST_CASE("the shares of the groups sum to one") {
  Faults faults;
  check_groups("population/persons", std::vector<double>{1000, 400, 300, 200, 100}, "week 3", faults);
  check_groups("population/persons", std::vector<double>{1000}, "week 3", faults);
  CHECK(faults.none());
  check_groups("population/persons", std::vector<double>{1000, 401, 300, 200, 100}, "week 3", faults);
  CHECK(faults.lines() ==
        Lines{"population/persons: week 3: the groups hold 1001 persons together, everybody is 1000; "
              "the shares do not sum to 1"});
}

TEST_CASE("figures are there exactly where there are persons enough") {
  CHECK(present_faults({1, none}, {3, 0}, 1).empty());
  CHECK(present_faults({1, none}, {2, 1}, 2).empty());
  CHECK(present_faults({1, none}, {3, 1}, 1) ==
        Lines{"effects/effect: cell 1: missing, though of 1 persons"});
  CHECK(present_faults({1, 0.5}, {3, 0}, 1) ==
        Lines{"effects/effect: cell 1: 0.5, though of 0 persons; it must be missing"});
}

TEST_CASE("quantiles ascend") {
  Faults faults;
  check_ascending("q", std::vector<double>{-1, 0, 0, 2}, "week 3", faults);
  CHECK(faults.none());
  check_ascending("q", std::vector<double>{-1, 0, -0.5, 2}, "week 3", faults);
  CHECK(faults.lines() == Lines{"q: week 3: -0.5 stands behind 0; quantiles must ascend"});
}

TEST_CASE("shares of those who moved are of whole persons and at most everybody") {
  const auto faults_of = [](double up, double down) {
    Faults faults;
    check_shares(std::vector<double>{up, none}, std::vector<double>{down, none}, std::vector<double>{3, 0},
                 place, faults);
    return faults.lines();
  };
  CHECK(faults_of(1.0 / 3, 2.0 / 3).empty());
  CHECK(faults_of(0.5, 0) == Lines{"effects/share_up: cell 0: 0.5 is no share of 3 persons"});
  CHECK(faults_of(1, 1) == Lines{"effects/share_up: cell 0: 1 moved up and 1 down, more than everybody"});
}

TEST_CASE("replicates of a sweep that are counted have numbers, the others none") {
  const auto faults_of = [](std::vector<double> first, std::vector<double> second, double counted) {
    Faults faults;
    check_counted(std::vector<std::vector<double>>{std::move(first), std::move(second)}, 2, counted,
                  "point 7", faults);
    return faults.lines();
  };
  CHECK(faults_of({1, 2, none, none}, {none, none, none, none}, 1).empty());
  CHECK(faults_of({1, 2, none, none}, {none, none, 3, none}, 1) ==
        Lines{"sweep: point 7, replicate 1: has numbers, though 1 replicates are counted"});
  CHECK(faults_of({1, 2, none, none}, {1, 2, none, none}, 2) ==
        Lines{"sweep: point 7, replicate 1: has no numbers, though 2 replicates are counted"});
}

TEST_CASE("a study has its format, attributes and datasets") {
  CHECK(structure_faults([](File&) {}).empty());
  CHECK(structure_faults([](File& f) { f.attributes[8].value = std::int32_t{9}; }) ==
        Lines{"root: attribute 'kindred_format' is 9, this program knows 1"});
  CHECK(structure_faults([](File& f) { f.attributes.erase(f.attributes.begin() + 5); }) ==
        Lines{"root: attribute 'seed' is missing"});
  CHECK(structure_faults([](File& f) { f.attributes[6].value = "another"; }).size() == 1);
  CHECK(structure_faults([](File& f) { f.datasets.pop_back(); }) == Lines{"graph/head: is missing"});
  CHECK(structure_faults([](File& f) {
          f.datasets[1].attributes.erase(f.datasets[1].attributes.begin() + 1);
        }) == Lines{"graph/society: attribute 'units' is missing"});
  CHECK(structure_faults([](File& f) { f.datasets[2].shape = {4}; }) ==
        Lines{"graph/tail: dimension 'tie' has length 4, its scale 5"});
  CHECK(structure_faults([](File& f) { f.datasets[2].dimensions = {""}; }) ==
        Lines{"graph/tail: dimension 0 has no scale in its group"});
  CHECK(structure_faults([](File& f) { f.attributes.push_back({"incomplete", "to week 3"}); }).empty());
  CHECK_FALSE(is_study(sample_file()));
  CHECK(is_study(graph_study()));
}

TEST_CASE("a study holds what its scenario asks for, to the letter when this program wrote it") {
  Promise promise;
  promise.datasets = graph_study().datasets;
  const auto nothing = [](File&) {};
  CHECK(structure_faults(nothing, promise).empty());
  promise.datasets[1].shape = {6};
  CHECK(structure_faults(nothing, promise) ==
        Lines{"graph/society: has shape [5], the file's scenario asks for [6]"});
  promise.datasets[1] = described("graph", "society", ValueType::int8, "tie", 5);
  CHECK(structure_faults(nothing, promise) == Lines{"graph/society: is int32, must be int8"});
  promise.datasets[1] = described("graph", "age", ValueType::int32, "tie", 5);
  CHECK(structure_faults(nothing, promise).empty());  // a younger program may know more
  promise.same_build = true;
  CHECK(structure_faults(nothing, promise) ==
        Lines{"graph/age: is missing; the file's scenario asks for it"});
  promise.datasets[1] = described("graph", "society", ValueType::int32, "tie", 5);
  promise.datasets[1].attributes[1].value = "weeks";
  CHECK(structure_faults(nothing, promise) == Lines{"graph/society: attribute 'units' is 1, must be weeks"});
}
