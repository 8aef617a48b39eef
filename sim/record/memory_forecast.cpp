#include "sim/record/memory_forecast.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/ensemble_setup.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/spells.hpp"
#include "sim/record/summariser.hpp"

namespace kindred::record {

namespace {

// What the libraries were measured to take beyond what is there before a run: pages of their code and their
// own buffers. HDF5 holds a dataset's properties, indices and attributes until the file is closed.
constexpr std::int64_t libraries_living = 3 << 20;
constexpr std::int64_t libraries_laying_out = 5 << 20;
constexpr std::int64_t hdf5_per_dataset = 48 << 10;

std::int64_t signed_size(std::uint64_t n) { return static_cast<std::int64_t>(n); }

std::int64_t chunk_bytes(const Dataset& d) {
  return signed_size(value_count(d.chunk) * element_size(d.type));
}

/// Frames lie over time, arm and replicate; what is behind them is buffered until a chunk is full.
bool is_framed(const Dataset& d) {
  return d.type != ValueType::text && d.shape.size() >= 3 && d.dimensions[0] == "time" &&
         d.dimensions[1] == "arm" && d.dimensions[2] == "replicate";
}

/// Bytes of one world's frames of a dataset, as many as a chunk has.
std::int64_t frames_bytes(const Dataset& d) {
  return signed_size(d.chunk[0] * value_count({d.shape.begin() + 3, d.shape.end()}) * element_size(d.type));
}

/// Frames of everybody in the worlds of the tasks at once, a chunk deep.
std::int64_t buffered_bytes(const StudyFile& study, std::int64_t worlds) {
  std::int64_t bytes = 0;
  for (const Dataset& d : study.file.datasets)
    if (is_framed(d)) bytes += worlds * frames_bytes(d);
  return bytes;
}

/// Chunks of all persons that are full in the same week.
std::int64_t burst_bytes(const StudyFile& study, std::int64_t worlds) {
  std::int64_t bytes = 0;
  for (const Dataset& d : study.file.datasets)
    if (is_framed(d) && d.group == "persons")
      bytes += worlds * chunk_bytes(d) *
               signed_size(
                   chunk_count({d.shape.begin() + 3, d.shape.end()}, {d.chunk.begin() + 3, d.chunk.end()}));
  return bytes;
}

/// One society with its graph, as it goes to the disk.
std::int64_t society_bytes_recorded(const RunToForesee& run) {
  std::int64_t bytes = 0;
  for (const Dataset& d : run.study.file.datasets) {
    if (d.type == ValueType::text) continue;
    if (d.group == "society" && !is_coordinate(d))
      bytes += signed_size(value_count(d.shape) * element_size(d.type)) / run.plan.societies;
    if (d.group == "graph" && !is_coordinate(d))
      bytes += run.society.ties() * signed_size(element_size(d.type));
  }
  return bytes;
}

/// The longest thing that is handed to the writer in one piece.
std::int64_t longest_item(const RunToForesee& run) {
  std::int64_t longest = 0;
  for (const Dataset& d : run.study.file.datasets) {
    if (d.type == ValueType::text || is_coordinate(d)) continue;
    const bool of_ties = is_table(d) && d.dimensions.front() == "tie";
    longest =
        std::max(longest, is_table(d) ? (of_ties ? run.society.ties() * signed_size(element_size(d.type)) : 0)
                                      : chunk_bytes(d));
  }
  return longest;
}

/// What effects are computed from: all worlds of the replicates under way.
std::int64_t snapshot_bytes(const RunToForesee& run, std::int64_t replicates) {
  constexpr std::int64_t flags_at_the_start = 4;  // style, band, treated, eligible
  const std::int64_t weeks = signed_size(snapshot_weeks(run.plan).size());
  if (weeks == 0) return 0;
  const std::int64_t per_week =
      signed_size(watched_columns(*run.model.declaration).size() * sizeof(float) + sizeof(std::int32_t));
  const std::int64_t per_world =
      run.society.persons() * (weeks * per_week + flags_at_the_start) + run.society.ties();
  return per_world * signed_size(run.plan.arms.size() + run.plan.probes.size()) * replicates;
}

/// Replicates among as many consecutive tasks as run at once.
std::int64_t replicates_at_once(const RunToForesee& run, std::size_t at_once) {
  std::size_t most = 0;
  for (std::size_t first = 0; first + at_once <= run.tasks.size(); ++first) {
    std::set<std::size_t> replicates;
    for (std::size_t t = first; t < first + at_once; ++t)
      replicates.insert(replicate_of(run.plan, run.tasks[t]));
    most = std::max(most, replicates.size());
  }
  return signed_size(most);
}

/// Those of all groups of consecutive tasks that take most.
struct Widest {
  std::int64_t ensembles = 0, worlds = 0, summaries = 0;
};
Widest widest_of(const RunToForesee& run, std::size_t at_once) {
  std::vector<std::int64_t> bytes;
  for (const Task& task : run.tasks)
    bytes.push_back(Ensemble<float>::bytes_needed(
        setup_of(run.plan, run.model, run.society, task, run.options.isa, !run.side_by_side)));
  Widest widest;
  for (std::size_t first = 0; first + at_once <= run.tasks.size(); ++first) {
    std::int64_t sum = 0, worlds = 0, summaries = 0;
    for (std::size_t t = first; t < first + at_once; ++t) {
      sum += bytes[t];
      if (run.tasks[t].probes) continue;
      worlds += run.tasks[t].worlds;
      summaries += Summariser().bytes_needed(run.model.declaration->outcomes.size(), run.society.persons(),
                                             run.tasks[t].width);
    }
    widest.ensembles = std::max(widest.ensembles, sum);
    widest.worlds = std::max(widest.worlds, worlds);
    widest.summaries = std::max(widest.summaries, summaries);
  }
  return widest;
}

}  // namespace

std::int64_t MemoryForecast::peak() const {
  const std::int64_t living = ensembles + recording + std::max({beginning, weeks, end_of_task});
  return program + societies + std::max(living + libraries_living, layout + libraries_laying_out);
}

/// Tasks side by side draw their society themselves, beside the first one that the session holds.
MemoryForecast forecast_memory(const RunToForesee& run) {
  const std::size_t at_once =
      run.side_by_side
          ? std::min<std::size_t>(static_cast<std::size_t>(run.options.threads), run.tasks.size())
          : 1;
  const std::int64_t persons = run.society.persons();
  const std::int64_t queue = signed_size(SpoolOptions{}.queue_bytes);
  const Widest widest = widest_of(run, at_once);
  const bool spells =
      run.plan.record.ties && run.model.declaration->coupled_column >= 0 && !run.options.burn_in_only;
  MemoryForecast f{};
  f.program = run.program;
  f.societies = run.society.bytes() * (run.side_by_side ? signed_size(at_once) + 1 : 1);
  f.ensembles = widest.ensembles;
  const std::int64_t writer = 2 * longest_item(run);  // shuffled and compressed
  f.recording = buffered_bytes(run.study, widest.worlds) +
                snapshot_bytes(run, replicates_at_once(run, at_once)) + writer;
  if (spells) f.recording += widest.worlds * persons * signed_size(sizeof(SpellKeeper::Open));
  if (!run.study.population_weeks.empty()) f.recording += widest.summaries;
  f.beginning = std::min(queue, society_bytes_recorded(run));
  f.weeks = std::min(queue, burst_bytes(run.study, widest.worlds));
  f.end_of_task = run.options.addition.bytes_per_person * persons;
  f.layout = writer + 3 * writer / 2 + hdf5_per_dataset * signed_size(run.study.file.datasets.size());
  return f;
}

std::int64_t resident_bytes() {
  std::int64_t all = 0, resident = 0;
  std::ifstream statm("/proc/self/statm");
  if (!(statm >> all >> resident)) return 0;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace kindred::record
