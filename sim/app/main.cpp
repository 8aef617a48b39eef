#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <exception>

#include "sim/app/build_info.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/verbs.hpp"
#include "sim/core/errors.hpp"
#include "sim/record/carry_out.hpp"

namespace {

// The one variable a signal handler may set; everything else receives it by reference.
std::atomic<bool> stop_requested{false};
static_assert(std::atomic<bool>::is_always_lock_free);
extern "C" void request_stop(int) { stop_requested = true; }

int print_problems(const kindred::ConfigError& error) {
  const auto& problems = error.problems();
  fmt::print(stderr, "error: {} {}\n", problems.size(), problems.size() == 1 ? "problem" : "problems");
  for (const kindred::Problem& problem : problems) fmt::print(stderr, "  {}\n", problem.text());
  return kindred::app::exit_bad_input;
}

int our_bug(const char* what) {
  const kindred::record::Build build = kindred::app::build_info();
  fmt::print(stderr,
             "internal error: {}\nThis is a fault of kindred {} ({}), not of your input. Please report it with the "
             "scenario and the command line.\n",
             what, build.version, build.commit);
  return kindred::app::exit_our_bug;
}

}  // namespace

int main(int argc, char** argv) {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) std::signal(signal, &request_stop);
  try {
    return kindred::app::run_command_line(argc, argv, stop_requested);
  } catch (const kindred::ConfigError& error) {
    return print_problems(error);
  } catch (const kindred::IoError& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return kindred::app::exit_io_failed;
  } catch (const kindred::record::Stopped&) {
    fmt::print(stderr, "stopped on request; nothing was written\n");
    return kindred::app::exit_io_failed;
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "error: not enough memory; `kindred check` says how much a scenario needs\n");
    return kindred::app::exit_io_failed;
  } catch (const std::exception& error) {
    return our_bug(error.what());
  }
}
