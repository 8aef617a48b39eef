#include "sim/app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string>

namespace kindred::app {

namespace {

constexpr auto terminal_period = std::chrono::milliseconds(200);
constexpr auto log_period = std::chrono::seconds(60);
constexpr int bar_length = 30;

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

}  // namespace

void say(const std::string& text) {
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
}

Progress::Progress(bool quiet, std::int64_t persons)
    : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1), persons_(static_cast<double>(persons)),
      start_(Clock::now()),
      next_(start_ + (terminal_ ? Clock::duration(terminal_period) : Clock::duration(log_period))) {}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

void Progress::show(std::int64_t done, std::int64_t all) {
  if (quiet_) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || Clock::now() < next_) return;
  const double share = static_cast<double>(done) / static_cast<double>(all);
  const double left = seconds() * (1 - share) / share;
  const double rate = static_cast<double>(done) * persons_ / seconds() / 1e6;
  const std::string numbers =
      fmt::format("{:3.0f} %  {:.1f} M person-weeks/s  {} left", 100 * share, rate, duration_text(left));
  if (terminal_) {
    const int filled = static_cast<int>(share * bar_length);
    say(fmt::format("\r[{:-<{}}] {}   ", std::string(static_cast<std::size_t>(filled), '#'), bar_length,
                    numbers));
  } else {
    say(numbers + "\n");
  }
  shown_ = true;
  next_ = Clock::now() + (terminal_ ? Clock::duration(terminal_period) : Clock::duration(log_period));
}

void Progress::end() {
  if (shown_ && terminal_) say(fmt::format("\r{:80}\r", ""));
}

}  // namespace kindred::app
