// How far exp, log, sine and cosine of the lanes lie from the true values, in units of the last place of
// the true value rounded to float. The C library's double functions stand for the truth: their own error
// is below 1e-8 of a float's last place. Over every float of their ranges the largest errors are 0.9904 ulp
// (exp, at 70.4030991) and 0.8291 ulp (log, at 0.699976802); the grids here are samples of those.
#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <vector>

#include "sim/engine/instruction_set.hpp"
#include "tests/unit/random_self_test.hpp"

using namespace kindred;
using namespace kindred::self_test;

namespace {

std::vector<RandomPorts> runnable_ports() {
  std::vector<RandomPorts> result;
  for (const auto& [isa, ports_of] : std::array<std::pair<InstructionSet, PortsOf>, 3>{
           {{InstructionSet::v2, &self_test::isa_v2::random_ports},
            {InstructionSet::v3, &self_test::isa_v3::random_ports},
            {InstructionSet::v4, &self_test::isa_v4::random_ports}}}) {
    if (!machine_has(isa)) continue;
    RandomPorts ports[most_widths];
    result.insert(result.end(), ports, ports + ports_of(ports));
  }
  return result;
}

float from_bits(std::uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
std::uint32_t to_bits(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// Distance in units of the last place of `truth`, whose binade must be a normal one.
double ulps(float got, double truth) {
  return std::abs(static_cast<double>(got) - truth) / std::ldexp(1.0, std::ilogb(truth) - 23);
}

/// Every `step`-th float from `low` to `high`, both positive or both negative, padded to a multiple of 16.
std::vector<float> floats_between(float low, float high, std::uint32_t step) {
  std::vector<float> values;
  const std::uint32_t a = std::min(to_bits(low), to_bits(high)), b = std::max(to_bits(low), to_bits(high));
  for (std::uint32_t bits = a; bits < b && bits >= a; bits += step) values.push_back(from_bits(bits));
  values.push_back(from_bits(b));
  while (values.size() % 16 != 0) values.push_back(high);
  return values;
}

std::vector<float> evenly(float low, float high, std::int64_t n) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < n; ++i)
    values.push_back(low + (high - low) * (static_cast<float>(i) / static_cast<float>(n)));
  return values;
}

/// All 2^23 uniforms there are.
std::vector<float> every_uniform() {
  std::vector<float> values;
  for (std::uint32_t top = 0; top < 1u << 23; ++top)
    values.push_back((static_cast<float>(top) + .5f) * 0x1p-23f);
  return values;
}

using Port = void (*)(const float*, float*, std::int64_t);

/// Largest error in ulp over `at`; the point of the largest error goes to `where`.
template <class Truth>
double largest_error(Port port, const std::vector<float>& at, Truth truth, float& where) {
  std::vector<float> got(at.size());
  port(at.data(), got.data(), static_cast<std::int64_t>(at.size()));
  double worst = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double true_value = truth(static_cast<double>(at[i]));
    if (true_value == 0) {
      if (got[i] != 0.0f) worst = 1e9;
      continue;
    }
    const double error = ulps(got[i], true_value);
    if (!(error <= worst)) worst = error, where = at[i];
  }
  return worst;
}

double true_exp(double x) { return std::exp(x); }
double true_log(double x) { return std::log(x); }

}  // namespace

TEST_CASE("exp is within 1 ulp over its whole range") {
  const RandomPorts ports = runnable_ports().front();
  float where = 0;
  for (const auto& at : {std::vector<float>(16, from_bits(0x428cce63)),  // where its error is largest
                         evenly(-87.0f, 88.0f, 4'000'000), floats_between(1e-8f, 88.0f, 101),
                         floats_between(-1e-8f, -87.0f, 101)}) {
    const double error = largest_error(ports.exp, at, true_exp, where);
    INFO("largest error " << error << " ulp at " << where);
    CHECK(error < 1);
  }
}

