#include "sim/bench/machine.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include "sim/parallel/parallel.hpp"

namespace kindred::bench {

namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// "512K" of /sys in bytes; 0 when it says nothing.
std::int64_t size_in(const std::string& text) {
  std::istringstream words(text);
  std::int64_t number = 0;
  char scale = ' ';
  words >> number >> scale;
  return number * (scale == 'K' ? 1024 : scale == 'M' ? 1024 * 1024 : 1);
}

void read_caches(Machine& machine) {
  for (int index = 0; index < 8; ++index) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index) + "/";
    const std::string level = first_line(folder + "level");
    if (level.empty() || first_line(folder + "type") == "Instruction") continue;
    const std::int64_t size = size_in(first_line(folder + "size"));
    (level == "1" ? machine.l1 : level == "2" ? machine.l2 : machine.l3) = size;
  }
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

double seconds_of(const rusage& use) {
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.processor = processor_name();
  machine.cores = parallel::available_threads();
  machine.memory = std::int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  machine.instruction_set = instruction_set_in_use();
  read_caches(machine);
  if (getloadavg(machine.load, 3) != 3) std::fill_n(machine.load, 3, -1.0);
  return machine;
}

BusySeconds busy_seconds() {
  BusySeconds now;
  std::ifstream file("/proc/stat");
  std::string word;
  file >> word;  // cpu  user nice system idle iowait irq softirq steal
  double ticks[8] = {};
  for (double& t : ticks) file >> t;
  const auto per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  now.busy = (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / per_second;
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  now.own = seconds_of(use);
  getrusage(RUSAGE_CHILDREN, &use);
  now.own += seconds_of(use);
  now.wall = std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  return now;
}

double cores_used_by_others(const BusySeconds& from, const BusySeconds& to) {
  const double wall = to.wall - from.wall;
  return wall <= 0 ? 0 : std::max(0.0, ((to.busy - from.busy) - (to.own - from.own)) / wall);
}

double cores_busy_now() {
  const BusySeconds start = busy_seconds();
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  return cores_used_by_others(start, busy_seconds());
}

}  // namespace kindred::bench
