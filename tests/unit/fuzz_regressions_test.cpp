#include <hdf5.h>

#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/graph/graph_file.hpp"
#include "sim/record/child_process.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"
#include "sim/record/spool_contents.hpp"
#include "sim/record/spool_format.hpp"
#include "tests/fuzz/spool_declaration.hpp"
#include "tests/unit/record_sample.hpp"
#include "tests/unit/scenario_desk.hpp"

/// Files that once crashed a reader, kept it busy for ever or took all memory, and their like.
using namespace kindred;
using Catch::Matchers::ContainsSubstring;

namespace {

using record::read_numbers;
using record::verify;
using test::message_of;
using test::TemporaryFolder;

std::string repeated(const std::string& text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string scenario_problems(const std::string& text) { return desk::Desk().problems(text); }

std::string network_problems(const std::string& name, const std::string& text) {
  const TemporaryFolder folder;
  test::write_bytes(folder / name, std::as_bytes(std::span(text)));
  return message_of<ConfigError>([&] { graph::read_graph_file(folder / name); });
}

/// What is said about an HDF5 file with Kindred's mark and what `add` puts into it.
std::string damages(const auto& add) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const hid_t scalar = H5Screate(H5S_SCALAR);
  const hid_t text = H5Tcopy(H5T_C_S1);
  H5Tset_size(text, H5T_VARIABLE);
  H5Tset_cset(text, H5T_CSET_UTF8);
  const char* hash = "0";
  const hid_t mark = H5Acreate2(file, "content_hash", text, scalar, H5P_DEFAULT, H5P_DEFAULT);
  H5Awrite(mark, text, static_cast<const void*>(&hash));
  H5Aclose(mark);
  H5Tclose(text);
  H5Sclose(scalar);
  add(file);
  H5Fclose(file);
  return message_of<IoError>([&] { record::tree(path); });
}

void add_dataset(hid_t file, hid_t type, std::vector<hsize_t> shape, std::vector<hsize_t> chunk) {
  const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
  const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
  if (!chunk.empty()) {
    H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data());
    H5Pset_deflate(properties, 1);
  }
  H5Dclose(H5Dcreate2(file, "values", type, space, H5P_DEFAULT, properties, H5P_DEFAULT));
  H5Pclose(properties);
  H5Sclose(space);
}

/// A spool with one record, sound by its checksums, after `change` to its header.
std::string spool_problems(const auto& change) {
  const TemporaryFolder folder;
  const record::File declared = fuzz::spool_declaration();
  const std::vector<std::byte> stored(24, std::byte{7});
  record::RecordHeader header{0, record::RecordKind::rows, 4, 0, 8, stored.size(), 0, 0, 0};
  change(header);
  record::seal(header, stored);
  const record::SpoolHeader first = record::make_header(record::declaration_hash(declared), 1);
  std::string bytes(reinterpret_cast<const char*>(&first), sizeof first);
  bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
  bytes.append(reinterpret_cast<const char*>(stored.data()), stored.size());
  test::write_bytes(folder / "a.spool", std::as_bytes(std::span(bytes)));
  return message_of<IoError>([&] { record::sort_spool(declared, folder / "a.spool"); });
}

}  // namespace

TEST_CASE("a duration that ends in a blank is refused") {
  CHECK_THAT(scenario_problems("schema: 1\ntime: {burn_in: '8 ', run: 1 year}\n"),
             ContainsSubstring("time.burn_in: 8  has no unit"));
}

TEST_CASE("a society of 1e18 persons is refused, however it is written") {
  for (const char* many : {"1e18", "1000000000000000000", "99999999999999999999999"})
    CHECK_THAT(scenario_problems("schema: 1\nsociety: {persons: " + std::string(many) + "}\n"),
               ContainsSubstring("society.persons: "));
}