TEST_CASE("exp of 0 is 1, and arguments beyond [-87, 88] are held at the ends") {
  const RandomPorts ports = runnable_ports().front();
  std::vector<float> at(16, 0.0f), got(16);
  at[1] = -0.0f, at[2] = 88.0f, at[3] = 1e30f, at[4] = -87.0f, at[5] = -1e30f;
  ports.exp(at.data(), got.data(), 16);
  CHECK(got[0] == 1.0f);
  CHECK(got[1] == 1.0f);
  CHECK(got[3] == got[2]);
  CHECK(got[5] == got[4]);
  CHECK(std::isnormal(got[2]));
  CHECK(std::isnormal(got[4]));
}

TEST_CASE("log is within 1 ulp for normal numbers, and for every uniform there is") {
  const RandomPorts ports = runnable_ports().front();
  float where = 0;
  for (const auto& at :
       {std::vector<float>(16, from_bits(0x3f3331ae)),  // where its error is largest
        floats_between(FLT_MIN, FLT_MAX, 401), floats_between(.7f, 1.5f, 3), every_uniform()}) {
    const double error = largest_error(ports.log, at, true_log, where);
    INFO("largest error " << error << " ulp at " << where);
    CHECK(error < 1);
  }
}

TEST_CASE("sine and cosine of turns are within 2e-7 of the truth for every uniform there is") {
  const RandomPorts ports = runnable_ports().front();
  const std::vector<float> at = every_uniform();
  std::vector<float> sine(at.size()), cosine(at.size());
  ports.turn(at.data(), sine.data(), cosine.data(), static_cast<std::int64_t>(at.size()));
  double worst = 0, worst_circle = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const double angle = 2 * std::acos(-1.0) * static_cast<double>(at[i]);
    const double s = static_cast<double>(sine[i]), c = static_cast<double>(cosine[i]);
    worst = std::max({worst, std::abs(s - std::sin(angle)), std::abs(c - std::cos(angle))});
    worst_circle = std::max(worst_circle, std::abs(s * s + c * c - 1));
  }
  INFO("largest error " << worst << ", largest distance from the unit circle " << worst_circle);
  CHECK(worst < 2e-7);
  CHECK(worst_circle < 4e-7);
}

TEST_CASE("every width and instruction set gives the same bits of exp, log, sine and cosine") {
  std::vector<float> at = evenly(-90.0f, 90.0f, 100'000), positive = floats_between(1e-30f, 1e30f, 16'001);
  const std::vector<float> turns = evenly(0.0f, 1.0f, 100'000);
  std::array<std::vector<float>, 4> wanted;
  for (const RandomPorts& ports : runnable_ports()) {
    std::array<std::vector<float>, 4> got;
    for (std::vector<float>& values : got) values.resize(turns.size());
    got[1].resize(positive.size());
    ports.exp(at.data(), got[0].data(), static_cast<std::int64_t>(at.size()));
    ports.log(positive.data(), got[1].data(), static_cast<std::int64_t>(positive.size()));
    ports.turn(turns.data(), got[2].data(), got[3].data(), static_cast<std::int64_t>(turns.size()));
    if (wanted[0].empty()) wanted = got;
    INFO("width " << ports.width);
    for (std::size_t f = 0; f < 4; ++f)
      CHECK(std::memcmp(got[f].data(), wanted[f].data(), got[f].size() * sizeof(float)) == 0);
  }
}

TEST_CASE("negative control: correct rounding is measured below half an ulp, two places off as above one") {
  const std::vector<float> at = evenly(-80.0f, 80.0f, 160'000);
  const Port rounded = [](const float* from, float* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) to[i] = static_cast<float>(std::exp(static_cast<double>(from[i])));
  };
  const Port high = [](const float* from, float* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i)
      to[i] = std::nextafter(
          std::nextafter(static_cast<float>(std::exp(static_cast<double>(from[i]))), 3e38f), 3e38f);
  };
  const Port low = [](const float* from, float* to, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i)
      to[i] = std::nextafter(std::nextafter(static_cast<float>(std::exp(static_cast<double>(from[i]))), 0.0f),
                             0.0f);
  };
  float where = 0;
  CHECK(largest_error(rounded, at, true_exp, where) <= .5);
  CHECK(largest_error(high, at, true_exp, where) > 1.5);
  CHECK(largest_error(low, at, true_exp, where) > 1.5);
}
