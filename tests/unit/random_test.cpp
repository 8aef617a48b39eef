// Words, seeds and which word serves whom, against Random123 and naive redraws, at every width and
// instruction set this machine runs.
#include <Random123/philox.h>

#include <algorithm>
#include <array>
#include <catch2/catch_test_macros.hpp>
#include <cmath>
#include <cstring>
#include <vector>

#include "sim/engine/instruction_set.hpp"
#include "sim/random/draws.hpp"
#include "sim/random/seeds.hpp"
#include "tests/unit/random_self_test.hpp"

using namespace kindred;
using namespace kindred::self_test;
using enum Distribution;

namespace {

using Words = std::array<std::uint32_t, 4>;

struct NamedPorts {
  InstructionSet isa;
  RandomPorts ports;
};

std::vector<NamedPorts> runnable_ports() {
  const std::array<std::pair<InstructionSet, PortsOf>, 3> units{
      {{InstructionSet::v2, &self_test::isa_v2::random_ports},
       {InstructionSet::v3, &self_test::isa_v3::random_ports},
       {InstructionSet::v4, &self_test::isa_v4::random_ports}}};
  std::vector<NamedPorts> result;
  for (const auto& [isa, ports_of] : units) {
    if (!machine_has(isa)) continue;
    RandomPorts ports[most_widths];
    const int count = ports_of(ports);
    for (int i = 0; i < count; ++i) result.push_back({isa, ports[i]});
  }
  return result;
}

Words by_random123(Words counter, PhiloxKey key) {
  const r123::Philox4x32::ctr_type c = {{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x32::key_type k = {{key.lo, key.hi}};
  const auto words = r123::Philox4x32{}(c, k);
  return {words[0], words[1], words[2], words[3]};
}

/// A keyed case: four words and a key from its number.
std::pair<Words, PhiloxKey> numbered_case(std::uint32_t number) {
  const Words counter = philox({number, 1, 2, 3}, {0xCA5E, 0});
  const Words key = philox({number, 4, 5, 6}, {0xCA5E, 0});
  return {counter, {key[0], key[1]}};
}

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

/// The documented value of one decision, in double and with the C library.
double naive_decision(Distribution kind, const Words& words, std::size_t k) {
  const auto uniform = [&](std::size_t word) {
    return (static_cast<double>(words[word] / 512) + .5) / 8388608.0;
  };
  if (kind == Distribution::uniform) return uniform(k);
  if (kind == exponential) return -std::log(uniform(k));
  const std::size_t pair = k / 2 * 2;
  const double radius = std::sqrt(-2 * std::log(uniform(pair))),
               angle = 2 * std::acos(-1.0) * uniform(pair + 1);
  return radius * (k % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

}  // namespace

TEST_CASE("Philox words are Random123's for a thousand random counters and keys") {
  const bool answers =
      philox({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8} &&
      philox({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd} &&
      philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  CHECK(answers);
  for (std::uint32_t number = 0; number < 1000; ++number) {
    const auto [counter, key] = numbered_case(number);
    INFO("case " << number);
    REQUIRE(philox(counter, key) == by_random123(counter, key));
  }
  const auto [counter, key] = numbered_case(0);
  CHECK(philox(counter, key) != by_random123(counter, {key.lo, key.hi ^ 1u}));  // the comparison can fail
}

TEST_CASE("Philox in lanes equals Random123 in every lane, width and instruction set") {
  for (const NamedPorts& unit : runnable_ports()) {
    const auto width = static_cast<std::size_t>(unit.ports.width);
    std::vector<std::uint32_t> words(4 * width);
    for (std::uint32_t number = 0; number < 1000; ++number) {
      auto [counter, key] = numbered_case(number);
      unit.ports.philox(counter[0], counter[1], counter[2], counter[3], key, words.data());
      const std::uint32_t first = counter[0];
      for (std::size_t lane = 0; lane < width; ++lane) {
        counter[0] = first + static_cast<std::uint32_t>(lane);
        const Words wanted = by_random123(counter, key);
        INFO(name_of(unit.isa) << ", width " << width << ", case " << number << ", lane " << lane);
        for (std::size_t k = 0; k < 4; ++k) REQUIRE(words[k * width + lane] == wanted[k]);
      }
    }
  }
}

TEST_CASE("word k of counter (person, 0, week, stream) is decision k; normals come in pairs") {
  const Distribution kinds[][4] = {{exponential, uniform, uniform, uniform},
                                   {normal, normal, normal, normal},
                                   {normal, normal, uniform, exponential},
                                   {uniform, exponential, normal, normal}};
  constexpr PhiloxKey key{123, 456};
  constexpr std::int64_t first = 1008, count = 128, stride = 160;
  for (const auto& kind : kinds) {
    std::vector<float> reference;
    for (const NamedPorts& unit : runnable_ports()) {
      std::vector<float> drawn(4 * stride, -99.0f);
      unit.ports.persons(philox_keys(key), 6, 77, kind, first, count, drawn.data(), stride);
      if (reference.empty()) reference = drawn;
      INFO(name_of(unit.isa) << ", width " << unit.ports.width);
      CHECK(same_bits(drawn, reference));
    }
    for (std::size_t k = 0; k < 4; ++k)
      for (std::int64_t i = 0; i < stride; ++i) {
        const double got = static_cast<double>(reference[k * stride + static_cast<std::size_t>(i)]);
        if (i >= count) {
          REQUIRE(got == -99);  // nothing is written beyond the persons asked for
          continue;
        }
        const Words words = by_random123({static_cast<std::uint32_t>(first + i), 0, 77, 6}, key);
        const double wanted = naive_decision(kind[k], words, k);
        INFO("decision " << k << " of person " << first + i);
        REQUIRE(std::abs(got - wanted) <= (kind[k] == uniform ? 0 : 2e-6 * (1 + std::abs(wanted))));
      }
  }
}

TEST_CASE("tie t takes word (t / 16) mod 4 of counter (16 (t / 64) + t mod 16, 0, week, stream)") {
  constexpr PhiloxKey key{9, 8};
  constexpr std::int64_t first = 640, count = 1024;
  std::vector<float> reference;
  for (const NamedPorts& unit : runnable_ports()) {
    std::vector<float> drawn(static_cast<std::size_t>(count));
    unit.ports.ties(philox_keys(key), 9, 31, first, count, drawn.data());
    if (reference.empty()) reference = drawn;
    INFO(name_of(unit.isa) << ", width " << unit.ports.width);
    CHECK(same_bits(drawn, reference));
  }
  for (std::int64_t t = first; t < first + count; ++t) {
    const Words words = by_random123({static_cast<std::uint32_t>(16 * (t / 64) + t % 16), 0, 31, 9}, key);
    const std::uint32_t word = words[static_cast<std::size_t>(t / 16 % 4)];
    INFO("tie " << t);
    REQUIRE(static_cast<double>(reference[static_cast<std::size_t>(t - first)]) ==
            (word / 512 + .5) / 8388608.0);
  }
}

TEST_CASE("a fill of widened draws holds the float draws, and exponentials of the doubles") {
  const Distribution kind[4] = {normal, normal, exponential, uniform};
  std::vector<float> narrow(4 * 64);
  std::vector<double> wide(4 * 64);
  fill_person_block<float, 4>(philox_keys({1, 2}), 3, 4, kind, 0, 64, narrow.data(), 64);
  fill_person_block<double, 1>(philox_keys({1, 2}), 3, 4, kind, 0, 64, wide.data(), 64);
  for (std::size_t i = 0; i < 64; ++i) {
    for (const std::size_t k : {0u, 1u, 3u})
      CHECK(wide[k * 64 + i] == static_cast<double>(narrow[k * 64 + i]));
    const Words words = philox({static_cast<std::uint32_t>(i), 0, 4, 3}, {1, 2});
    CHECK(wide[2 * 64 + i] == -std::log(static_cast<double>(single_uniform(words[2]))));
  }
}

TEST_CASE("uniforms lie strictly inside (0, 1), rise with the word and equal the one drawn alone") {
  constexpr std::uint32_t tops = 1u << 23;
  std::vector<std::uint32_t> words(tops);
  for (std::uint32_t top = 0; top < tops; ++top) words[top] = top << 9 | (top * 2654435761u >> 23);
  std::vector<float> drawn(tops);
  for (const NamedPorts& unit : runnable_ports()) {
    unit.ports.uniform(words.data(), drawn.data(), tops);
    bool inside = true, rising = true, alone = true;
    for (std::size_t i = 0; i < tops; ++i) {
      inside = inside && drawn[i] > 0.0f && drawn[i] < 1.0f;
      rising = rising && (i == 0 || drawn[i] > drawn[i - 1]);
      alone = alone && drawn[i] == single_uniform(words[i]);
    }
    INFO(name_of(unit.isa) << ", width " << unit.ports.width);
    CHECK(inside);
    CHECK(rising);
    CHECK(alone);
  }
  CHECK(drawn.front() == 0x1p-24f);
  CHECK(drawn.back() == 1.0f - 0x1p-24f);
}

TEST_CASE("no two of a hundred thousand keys of societies and noises are equal, nor those of the next seed") {
  std::vector<std::uint64_t> keys;
  const auto add = [&](PhiloxKey key) { keys.push_back(std::uint64_t{key.hi} << 32 | key.lo); };
  for (const std::uint64_t seed : {20261124u, 20261125u, 0u, 1u})
    for (std::uint32_t s = 0; s < 300; ++s) {
      add(society_key(Seed{seed}, s));
      for (std::uint32_t r = 0; r < 333; ++r) add(noise_key(Seed{seed}, s, r));
    }
  REQUIRE(keys.size() == 4 * 300 * 334);
  std::sort(keys.begin(), keys.end());
  CHECK(std::adjacent_find(keys.begin(), keys.end()) == keys.end());
  keys.push_back(keys.front());  // the search can find
  std::sort(keys.begin(), keys.end());
  CHECK(std::adjacent_find(keys.begin(), keys.end()) != keys.end());
}

TEST_CASE("keys follow from the seed as documented, and labels by FNV-1a") {
  constexpr Seed seed{0x0123456789ABCDEF};
  const PhiloxKey of_seed{0x89ABCDEF, 0x01234567};
  const Words society = by_random123({5, 0, 0, 0x1000}, of_seed),
              noise = by_random123({5, 7, 0, 0x1001}, of_seed);
  CHECK(society_key(seed, 5).lo == society[0]);
  CHECK(society_key(seed, 5).hi == society[1]);
  CHECK(noise_key(seed, 5, 7).lo == noise[0]);
  CHECK(noise_key(seed, 5, 7).hi == noise[1]);
  CHECK(label_hash("") == 0x811c9dc5);
  CHECK(label_hash("a") == 0xe40c292c);
  CHECK(label_hash("foobar") == 0xbf9cf968);
}
