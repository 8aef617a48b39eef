#include "sim/record/leftovers.hpp"

#include <algorithm>
#include <cstring>

#include "sim/core/errors.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"

namespace kindred::record {

Leftovers::Leftovers(const Plan& plan, const StudyFile& study, const std::string& output,
                     const StoredTasks& tasks)
    : plan_(plan), study_(study), spool_(PosixFile::open_for_reading(spool_path(output))),
      index_(read_spool(spool_, declaration_hash(study.file))), chunks_(study.file.datasets.size()),
      pieces_(study.file.datasets.size()) {
  standing_.resize(static_cast<std::size_t>(plan.societies) * static_cast<std::size_t>(plan.per_society) *
                   plan.arms.size());
  take_records();
  for (const StoredTask& stored : tasks.whole)
    if (!stored.progress.task.probes && stored.progress.spool_length <= index_.good_length)
      take_state(stored);
}

void Leftovers::take_records() {
  for (const SpoolRecord& record : index_.records) {
    const RecordHeader& header = record.header;
    const auto refuse = [&] { throw IoError(spool_.path(), "holds what no run of this scenario records"); };
    if (header.dataset >= study_.file.datasets.size()) refuse();
    const Dataset& d = study_.file.datasets[header.dataset];
    if (d.type == ValueType::text || is_table(d) != (header.kind == RecordKind::rows)) refuse();
    if (is_table(d)) {  // what came again after a resume is the same
      pieces_[header.dataset][header.position].try_emplace(header.first_row, &record);
      continue;
    }
    if (header.position >= chunk_count(d.shape, d.chunk) ||
        header.raw_length != value_count(d.chunk) * element_size(d.type))
      refuse();
    chunks_[header.dataset].try_emplace(header.position, &record);
  }
}

/// States are newer than the spool's end never, older often: then the spool knows more.
void Leftovers::take_state(const StoredTask& stored) {
  const Task& task = stored.progress.task;
  const std::size_t replicate = replicate_of(plan_, task);
  const auto of_world = [&](int world) -> Standing& {
    return standing_.at(replicate * plan_.arms.size() + static_cast<std::size_t>(task.first_arm + world));
  };
  if (stored.progress.stage != TaskStage::running) {
    for (int w = 0; w < task.worlds; ++w) of_world(w).finished = true;
    return;
  }
  StateReader in = open_state(stored);
  RecorderState state = read_recorder_state(in, study_, static_cast<std::size_t>(task.worlds));
  for (auto& [key, buffer] : state.buffers)
    if (buffer.rows > 0)
      waiting_[{key.first, static_cast<std::uint64_t>(task.first_arm + key.second), replicate}] = {
          buffer.chunk, buffer.rows, std::move(buffer.bytes)};
  for (int w = 0; w < task.worlds; ++w) {
    Standing& standing = of_world(w);
    standing.kept = true;
    standing.week = stored.progress.weeks_done - plan_.burn_in;
    if (state.bonds.empty()) continue;
    standing.spell_rows = state.spell_rows[static_cast<std::size_t>(w)];
    standing.bonds = std::move(state.bonds[static_cast<std::size_t>(w)]);
  }
}

bool Leftovers::has_chunk(std::size_t dataset, std::uint64_t chunk) const {
  return chunks_[dataset].contains(chunk);
}

std::vector<std::byte> Leftovers::chunk(std::size_t dataset, std::uint64_t chunk) {
  const SpoolRecord& record = *chunks_[dataset].at(chunk);
  return decompressor_.decompress(read_stored(spool_, record), record.header.raw_length,
                                  element_size(study_.file.datasets[dataset].type));
}

std::uint64_t Leftovers::rest_of(const Dataset& d) const {
  return chunk_count({d.shape.begin() + 3, d.shape.end()}, {d.chunk.begin() + 3, d.chunk.end()});
}

std::uint64_t Leftovers::chunk_number(const Dataset& d, std::uint64_t place, std::uint64_t arm,
                                      std::uint64_t replicate, std::uint64_t rest) const {
  return ((place * d.shape[1] + arm) * d.shape[2] + replicate) * rest_of(d) + rest;
}

std::uint64_t Leftovers::frames(std::size_t dataset, std::uint64_t arm, std::uint64_t replicate) const {
  const Dataset& d = study_.file.datasets[dataset];
  const auto waiting = waiting_.find({dataset, arm, replicate});
  for (std::uint64_t place = 0; place * d.chunk[0] < d.shape[0]; ++place) {
    bool whole = true;
    for (std::uint64_t rest = 0; rest < rest_of(d); ++rest)
      whole = whole && has_chunk(dataset, chunk_number(d, place, arm, replicate, rest));
    if (whole) continue;
    const bool some = waiting != waiting_.end() && waiting->second.chunk == place;
    return place * d.chunk[0] + (some ? waiting->second.rows : 0);
  }
  return d.shape[0];
}

std::vector<std::byte> Leftovers::frames_of_chunk(std::size_t dataset, std::uint64_t place, std::uint64_t arm,
                                                  std::uint64_t replicate, std::uint64_t rest) {
  const Dataset& d = study_.file.datasets[dataset];
  const std::uint64_t number = chunk_number(d, place, arm, replicate, rest);
  if (has_chunk(dataset, number)) return chunk(dataset, number);
  const auto waiting = waiting_.find({dataset, arm, replicate});
  if (waiting == waiting_.end() || waiting->second.chunk != place)
    return std::vector<std::byte>(value_count(d.chunk) * element_size(d.type));
  Extents shape = d.shape;
  shape[0] = waiting->second.rows;
  shape[1] = shape[2] = 1;
  if (waiting->second.bytes.size() != value_count(shape) * element_size(d.type))
    throw IoError(checkpoint_path(spool_.path()), "holds frames of another size");
  return cut_chunk(waiting->second.bytes, shape, d.chunk, rest, element_size(d.type));
}

std::uint64_t Leftovers::row_count(std::size_t dataset, std::uint64_t segment) const {
  const auto found = pieces_[dataset].find(segment);
  std::uint64_t rows = 0;
  if (found == pieces_[dataset].end()) return rows;
  for (const auto& [first, record] : found->second) {
    if (first != rows) break;
    rows += record->header.raw_length / element_size(study_.file.datasets[dataset].type);
  }
  return rows;
}

std::vector<std::byte> Leftovers::rows(std::size_t dataset, std::uint64_t segment) {
  const std::size_t width = element_size(study_.file.datasets[dataset].type);
  std::vector<std::byte> bytes;
  const auto found = pieces_[dataset].find(segment);
  if (found == pieces_[dataset].end()) return bytes;
  for (const auto& [first, record] : found->second) {
    if (first * width != bytes.size()) break;
    const auto piece =
        decompressor_.decompress(read_stored(spool_, *record), record->header.raw_length, width);
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }
  return bytes;
}

void Leftovers::mark_finished(std::uint64_t replicate) {
  for (std::uint64_t arm = 0; arm < plan_.arms.size(); ++arm)
    standing_.at(replicate * plan_.arms.size() + arm).finished = true;
}

const Leftovers::Standing& Leftovers::standing(std::uint64_t arm, std::uint64_t replicate) const {
  return standing_.at(replicate * plan_.arms.size() + arm);
}

}  // namespace kindred::record
