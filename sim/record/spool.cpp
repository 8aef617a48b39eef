#include "sim/record/spool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <utility>

#include "sim/core/errors.hpp"
#include "sim/parallel/parallel.hpp"
#include "sim/record/chunk_grid.hpp"
#include "sim/record/content_hash.hpp"
#include "sim/record/layout_file.hpp"

namespace kindred::record {
namespace {

/// More would wait for each other's turn at the disk.
constexpr int most_writers = 8;

/// Of the calling thread.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

File checked(File file) {
  check_declaration(file);
  return file;
}

/// Cuts the spool that is being resumed back to a length at which a record ends.
SpoolIndex cut_back(PosixFile& spool, const Digest& declaration, const SpoolOptions& options) {
  const std::uint64_t all = std::numeric_limits<std::uint64_t>::max();
  SpoolIndex index = read_spool(spool, declaration, options.resume_at.value_or(all));
  if (options.resume_at && index.good_length != *options.resume_at)
    throw IoError(spool.path(), fmt::format("is damaged: {} bytes are good, the checkpoint needs {}",
                                            index.good_length, *options.resume_at));
  if (index.header.compression_level != static_cast<std::uint32_t>(options.compression_level))
    throw IoError(spool.path(), "was written with another compression level");
  spool.cut(index.good_length);
  return index;
}

}  // namespace

Spool::Spool(File file, std::string output_path, SpoolOptions options)
    : file_(checked(std::move(file))), output_path_(std::move(output_path)),
      queue_bytes_(options.queue_bytes) {
  figures_.writers =
      options.writers > 0 ? options.writers : std::min(parallel::available_threads(), most_writers);
  for (int i = 0; i < figures_.writers; ++i) compressors_.emplace_back(options.compression_level);
  require_folder_of(output_path_);
  begin(options);
  try {
    for (Compressor& compressor : compressors_)
      writers_.emplace_back([this, &compressor] { write_until_closed(compressor); });
  } catch (...) {
    stop();
    throw;
  }
}

Spool::~Spool() {
  {
    const std::scoped_lock lock(mutex_);
    if (!keep_) queue_.clear();  // an abandoned run need not be written first
  }
  stop();
  if (keep_ || !spool_) return;
  remove_quietly(part_path(output_path_));
  remove_quietly(spool_path(output_path_));
}

void Spool::begin(const SpoolOptions& options) {
  const std::string path = spool_path(output_path_);
  const Digest declaration = declaration_hash(file_);
  if (options.resume_at) PosixFile::open_for_reading(path);  // a missing spool must not be created
  spool_.emplace(PosixFile::open_for_writing(path));
  // a header that was never finished has nothing behind it
  const bool whole = options.resume_at || (options.resume && spool_->size() >= sizeof(SpoolHeader));
  if (whole) go_on(cut_back(*spool_, declaration, options));
  else begin_anew(declaration, options.compression_level);
  length_found_ = written_length_ = length_;
}

void Spool::begin_anew(const Digest& declaration, int compression_level) {
  const SpoolHeader header = make_header(declaration, compression_level);
  try {
    spool_->cut(0);
    spool_->write_at(0, std::as_bytes(std::span(&header, 1)));
  } catch (...) {
    remove_quietly(spool_->path());
    throw;
  }
  length_ = sizeof header;
}

void Spool::go_on(const SpoolIndex& index) {
  length_ = index.good_length;
  for (const SpoolRecord& record : index.records) {
    session_ = std::max(session_, record.header.session + 1);
    if (record.header.kind != RecordKind::rows || record.header.dataset >= file_.datasets.size()) continue;
    const Dataset& dataset = file_.datasets[record.header.dataset];
    if (dataset.type == ValueType::text) continue;
    std::uint64_t& rows = rows_[{record.header.dataset, record.header.position}];
    rows = std::max(rows, record.header.first_row + record.header.raw_length / element_size(dataset.type));
  }
}

const Dataset& Spool::numeric(std::size_t dataset) const {
  if (dataset >= file_.datasets.size()) throw Bug(fmt::format("no dataset number {} was declared", dataset));
  const Dataset& found = file_.datasets[dataset];
  if (found.type == ValueType::text)
    throw Bug(fmt::format("dataset '{}' is text: its contents stand in the declaration", path_of(found)));
  return found;
}

void Spool::submit_chunk(std::size_t dataset, std::uint64_t chunk, std::vector<std::byte> raw) {
  const Dataset& target = numeric(dataset);
  if (is_table(target)) throw Bug(fmt::format("dataset '{}' is a table: it takes rows", path_of(target)));
  if (chunk >= chunk_count(target.shape, target.chunk))
    throw Bug(fmt::format("dataset '{}' has no chunk {}", path_of(target), chunk));
  const std::uint64_t bytes = value_count(target.chunk) * element_size(target.type);
  if (raw.size() != bytes)
    throw Bug(fmt::format("chunk {} of dataset '{}' has {} bytes, not {}", chunk, path_of(target), raw.size(),
                          bytes));
  submit({RecordKind::chunk, dataset, chunk, std::move(raw), 0});
}

void Spool::submit_array(std::size_t dataset, std::span<const std::byte> array) {
  const Dataset& target = numeric(dataset);
  const std::size_t width = element_size(target.type);
  if (is_table(target) || array.size() != value_count(target.shape) * width)
    throw Bug(fmt::format("dataset '{}' takes an array of shape {}, not {} bytes", path_of(target),
                          extents_text(target.shape), array.size()));
  const std::uint64_t chunks = chunk_count(target.shape, target.chunk);
  for (std::uint64_t chunk = 0; chunk < chunks; ++chunk)
    submit_chunk(dataset, chunk, cut_chunk(array, target.shape, target.chunk, chunk, width));
}

void Spool::submit_rows(std::size_t dataset, std::uint64_t segment, std::vector<std::byte> rows,
                        std::optional<std::uint64_t> first_row) {
  const Dataset& target = numeric(dataset);
  if (!is_table(target) || is_coordinate(target))
    throw Bug(fmt::format("dataset '{}' takes no rows", path_of(target)));
  const std::size_t width = element_size(target.type);
  if (rows.size() % width != 0)
    throw Bug(fmt::format("rows for dataset '{}' end within a value", path_of(target)));
  if (rows.empty()) return;
  {
    const std::scoped_lock lock(mutex_);
    std::uint64_t& known = rows_[{dataset, segment}];
    if (!first_row) first_row = known;
    known = std::max(known, *first_row + rows.size() / width);
  }
  submit({RecordKind::rows, dataset, segment, std::move(rows), *first_row});
}

void Spool::submit(Item item) {
  const std::size_t bytes = item.raw.size();
  std::unique_lock lock(mutex_);
  // One item larger than the whole queue is let in alone, else it would wait for ever.
  const auto has_room = [&] {
    return error_ || closed_ || pending_bytes_ == 0 || pending_bytes_ + bytes <= queue_bytes_;
  };
  if (!has_room()) {
    const auto begun = std::chrono::steady_clock::now();
    changed_.wait(lock, has_room);
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - begun;
    figures_.waited_seconds += waited.count();
  }
  if (error_) std::rethrow_exception(error_);
  if (closed_) throw Bug("a chunk was submitted after the end");
  pending_bytes_ += bytes;
  item.number = submitted_++;
  queue_.push_back(std::move(item));
  changed_.notify_all();
}

std::uint64_t Spool::sync() {
  std::unique_lock lock(mutex_);
  const std::uint64_t wanted = submitted_;  // others may go on submitting meanwhile
  changed_.wait(lock, [&] { return error_ || written_ >= wanted; });
  if (error_) std::rethrow_exception(error_);
  const std::uint64_t length = written_length_;
  lock.unlock();
  spool_->sync();
  return length;
}

void Spool::keep(bool kept) {
  const std::scoped_lock lock(mutex_);
  keep_ = kept;
}

void Spool::finish(const std::function<void()>& published) {
  if (!spool_) throw Bug("a spool was finished twice");
  stop();
  if (error_) std::rethrow_exception(error_);
  finalise(file_, output_path_, published);
  spool_.reset();  // finished: nothing is left to remove, and the name is free for another run
}

void Spool::stop() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  for (std::thread& writer : writers_)
    if (writer.joinable()) writer.join();
}

