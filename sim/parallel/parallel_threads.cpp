// Plain threads instead of TBB: for ThreadSanitizer, which reports the uninstrumented TBB library and
// whose suppressions would hide real races. Chosen with -DKINDRED_PARALLEL=threads.
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "sim/parallel/parallel.hpp"

namespace kindred::parallel {

namespace {
std::atomic<int>& limit() {
  static std::atomic<int> value{0};
  return value;
}
}  // namespace

int available_threads() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return 1;
  return std::max(1, CPU_COUNT(&mask));
}

ThreadLimit::ThreadLimit(int threads) : threads_(threads > 0 ? threads : available_threads()) {
  limit() = threads_;
}
void ThreadLimit::run(const std::function<void()>& body) const { body(); }
ThreadLimit::~ThreadLimit() { limit() = 0; }

void for_tasks(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  const int wanted = limit() > 0 ? limit().load() : available_threads();
  std::atomic<std::int64_t> next{0};
  std::exception_ptr failure;
  std::mutex failure_guard;
  const auto work = [&] {
    try {
      for (std::int64_t i = next++; i < count; i = next++) body(i);
    } catch (...) {
      const std::lock_guard lock(failure_guard);
      failure = std::current_exception();
    }
  };
  std::vector<std::jthread> helpers;
  for (int t = 1; t < wanted && t < count; ++t) helpers.emplace_back(work);
  work();
  helpers.clear();
  if (failure) std::rethrow_exception(failure);
}

void for_blocks(std::int64_t count, std::int64_t block,
                const std::function<void(std::int64_t, std::int64_t)>& body) {
  for_tasks((count + block - 1) / block,
            [&](std::int64_t b) { body(b * block, std::min(count, (b + 1) * block)); });
}

}  // namespace kindred::parallel
