#include "sim/record/spool_contents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/codec.hpp"

namespace kindred::record {
namespace {

// Room for HDF5's own structures, two to four times what files of 10 to 1000 datasets were measured to need.
constexpr std::uint64_t room_per_file = 1U << 16U;
constexpr std::uint64_t room_per_dataset = 1U << 13U;
constexpr std::uint64_t room_per_chunk = 64;
constexpr std::uint64_t room_per_text = 64;

std::uint64_t attribute_room(const std::vector<Attribute>& attributes) {
  std::uint64_t room = 0;
  for (const Attribute& attribute : attributes) {
    const auto* text = std::get_if<std::string>(&attribute.value);
    room += room_per_text + (text != nullptr ? 2 * text->size() : 0);
  }
  return room;
}

using SegmentLengths = std::map<std::uint64_t, std::uint64_t>;  // segment number -> rows

/// Rows of each segment of one column.
SegmentLengths segment_lengths(const SpoolContents& contents, std::size_t dataset) {
  const std::size_t width = element_size(contents.file.datasets[dataset].type);
  SegmentLengths lengths;
  for (const auto& [segment, pieces] : contents.segments[dataset])
    for (const SpoolRecord* piece : pieces) lengths[segment] += piece->header.raw_length / width;
  return lengths;
}

/// Gives every table the length on which all its columns agree, segment by segment: equal sums alone
/// would let the columns slip against each other.
void set_lengths(SpoolContents& contents, const File& declared) {
  std::map<std::pair<std::string, std::string>, std::pair<std::size_t, SegmentLengths>> tables;
  for (std::size_t dataset = 0; dataset < declared.datasets.size(); ++dataset) {
    const Dataset& column = declared.datasets[dataset];
    if (!is_table(column) || is_coordinate(column)) continue;
    const SegmentLengths lengths = segment_lengths(contents, dataset);
    const auto [table, first] =
        tables.try_emplace({column.group, column.dimensions.front()}, dataset, lengths);
    if (!first && table->second.second != lengths)
      throw Bug(fmt::format("columns '{}' and '{}' of one table differ in length",
                            path_of(declared.datasets[table->second.first]), path_of(column)));
  }
  for (Dataset& column : contents.file.datasets) {
    if (!is_table(column)) continue;
    std::uint64_t rows = 0;
    const auto table = tables.find({column.group, column.dimensions.front()});
    if (table != tables.end())
      for (const auto& [segment, length] : table->second.second) rows += length;
    column.shape = {rows};
  }
}

/// Checks a record against the declaration: that it is whole does not mean that it belongs there.
void require_fitting(const SpoolContents& contents, const RecordHeader& record, const File& declared) {
  const auto refuse = [&](const char* what) { throw IoError(contents.spool.path(), what); };
  if (record.dataset >= declared.datasets.size()) refuse("names a dataset that is not declared");
  const Dataset& dataset = declared.datasets[record.dataset];
  if (dataset.type == ValueType::text) refuse("holds values of a text");
  const std::size_t width = element_size(dataset.type);
  if (record.kind == RecordKind::rows) {
    constexpr std::uint64_t deflate_ratio = 1032;  // no deflated byte stands for more
    if (!is_table(dataset) || is_coordinate(dataset)) refuse("holds rows of what is no column of a table");
    if (record.raw_length % width != 0) refuse("holds rows that end within a value");
    if (record.raw_length / deflate_ratio > record.stored_length)
      refuse("holds rows of an impossible length");
    return;
  }
  if (record.kind != RecordKind::chunk) refuse("holds a record of an unknown kind");
  if (record.position >= contents.chunks[record.dataset].size()) refuse("holds a chunk that is not declared");
  if (record.raw_length != value_count(dataset.chunk) * width) refuse("holds a chunk of another length");
}

/// @throws Bug unless `again` is the same as `known`, handed in by a later session
void require_repeated(const RecordHeader& known, const RecordHeader& again, const std::string& what) {
  if (known.session == again.session) throw Bug(what + " was submitted twice");
  if (known.raw_length != again.raw_length || known.raw_low != again.raw_low ||
      known.raw_high != again.raw_high)
    throw Bug(what + " came out differently when the run was resumed");
}

/// Puts the pieces of a segment in order of their rows, those that came again once.
void order_pieces(const Dataset& column, std::uint64_t segment, std::vector<const SpoolRecord*>& pieces) {
  const std::string what = fmt::format("a piece of segment {} of dataset '{}'", segment, path_of(column));
  std::stable_sort(pieces.begin(), pieces.end(), [](const SpoolRecord* a, const SpoolRecord* b) {
    return a->header.first_row < b->header.first_row;
  });
  std::vector<const SpoolRecord*> once;
  std::uint64_t rows = 0;
  for (const SpoolRecord* piece : pieces) {
    if (!once.empty() && once.back()->header.first_row == piece->header.first_row) {
      require_repeated(once.back()->header, piece->header, what);
      continue;
    }
    if (piece->header.first_row != rows)
      throw Bug(fmt::format("{} begins at row {} instead of {}", what, piece->header.first_row, rows));
    rows += piece->header.raw_length / element_size(column.type);
    once.push_back(piece);
  }
  pieces = std::move(once);
}

void sort_records(SpoolContents& contents, const File& declared) {
  for (const SpoolRecord& record : contents.records) {
    require_fitting(contents, record.header, declared);
    const std::size_t dataset = record.header.dataset;
    if (record.header.kind == RecordKind::rows) {
      contents.segments[dataset][record.header.position].push_back(&record);
      continue;
    }
    const SpoolRecord*& place = contents.chunks[dataset].at(record.header.position);
    if (place != nullptr)
      require_repeated(place->header, record.header,
                       fmt::format("chunk {} of dataset '{}'", record.header.position,
                                   path_of(declared.datasets[dataset])));
    else place = &record;
  }
  for (std::size_t dataset = 0; dataset < contents.segments.size(); ++dataset)
    for (auto& [segment, pieces] : contents.segments[dataset])
      order_pieces(declared.datasets[dataset], segment, pieces);
}

void require_all_chunks(const SpoolContents& contents, std::uint64_t torn) {
  for (std::size_t dataset = 0; dataset < contents.chunks.size(); ++dataset)
    for (std::size_t chunk = 0; chunk < contents.chunks[dataset].size(); ++chunk) {
      if (contents.chunks[dataset][chunk] != nullptr) continue;
      const std::string what =
          fmt::format("chunk {} of dataset '{}' is missing", chunk, path_of(contents.file.datasets[dataset]));
      if (torn != 0)
        throw IoError(contents.spool.path(), fmt::format("its last {} bytes are damaged: {}", torn, what));
      throw Bug(what);
    }
}

/// The rows of one table column as one stream of bytes.
class RowStream {
 public:
  RowStream(const SpoolContents& contents, std::size_t dataset)
      : contents_(contents), width_(element_size(contents.file.datasets[dataset].type)) {
    for (const auto& [segment, pieces] : contents.segments[dataset])
      pieces_.insert(pieces_.end(), pieces.begin(), pieces.end());
  }

