#pragma once

#include <cstdint>
#include <functional>

/// The only place that names the thread library. Work is cut into blocks of a constant size, so nothing
/// that is computed can depend on the number of threads; a body writes only what belongs to its block.
namespace kindred::parallel {

/// Limits the threads used while it lives. 0 = every core in the process's affinity mask.
class ThreadLimit {
 public:
  explicit ThreadLimit(int threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;
  int threads() const { return threads_; }
  /// Calls body in a place where loops use exactly `threads()` threads, also when there are fewer cores.
  void run(const std::function<void()>& body) const;

 private:
  int threads_;
  [[maybe_unused]] void* control_ = nullptr;  // plain threads need none
};

/// Cores this process may use (affinity mask, as batch systems set it).
int available_threads();

/// body(begin, end) for consecutive blocks of `block` covering [0, count). A thrown exception reaches the
/// caller after running blocks have ended.
void for_blocks(std::int64_t count, std::int64_t block,
                const std::function<void(std::int64_t, std::int64_t)>& body);

/// body(i) for i in [0, count), in any order; for a few large tasks.
void for_tasks(std::int64_t count, const std::function<void(std::int64_t)>& body);

}  // namespace kindred::parallel
