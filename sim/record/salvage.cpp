#include "sim/record/salvage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <map>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/bytes.hpp"
#include "sim/record/checkpoint_folder.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/leftovers.hpp"
#include "sim/record/run_file.hpp"
#include "sim/record/salvage_ties.hpp"
#include "sim/record/spool.hpp"

namespace kindred::record {

namespace {

// netCDF's own values for what was never written
constexpr std::int8_t missing8 = -127;
constexpr std::int32_t missing32 = -2147483647;
constexpr std::int64_t missing64 = -9223372036854775806;

/// Over [time, arm, replicate, ...].
bool is_framed(const Dataset& d) {
  return d.dimensions.size() >= 3 && d.dimensions[0] == "time" && d.dimensions[1] == "arm" &&
         d.dimensions[2] == "replicate";
}

template <class T>
void fill_with(std::span<std::byte> bytes, T value) {
  for (std::size_t at = 0; at + sizeof value <= bytes.size(); at += sizeof value)
    std::memcpy(bytes.data() + at, &value, sizeof value);
}

/// @param counts  whole numbers count what was compared, and nobody was
void fill_missing(std::span<std::byte> bytes, ValueType type, bool counts) {
  if (type == ValueType::float32) fill_with(bytes, std::numeric_limits<float>::quiet_NaN());
  else if (type == ValueType::float64) fill_with(bytes, std::numeric_limits<double>::quiet_NaN());
  else if (counts) fill_with(bytes, std::byte{0});
  else if (type == ValueType::int8) fill_with(bytes, missing8);
  else if (type == ValueType::int32) fill_with(bytes, missing32);
  else fill_with(bytes, missing64);
}

void say_what_is_missing(Dataset& d) {
  if (find_attribute(d.attributes, "_FillValue") != nullptr) return;
  if (d.type == ValueType::int8) d.attributes.push_back({"_FillValue", missing8});
  if (d.type == ValueType::int32) d.attributes.push_back({"_FillValue", missing32});
  if (d.type == ValueType::int64) d.attributes.push_back({"_FillValue", missing64});
}

/// How many frames of a group each replicate has, in all arms and all variables.
struct Frames {
  std::vector<std::uint64_t> of_replicate;
  std::uint64_t most = 0;   ///< of any replicate: the length of the group's time
  std::uint64_t whole = 0;  ///< of a finished one
  bool all_there() const {
    return std::all_of(of_replicate.begin(), of_replicate.end(), [&](auto n) { return n == whole; });
  }
};

std::map<std::string, Frames> frames_of(const StudyFile& study, const Leftovers& left) {
  std::map<std::string, Frames> groups;
  for (std::size_t index = 0; index < study.file.datasets.size(); ++index) {
    const Dataset& d = study.file.datasets[index];
    if (!is_framed(d)) continue;
    auto [at, first] = groups.try_emplace(d.group);
    Frames& frames = at->second;
    frames.whole = d.shape[0];
    if (first) frames.of_replicate.assign(d.shape[2], d.shape[0]);
    for (std::uint64_t replicate = 0; replicate < d.shape[2]; ++replicate)
      for (std::uint64_t arm = 0; arm < d.shape[1]; ++arm)
        frames.of_replicate[replicate] =
            std::min(frames.of_replicate[replicate], left.frames(index, arm, replicate));
  }
  for (auto& [name, frames] : groups)
    frames.most = *std::max_element(frames.of_replicate.begin(), frames.of_replicate.end());
  return groups;
}

/// Lays one file out from what is left of another.
class Salvage {
 public:
  Salvage(const Plan& plan, const StudyFile& study, Leftovers& left, std::size_t first_addition,
          std::string source)
      : plan_(plan), study_(study), left_(left), first_addition_(first_addition), source_(std::move(source)),
        frames_(frames_of(study, left)) {
    note_finished();
  }

  /// Of the groups of the study itself.
  std::map<std::string, Frames> own_frames() const {
    std::map<std::string, Frames> own = frames_;
    std::erase_if(own, [&](const auto& group) { return is_addition(group.first); });
    return own;
  }
  /// Weeks of a group's frames, as they stand in its coordinate.
  std::vector<std::int32_t> weeks(const std::string& group);
  void write(const std::string& target, std::vector<Attribute> marks);