WriterFigures Spool::figures() {
  const std::scoped_lock lock(mutex_);
  return figures_;
}

/// A writer's whole life: take what comes until the end, and after a failure take nothing more.
void Spool::write_until_closed(Compressor& compressor) {
  Item item{};
  while (take(item)) {
    try {
      if (!write(item, compressor)) return;
    } catch (...) {
      fail(std::current_exception());
      return;
    }
  }
}

bool Spool::take(Item& item) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return closed_ || error_ || !queue_.empty(); });
  if (queue_.empty() || error_) return false;
  item = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

/// Compresses beside the other writers, then appends when everything submitted earlier is in the spool.
/// @return false = another writer failed
bool Spool::write(Item& item, Compressor& compressor) {
  const double begun = processor_seconds();
  const Dataset& dataset = file_.datasets[item.dataset];
  const std::size_t width = element_size(dataset.type);
  if (item.kind == RecordKind::chunk)
    clear_padding(item.raw, dataset.chunk, chunk_place(dataset.shape, dataset.chunk, item.position).extent,
                  width);
  if (dataset.type == ValueType::float32) round_mantissa(item.raw, dataset.keep_bits);
  const Digest raw = digest_of(item.raw);
  const std::span<const std::byte> stored = compressor.compress(item.raw, width);
  RecordHeader header{0,
                      item.kind,
                      item.dataset,
                      item.position,
                      item.raw.size(),
                      stored.size(),
                      raw.low,
                      raw.high,
                      item.first_row,
                      session_,
                      0};
  seal(header, stored);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return error_ || written_ == item.number; });
    if (error_) return false;
  }
  append(header, stored);
  const std::scoped_lock lock(mutex_);
  figures_.raw_bytes += item.raw.size();
  figures_.stored_bytes += stored.size();
  figures_.busy_seconds += processor_seconds() - begun;
  pending_bytes_ -= item.raw.size();
  ++written_;
  written_length_ = length_;
  changed_.notify_all();
  return true;
}

void Spool::append(const RecordHeader& header, std::span<const std::byte> stored) {
  spool_->write_at(length_, std::as_bytes(std::span(&header, 1)));
  spool_->write_at(length_ + sizeof header, stored);
  length_ += sizeof header + stored.size();
}

void Spool::fail(std::exception_ptr error) {
  const std::scoped_lock lock(mutex_);
  error_ = std::move(error);
  queue_.clear();
  changed_.notify_all();
}

}  // namespace kindred::record
