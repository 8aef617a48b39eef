#include "tests/fuzz/study_reader.hpp"

#include <hdf5.h>
#include <poll.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <new>

#include "sim/record/child_process.hpp"
#include "sim/record/inspect.hpp"
#include "sim/record/read_file.hpp"
#include "tests/fuzz/support.hpp"

// Clang's counters of the code that ran.
extern "C" std::uint8_t __start___sancov_cntrs[], __stop___sancov_cntrs[];

namespace kindred::fuzz {
namespace {

constexpr int wall_seconds = 60;       // on a busy machine a second of the processor may take long
constexpr int standstill_seconds = 5;  // without any work: a report begun within malloc() waits for its lock
constexpr rlim_t memory_bytes = std::uint64_t{1} << 28U;  // a sound file of 50 kB needs a tenth of this
constexpr std::uint64_t short_seconds = 5;  // a child with a larger limit keeps its user waiting

/// What the reading process and this one both see.
struct Desk {
  Children children;
  int milliseconds;
  Place place;
  double started;  ///< processor seconds of the reading process when it took the file
  double spent;    ///< processor seconds for the last file that it answered
};

template <class T>
T* shared(std::size_t count) {
  void* const memory =
      mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  require(memory != MAP_FAILED);
  return static_cast<T*>(memory);
}
Desk& desk() {
  static Desk* const one = shared<Desk>(1);
  return *one;
}
std::size_t counters() { return static_cast<std::size_t>(__stop___sancov_cntrs - __start___sancov_cntrs); }
std::uint8_t* shared_counters() {
  static std::uint8_t* const all = shared<std::uint8_t>(counters());
  return all;
}

double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Ends this process with SIGABRT, which tells where it is, when it has worked for too long.
class Alarm {
 public:
  Alarm() {
    sigevent abort_me{};
    abort_me.sigev_notify = SIGEV_SIGNAL;
    abort_me.sigev_signo = SIGABRT;
    require(timer_create(CLOCK_PROCESS_CPUTIME_ID, &abort_me, &timer_) == 0);
  }
  /// @param milliseconds  0: not at all
  void set(int milliseconds) {
    const itimerspec span{{}, {milliseconds / 1000, milliseconds % 1000 * 1'000'000L}};
    timer_settime(timer_, 0, &span, nullptr);
  }

 private:
  timer_t timer_{};
};

void limit_memory() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  const rlim_t own = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
  const rlimit limit{own + memory_bytes, RLIM_INFINITY};
  setrlimit(RLIMIT_AS, &limit);
}

/// @returns whether the file was opened
bool read_in_one_way(const std::string& path, unsigned choice) {
  return reads_or_says_why([&] {
    switch (choice % 16) {
    case 0:
      record::tree(path);
      break;
    case 1:
      require(record::difference(path, path).empty());
      break;
    case 2:
      record::read_numbers(path, "ties/week");
      break;
    case 3:
    case 4:
    case 5:
      record::root_attributes(path);
      break;
    default:
      record::verify(path);
    }
  });
}

[[noreturn]] void live(int asks, int answers, const std::string& path) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  __sanitizer_set_death_callback(nullptr);  // libFuzzer's: it would write a file of its own
  limit_memory();
  H5set_free_list_limits(-1, -1, -1, -1, -1, -1);  // HDF5 keeps its memory: the system's is slow to get
  Alarm alarm;
  std::uint8_t byte = 0;
  while (::read(asks, &byte, 1) == 1) {
    std::memset(__start___sancov_cntrs, 0, counters());
    desk().place = Place::own_process;
    desk().started = processor_seconds();
    alarm.set(desk().milliseconds);
    byte = read_in_one_way(path, byte) ? 1 : 0;
    require(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL) == 0);  // all is closed
    alarm.set(0);
    desk().spent = processor_seconds() - desk().started;
    std::memcpy(shared_counters(), __start___sancov_cntrs, counters());
    if (::write(answers, &byte, 1) != 1) break;
  }
  _exit(__lsan_do_recoverable_leak_check());
}

/// libFuzzer's alarm clock interrupts system calls.
auto uninterrupted(const auto& call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

/// All that was written there since the last time.
std::string taken_from(int file) {
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t count = 0;
       (count = pread(file, part.data(), part.size(), static_cast<off_t>(text.size()))) > 0;)
    text.append(part.data(), static_cast<std::size_t>(count));
  if (!text.empty()) require(ftruncate(file, 0) == 0 && lseek(file, 0, SEEK_SET) == 0);
  return text;
}

}  // namespace

