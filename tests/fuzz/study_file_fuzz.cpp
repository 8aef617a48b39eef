#include <fcntl.h>
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>

#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"
#include "tests/fuzz/support.hpp"

/// A finished file: everything that `inspect` and the readers of results do with one. A child process that
/// breaks down is an answer the reader counts on; what breaks down here is a finding.
using namespace kindred;

namespace {

/// A child's end is told by its status: no report of its own, no "crash" file of libFuzzer's.
void be_quiet() {
  __sanitizer_set_death_callback(nullptr);
  const int nowhere = ::open("/dev/null", O_WRONLY);
  ::dup2(nowhere, STDERR_FILENO);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) { return pthread_atfork(nullptr, nullptr, be_quiet); }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = fuzz::memory_folder().write("study.h5", fuzz::text_of(data, size));
  const bool opened = fuzz::reads_or_says_why([&] { record::root_attributes(path); });
  if (!opened) return 0;
  fuzz::reads_or_says_why([&] { record::verify(path); });
  if (size % 4 == 0) fuzz::reads_or_says_why([&] { record::tree(path); });
  if (size % 4 == 1) fuzz::reads_or_says_why([&] { fuzz::require(record::difference(path, path).empty()); });
  if (size % 4 == 2) fuzz::reads_or_says_why([&] { record::read_numbers(path, "ties/week"); });
  return 0;
}
