#include "sim/bench/yardsticks.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "sim/core/declarations.hpp"
#include "sim/core/errors.hpp"
#include "sim/engine/columns.hpp"
#include "sim/parallel/parallel.hpp"

namespace kindred::bench {

// One table per instruction set (yardstick_unit.cpp, compiled three times).
namespace isa_v2 {
Yardsticks yardstick_table();
}
namespace isa_v3 {
Yardsticks yardstick_table();
}
namespace isa_v4 {
Yardsticks yardstick_table();
}

namespace {

constexpr const char* level_names[levels] = {"L1", "L2", "L3", "memory"};

Yardsticks yardsticks_in(InstructionSet isa) {
  switch (isa) {
  case InstructionSet::v4:
    return isa_v4::yardstick_table();
  case InstructionSet::v3:
    return isa_v3::yardstick_table();
  default:
    return isa_v2::yardstick_table();
  }
}

/// Keeps the result of a loop alive.
void use(auto value) { asm volatile("" : : "r,m"(value) : "memory"); }

std::int64_t once_repeated(const std::function<void(std::int64_t)>& work, double seconds) {
  std::int64_t times = 1;
  Times t{};
  while ((t = timed(1, [&] { work(times); })).wall < seconds / 16) times *= 4;
  return std::max<std::int64_t>(1, times * repetitions(t.wall, seconds));
}

/// A contender on one thread whose work can be repeated.
Contender repeated(const std::string& label, const std::string& unit, double units_once,
                   std::function<void(std::int64_t)> work, double seconds) {
  const std::int64_t times = once_repeated(work, seconds);
  Row row{"machine", label, 0, 0, 1, unit, units_once * static_cast<double>(times), 0, ""};
  return {row, [work = std::move(work), times] { return timed(1, [&] { work(times); }); }};
}

/// One thread's two buffers.
struct Memory {
  AlignedBuffer from, to;
};

struct Stream {
  Yardsticks table;
  std::int64_t floats;  ///< of each buffer in use
  bool copies;
  void operator()(const Memory& m, std::int64_t times) const {
    const auto* from = static_cast<const float*>(m.from.data());
    if (copies) table.copy(from, static_cast<float*>(m.to.data()), floats, times);
    else use(table.read(from, floats, times));
  }
};

/// A read covers the whole working set, a copy half of it in each buffer. Every thread has its own memory.
Contender bandwidth(const Yardsticks& table, Level level, std::int64_t bytes, bool copies, int threads,
                    const std::shared_ptr<std::vector<Memory>>& memory, double seconds) {
  const std::int64_t per_thread = level == Level::l1 || level == Level::l2 ? bytes : bytes / threads;
  const auto floats =
      std::max<std::int64_t>(per_thread / (copies ? 8 : 4) / read_step * read_step, read_step);
  const Stream stream{table, floats, copies};
  const auto times = once_repeated([&](std::int64_t n) { stream(memory->front(), n); }, seconds);
  const double moved = static_cast<double>(floats * times) * (copies ? 8 : 4);
  Row row{"machine",
          std::string(copies ? "copy in " : "read from ") + level_names[static_cast<int>(level)],
          0,
          0,
          threads,
          "byte",
          moved * threads,
          0,
          ""};
  if (threads == 1) return {row, [=] { return timed(1, [&] { stream(memory->front(), times); }); }};
  return {row, [=] {
            const parallel::ThreadLimit limit(threads);
            Times t{};
            limit.run([&] {
              const auto each = [&](std::int64_t n) {
                parallel::for_tasks(
                    threads, [&](std::int64_t i) { stream((*memory)[static_cast<std::size_t>(i)], n); });
              };
              each(std::max<std::int64_t>(1, times / 16));  // wakes the threads
              t = timed(threads, [&] { each(times); });
            });
            return t;
          }};
}

void add_bandwidths(std::vector<Contender>& all, const Machine& machine, const Yardsticks& table, int threads,
                    double seconds) {
  const auto largest = static_cast<std::size_t>(working_set(machine, Level::memory));
  auto memory = std::make_shared<std::vector<Memory>>();
  for (int t = 0; t < threads; ++t) memory->push_back({AlignedBuffer(largest), AlignedBuffer(largest / 2)});
  for (int level = 0; level < levels; ++level)
    for (const bool copies : {false, true})
      for (const int t : threads > 1 ? std::vector<int>{1, threads} : std::vector<int>{1})
        all.push_back(bandwidth(table, static_cast<Level>(level),
                                working_set(machine, static_cast<Level>(level)), copies, t, memory, seconds));
}

void add_draws(std::vector<Contender>& all, const Yardsticks& table, double seconds) {
  all.push_back(repeated(
      "Philox word", "draw", 4.0 * table.lanes, [table](std::int64_t n) { use(table.words(n)); }, seconds));
  const auto buffer = std::make_shared<AlignedBuffer>(4 * drawn_persons * sizeof(float));
  const auto draws = [&](const char* label, Distribution kind) {
    const auto k = static_cast<std::uint8_t>(kind);
    all.push_back(repeated(
        label, "draw", 4.0 * drawn_persons,
        [table, k, buffer](std::int64_t n) {
          table.draws({{k, k, k, k}}, static_cast<float*>(buffer->data()), n);
        },
        seconds));
  };
  draws("uniform", Distribution::uniform);
  draws("normal", Distribution::normal);
  draws("exponential", Distribution::exponential);
}

/// Additions of integers that wait for each other: one a cycle on every x86-64 processor.
void waiting_additions(std::int64_t turns) {
  std::int64_t sum = 1;
  const std::int64_t step = 3;
  for (std::int64_t t = 0; t < turns; ++t)
    asm volatile("add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\t"
                 "add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\t"
                 "add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\t"
                 "add %1, %0\n\tadd %1, %0\n\tadd %1, %0\n\tadd %1, %0"
                 : "+r"(sum)
                 : "r"(step));
}

void add_arithmetic(std::vector<Contender>& all, const Yardsticks& table, double seconds) {
  all.push_back(repeated("cycle", "cycle", 16, &waiting_additions, seconds));
  all.push_back(repeated(
      "addition or multiplication", "operation", chains_per_turn,
      [table](std::int64_t n) { use(table.additions_and_multiplications(1.5f, n)); }, seconds));
  all.push_back(repeated(
      "division", "operation", slow_chains_per_turn,
      [table](std::int64_t n) { use(table.divisions(1.5f, n)); }, seconds));
  all.push_back(repeated(
      "square root", "operation", slow_chains_per_turn,
      [table](std::int64_t n) { use(table.roots(1.5f, n)); }, seconds));
}

double median_of(const std::vector<Row>& rows, const std::string& label, int threads) {
  for (const Row& row : rows)
    if (row.section == "machine" && row.label == label && row.threads == threads)
      return spread_of(row.nanoseconds()).median;
  throw Bug("no yardstick " + label);
}

}  // namespace

std::int64_t working_set(const Machine& machine, Level level) {
  constexpr std::int64_t kibi = 1024, mebi = kibi * kibi;
  const std::int64_t l1 = machine.l1 > 0 ? machine.l1 : 32 * kibi;
  const std::int64_t l2 = machine.l2 > 0 ? machine.l2 : 512 * kibi;
  const std::int64_t l3 = machine.l3 > 0 ? machine.l3 : 8 * mebi;
  switch (level) {
  case Level::l1:
    return l1 / 2;
  case Level::l2:
    return l2 / 2;
  case Level::l3:
    return std::max(std::min(l3 / 2, 16 * l2), 2 * l2);
  default:
    return std::clamp(8 * l3, 128 * mebi, 512 * mebi);
  }
}

std::vector<Contender> yardsticks(const Machine& machine, int threads, double seconds) {
  const Yardsticks table = yardsticks_in(machine.instruction_set);
  std::vector<Contender> all;
  add_arithmetic(all, table, seconds);
  add_draws(all, table, seconds);
  add_bandwidths(all, machine, table, threads, seconds);
  return all;
}

MachineRates rates_of(const std::vector<Row>& rows, const Machine& machine, int threads) {
  MachineRates rates;
  rates.lanes = yardsticks_in(machine.instruction_set).lanes;
  rates.cycle = median_of(rows, "cycle", 1);
  rates.operation = std::min(rates.cycle / 2, median_of(rows, "addition or multiplication", 1));
  rates.division = median_of(rows, "division", 1);
  rates.root = median_of(rows, "square root", 1);
  rates.uniform = median_of(rows, "uniform", 1);
  rates.normal = median_of(rows, "normal", 1);
  rates.exponential = median_of(rows, "exponential", 1);
  for (int level = 0; level < levels; ++level)
    for (int several = 0; several < (threads > 1 ? 2 : 1); ++several) {
      const std::string name = level_names[level];
      const int t = several == 1 ? threads : 1;
      rates.bandwidth[several][level] =
          1 / std::min(median_of(rows, "read from " + name, t), median_of(rows, "copy in " + name, t));
    }
  rates.capacity[0] = machine.l1;
  rates.capacity[1] = machine.l2;
  rates.capacity[2] = machine.l3;
  rates.capacity[3] = std::numeric_limits<std::int64_t>::max();
  return rates;
}

}  // namespace kindred::bench
