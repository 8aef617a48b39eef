#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace kindred::app {

/// Writes a message to stderr. That nobody reads it is no reason to end a run, so nothing is thrown.
void say(const std::string& text);

/// One line on stderr: a bar with rate and time left on a terminal, else a line a minute.
class Progress {
 public:
  /// @param persons  persons per world, to turn world-weeks into person-weeks
  Progress(bool quiet, std::int64_t persons);
  /// Thread safe and cheap: shows something only when it is due.
  void show(std::int64_t done, std::int64_t all);
  void end();
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool quiet_, terminal_;
  double persons_;
  Clock::time_point start_, next_;
  bool shown_ = false;
  std::mutex mutex_;
};

}  // namespace kindred::app
