#include "sim/bench/bench.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/parallel/parallel.hpp"

namespace kindred::bench {

Options options_of(Extent extent, int threads) {
  Options o;
  o.averaging = {10000, 100000, 1000000};
  o.attachment = {1000, 10000, 100000};
  if (extent == Extent::quick) {
    o.averaging = {10000};
    o.attachment = {1000, 10000};
    o.rounds = 5;
    o.seconds = 0.008;
  }
  if (extent == Extent::large || extent == Extent::full) o.attachment.push_back(1000000);
  if (extent == Extent::full) o.seconds = 0.1;
  o.threads = threads > 0 ? threads : std::min(2, parallel::available_threads());
  return o;
}

Result measure(const Options& options, const std::function<void(const std::string&)>& progress) {
  Result result{options, this_machine(), cores_busy_now(), 0, 0, {}, {}, {}, {}};
  const BusySeconds start = busy_seconds();
  Timed timed;
  {
    const Effort effort{options.widths, options.threads, options.seconds, result.machine.instruction_set};
    progress("yardsticks");
    timed.contenders = yardsticks(result.machine, options.threads, options.seconds);
    for (const std::int64_t persons : options.averaging) {
      progress(fmt::format("opinion averaging, {} persons: 100 weeks", persons));
      add_averaging(timed, persons, effort);
    }
    for (const std::int64_t persons : options.attachment) {
      progress(fmt::format("attachment, {} persons: until bonds have formed", persons));
      add_attachment(timed, persons, effort);
    }
    int shown = -1;
    run_rounds(timed.contenders, options.rounds, [&](double share) {
      const int tenth = static_cast<int>(10 * share);
      if (tenth != shown) progress(fmt::format("{} rounds: {} %", options.rounds, 10 * tenth));
      shown = tenth;
    });
  }
  for (const Contender& contender : timed.contenders) result.rows.push_back(contender.row);
  timed.contenders.clear();  // child processes end here, so that their time is known to be ours
  const BusySeconds end = busy_seconds();
  result.others_during = cores_used_by_others(start, end);
  result.seconds = end.wall - start.wall;
  result.answers = std::move(timed.answers);
  result.counted = std::move(timed.counted);
  result.rates = rates_of(result.rows, result.machine, options.threads);
  return result;
}

bool idle(const Result& result) {
  return result.others_before < idle_limit && result.others_during < idle_limit;
}

bool reliable(const Result& result, const Row& row) { return row.threads == 1 || idle(result); }

const Row* naive_of(const Result& result, const Row& row) {
  if (row.section == "machine") return nullptr;
  for (const Row& other : result.rows)
    if (other.section == row.section && other.persons == row.persons && other.label == "naive C++")
      return &other;
  return nullptr;
}

const Row* on_one_thread(const Result& result, const Row& row) {
  if (row.section == "machine" || row.threads == 1) return nullptr;
  for (const Row& other : result.rows)
    if (other.section == row.section && other.persons == row.persons && other.label == row.label &&
        other.threads == 1)
      return &other;
  return nullptr;
}

const Counted* counted_of(const Result& result, const Row& row) {
  for (const Counted& c : result.counted)
    if (c.section == row.section && c.persons == row.persons && c.width == row.width) return &c;
  return nullptr;
}

std::optional<Floor> floor_of(const Result& result, const Row& row) {
  const Counted* c = counted_of(result, row);
  if (c == nullptr) return std::nullopt;
  return floor_of(c->traffic, c->draws, c->operations, result.rates, row.persons * row.ensembles, row.width,
                  row.threads);
}

}  // namespace kindred::bench
