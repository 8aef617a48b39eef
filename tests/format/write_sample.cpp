#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/record/layout.hpp"
#include "sim/record/spool.hpp"

/// Writes a small file with one of everything that the container can hold, for readers in other
/// languages. `write_sample FILE` writes a right one; `write_sample FILE short` leaves one chunk out and
/// must fail.

namespace {

using namespace kindred::record;

constexpr std::uint64_t weeks = 18, arms = 2, replicates = 2, persons = 10;

Dataset text_scale(std::string group, std::string name, std::vector<std::string> text) {
  const std::uint64_t length = text.size();
  return {std::move(group),      name, ValueType::text, {name}, {length}, {},
          {{"long_name", name}}, 23,   std::move(text)};
}

Dataset number_scale(std::string group, std::string name, ValueType type, std::uint64_t length,
                     std::vector<Attribute> attributes) {
  const std::uint64_t chunk = length == unknown_length ? 4 : length;
  return {std::move(group), name, type, {name}, {length}, {chunk}, std::move(attributes), 23, {}};
}

void add_scales(File& file, const std::string& group) {
  file.datasets.push_back(
      number_scale(group, "time", ValueType::float64, weeks,
                   {{"units", "weeks"}, {"long_name", "weeks since the start of the study"}}));
  file.datasets.push_back(text_scale(group, "arm", {"control", "course"}));
  file.datasets.push_back(
      number_scale(group, "replicate", ValueType::int32, replicates, {{"long_name", "replicate"}}));
}

File sample() {
  File file;
  file.attributes = {{"Conventions", "CF-1.8"},
                     {"kindred_format", std::int32_t{1}},
                     {"seed", std::int64_t{20240229}},
                     {"title", "größer als ASCII ♥"},
                     {"resolved_config", std::string(70000, 'y')},
                     {"empty", ""}};
  add_scales(file, "population");
  file.datasets.push_back({"population",
                           "warmth_mean",
                           ValueType::float32,
                           {"time", "arm", "replicate"},
                           {weeks, arms, replicates},
                           {16, 1, 1},
                           {{"units", "1"},
                            {"long_name", "mean warmth"},
                            {"valid_range", std::vector<float>{-8, 8}},
                            {"source", "sample"}},
                           16,
                           {}});
  add_scales(file, "persons");
  file.datasets.push_back(
      number_scale("persons", "person", ValueType::int64, persons, {{"long_name", "sample"}}));
  file.datasets.push_back({"persons",
                           "person_id",
                           ValueType::int64,
                           {"replicate", "person"},
                           {replicates, persons},
                           {1, 8},
                           {{"long_name", "who it is"}},
                           23,
                           {}});
  file.datasets.push_back({"persons",
                           "style",
                           ValueType::int8,
                           {"time", "arm", "replicate", "person"},
                           {weeks, arms, replicates, persons},
                           {16, 1, 1, 4},
                           {{"long_name", "quadrant"},
                            {"flag_values", std::vector<std::int8_t>{0, 1, 2, 3}},
                            {"flag_meanings", "low_low high_low low_high high_high"}},
                           23,
                           {}});
  for (const std::string group : {"bonds", "no_bonds"}) {
    file.datasets.push_back(
        number_scale(group, "bond", ValueType::int64, unknown_length, {{"long_name", "bond"}}));
    file.datasets.push_back({group,
                             "head",
                             ValueType::int32,
                             {"bond"},
                             {unknown_length},
                             {4},
                             {{"long_name", "one end"}},
                             23,
                             {}});
    file.datasets.push_back({group,
                             "onset",
                             ValueType::float64,
                             {"bond"},
                             {unknown_length},
                             {4},
                             {{"units", "weeks"}, {"_FillValue", -1e9}},
                             23,
                             {}});
  }
  return file;
}

/// `value(i)` for i = 0..count-1, as bytes.
template <class T>
std::vector<std::byte> bytes_of(std::uint64_t count, const auto& value) {
  std::vector<T> values;
  for (std::uint64_t i = 0; i < count; ++i) values.push_back(static_cast<T>(value(static_cast<double>(i))));
  const std::span<const std::byte> bytes = std::as_bytes(std::span<const T>(values));
  return {bytes.begin(), bytes.end()};
}

void write(const std::string& path, bool leave_one_out) {
  Spool spool(sample(), path);
  const File& file = spool.file();
  const auto itself = [](double i) { return i; };
  for (const char* group : {"population", "persons"}) {
    spool.submit_array(index_of(file, group, "time"),
                       bytes_of<double>(weeks, [](double i) { return 2 * i - 4; }));
    spool.submit_array(index_of(file, group, "replicate"), bytes_of<std::int32_t>(replicates, itself));
  }
  spool.submit_array(index_of(file, "population", "warmth_mean"),
                     bytes_of<float>(weeks * arms * replicates, [](double i) { return i / 8; }));
  spool.submit_array(index_of(file, "persons", "person"), bytes_of<std::int64_t>(persons, itself));
  spool.submit_array(index_of(file, "persons", "person_id"),
                     bytes_of<std::int64_t>(replicates * persons, [](double i) { return 5000000000.0 + i; }));
  if (!leave_one_out)
    spool.submit_array(index_of(file, "persons", "style"),
                       bytes_of<std::int8_t>(weeks * arms * replicates * persons,
                                             [](double i) { return static_cast<std::int64_t>(i) % 4; }));
  for (std::uint64_t segment = 2; segment-- > 0;) {
    spool.submit_rows(index_of(file, "bonds", "head"), segment, bytes_of<std::int32_t>(3, [&](double i) {
                        return i + 10.0 * static_cast<double>(segment);
                      }));
    spool.submit_rows(index_of(file, "bonds", "onset"), segment, bytes_of<double>(3, itself));
  }
  spool.finish();
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) return 2;
  try {
    write(words[0], words.size() > 1);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
