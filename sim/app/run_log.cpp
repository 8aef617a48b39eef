#include "sim/app/run_log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <fstream>

#include "sim/app/build_info.hpp"
#include "sim/engine/instruction_set.hpp"
#include "sim/record/stored_burn_in.hpp"

namespace kindred::app {

namespace {

std::string host() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string utc(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

}  // namespace

RunLog::RunLog(const Sitting& sitting, int threads)
    : path_(sitting.output + ".log"),
      what_(fmt::format("{} on {}, process {}, {} threads, widest {}, {} kernels, kindred {} ({})",
                        sitting.resume ? "resume" : "run", host(), getpid(), threads, sitting.widest,
                        name_of(instruction_set_in_use()), build_info().version, build_info().commit)) {
  if (sitting.burn_in_only) what_ += ", burn-in only";
  if (sitting.burn_in) what_ += ", burn-in from " + sitting.burn_in->path();
}

void RunLog::write(const std::string& outcome) const {
  const auto now = std::chrono::system_clock::now();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
  std::ofstream(path_, std::ios::app)
      << fmt::format("{} {} {:.1f} s: {}: {}\n", utc(begun_), utc(now), took.count(), what_, outcome);
}

}  // namespace kindred::app
