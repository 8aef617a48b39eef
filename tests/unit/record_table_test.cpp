#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <numeric>
#include <thread>

#include "sim/core/errors.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using namespace kindred::test;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::size_t head = 1, onset = 2;
constexpr std::uint64_t segments = 5;

File table_file() {
  const auto column = [](const std::string& name, ValueType type) {
    return Dataset{"bonds", name, type, {"bond"}, {unknown_length}, {8}, {}, 23, {}};
  };
  File file;
  file.datasets = {column("bond", ValueType::int64), column("head", ValueType::int32),
                   column("onset", ValueType::float64)};
  return file;
}

/// Segment s has 3 s rows, numbered from 100 s, sent in pieces of `piece` rows.
void submit_segment(Spool& spool, std::uint64_t segment, std::uint64_t piece) {
  for (std::uint64_t row = 0; row < 3 * segment; row += piece) {
    std::vector<std::int32_t> heads;
    for (std::uint64_t i = row; i < std::min(row + piece, 3 * segment); ++i)
      heads.push_back(static_cast<std::int32_t>(100 * segment + i));
    spool.submit_rows(head, segment, to_bytes(heads));
    spool.submit_rows(onset, segment, to_bytes(std::vector<double>(heads.begin(), heads.end())));
  }
}

std::vector<double> expected_heads() {
  std::vector<double> heads;
  for (std::uint64_t segment = 0; segment < segments; ++segment)
    for (std::uint64_t row = 0; row < 3 * segment; ++row)
      heads.push_back(static_cast<double>(100 * segment + row));
  return heads;
}

void write_table(const std::string& path, std::uint64_t piece, bool backwards, bool threads) {
  Spool spool(table_file(), path);
  std::vector<std::thread> crew;
  for (std::uint64_t i = 0; i < segments; ++i) {
    const std::uint64_t segment = backwards ? segments - 1 - i : i;
    if (threads) crew.emplace_back([&spool, segment, piece] { submit_segment(spool, segment, piece); });
    if (!threads) submit_segment(spool, segment, piece);
  }
  for (std::thread& member : crew) member.join();
  spool.finish();
}

}  // namespace

TEST_CASE("a table's segments follow each other by number, whatever the order and the pieces") {
  const TemporaryFolder folder;
  write_table(folder / "a.h5", 1, false, false);
  write_table(folder / "b.h5", 1, true, false);
  write_table(folder / "c.h5", 5, true, true);
  CHECK(read_numbers(folder / "a.h5", "bonds/head").values == expected_heads());
  CHECK(read_numbers(folder / "a.h5", "bonds/onset").values == expected_heads());
  std::vector<double> index(expected_heads().size());
  std::iota(index.begin(), index.end(), 0.0);
  CHECK(read_numbers(folder / "a.h5", "bonds/bond").values == index);
  CHECK(verify(folder / "a.h5").empty());
  CHECK(read_bytes(folder / "b.h5") == read_bytes(folder / "a.h5"));
  CHECK(read_bytes(folder / "c.h5") == read_bytes(folder / "a.h5"));
}

TEST_CASE("a table without a row is a table of length zero") {
  const TemporaryFolder folder;
  Spool spool(table_file(), folder / "a.h5");
  spool.submit_rows(head, 0, {});
  spool.finish();
  CHECK(read_numbers(folder / "a.h5", "bonds/head").shape == std::vector<std::uint64_t>{0});
  CHECK(read_numbers(folder / "a.h5", "bonds/bond").shape == std::vector<std::uint64_t>{0});
  CHECK(verify(folder / "a.h5").empty());
}

TEST_CASE("columns of unequal length are a bug, also when only their segments differ") {
  const TemporaryFolder folder;
  const auto run = [&](std::uint64_t segment_of_onset, std::size_t onsets) {
    Spool spool(table_file(), folder / "a.h5");
    spool.submit_rows(head, 0, to_bytes(std::vector<std::int32_t>{1, 2}));
    spool.submit_rows(onset, segment_of_onset, to_bytes(std::vector<double>(onsets)));
    spool.finish();
  };
  const std::string expected = "columns 'bonds/head' and 'bonds/onset' of one table differ in length";
  CHECK(message_of<Bug>([&] { run(0, 3); }) == expected);
  CHECK(message_of<Bug>([&] { run(1, 2); }) == expected);
  CHECK(message_of<Bug>([&] { run(0, 2); }).empty());
}

TEST_CASE("rows go to declared columns in whole values only") {
  const TemporaryFolder folder;
  Spool spool(table_file(), folder / "a.h5");
  CHECK_THROWS_AS(spool.submit_rows(onset, 0, std::vector<std::byte>(9)), Bug);
  CHECK_THROWS_AS(spool.submit_rows(0, 0, std::vector<std::byte>(8)), Bug);
  CHECK_THROWS_AS(spool.submit_chunk(onset, 0, std::vector<std::byte>(64)), Bug);
  CHECK_NOTHROW(spool.submit_rows(onset, 0, std::vector<std::byte>(8)));
}

TEST_CASE("a declaration that netCDF could not read is a bug that names the dataset") {
  const auto complaint = [](const auto& change) {
    File file = sample_file();
    change(file);
    return message_of<Bug>([&] { check_declaration(file); });
  };
  CHECK(complaint([](File&) {}).empty());
  CHECK_THAT(complaint([](File& f) { f.datasets.erase(f.datasets.begin()); }),
             ContainsSubstring("'persons/closeness': its group has no coordinate for dimension 'time'"));
  CHECK_THAT(complaint([](File& f) { f.datasets[person_index].shape = {99}; }),
             ContainsSubstring("differs in length"));
  CHECK_THAT(complaint([](File& f) {
               f.datasets[closeness_index].chunk = {16, 1, 101};
             }),
             ContainsSubstring("longer than dimension 'person'"));
  CHECK_THAT(complaint([](File& f) {
               f.datasets[closeness_index].attributes.push_back({"valid_min", 0.0});
             }),
             ContainsSubstring("must be float32"));
  CHECK_THAT(complaint([](File& f) { f.datasets[time_index].keep_bits = 9; }), ContainsSubstring("float32"));
  CHECK_THAT(complaint([](File& f) {
               f.attributes.push_back({"title", "again"});
             }),
             ContainsSubstring("twice"));
  CHECK_THAT(complaint([](File& f) {
               f.attributes.push_back({"content_hash", "0"});
             }),
             ContainsSubstring("itself"));
  CHECK_THAT(complaint([](File& f) { f.datasets.push_back(f.datasets.back()); }), ContainsSubstring("taken"));
  CHECK_THAT(complaint([](File& f) { f.datasets[1].text.pop_back(); }), ContainsSubstring("1 texts given"));
}