  /// Fills `target` with the next bytes.
  void read(std::span<std::byte> target) {
    while (!target.empty()) {
      if (used_ == piece_.size()) next_piece();
      const std::size_t count = std::min(target.size(), piece_.size() - used_);
      std::memcpy(target.data(), piece_.data() + used_, count);
      target = target.subspan(count);
      used_ += count;
    }
  }

 private:
  void next_piece() {
    const SpoolRecord& record = *pieces_.at(next_++);
    const std::vector<std::byte> stored = read_stored(contents_.spool, record);
    if (!inflates_to(stored, record.header.raw_length))
      throw IoError(contents_.spool.path(), "holds rows that do not inflate to their length");
    piece_ = decompressor_.decompress(stored, record.header.raw_length, width_);
    used_ = 0;
  }

  const SpoolContents& contents_;
  std::size_t width_;
  std::vector<const SpoolRecord*> pieces_;
  std::size_t next_ = 0;
  std::vector<std::byte> piece_;
  std::size_t used_ = 0;
  Decompressor decompressor_;
};

void fill_index(std::span<std::byte> target, std::uint64_t first) {
  for (std::size_t at = 0; at < target.size(); at += sizeof(std::int64_t)) {
    const auto value = static_cast<std::int64_t>(first + at / sizeof(std::int64_t));
    std::memcpy(target.data() + at, &value, sizeof value);
  }
}

void for_each_table_chunk(const SpoolContents& contents, std::size_t dataset,
                          const std::function<void(const StoredChunk&)>& take) {
  const Dataset& column = contents.file.datasets[dataset];
  const std::size_t width = element_size(column.type);
  Compressor compressor(contents.compression_level);
  RowStream rows(contents, dataset);
  const std::uint64_t chunks = chunk_count(column.shape, column.chunk);
  for (std::uint64_t index = 0; index < chunks; ++index) {
    const ChunkPlace place = chunk_place(column.shape, column.chunk, index);
    std::vector<std::byte> raw(column.chunk.front() * width);
    const std::span<std::byte> filled = std::span(raw).first(place.extent.front() * width);
    if (is_coordinate(column)) fill_index(filled, place.start.front());
    if (!is_coordinate(column)) rows.read(filled);
    take({index, compressor.compress(raw, width), digest_of(raw)});
  }
}

/// What the file says beyond the declaration.
File completed(File file) {
  for (Dataset& dataset : file.datasets)
    if (dataset.keep_bits != all_mantissa_bits)
      dataset.attributes.push_back({"mantissa_bits", std::int32_t{dataset.keep_bits}});
  return file;
}

}  // namespace

SpoolContents sort_spool(const File& declared, const std::string& path) {
  PosixFile spool = PosixFile::open_for_reading(path);
  SpoolIndex index = read_spool(spool, declaration_hash(declared));
  SpoolContents contents{
      std::move(spool),        static_cast<int>(index.header.compression_level), completed(declared), {}, {},
      std::move(index.records)};
  contents.segments.resize(declared.datasets.size());
  for (const Dataset& dataset : declared.datasets) {
    const bool chunked = dataset.type != ValueType::text && !is_table(dataset);
    contents.chunks.emplace_back(chunked ? chunk_count(dataset.shape, dataset.chunk) : 0);
  }
  sort_records(contents, declared);
  require_all_chunks(contents, index.torn_length);
  if (index.torn_length != 0)
    throw IoError(contents.spool.path(), fmt::format("its last {} bytes are damaged", index.torn_length));
  set_lengths(contents, declared);
  return contents;
}

void for_each_chunk(const SpoolContents& contents, std::size_t dataset,
                    const std::function<void(const StoredChunk&)>& take) {
  if (contents.chunks[dataset].empty()) {
    const Dataset& column = contents.file.datasets[dataset];
    if (column.type != ValueType::text) for_each_table_chunk(contents, dataset, take);
    return;
  }
  for (std::size_t index = 0; index < contents.chunks[dataset].size(); ++index) {
    const SpoolRecord& record = *contents.chunks[dataset][index];
    const std::vector<std::byte> stored = read_stored(contents.spool, record);
    take({index, stored, {record.header.raw_low, record.header.raw_high}});
  }
}

std::uint64_t space_needed(const SpoolContents& contents) {
  std::uint64_t room = room_per_file + attribute_room(contents.file.attributes);
  for (const auto& of_dataset : contents.chunks)
    for (const SpoolRecord* chunk : of_dataset) room += chunk->header.stored_length + room_per_chunk;
  for (std::size_t index = 0; index < contents.file.datasets.size(); ++index) {
    const Dataset& dataset = contents.file.datasets[index];
    room += room_per_dataset + attribute_room(dataset.attributes);
    for (const std::string& text : dataset.text) room += room_per_text + 2 * text.size();
    if (dataset.type == ValueType::text || !contents.chunks[index].empty()) continue;
    // A table is compressed anew; incompressible values grow by far less than the room of their chunks.
    const std::uint64_t chunk_bytes = value_count(dataset.chunk) * element_size(dataset.type);
    room += chunk_count(dataset.shape, dataset.chunk) * (chunk_bytes + chunk_bytes / 1024 + room_per_chunk);
  }
  return room;
}

}  // namespace kindred::record
