#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "sim/record/codec.hpp"
#include "sim/record/layout.hpp"
#include "sim/record/posix_file.hpp"
#include "sim/record/spool_format.hpp"

namespace kindred::record {

struct SpoolOptions {
  std::size_t queue_bytes = std::size_t{256} << 20;  ///< raw bytes that may wait for the writer
  int compression_level = 1;                         ///< 1-12; higher is smaller and slower
  int writers = 0;                                   ///< threads that compress; 0 = one per core, at most 8
  /// Length returned by sync() in the run that is being resumed; what came later is cut off.
  std::optional<std::uint64_t> resume_at = std::nullopt;
  /// Goes on with whatever whole records the spool holds; a missing spool is begun.
  bool resume = false;
};

/// What the writers of a spool did so far.
struct WriterFigures {
  int writers = 0;
  std::uint64_t raw_bytes = 0, stored_bytes = 0;
  double busy_seconds = 0;    ///< of processors, compressing and writing, summed over the writers
  double waited_seconds = 0;  ///< of who submitted, because the queue was full
};

/// Takes the chunks of a run in any order from any thread, keeps them compressed in `out.h5.spool`, and
/// lays `out.h5` out at the end. Some threads compress beside each other and append to the spool in the order
/// of submission, so that who submits only waits when `queue_bytes` are ahead of them. The bytes of `out.h5`
/// do not depend on who submitted what when: chunks are laid out by index, rows by segment.
/// Without finish() or keep() the destructor leaves no file behind.
class Spool {
 public:
  /// @throws Bug for a declaration that cannot be laid out; IoError when the folder is missing or not
  /// writable, when another run is writing there, or when `resume_at` does not fit the spool found.
  Spool(File file, std::string output_path, SpoolOptions options = {});
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  /// Takes one whole chunk, row-major in its dataset's type. Where a chunk at the edge sticks out of
  /// the array its bytes are ignored. Thread safe; blocks while the queue is full.
  /// @param dataset  index into File::datasets   @param chunk  row-major index in the grid of chunks
  /// @throws Bug for a wrong index or length; IoError when the disk failed earlier.
  void submit_chunk(std::size_t dataset, std::uint64_t chunk, std::vector<std::byte> raw);

  /// Cuts a whole row-major array into its chunks and submits them.
  void submit_array(std::size_t dataset, std::span<const std::byte> array);

  /// Takes rows of one column of a table. Segments follow each other by number and may grow at the same time;
  /// each has one producer. Thread safe; blocks while the queue is full.
  /// @param first_row  place of the first of the rows within its segment; without it they follow those that
  ///                   are there. Who may hand rows in again after a resume has to say it.
  /// @throws Bug for a wrong dataset or half a value; IoError when the disk failed earlier.
  void submit_rows(std::size_t dataset, std::uint64_t segment, std::vector<std::byte> rows,
                   std::optional<std::uint64_t> first_row = std::nullopt);

  /// Waits until everything that was submitted before the call is on the disk, safe from a power cut.
  /// @returns length of the spool by then
  std::uint64_t sync();

  /// Bytes of whole records that the spool held when it was opened.
  std::uint64_t length_found() const { return length_found_; }

  WriterFigures figures();

  /// From now on the spool outlives this object, for a later run to resume; or, again, it does not.
  void keep(bool kept = true);

  /// Lays out `out.h5` and removes the spool. Nothing may be submitted afterwards.
  /// @param published  called when `out.h5` has its name, before the spool goes
  /// @throws Bug for a missing or doubled chunk and for columns of unequal length; IoError.
  void finish(const std::function<void()>& published = {});

  const File& file() const { return file_; }

 private:
  struct Item {
    RecordKind kind;
    std::size_t dataset;
    std::uint64_t position;
    std::vector<std::byte> raw;
    std::uint64_t first_row;
    std::uint64_t number = 0;  ///< in the order of submission
  };

  void begin(const SpoolOptions& options);
  void begin_anew(const Digest& declaration, int compression_level);
  void go_on(const SpoolIndex& index);
  void submit(Item item);
  const Dataset& numeric(std::size_t dataset) const;
  void stop();
  void write_until_closed(Compressor& compressor);
  bool take(Item& item);
  bool write(Item& item, Compressor& compressor);
  void append(const RecordHeader& header, std::span<const std::byte> stored);
  void fail(std::exception_ptr error);

  const File file_;
  const std::string output_path_;
  const std::size_t queue_bytes_;
  std::optional<PosixFile> spool_;
  std::uint64_t length_ = 0;  ///< of the spool; belongs to the writer whose turn it is
  std::uint64_t length_found_ = 0;
  std::uint64_t session_ = 0;

  std::mutex mutex_;  ///< guards everything below
  std::condition_variable changed_;
  std::deque<Item> queue_;
  std::size_t pending_bytes_ = 0;              ///< queued or being written
  std::uint64_t submitted_ = 0, written_ = 0;  ///< items
  std::uint64_t written_length_ = 0;           ///< of the spool after the last of them
  std::map<std::pair<std::size_t, std::uint64_t>, std::uint64_t> rows_;  ///< by dataset and segment
  std::exception_ptr error_;
  bool closed_ = false;
  bool keep_ = false;
  WriterFigures figures_;

  std::vector<Compressor> compressors_;  ///< [writer]
  std::vector<std::thread> writers_;     ///< last, so that everything they use exists before they start
};

}  // namespace kindred::record
