#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <cmath>

#include "sim/core/errors.hpp"
#include "sim/record/hdf5_handle.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using namespace kindred::test;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string hash_of(const std::string& path) {
  return std::get<std::string>(find_attribute(root_attributes(path), "content_hash")->value);
}

/// Writes the sample after a change to it. @returns its content hash
std::string hash_after(const std::string& path, const auto& change, int level = 1) {
  File file = sample_file();
  std::vector<float> values = sample_values();
  change(file, values);
  write_sample(file, path, values, {.compression_level = level});
  return hash_of(path);
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("the content hash is the same at any compression level, for any build and order") {
  const TemporaryFolder folder;
  const auto unchanged = [](File&, std::vector<float>&) {};
  const std::string hash = hash_after(folder / "a.h5", unchanged);
  CHECK(hash.size() == 32);
  CHECK(hash_after(folder / "b.h5", unchanged, 9) == hash);
  CHECK(read_bytes(folder / "b.h5") != read_bytes(folder / "a.h5"));
  CHECK(verify(folder / "b.h5").empty());
  CHECK(hash_after(folder / "c.h5", [](File& f, auto&) { f.attributes[1].value = "other build"; }) == hash);
  CHECK(difference(folder / "a.h5", folder / "c.h5").empty());
  const auto reordered = [](File& f, auto&) {
    auto& attributes = f.datasets[closeness_index].attributes;
    std::swap(attributes[0], attributes[1]);
  };
  CHECK(hash_after(folder / "d.h5", reordered) == hash);
}

TEST_CASE("the content hash changes with a value, an attribute, a name and a shape") {
  const TemporaryFolder folder;
  Lines hashes;
  const auto add = [&](const auto& change) { hashes.push_back(hash_after(folder / "a.h5", change)); };
  add([](File&, auto&) {});
  add([](File&, auto& values) { values[99] = std::nextafter(values[99], 1e9F); });
  add([](File& f, auto&) { f.attributes[0].value = "another"; });
  add([](File& f, auto&) { f.datasets[closeness_index].attributes[0].value = "sd"; });
  add([](File& f, auto&) { f.datasets[closeness_index].attributes[1].value = std::vector<float>{-8, 9}; });
  add([](File& f, auto&) { f.datasets[closeness_index].name = "distance"; });
  add([](File& f, auto&) { f.datasets[1].text[1] = "waiting"; });
  add([](File& f, auto& values) {
    f = sample_file(99);
    values.resize(frames * 2 * 99);
  });
  std::sort(hashes.begin(), hashes.end());
  CHECK(std::adjacent_find(hashes.begin(), hashes.end()) == hashes.end());
}

TEST_CASE("the tree names every dataset with its shape, unit and meaning") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  CHECK(tree(folder / "a.h5") == Lines{"persons/", "  time [time 21] float64: time", "  arm [arm 2] text",
                                       "  person [person 100] int64: person",
                                       "  closeness [time 21, arm 2, person 100] float32, SD"});
}

TEST_CASE("the first differing place is given by its coordinates, with both values") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  std::vector<float> values = sample_values();
  values.at((6 * 2 + 1) * persons + 40) = 3.5F;
  values.at((6 * 2 + 1) * persons + 70) = 4.5F;
  values.at((18 * 2 + 0) * persons + 1) = 5.5F;
  write_sample(sample_file(), folder / "b.h5", values);
  const Lines lines = difference(folder / "a.h5", folder / "b.h5");
  REQUIRE(lines.size() == 1);
  CHECK_THAT(lines[0],
             ContainsSubstring(" against 3.5 at time=8, arm=course, person=40; 3 of 4200 values differ"));
  CHECK(difference(folder / "a.h5", folder / "a.h5").empty());
}

TEST_CASE("differing attributes, shapes and datasets are listed one by one") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  File file = sample_file(99);
  file.attributes[0].value = "other";
  file.datasets[closeness_index].name = "distance";
  file.datasets[time_index].attributes.push_back({"units", "weeks"});
  write_sample(file, folder / "b.h5", std::vector<float>(frames * 2 * 99));
  CHECK(difference(folder / "a.h5", folder / "b.h5") ==
        Lines{"no difference in what both files record", "root: attribute 'title': sample against other",
              "persons/time: attribute 'units' stands only in " + folder / "b.h5",
              "persons/person: shape [100] against [99]", "persons/closeness: only in " + folder / "a.h5",
              "persons/distance: only in " + folder / "b.h5"});
}

TEST_CASE("verify finds a changed value, a byte that was flipped and a scale that is gone") {
  const TemporaryFolder folder;
  const std::string path = folder / "a.h5";
  write_sample(sample_file(), path, sample_values());
  const std::vector<std::byte> whole = read_bytes(path);
  std::vector<std::byte> flipped = whole;
  // Values fill the end of the file, before the last metadata.
  flipped[whole.size() / 2] ^= std::byte{16};
  write_bytes(path, flipped);
  CHECK_FALSE(verify(path).empty());
  write_bytes(path, whole);
  REQUIRE(verify(path).empty());
  {
    const FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const DatasetHandle set(H5Dopen2(file.get(), "persons/closeness", H5P_DEFAULT));
    const std::vector<float> zeros(frames * 2 * persons);
    REQUIRE(H5Dwrite(set.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros.data()) >= 0);
    REQUIRE(H5Adelete(set.get(), "DIMENSION_LIST") >= 0);
  }
  const Lines problems = verify(path);
  REQUIRE(problems.size() == 4);
  CHECK(problems[2] == "persons/closeness: dimension 2 has no scale in its group");
  CHECK_THAT(problems[3], ContainsSubstring("was changed or damaged"));
}

TEST_CASE("a file that is missing, unfinished, foreign, cut or no HDF5 is named for what it is") {
  const TemporaryFolder folder;
  const auto complaint = [&](const std::string& name) {
    return message_of<IoError>([&] { verify(folder / name); });
  };
  write_sample(sample_file(), folder / "a.h5", sample_values());
  std::vector<std::byte> bytes = read_bytes(folder / "a.h5");
  bytes.resize(bytes.size() - 100);
  write_bytes(folder / "cut.h5", bytes);
  write_bytes(folder / "text.h5", to_bytes(std::vector<double>(100, 1.0)));
  write_bytes(folder / "late.h5.spool", {});
  {
    const FileHandle foreign(
        H5Fcreate((folder / "foreign.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  }
  CHECK(complaint("a.h5").empty());
  CHECK_THAT(complaint("no.h5"), ContainsSubstring("no.h5: does not exist"));
  CHECK_THAT(complaint("late.h5"), ContainsSubstring("late.h5: is not finished"));
  CHECK_THAT(complaint("cut.h5"), ContainsSubstring("cut.h5: is truncated"));
  CHECK_THAT(complaint("text.h5"), ContainsSubstring("text.h5: is not an HDF5 file"));
  CHECK_THAT(complaint("foreign.h5"), ContainsSubstring("foreign.h5: was not written by Kindred"));
  CHECK_THAT(message_of<IoError>([&] { read_numbers(folder / "a.h5", "persons/warmth"); }),
             ContainsSubstring("no dataset 'persons/warmth'; it holds persons/time, "));
}