TEST_CASE("aliases that would write a text out a hundred thousand times are refused") {
  const std::string text =
      "a: &a '" + std::string(1U << 20U, 'x') + "'\nb: [" + repeated("*a,", 50'000) + "]\n";
  CHECK_THAT(scenario_problems(text), ContainsSubstring("holds more than 16 MB of text"));
}

TEST_CASE("a hundred thousand keys, written twice or unknown, are reported up to a thousand") {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "k" + std::to_string(i) + ":\n";
  const std::string said = scenario_problems(text);
  CHECK_THAT(said, ContainsSubstring("so many problems were found"));
  CHECK(said.size() < 1'000'000);
  CHECK_THAT(scenario_problems(repeated("k:\n", 60'000)), ContainsSubstring("so many problems were found"));
}

TEST_CASE("a key of a megabyte is not repeated in every message") {
  const std::string said =
      scenario_problems("? " + std::string(1U << 20U, 'k') + "\n: {" + repeated("a: 1,", 1000) + "}\n");
  CHECK_THAT(said, ContainsSubstring("a key is longer than 200 bytes"));
  CHECK(said.size() < 100'000);
}

TEST_CASE("a document with more values than are read is refused before it is built") {
  CHECK_THAT(scenario_problems("a: [" + repeated("1,", 300'000) + "]\n"),
             ContainsSubstring("holds more than 100000 values"));
}

TEST_CASE("files that hold too much together are refused") {
  const desk::Desk desk;
  std::string fragment;
  for (int i = 0; i < 30'000; ++i) fragment += "k" + std::to_string(i) + ":\n";
  std::string includes;
  for (int i = 0; i < 9; ++i) {
    desk.write("part" + std::to_string(i) + ".yaml", fragment);
    includes += "part" + std::to_string(i) + ".yaml, ";
  }
  CHECK_THAT(desk.problems("include: [" + includes + "]\n"),
             ContainsSubstring("the files included hold more than 100000 values together"));
}

TEST_CASE("a table of a hundred thousand columns and an element of as many attributes are refused") {
  std::string columns = "tail,head", attributes;
  for (int i = 0; i < 100'000; ++i) {
    columns += ",c" + std::to_string(i);
    attributes += " a" + std::to_string(i) + "=''";
  }
  CHECK_THAT(network_problems("n.csv", columns + "\n1,2\n"), ContainsSubstring("more than 1000 columns"));
  CHECK_THAT(network_problems("n.graphml", "<graphml" + attributes + "/>"),
             ContainsSubstring("more than 1000 attributes"));
}

TEST_CASE("GraphML whose keys and defaults ask for more values than its bytes are refused") {
  std::string keys, nodes;
  for (int i = 0; i < 1500; ++i)
    keys += "<key id='k" + std::to_string(i) + "' attr.type='int'><default>1</default></key>";
  CHECK_THAT(network_problems("n.graphml", "<graphml>" + keys + "</graphml>"),
             ContainsSubstring("more than 1000 keys"));
  keys.clear();
  for (int i = 0; i < 1000; ++i)
    keys += "<key id='k" + std::to_string(i) + "' attr.type='int'><default>1</default></key>";
  for (int i = 0; i < 500'001; ++i) nodes += "<node id='" + std::to_string(i) + "'/>";
  CHECK_THAT(network_problems("n.graphml", "<graphml>" + keys + "<graph>" + nodes + "</graph></graphml>"),
             ContainsSubstring("above the limit of 500000000 values"));
}

TEST_CASE("an HDF5 file that claims more than it holds is refused before anything is allocated") {
  const hsize_t huge = hsize_t{1} << 60U;
  CHECK_THAT(damages([&](hid_t f) { add_dataset(f, H5T_NATIVE_FLOAT, {huge}, {16}); }),
             ContainsSubstring("'values' claims 1152921504606846976 values, more than the file can hold"));
  // 2^32 times 2^32 values are 0 in 64 bits
  CHECK_THAT(damages([&](hid_t f) {
               add_dataset(f, H5T_NATIVE_FLOAT, {hsize_t{1} << 32U, hsize_t{1} << 32U}, {1, 1});
             }),
             ContainsSubstring("more than the file can hold"));
  CHECK_THAT(damages([&](hid_t f) { add_dataset(f, H5T_NATIVE_FLOAT, {100'000}, {1}); }),
             ContainsSubstring("claims 100000 chunks"));
  CHECK_THAT(damages([&](hid_t f) {
               const hid_t text = H5Tcopy(H5T_C_S1);
               H5Tset_size(text, H5T_VARIABLE);
               H5Tset_cset(text, H5T_CSET_UTF8);
               add_dataset(f, text, {hsize_t{1} << 40U}, {1024});
               H5Tclose(text);
             }),
             ContainsSubstring("more than the file can hold"));
}

TEST_CASE("an HDF5 file whose links lead round in circles or out of it is refused") {
  CHECK_THAT(damages([](hid_t f) {
               H5Gclose(H5Gcreate2(f, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
               H5Lcreate_hard(f, "/", f, "g/up", H5P_DEFAULT, H5P_DEFAULT);
             }),
             ContainsSubstring("twice"));
  CHECK_THAT(
      damages([](hid_t f) { H5Lcreate_external("/etc/passwd", "/", f, "x", H5P_DEFAULT, H5P_DEFAULT); }),
      ContainsSubstring("'x' is a link to elsewhere"));
  CHECK_THAT(damages([](hid_t f) { H5Lcreate_soft("/nowhere", f, "x", H5P_DEFAULT, H5P_DEFAULT); }),
             ContainsSubstring("'x' is a link to elsewhere"));
  CHECK_THAT(damages([](hid_t f) {
               const hsize_t length = 4;
               const hid_t space = H5Screate_simple(1, &length, nullptr);
               const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
               H5Pset_external(properties, "/etc/passwd", 0, 32);
               H5Dclose(H5Dcreate2(f, "x", H5T_NATIVE_INT, space, H5P_DEFAULT, properties, H5P_DEFAULT));
               H5Pclose(properties);
               H5Sclose(space);
             }),
             ContainsSubstring("'x' is stored in other files"));
}

TEST_CASE("a chunk that inflates to a thousand times its values is refused without inflating it") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  test::write_sample(test::sample_file(), path, test::sample_values());
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t dataset = H5Dopen2(file, "persons/closeness", H5P_DEFAULT);
  const std::vector<std::byte> zeros(std::size_t{64} << 20U);
  record::Compressor compressor(9);
  const auto bomb = compressor.compress(zeros, 1);
  const hsize_t start[] = {0, 0, 0};
  REQUIRE(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, start, bomb.size(), bomb.data()) >= 0);
  H5Dclose(dataset);
  H5Fclose(file);
  const std::vector<std::string> found = verify(path);
  REQUIRE_FALSE(found.empty());
  CHECK_THAT(found.front(), ContainsSubstring("'persons/closeness' at [0, 0, 0]") &&
                                ContainsSubstring("do not give the values of a chunk"));
  CHECK_THROWS_AS(read_numbers(path, "persons/closeness"), IoError);
}

TEST_CASE("files on which the HDF5 library itself breaks down, loops or eats memory are refused by name") {
  const std::string folder = std::string(KINDRED_SOURCE) + "/tests/fuzz/findings/";
  for (const char* name : {"heap-overflow.hdf5", "endless.hdf5", "memory.hdf5"}) {
    INFO(name);
    CHECK_THAT(message_of<IoError>([&] { record::root_attributes(folder + name); }), ContainsSubstring(name));
    CHECK_THAT(message_of<IoError>([&] { verify(folder + name); }), ContainsSubstring(name));
  }
}

TEST_CASE(
    "a child that crashes, exhausts its memory or fails is an answer; one that does well gives its lines") {
  using Lines = std::vector<std::string>;
  const auto said = [](const auto& read) {
    return message_of<IoError>([&] { record::lines_from_child("f", {1, std::uint64_t{1} << 30U}, read); });
  };
  CHECK(record::lines_from_child("f", {}, [] { return Lines{"a", "", "b\nc"}; }) == Lines{"a", "", "b\nc"});
  CHECK(record::lines_from_child("f", {}, [] { return Lines{}; }).empty());
  CHECK_THAT(said([]() -> Lines { std::abort(); }), ContainsSubstring("f: is damaged so that"));
  CHECK_THAT(said([]() -> Lines { _exit(0); }), ContainsSubstring("f: is damaged so that"));
  CHECK_THAT(said([]() -> Lines {
               volatile bool for_ever = true;
               while (for_ever) {
               }
               return {};
             }),
             ContainsSubstring("does not come to an end"));
  CHECK(said([]() -> Lines { throw IoError("g", "is: odd"); }) == "g: is: odd");
  CHECK_THAT(said([]() -> Lines { throw std::bad_alloc(); }), ContainsSubstring("more memory"));
  CHECK_THROWS_AS(record::lines_from_child("f", {}, []() -> Lines { throw Bug("b"); }), Bug);
}

TEST_CASE("a record with right checksums that does not belong into its spool is refused") {
  using record::RecordHeader;
  using record::RecordKind;
  CHECK_THAT(spool_problems([](RecordHeader& r) { r.dataset = 99; }), ContainsSubstring("not declared"));
  CHECK_THAT(spool_problems([](RecordHeader& r) { r.dataset = 1; }), ContainsSubstring("values of a text"));
  CHECK_THAT(spool_problems([](RecordHeader& r) { r.dataset = 3; }), ContainsSubstring("no column"));
  CHECK_THAT(spool_problems([](RecordHeader& r) { r.kind = RecordKind{7}; }),
             ContainsSubstring("unknown kind"));
  CHECK_THAT(spool_problems([](RecordHeader& r) { r.raw_length = 7; }), ContainsSubstring("within a value"));
  CHECK_THAT(spool_problems([](RecordHeader& r) { r.raw_length = std::uint64_t{1} << 60U; }),
             ContainsSubstring("impossible length"));
  const auto chunk = [](std::uint64_t position, std::uint64_t length) {
    return spool_problems(
        [&](RecordHeader& r) { r = {0, RecordKind::chunk, 0, position, length, r.stored_length, 0, 0, 0}; });
  };
  CHECK_THAT(chunk(2, 16), ContainsSubstring("not declared"));
  CHECK_THAT(chunk(0, 24), ContainsSubstring("another length"));
}
