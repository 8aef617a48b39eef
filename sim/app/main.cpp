#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string_view>
#include <system_error>

#include "sim/app/build_info.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/progress.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/carry_out.hpp"

namespace {

using kindred::app::say;

// The one variable a signal handler may set; everything else receives it by reference.
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);
extern "C" void request_stop(int signal) {
  if (!stop_requested.exchange(true)) return;
  std::signal(signal, SIG_DFL);  // asked twice: at once
  std::raise(signal);
}

/// Only verbs that run for long look at the request; every other verb may end at once. What the caller
/// ignores (nohup, jobs in the background) stays ignored. Messages that nobody reads any more must not end
/// hours of work.
void listen_for_signals() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP})
    if (std::signal(signal, &request_stop) == SIG_IGN) std::signal(signal, SIG_IGN);
  std::signal(SIGPIPE, SIG_IGN);
}

/// Callers may close the standard streams; a result file with their numbers would then take our messages in.
void hold_standard_streams() {
  int file = open("/dev/null", O_RDWR);
  while (file >= 0 && file < STDERR_FILENO) file = open("/dev/null", O_RDWR);
  if (file > STDERR_FILENO) close(file);
}

/// Results that could not be handed over; a reader that has seen enough (| head) is no failure.
int output_failed(const std::system_error& error) {
  if (error.code() == std::errc::broken_pipe) return kindred::app::exit_done;
  say(fmt::format("error: {}\n", error.what()));
  return kindred::app::exit_io_failed;
}

int print_problems(const kindred::ConfigError& error) {
  const auto& problems = error.problems();
  say(fmt::format("error: {} {}\n", problems.size(), problems.size() == 1 ? "problem" : "problems"));
  for (const kindred::Problem& problem : problems) say(fmt::format("  {}\n", problem.text()));
  return kindred::app::exit_bad_input;
}

int stopped_early(const kindred::record::Stopped& stopped) {
  const std::string kept = stopped.share ? fmt::format("{:.0f} % is done and kept", 100 * *stopped.share)
                                         : "what was done until the last checkpoint is kept";
  say(fmt::format("{}\n{}. Go on with: kindred resume {}\n", stopped.why, kept, stopped.output));
  return kindred::app::exit_stopped;
}

int our_bug(const char* what) {
  const kindred::record::Build build = kindred::app::build_info();
  say(fmt::format("internal error: {}\nThis is a fault of kindred {} ({}), not of your input. Please report "
                  "it with the scenario and the command line.\n",
                  what, build.version, build.commit));
  return kindred::app::exit_our_bug;
}

/// Buffers of persons, ties and chunks go back to the system when they are freed, so that a run takes what
/// `check` foresees. Left alone, the C library moves its limit up to 32 MiB after the first of them, and
/// later ones leave holes (measured: 12 % of a run of 100,000 persons). The small rest stays for the next
/// week.
void give_memory_back() {
  constexpr int returned_from = 1 << 20, kept_for_reuse = 64 << 20;  // bytes
  mallopt(M_MMAP_THRESHOLD, returned_from);
  mallopt(M_TRIM_THRESHOLD, kept_for_reuse);
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  give_memory_back();
  std::signal(SIGXFSZ, SIG_IGN);  // a file-size limit then is a failed write with a message
  const std::string_view verb = argc > 1 ? argv[1] : "", what = argc > 2 ? argv[2] : "";
  const bool sweeps = verb == "sweep" && (what == "run" || what == "retry");
  if (verb == "run" || verb == "resume" || sweeps) listen_for_signals();
  try {
    const int code = kindred::app::run_command_line(argc, argv, stop_requested);
    return std::fflush(stdout) == 0 ? code : output_failed({errno, std::generic_category(), "stdout"});
  } catch (const kindred::ConfigError& error) {
    return print_problems(error);
  } catch (const kindred::RunFailed& error) {
    say(fmt::format("error: {}\n", error.what()));
    return kindred::app::exit_answer_is_no;
  } catch (const kindred::IoError& error) {
    say(fmt::format("error: {}\n", error.what()));
    return kindred::app::exit_io_failed;
  } catch (const kindred::record::Stopped& stopped) {
    return stopped_early(stopped);
  } catch (const std::bad_alloc&) {
    say("error: not enough memory; `kindred check` says how much a scenario needs\n");
    return kindred::app::exit_io_failed;
  } catch (const std::system_error& error) {
    return output_failed(error);
  } catch (const std::exception& error) {
    return our_bug(error.what());
  }
}
