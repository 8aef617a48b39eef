#include <algorithm>
#include <cstdio>
#include <cstring>
#include <span>
#include <sstream>
#include <string_view>

#include "tests/fuzz/hdf5_checksums.hpp"
#include "tests/fuzz/study_reader.hpp"
#include "tests/fuzz/support.hpp"

/// A finished file: everything that `inspect` and the readers of results do with one.
///
/// HDF5's library trusts what a file says and breaks down on many a damaged one, so the program opens files
/// in a child process first; a child's end is an answer. A process per input would make millions of inputs a
/// matter of days. Here one long-lived process reads file after file, with the children spared: what a child
/// would do, the reader does itself, noting which parts those are. It dies only when something breaks down,
/// and then its sanitizer's report tells whose code it was in.
///
/// What this proves: no file makes Kindred's own code crash, leak memory or HDF5's identifiers, throw what a
/// caller does not expect, or work for more than a second; and where HDF5 breaks down or loops, it does so
/// where the program has a child for it, and in the first opening of a file, whose time is limited. What
/// seems to break this is tried again in a fresh process with real children, since HDF5 may have damaged the
/// memory of the first one long before; what holds there too is a finding.
///
/// HDF5 itself is not on trial, and its memory not watched. Its files are full of offsets and checksums, and
/// nearly every change would be refused at once: most changes keep all bytes in their places, and some inputs
/// get their checksums mended.
using namespace kindred;

extern "C" const char* __asan_default_options() {
  return "symbolize=0:handle_abort=1:allocator_may_return_null=1:quarantine_size_mb=16";
}

namespace {

constexpr int usual = 40, longest = 1000;         // milliseconds for a file; a sound one takes five
constexpr std::uint64_t files_per_reader = 5000;  // then its memory is looked through for leaks

enum class Author { unknown, hdf5, kindred };

/// Whose code a report is about: that of the first frame outside of the libraries for C, C++ and sanitizing.
Author author_of(const std::string& report) {
  if (report.find("runtime error: ") != std::string::npos) return Author::kindred;
  std::istringstream lines(report);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("    #", 0) != 0) continue;
    if (line.find("study_file_fuzz+") != std::string::npos) return Author::kindred;
    if (line.find("libhdf5") != std::string::npos) return Author::hdf5;
  }
  return Author::unknown;
}

/// How many inputs ended in which way.
struct Tally {
  std::uint64_t files = 0, accepted = 0, breakdowns = 0, slow = 0;
  ~Tally() {
    std::fprintf(stderr,
                 "study files: %llu read, %llu accepted; HDF5 broke down on %llu and was stopped on %llu\n",
                 static_cast<unsigned long long>(files), static_cast<unsigned long long>(accepted),
                 static_cast<unsigned long long>(breakdowns), static_cast<unsigned long long>(slow));
  }
};

[[noreturn]] void stop(const char* what, const std::string& report) {
  std::fprintf(stderr, "FINDING: %s\n%s\n", what, report.c_str());
  std::abort();
}

/// Whether HDF5 alone is to blame, in a place where the program is prepared for it.
bool is_hdf5s(const fuzz::Reading& reading) {
  if (reading.place == fuzz::Place::own_process || author_of(reading.report) == Author::kindred) return false;
  return !reading.slow || reading.place == fuzz::Place::child;
}

/// A fresh process has the last word.
void confirm(const fuzz::Reading& first, const std::string& path, std::uint8_t choice) {
  fuzz::StudyReader reader(first.slow ? fuzz::Children::spared : fuzz::Children::real, longest);
  const fuzz::Reading again = reader.read(path, choice);
  if (!again.answered && !is_hdf5s(again))
    stop(again.slow ? "takes more than a second" : "breaks down", again.report);
  if (author_of(again.report) == Author::kindred) stop("breaks down in a child", again.report);
  const std::string leak = reader.retire();
  if (!leak.empty()) stop("leaks", leak);
}

}  // namespace

namespace {

using Bytes = std::span<const std::uint8_t>;

bool is_heap(Bytes file, std::uint64_t at) {
  constexpr std::string_view mark = "GCOL";
  return at < file.size() && file.size() - at >= mark.size() &&
         std::equal(mark.begin(), mark.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}

/// Whether a place lies in a heap of texts or in a reference to one: length, the heap's place, index. HDF5
/// trusts both and breaks down on most changes there, which takes ten times as long as any other input.
bool is_text(Bytes file, std::size_t at) {
  constexpr std::size_t heap_bytes = 4096, reference_bytes = 16, length_bytes = 4;
  for (std::size_t before = 0; before <= std::min(at, heap_bytes); ++before)
    if (is_heap(file, at - before)) return true;
  for (std::size_t before = 0; before < reference_bytes && before <= at; ++before) {
    std::uint64_t place = 0;
    const std::size_t from = at - before + length_bytes;
    if (from + sizeof place > file.size()) continue;
    std::memcpy(&place, file.data() + from, sizeof place);
    if (is_heap(file, place)) return true;
  }
  return false;
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned seed) {
  if (size == 0 || seed % 64 == 0) return LLVMFuzzerMutate(data, size, max_size);
  for (unsigned changes = seed % 4 == 0 ? 3 : 1; changes > 0; --changes) {
    seed = seed * 1664525 + 1013904223;
    const std::size_t at = seed / 64 % size;
    if (is_text({data, size}, at) && seed / 8 % 32 != 0) continue;
    const std::size_t length = std::min<std::size_t>(1 + seed / 8 % 8, size - at);
    LLVMFuzzerMutate(data + at, length, length);
  }
  if (seed / 64 % 8 == 0) fuzz::mend_checksums({data, size});
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Tally tally;
  static fuzz::StudyReader reader(fuzz::Children::spared, usual);
  const std::string path = fuzz::memory_folder().write("study.h5", fuzz::text_of(data, size));
  const auto choice = static_cast<std::uint8_t>(size == 0 ? 0 : data[size / 2]);
  const fuzz::Reading reading = reader.read(path, choice);
  tally.accepted += reading.accepted ? 1 : 0;
  if (++tally.files % files_per_reader == 0) {
    const std::string leak = reader.retire();
    if (!leak.empty()) stop("one of the last files leaks", leak);
  }
  if (reading.answered) return 0;
  ++(reading.slow ? tally.slow : tally.breakdowns);
  if (!is_hdf5s(reading)) confirm(reading, path, choice);
  return 0;
}
