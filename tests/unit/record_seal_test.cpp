#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>

#include "sim/record/inspect.hpp"
#include "sim/record/seal.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using namespace kindred::test;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::uint64_t piece = 65536;

/// Bytes without pattern and their seal behind them.
std::vector<std::byte> sealed(const std::string& path, std::size_t count) {
  std::vector<std::byte> bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::byte>(scrambled(i) >> 56U);
  write_bytes(path, bytes);
  append_seal(path);
  return read_bytes(path);
}

/// The faults after a change to the sealed bytes.
SealReport after(const std::string& path, std::vector<std::byte> bytes, const auto& change) {
  change(bytes);
  write_bytes(path, bytes);
  return check_seal(path);
}

}  // namespace

TEST_CASE("a seal is found whole behind files of any length, and is as long as it says") {
  const TemporaryFolder folder;
  for (const std::uint64_t count : {0UL, 1UL, piece - 1, piece, piece + 1, 17 * piece, 40 * piece + 5}) {
    const std::vector<std::byte> bytes = sealed(folder / "a", count);
    CHECK(bytes.size() == count + seal_bytes(count));
    const SealReport report = check_seal(folder / "a");
    CHECK(report.present);
    CHECK(report.faults.empty());
    CHECK(report.sealed == count);
    CHECK(sealed(folder / "b", count) == bytes);
  }
}

TEST_CASE("every single flipped bit of a sealed file is found") {
  const TemporaryFolder folder;
  const std::vector<std::byte> whole = sealed(folder / "a", 100);
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit) {
      const SealReport report =
          after(folder / "b", whole, [&](auto& bytes) { bytes[at] ^= static_cast<std::byte>(1U << bit); });
      const bool its_name = at >= whole.size() - 64 && at < whole.size() - 56;
      if (report.present == its_name || report.faults.empty() != its_name)
        FAIL("byte " << at << " bit " << bit);
    }
  CHECK(after(folder / "b", whole, [](auto&) {}).faults.empty());
}

TEST_CASE("damaged bytes are told by their region, neighbours together") {
  const TemporaryFolder folder;
  const std::vector<std::byte> whole = sealed(folder / "a", 5 * piece + 10);
  const SealReport report = after(folder / "b", whole, [](auto& bytes) {
    for (const std::uint64_t at : {piece + 3, 2 * piece, 5 * piece + 9}) bytes[at] ^= std::byte{4};
  });
  REQUIRE(report.regions.size() == 2);
  CHECK(report.regions[0].first == piece);
  CHECK(report.regions[0].last == 3 * piece - 1);
  CHECK(report.regions[1].first == 5 * piece);
  CHECK(report.regions[1].last == 5 * piece + 9);
  CHECK(report.faults.at(0) == "bytes 65536 to 196607: are not those that were written");
}

TEST_CASE(
    "a seal that is cut, that belongs to another file or that something stands behind is no whole seal") {
  const TemporaryFolder folder;
  const std::vector<std::byte> whole = sealed(folder / "a", 1000);
  CHECK_FALSE(after(folder / "b", whole, [](auto& bytes) { bytes.pop_back(); }).present);
  CHECK_FALSE(after(folder / "b", whole, [](auto& bytes) { bytes.push_back(std::byte{}); }).present);
  const SealReport shorter = after(folder / "b", whole, [](auto& bytes) { bytes.erase(bytes.begin()); });
  REQUIRE(shorter.faults.size() == 1);
  CHECK_THAT(shorter.faults[0], ContainsSubstring("belongs to a file of 1072 bytes, this one has 1071"));
  CHECK_FALSE(has_seal(folder / "b") != shorter.present);
}

TEST_CASE("a finished file is sealed, equal files alike, and a byte that HDF5 never reads is watched") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  write_sample(sample_file(), folder / "b.h5", sample_values());
  const std::vector<std::byte> whole = read_bytes(folder / "a.h5");
  CHECK(read_bytes(folder / "b.h5") == whole);
  const SealReport report = check_seal(folder / "a.h5");
  CHECK(report.present);
  REQUIRE(report.faults.empty());
  CHECK(verify(folder / "a.h5").empty());

  std::size_t unread = 0;  // bytes whose change HDF5 and the content hash do not notice: the seal does
  for (std::size_t at = 8; at < report.sealed; at += 97) {
    std::vector<std::byte> bytes = whole;
    bytes[at] ^= std::byte{1};
    write_bytes(folder / "b.h5", bytes);
    const std::vector<std::string> faults = verify(folder / "b.h5");
    if (faults.empty()) FAIL("byte " << at);
    if (faults.size() == 1) ++unread;
  }
  CHECK(unread > 0);
}

TEST_CASE("what stands behind the HDF5 part and is no seal is a fault, nothing at all is none") {
  const TemporaryFolder folder;
  write_sample(sample_file(), folder / "a.h5", sample_values());
  std::vector<std::byte> bytes = read_bytes(folder / "a.h5");
  const std::uint64_t sealed_length = check_seal(folder / "a.h5").sealed;
  bytes[bytes.size() - 64] ^= std::byte{1};
  write_bytes(folder / "b.h5", bytes);
  const std::vector<std::string> faults = verify(folder / "b.h5");
  REQUIRE(faults.size() == 1);
  CHECK_THAT(faults[0], ContainsSubstring("belong neither to HDF5 nor to a seal"));
  bytes.resize(sealed_length);
  write_bytes(folder / "b.h5", bytes);
  CHECK(verify(folder / "b.h5").empty());
  CHECK_FALSE(has_seal(folder / "b.h5"));
}
