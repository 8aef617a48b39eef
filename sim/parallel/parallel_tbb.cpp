#include <sched.h>

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include "sim/parallel/parallel.hpp"

namespace kindred::parallel {

int available_threads() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof mask, &mask) != 0) return 1;
  return CPU_COUNT(&mask) < 1 ? 1 : CPU_COUNT(&mask);
}

ThreadLimit::ThreadLimit(int threads)
    : threads_(threads > 0 ? threads : available_threads()),
      control_(new tbb::global_control(tbb::global_control::max_allowed_parallelism,
                                       static_cast<std::size_t>(threads_))) {}
void ThreadLimit::run(const std::function<void()>& body) const { tbb::task_arena(threads_).execute(body); }
ThreadLimit::~ThreadLimit() { delete static_cast<tbb::global_control*>(control_); }

// Loops lie inside each other. A context of its own keeps an inner loop whole when an outer one is given up
// after an exception: an inherited one is cancelled with it, and the loop returns as if done, having done
// nothing.

void for_blocks(std::int64_t count, std::int64_t block,
                const std::function<void(std::int64_t, std::int64_t)>& body) {
  const std::int64_t blocks = (count + block - 1) / block;
  if (blocks <= 1) {
    if (count > 0) body(0, count);
    return;
  }
  tbb::task_group_context own(tbb::task_group_context::isolated);
  const auto run = [&](const auto& range) {
    for (std::int64_t b = range.begin(); b != range.end(); ++b)
      body(b * block, std::min(count, (b + 1) * block));
  };
  tbb::parallel_for(tbb::blocked_range<std::int64_t>(0, blocks), run, own);
}

void for_tasks(std::int64_t count, const std::function<void(std::int64_t)>& body) {
  tbb::task_group_context own(tbb::task_group_context::isolated);
  tbb::parallel_for(
      std::int64_t{0}, count, [&](std::int64_t i) { body(i); }, own);
}

}  // namespace kindred::parallel
