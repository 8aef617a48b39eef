#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include <catch2/catch_test_macros.hpp>

#include "sim/record/codec.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"
#include "tests/unit/record_sample.hpp"

using namespace kindred;
using namespace kindred::record;
using namespace kindred::test;

namespace {

float rounded(float value, int keep_bits) {
  std::vector<std::byte> bytes = to_bytes(std::vector<float>{value});
  round_mantissa(bytes, keep_bits);
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

}  // namespace

TEST_CASE("rounding to fewer mantissa bits is nearest, ties to even, exact and idempotent") {
  for (int keep = 1; keep <= 23; ++keep)
    for (const float value : noise(2000, static_cast<std::uint64_t>(keep))) {
      const float kept = rounded(value, keep);
      const float spacing = std::ldexp(1.0F, std::ilogb(value) - keep);
      CHECK(std::abs(kept - value) <= spacing / 2);
      CHECK(std::fmod(kept, spacing) == 0.0F);
      CHECK(rounded(kept, keep) == kept);
      if (keep == 23) CHECK(kept == value);
    }
  CHECK(rounded(1.0F + std::ldexp(1.0F, -11), 10) == 1.0F);
  CHECK(rounded(1.0F + 3 * std::ldexp(1.0F, -11), 10) == 1.0F + std::ldexp(1.0F, -9));
  CHECK(rounded(1.0F + std::ldexp(1.0F, -11), 10) != 1.0F + std::ldexp(1.0F, -11));
  CHECK(std::isnan(rounded(std::bit_cast<float>(0x7f800001U), 3)));
  CHECK(rounded(std::numeric_limits<float>::infinity(), 3) == std::numeric_limits<float>::infinity());
  CHECK(rounded(std::numeric_limits<float>::max(), 7) == std::bit_cast<float>(0x7f7f0000U));
  CHECK(std::bit_cast<std::uint32_t>(rounded(-0.0F, 3)) == 0x80000000U);
}

TEST_CASE("a rounded dataset says so, and stores what rounding gives") {
  const TemporaryFolder folder;
  File file = sample_file();
  file.datasets[closeness_index].keep_bits = 9;
  write_sample(file, folder / "a.h5", sample_values());
  std::vector<std::byte> expected = to_bytes(sample_values());
  round_mantissa(expected, 9);
  std::vector<float> values(expected.size() / sizeof(float));
  std::memcpy(values.data(), expected.data(), expected.size());
  CHECK(read_numbers(folder / "a.h5", "persons/closeness").values == widened(values));
  CHECK(values != sample_values());
  const FinishedFile opened = open_finished(folder / "a.h5");
  CHECK(opened.file.datasets[closeness_index].attributes.back() ==
        Attribute{"mantissa_bits", std::int32_t{9}});
  CHECK(verify(folder / "a.h5").empty());
}
