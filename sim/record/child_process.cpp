#include "sim/record/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <new>
#include <string_view>
#include <system_error>

#include "sim/core/errors.hpp"

namespace kindred::record {
namespace {

constexpr std::string_view done = "done", io_error = "io", no_memory = "memory", bug = "bug";

[[noreturn]] void fail(const std::string& path, const std::string& doing) {
  throw IoError(path, "cannot be read: " + doing + ": " + std::generic_category().message(errno));
}

/// Lines with their lengths before them, so that they may hold anything.
std::string packed(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const std::string& line : lines) {
    const std::uint64_t length = line.size();
    bytes.append(reinterpret_cast<const char*>(&length), sizeof length);
    bytes += line;
  }
  return bytes;
}

std::vector<std::string> unpacked(std::string_view bytes) {
  std::vector<std::string> lines;
  while (bytes.size() >= sizeof(std::uint64_t)) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    bytes.remove_prefix(sizeof length);
    lines.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(std::min<std::uint64_t>(length, bytes.size()));
  }
  return lines;
}

/// What `read` gives or throws, with the kind of the answer in the last line: an answer cut short has none.
std::vector<std::string> answer_of(const std::function<std::vector<std::string>()>& read) {
  try {
    std::vector<std::string> lines = read();
    lines.emplace_back(done);
    return lines;
  } catch (const IoError& error) {
    return {error.path(), std::string(error.what()).substr(error.path().size() + 2), std::string(io_error)};
  } catch (const std::bad_alloc&) {
    return {std::string(no_memory)};
  } catch (const std::exception& error) {
    return {error.what(), std::string(bug)};
  }
}

void limit(decltype(RLIMIT_CPU) what, rlim_t value) {
  const rlimit both{value, RLIM_INFINITY};
  setrlimit(what, &both);
}

std::uint64_t own_address_space() {
  std::uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

/// The child's whole life. Nothing of the parent's is flushed or destroyed here: _exit.
[[noreturn]] void live(int to_parent, const ChildLimits& limits,
                       const std::function<std::vector<std::string>()>& read) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  limit(RLIMIT_CORE, 0);
  if (limits.cpu_seconds > 0) limit(RLIMIT_CPU, limits.cpu_seconds);
  if (limits.memory_bytes > 0) limit(RLIMIT_AS, own_address_space() + limits.memory_bytes);
  for (const int deadly : {SIGXCPU, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL}) std::signal(deadly, SIG_DFL);
  const std::string bytes = packed(answer_of(read));
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::write(to_parent, bytes.data() + sent, bytes.size() - sent);
    if (count < 0 && errno != EINTR) _exit(1);
    if (count > 0) sent += static_cast<std::size_t>(count);
  }
  _exit(0);
}

std::string everything_from(int descriptor) {
  std::string bytes;
  std::array<char, 1U << 16U> part;
  for (;;) {
    const ssize_t count = ::read(descriptor, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return bytes;
    bytes.append(part.data(), static_cast<std::size_t>(count));
  }
}

std::vector<std::string> judged(const std::string& path, int status, std::vector<std::string> lines) {
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
    throw IoError(path, "is damaged: the HDF5 library does not come to an end reading it");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || lines.empty())
    throw IoError(path, "is damaged so that the HDF5 library breaks down reading it");
  const std::string kind = std::move(lines.back());
  lines.pop_back();
  if (kind == done) return lines;
  if (kind == io_error) throw IoError(lines.at(0), lines.at(1));
  if (kind == no_memory) throw IoError(path, "asks for more memory than there is");
  throw Bug(lines.at(0));
}

}  // namespace

std::vector<std::string> lines_from_child(const std::string& path, const ChildLimits& limits,
                                          const std::function<std::vector<std::string>()>& read) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail(path, "no pipe");
  const pid_t child = ::fork();
  if (child == 0) live(ends[1], limits, read);
  const int reason = errno;
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    errno = reason;
    fail(path, "no process");
  }
  const std::string bytes = everything_from(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return judged(path, status, unpacked(bytes));
}

}  // namespace kindred::record
