#include "sim/record/disk_forecast.hpp"

#include <hdf5.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <system_error>

#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/codec.hpp"
#include "sim/record/hdf5_handle.hpp"
#include "sim/record/run_file.hpp"

namespace kindred::record {

namespace {

constexpr std::int64_t trial_world_weeks = 3'000'000;  // persons x worlds x weeks: about a second
constexpr std::int64_t fewest_persons = 256, most_persons = 16384;
constexpr std::uint64_t bytes_of_index = 24;  // of a chunk in HDF5's index: address, length, filter mask

/// A folder of its own among the temporary files, gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "kindred-XXXXXX").string()) {
    if (::mkdtemp(path_.data()) == nullptr)
      throw IoError(path_, "cannot be created: " + std::generic_category().message(errno), errno);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What a dataset of the small file takes.
struct Stored {
  double share =
      1;            ///< of the bytes of its chunks (of its rows, in a table) that is left of them in the file
  double rows = 0;  ///< of a table
};

struct SmallFile {
  std::map<std::string, Stored> datasets;  ///< by path
  double overhead = 0;                     ///< bytes that are no values: names, attributes, indices
  double persons = 0;
};

bool fits(const Plan& plan) {
  try {
    check_allocations(plan, make_society(plan.society, plan.seed, 0));
    return true;
  } catch (const ConfigError&) {  // a community or a person that so few do not have
    return false;
  }
}

/// The same plan for one small society, in which every arm lives.
Plan small_plan(const Plan& plan) {
  Plan small = plan;
  small.societies = small.per_society = 1;
  small.probes.clear();  // what they tell is a few numbers
  small.branch.clear();
  if (plan.society.network.kind == NetworkPlan::Kind::file) return small;
  const std::int64_t weeks =
      std::max(1, plan.burn_in + plan.run) * static_cast<std::int64_t>(plan.arms.size());
  const std::int64_t persons = std::clamp(trial_world_weeks / weeks, fewest_persons, most_persons);
  small.society.persons = std::min(persons, plan.society.persons);
  while (small.society.persons < plan.society.persons && !fits(small))
    small.society.persons = std::min(2 * small.society.persons, plan.society.persons);
  return small;
}

/// Bytes of a dataset's values before they are deflated. @param rows  of a table
double raw_bytes(const Dataset& d, double rows) {
  const auto width = static_cast<double>(element_size(d.type));
  if (is_table(d)) return rows * width;
  return static_cast<double>(chunk_count(d.shape, d.chunk) * value_count(d.chunk)) * width;
}

double chunks_of(const Dataset& d, double rows) {
  if (is_table(d)) return rows / static_cast<double>(d.chunk.front()) + 1;
  return static_cast<double>(chunk_count(d.shape, d.chunk));
}

double table_rows(hid_t dataset, const std::string& path) {
  const SpaceHandle space(check(H5Dget_space(dataset), path, "read a length"));
  hsize_t rows = 0;
  check(H5Sget_simple_extent_dims(space.get(), &rows, nullptr), path, "read a length");
  return static_cast<double>(rows);
}

SmallFile measure(const std::string& path, const StudyFile& study) {
  const QuietHdf5 quiet;
  const FileHandle file(check(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), path, "open the file"));
  SmallFile small;
  small.overhead = static_cast<double>(std::filesystem::file_size(path));
  for (const Dataset& d : study.file.datasets) {
    if (d.type == ValueType::text) continue;
    const DatasetHandle opened(
        check(H5Dopen2(file.get(), path_of(d).c_str(), H5P_DEFAULT), path, "open '" + path_of(d) + "'"));
    Stored stored;
    if (is_table(d)) stored.rows = table_rows(opened.get(), path);
    const auto bytes = static_cast<double>(H5Dget_storage_size(opened.get()));
    const double raw = raw_bytes(d, stored.rows);
    if (raw > 0) stored.share = bytes / raw;
    small.overhead -= bytes + chunks_of(d, stored.rows) * static_cast<double>(bytes_of_index);
    small.datasets[path_of(d)] = stored;
  }
  return small;
}

SmallFile live_small(const Plan& plan, const Model& model, const RunOptions& options,
                     const std::function<Addition(const Plan&)>& addition) {
  const TemporaryFolder folder;
  const Plan small = small_plan(plan);
  RunOptions own{};
  own.output = folder.path() + "/trial.h5";
  own.isa = options.isa;
  own.build = options.build;
  own.threads = options.threads;
  own.addition = addition(small);
  own.checkpoint_every = std::nullopt;
  carry_out(small, model, own);
  const Society society = make_society(small.society, small.seed, 0);
  SmallFile measured = measure(own.output, describe_run(small, model, society, own, ""));
  measured.persons = static_cast<double>(society.persons());
  return measured;
}

/// Who knows whom deflates the worse the more persons there are: a few chunks of the society itself say how.
double share_of_ties(const std::vector<std::int32_t>& ends, std::size_t chunk) {
  constexpr std::size_t looked_at = 8;
  Compressor compressor(SpoolOptions{}.compression_level);
  std::size_t raw = 0, stored = 0;
  const std::size_t step = std::max<std::size_t>(1, ends.size() / chunk / looked_at) * chunk;
  for (std::size_t at = 0; at < ends.size(); at += step) {
    const std::vector<std::int32_t> piece(ends.begin() + static_cast<std::ptrdiff_t>(at),
                                          ends.begin() +
                                              static_cast<std::ptrdiff_t>(std::min(at + chunk, ends.size())));
    const std::vector<std::byte> bytes = bytes_of(piece);
    raw += bytes.size();
    stored += compressor.compress(bytes, sizeof(std::int32_t)).size();
  }
  return raw == 0 ? 1 : static_cast<double>(stored) / static_cast<double>(raw);
}

/// Rows of a table of the whole run: ties are known, bonds follow the number of persons.
double rows_of(const Plan& plan, const Dataset& d, const Society& society, const SmallFile& small) {
  const double replicates = plan.societies * plan.per_society;
  const auto ties = static_cast<double>(society.ties());
  if (d.group == "graph") return ties * plan.societies;
  if (d.dimensions.front() == "tie") return ties * static_cast<double>(plan.arms.size()) * replicates;
  const auto known = small.datasets.find(path_of(d));
  if (known == small.datasets.end()) return 0;
  return known->second.rows * static_cast<double>(society.persons()) / small.persons * replicates;
}

}  // namespace

std::int64_t forecast_file(const Plan& plan, const Model& model, const RunOptions& options,
                           const std::function<Addition(const Plan&)>& addition) {
  const SmallFile small = live_small(plan, model, options, addition);
  const Society society = make_society(plan.society, plan.seed, 0);
  double bytes = small.overhead;
  for (const Dataset& d : describe_run(plan, model, society, options, "").file.datasets) {
    if (d.type == ValueType::text) continue;
    const double rows = is_table(d) ? rows_of(plan, d, society, small) : 0;
    const auto known = small.datasets.find(path_of(d));
    double share = known == small.datasets.end() ? 1 : known->second.share;
    if (is_table(d) && (d.name == "tail" || d.name == "head") && d.dimensions.front() == "tie")
      share =
          share_of_ties(d.name == "tail" ? society.graph.tie_low : society.graph.tie_high, d.chunk.front());
    bytes += share * raw_bytes(d, rows) + chunks_of(d, rows) * static_cast<double>(bytes_of_index);
  }
  return static_cast<std::int64_t>(bytes);
}

}  // namespace kindred::record
