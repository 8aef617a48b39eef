#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/layout.hpp"
#include "sim/record/spool.hpp"

/// A small output file and its values, shared by the tests of the container.
namespace kindred::test {

/// A folder of this test's own, gone at its end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "kindred-record-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::string path_;
};

inline std::vector<std::byte> read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline void write_bytes(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream out(path, std::ios::binary);
  for (const std::byte byte : bytes) out.put(static_cast<char>(byte));
}

template <class T>
std::vector<std::byte> to_bytes(const std::vector<T>& values) {
  const auto bytes = std::as_bytes(std::span<const T>(values));
  return {bytes.begin(), bytes.end()};
}

/// A fixed sequence without pattern (splitmix64).
inline std::uint64_t scrambled(std::uint64_t x) {
  x = (x + 0x9e3779b97f4a7c15U) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

inline std::vector<float> noise(std::size_t count, std::uint64_t key) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] =
        static_cast<float>(static_cast<double>(scrambled(i + key * 1000003U) >> 40U) / 65536.0 - 128.0);
  return values;
}

constexpr std::uint64_t frames = 21, persons = 100;

inline record::Dataset coordinate(const std::string& name, record::ValueType type, std::uint64_t length,
                                  std::uint64_t chunk) {
  return {"persons", name, type, {name}, {length}, {chunk}, {{"long_name", name}}, 23, {}};
}

/// persons/closeness[time, arm, person] behind its coordinates; chunks stick out along two dimensions.
inline record::File sample_file(std::uint64_t person_count = persons) {
  record::File file;
  file.attributes = {{"title", "sample"}, {"kindred_commit", "abc"}};
  file.datasets = {
      coordinate("time", record::ValueType::float64, frames, 16),
      {"persons", "arm", record::ValueType::text, {"arm"}, {2}, {}, {}, 23, {"control", "course"}},
      coordinate("person", record::ValueType::int64, person_count, 32),
      {"persons",
       "closeness",
       record::ValueType::float32,
       {"time", "arm", "person"},
       {frames, 2, person_count},
       {16, 1, 32},
       {{"units", "SD"}, {"valid_range", std::vector<float>{-8, 8}}},
       23,
       {}}};
  return file;
}

constexpr std::size_t time_index = 0, person_index = 2, closeness_index = 3;

inline std::vector<double> sample_times() {
  std::vector<double> times;
  for (std::uint64_t frame = 0; frame < frames; ++frame)
    times.push_back(2.0 * static_cast<double>(frame) - 4.0);
  return times;
}

inline std::vector<std::int64_t> sample_persons(std::uint64_t count = persons) {
  std::vector<std::int64_t> numbers;
  for (std::uint64_t person = 0; person < count; ++person)
    numbers.push_back(static_cast<std::int64_t>(person));
  return numbers;
}

/// Writes the sample in one thread. @param values  of closeness
inline void write_sample(const record::File& file, const std::string& path, const std::vector<float>& values,
                         const record::SpoolOptions& options = {}) {
  record::Spool spool(file, path, options);
  spool.submit_array(time_index, to_bytes(sample_times()));
  spool.submit_array(person_index, to_bytes(sample_persons(file.datasets[person_index].shape[0])));
  spool.submit_array(closeness_index, to_bytes(values));
  spool.finish();
}

inline std::vector<float> sample_values() { return noise(frames * 2 * persons, 1); }

inline std::vector<double> widened(const std::vector<float>& values) {
  return {values.begin(), values.end()};
}

/// What a call throws, "" for nothing, "another" for another kind.
template <class Error>
std::string message_of(const auto& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  } catch (...) {
    return "another";
  }
  return "";
}

}  // namespace kindred::test