 private:
  void note_finished();
  bool is_addition(const std::string& group) const;
  bool is_left_out(const Dataset& d) const;
  bool is_missing(const Dataset& d, std::size_t index, std::uint64_t chunk) const;
  File file(std::vector<Attribute> marks);
  void write_frames(std::size_t index, const Dataset& cut, std::size_t to, Spool& spool);
  void write_plain(std::size_t index, const Dataset& cut, std::size_t to, Spool& spool);

  const Plan& plan_;
  const StudyFile& study_;
  Leftovers& left_;
  std::size_t first_addition_;
  std::string source_;
  std::map<std::string, Frames> frames_;
  std::vector<std::size_t> kept_;  // datasets of the study, in order of those of the file
};

bool Salvage::is_addition(const std::string& group) const {
  return first_addition_ < study_.file.datasets.size() &&
         study_.file.datasets[first_addition_].group == group;
}

/// What is computed from a replicate is handed in when all its arms have come to their end.
void Salvage::note_finished() {
  for (const auto& [name, frames] : frames_)
    for (std::uint64_t r = 0; is_addition(name) && r < frames.of_replicate.size(); ++r)
      if (frames.of_replicate[r] == frames.whole) left_.mark_finished(r);
}

bool Salvage::is_left_out(const Dataset& d) const {
  const auto group = frames_.find(d.group);
  return group != frames_.end() && group->second.most == 0;
}

std::vector<std::int32_t> Salvage::weeks(const std::string& group) {
  const std::size_t index = index_of(study_.file, group, "time");
  if (!left_.has_chunk(index, 0)) return {};
  const std::vector<std::byte> bytes = left_.chunk(index, 0);
  std::vector<std::int32_t> weeks(bytes.size() / sizeof(std::int32_t));
  std::memcpy(weeks.data(), bytes.data(), weeks.size() * sizeof(std::int32_t));
  return weeks;
}

/// A chunk that is not there, or that belongs to a replicate of which nothing else counts.
bool Salvage::is_missing(const Dataset& d, std::size_t index, std::uint64_t chunk) const {
  if (!left_.has_chunk(index, chunk)) return true;
  const auto group = frames_.find(d.group);
  const auto axis = std::find(d.dimensions.begin(), d.dimensions.end(), "replicate") - d.dimensions.begin();
  const auto a = static_cast<std::size_t>(axis);
  if (group == frames_.end() || a == d.dimensions.size() || is_coordinate(d) || d.chunk[a] != 1) return false;
  return group->second.of_replicate[chunk_place(d.shape, d.chunk, chunk).start[a]] == 0;
}

/// The study's declaration with time cut to what is there.
File Salvage::file(std::vector<Attribute> marks) {
  File file{study_.file.attributes, {}};
  file.attributes.insert(file.attributes.end(), marks.begin(), marks.end());
  kept_.clear();
  for (std::size_t index = 0; index < study_.file.datasets.size(); ++index) {
    Dataset d = study_.file.datasets[index];
    if (is_left_out(d)) continue;
    const auto group = frames_.find(d.group);
    bool missing = false;
    if (group != frames_.end() && !d.dimensions.empty() && d.dimensions[0] == "time") {
      d.shape[0] = group->second.most;
      missing = !group->second.all_there();
    } else if (d.type != ValueType::text && !is_table(d)) {
      for (std::uint64_t c = 0; c < chunk_count(d.shape, d.chunk); ++c)
        missing = missing || is_missing(d, index, c);
    }
    if (missing && !is_coordinate(d) && index < first_addition_) say_what_is_missing(d);
    kept_.push_back(index);
    file.datasets.push_back(std::move(d));
  }
  return file;
}

void Salvage::write_frames(std::size_t index, const Dataset& cut, std::size_t to, Spool& spool) {
  const Dataset& d = study_.file.datasets[index];
  const Frames& frames = frames_.at(d.group);
  const std::uint64_t rest =
      chunk_count({d.shape.begin() + 3, d.shape.end()}, {d.chunk.begin() + 3, d.chunk.end()});
  const std::size_t bytes_of_frame = value_count(d.chunk) / d.chunk[0] * element_size(d.type);
  for (std::uint64_t number = 0; number < chunk_count(cut.shape, cut.chunk); ++number) {
    const std::uint64_t replicate = number / rest % d.shape[2], arm = number / rest / d.shape[2] % d.shape[1];
    const std::uint64_t place = number / rest / d.shape[2] / d.shape[1], first = place * d.chunk[0];
    const std::uint64_t there = std::max(frames.of_replicate[replicate], first) - first;
    std::vector<std::byte> bytes(value_count(d.chunk) * element_size(d.type));
    if (there > 0) bytes = left_.frames_of_chunk(index, place, arm, replicate, number % rest);
    const std::size_t kept = std::min(bytes.size(), there * bytes_of_frame);
    fill_missing(std::span(bytes).subspan(kept), d.type, index >= first_addition_);
    spool.submit_chunk(to, number, std::move(bytes));
  }
}

/// What has no frames: coordinates, persons of the panel, traits.
void Salvage::write_plain(std::size_t index, const Dataset& cut, std::size_t to, Spool& spool) {
  const Dataset& d = study_.file.datasets[index];
  for (std::uint64_t number = 0; number < chunk_count(cut.shape, cut.chunk); ++number) {
    const bool missing = is_missing(d, index, number);
    if (missing && is_coordinate(d))
      throw IoError(source_, "its spool has lost the coordinate '" + path_of(d) + "'");
    std::vector<std::byte> bytes(value_count(d.chunk) * element_size(d.type));
    if (missing) fill_missing(bytes, d.type, index >= first_addition_);
    else bytes = left_.chunk(index, number);
    spool.submit_chunk(to, number, std::move(bytes));
  }
}

void Salvage::write(const std::string& target, std::vector<Attribute> marks) {
  const File declared = file(std::move(marks));
  Spool spool(declared, target);
  for (std::size_t to = 0; to < kept_.size(); ++to) {
    const Dataset& d = declared.datasets[to];
    if (d.type == ValueType::text || is_table(d)) continue;
    if (is_framed(d)) write_frames(kept_[to], d, to, spool);
    else write_plain(kept_[to], d, to, spool);
  }
  salvage_tables(plan_, study_, left_, declared, kept_, spool);
  spool.finish();
}

/// @throws IoError when there is nothing
Salvaged report_of(Salvage& salvage, const Plan& plan, const std::string& output) {
  Salvaged report;
  report.replicates = plan.societies * plan.per_society;
  std::vector<bool> whole(static_cast<std::size_t>(report.replicates), true);
  bool anything = false;
  for (const auto& [name, frames] : salvage.own_frames()) {
    SalvagedGroup group{name, {}, frames.most == 0};
    anything = anything || frames.most > 0;
    const std::vector<std::int32_t> weeks = salvage.weeks(name);
    for (std::size_t r = 0; r < frames.of_replicate.size(); ++r) {
      const std::uint64_t n = frames.of_replicate[r];
      group.last_week.push_back(n == 0 || weeks.size() < n ? -1 - plan.burn_in : weeks[n - 1]);
      if (n != frames.whole) whole[r] = false;
    }
    report.groups.push_back(std::move(group));
  }
  report.complete = static_cast<int>(std::count(whole.begin(), whole.end(), true));
  if (!anything)
    throw IoError(output,
                  "has not recorded a week of all arms of any replicate yet: there is nothing to lay out");
  return report;
}

/// What a reader must know of such a file.
std::vector<Attribute> marks_of(const Salvaged& report) {
  int last = std::numeric_limits<int>::min(), all = std::numeric_limits<int>::max();
  for (const SalvagedGroup& group : report.groups) {
    if (group.left_out) continue;
    last = std::max(last, *std::max_element(group.last_week.begin(), group.last_week.end()));
    all = std::min(all, *std::min_element(group.last_week.begin(), group.last_week.end()));
  }
  return {{incomplete_mark,
           std::string(
               "laid out from a run that was not finished: missing values where nothing was recorded yet")},
          {"weeks_present", std::int32_t{last}},
          {"weeks_complete", std::int32_t{all}},
          {"replicates_complete", std::int32_t{report.complete}}};
}

}  // namespace

Salvaged salvage(const Plan& plan, const Model& model, const RunOptions& options,
                 const std::string& branch_hash, const std::string& target) {
  if (PosixFile::is_being_written(spool_path(options.output)))
    throw IoError(options.output,
                  "is being written by another run; stop it first (kill -TERM keeps all it has), or wait");
  const Society society = make_society(plan.society, plan.seed, 0);
  const StudyFile study = describe_run(plan, model, society, options, branch_hash);
  const StoredTasks tasks = CheckpointFolder(options.output, read_identity(options.output)).read();
  Leftovers left(plan, study, options.output, tasks);
  Salvage salvage(plan, study, left, study.file.datasets.size() - options.addition.datasets.size(),
                  options.output);
  const Salvaged report = report_of(salvage, plan, options.output);
  salvage.write(target, marks_of(report));
  return report;
}

}  // namespace kindred::record