StudyReader::~StudyReader() { retire(); }

void StudyReader::start(const std::string& path) {
  std::array<int, 2> asks{}, answers{};
  require(pipe2(asks.data(), O_CLOEXEC) == 0 && pipe2(answers.data(), O_CLOEXEC) == 0);
  report_ = memfd_create("report", MFD_CLOEXEC);
  desk().children = children_;
  desk().milliseconds = milliseconds_;
  shared_counters();
  H5open();  // once for all children
  child_ = fork();
  require(child_ >= 0);
  if (child_ == 0) {
    dup2(report_, STDERR_FILENO);
    ::close(asks[1]);
    live(asks[0], answers[1], path);
  }
  ::close(asks[0]);
  ::close(answers[1]);
  asks_ = asks[1];
  answers_ = answers[0];
}

/// Waits for the answer. A process that no longer works, or works for ever, is ended.
/// @returns whether it came
bool StudyReader::is_answered() const {
  clockid_t clock{};
  require(clock_getcpuclockid(child_, &clock) == 0);
  timespec worked{};
  for (int waited = 0, idle = 0; waited < wall_seconds && idle < standstill_seconds; ++waited) {
    pollfd waiting{answers_, POLLIN, 0};
    if (uninterrupted([&] { return poll(&waiting, 1, 1000); }) > 0) return true;
    timespec now{};
    const bool alive = clock_gettime(clock, &now) == 0;
    const bool works = now.tv_sec != worked.tv_sec || now.tv_nsec != worked.tv_nsec;
    idle = alive && works ? 0 : idle + 1;
    worked = now;
  }
  kill(child_, SIGKILL);
  return false;
}

Reading StudyReader::read(const std::string& path, std::uint8_t choice) {
  if (child_ == 0) start(path);
  require(uninterrupted([&] { return ::write(asks_, &choice, 1); }) == 1);
  const bool came = is_answered();
  std::uint8_t accepted = 0;
  if (uninterrupted([&] { return ::read(answers_, &accepted, 1); }) != 1) return broken_down(!came);
  // Descendants of a slow file would be slow, too.
  const bool quick = desk().spent * 4000 < desk().milliseconds;
  if (accepted != 0 && quick) std::memcpy(__start___sancov_cntrs, shared_counters(), counters());
  return {true, accepted != 0, false, Place::own_process, taken_from(report_)};
}

Reading StudyReader::broken_down(bool was_ended) {
  int status = 0;
  rusage used{};
  require(uninterrupted([&] { return wait4(child_, &status, 0, &used); }) == child_);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  const double spent = seconds(used.ru_utime) + seconds(used.ru_stime) - desk().started;
  const bool slow = was_ended || spent * 1000 >= desk().milliseconds;
  Reading reading{false, false, slow, desk().place, taken_from(report_)};
  for (const int end : {asks_, answers_, report_}) ::close(end);
  child_ = 0;
  return reading;
}

std::string StudyReader::retire() {
  if (child_ == 0) return {};
  ::close(asks_);
  int status = 0;
  require(uninterrupted([&] { return waitpid(child_, &status, 0); }) == child_);
  std::string report = taken_from(report_);
  for (const int end : {answers_, report_}) ::close(end);
  child_ = 0;
  return status == 0 ? std::string() : report;
}

}  // namespace kindred::fuzz

namespace kindred::record {

/// The one of sim/record/child_process.cpp, which CMakeLists.txt compiles under this name.
std::vector<std::string> lines_from_real_child(const std::string& path, const ChildLimits& limits,
                                               const std::function<std::vector<std::string>()>& read);

/// Takes its place.
std::vector<std::string> lines_from_child(const std::string& path, const ChildLimits& limits,
                                          const std::function<std::vector<std::string>()>& read) {
  using fuzz::desk, fuzz::Place;
  if (desk().children == fuzz::Children::real) return lines_from_real_child(path, limits, read);
  const bool patient = limits.cpu_seconds == 0 || limits.cpu_seconds > fuzz::short_seconds;
  desk().place = patient ? Place::patient_child : Place::child;
  try {
    std::vector<std::string> lines = read();
    desk().place = Place::own_process;
    return lines;
  } catch (const std::bad_alloc&) {
    desk().place = Place::own_process;
    throw IoError(path, "asks for more memory than there is");
  } catch (const IoError&) {
    desk().place = Place::own_process;
    throw;
  }
}

}  // namespace kindred::record
