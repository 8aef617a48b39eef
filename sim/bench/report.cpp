#include "sim/bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/engine/instruction_set.hpp"

namespace kindred::bench {

namespace {

using Cells = std::vector<std::string>;
struct Table {
  std::string title;
  Cells head;
  std::vector<Cells> rows;
  std::string below = {};
};

/// Three digits.
std::string number(double x) { return x >= 100 ? fmt::format("{:.0f}", x) : fmt::format("{:.3g}", x); }

std::string spread(Spread s) {
  return fmt::format("{} [{}-{}]", number(s.median), number(s.low), number(s.high));
}

std::string thousands(std::int64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string bytes(std::int64_t n) {
  constexpr std::int64_t kibi = 1024, mebi = kibi * kibi, gibi = kibi * mebi;
  if (n <= 0) return "unknown";
  const auto in = [n](std::int64_t unit, const char* name) {
    return fmt::format("{:.3g} {}", static_cast<double>(n) / static_cast<double>(unit), name);
  };
  return n >= gibi ? in(gibi, "GiB") : n >= mebi ? in(mebi, "MiB") : in(kibi, "KiB");
}

std::vector<double> inverse(std::vector<double> values) {
  for (double& v : values) v = 1 / v;
  return values;
}

Table machine_table(const Result& r, const Program& p) {
  const Machine& m = r.machine;
  Table t{"machine", {"what", "value"}, {}};
  t.rows = {{"processor", m.processor},
            {"cores this process may use", std::to_string(m.cores)},
            {"caches L1d, L2 of a core, L3", bytes(m.l1) + ", " + bytes(m.l2) + ", " + bytes(m.l3)},
            {"memory", bytes(m.memory)},
            {"kernels", std::string(name_of(m.instruction_set))},
            {"program", fmt::format("kindred {} ({}), {}", p.version, p.commit, p.compiler)},
            {"load at the start", fmt::format("{:.2f} {:.2f} {:.2f}", m.load[0], m.load[1], m.load[2])},
            {"cores that others used",
             fmt::format("{:.2f} before, {:.2f} meanwhile", r.others_before, r.others_during)},
            {"rounds", fmt::format("{} interleaved, {:.0f} s in all", r.options.rounds, r.seconds)}};
  t.below =
      idle(r) ? "The machine was idle."
              : "The machine was NOT idle: rows on several threads are not reliable (?), the others are CPU "
                "time and suffer through shared caches and memory.";
  return t;
}

/// What a yardstick's row shows: a rate for bytes, a time for the rest.
Cells yardstick_cells(const Result& r, const Row& row) {
  const auto ns = row.nanoseconds();
  const std::string mark = reliable(r, row) ? "" : " ?";
  if (row.unit == "byte")
    return {row.label, std::to_string(row.threads), spread(spread_of(inverse(ns))) + mark, "GB/s"};
  const std::string unit = row.unit == "operation" ? fmt::format("ns per {} lanes", r.rates.lanes)
                           : row.unit == "cycle"   ? "ns"
                                                   : "ns per draw";
  return {row.label, std::to_string(row.threads), spread(spread_of(ns)) + mark, unit};
}

Table yardstick_table(const Result& r) {
  Table t{"yardsticks", {"what", "threads", "median [range]", "unit"}, {}};
  for (const Row& row : r.rows)
    if (row.section == "machine") t.rows.push_back(yardstick_cells(r, row));
  double measured = 0;
  for (const Row& row : r.rows)
    if (row.label == "addition or multiplication") measured = spread_of(row.nanoseconds()).median;
  t.below = fmt::format(
      "{:.2f} operations on registers of {} numbers a cycle; a copy counts bytes read and written.",
      r.rates.cycle / measured, r.rates.lanes);
  return t;
}

Cells contender_cells(const Result& r, const Row& row) {
  if (!row.skipped.empty())
    return {row.label, "-", "skipped: " + row.skipped, "", "", "", "", "", "", "", ""};
  const std::string mark = reliable(r, row) ? "" : " ?";
  const auto ns = row.nanoseconds();
  const Row* naive = naive_of(r, row);
  const double worlds = std::max(row.width, 1);
  Cells cells{row.label, std::to_string(row.threads), spread(spread_of(ns)) + mark,
              naive ? spread(ratio_of(naive->nanoseconds(), ns)) + mark : "",
              row.bytes_per_unit > 0 ? number(row.bytes_per_unit / worlds) : ""};
  const auto floor = floor_of(r, row);
  if (!floor) return cells;
  for (const double x : {floor->bytes, floor->draws, floor->operations}) cells.push_back(number(x));
  const double median = spread_of(ns).median;
  cells.push_back(fmt::format("{} ({})", number(median / floor->largest()), floor->binding()));
  cells.push_back(number(floor->asked));
  cells.push_back(number(median / floor->largest_asked()));
  return cells;
}

Table model_table(const Result& r, const std::string& section, std::int64_t persons) {
  Table t{fmt::format("{}, {} persons", section, thousands(persons)),
          {"contender", "threads", "ns per person-week and world", "times naive", "bytes/person/world",
           "floor: bytes", "draws", "operations", "measured/floor", "bytes by read",
           "measured/floor by read"},
          {}};
  for (const Row& row : r.rows)
    if (row.section == section && row.persons == persons) t.rows.push_back(contender_cells(r, row));
  for (const Answer& a : r.answers)
    if (a.section == section && a.persons == persons)
      t.below += fmt::format("{}{}: mean {:.4f}, SD {:.4f}{}",
                             t.below.empty() ? fmt::format("After {} weeks: ", a.weeks) : "; ", a.label,
                             a.mean, a.sd, a.share > 0 ? fmt::format(", coupled {:.4f}", a.share) : "");
  return t;
}

/// Elapsed and CPU nanoseconds of a row's best round by elapsed time.
Times best_of(const Row& row) {
  const auto best = std::min_element(row.rounds.begin(), row.rounds.end(),
                                     [](const Times& a, const Times& b) { return a.wall < b.wall; });
  return {best->wall * 1e9 / row.units, best->cpu * 1e9 / row.units};
}

Table thread_table(const Result& r) {
  Table t{
      "on several threads",
      {"model, persons", "contender", "threads", "ns on one", "ns on all", "times as fast", "CPU ns on all"},
      {}};
  for (const Row& row : r.rows) {
    const Row* const one = on_one_thread(r, row);
    if (one == nullptr || row.rounds.empty() || one->rounds.empty()) continue;
    const Times alone = best_of(*one), together = best_of(row);
    t.rows.push_back({fmt::format("{}, {}", row.section, thousands(row.persons)), row.label,
                      std::to_string(row.threads), number(alone.wall), number(together.wall),
                      number(alone.wall / together.wall) + (reliable(r, row) ? "" : " ?"),
                      number(together.cpu)});
  }
  t.below = "Best rounds, elapsed; CPU time of all threads in the same round.";
  return t;
}

Cells count_cells(const Counted& c) {
  const auto three = [](double u, double n, double e) {
    return fmt::format("{}+{}+{}", number(u), number(n), number(e));
  };
  const OperationCounts& o = c.operations;
  return {fmt::format("{}, {}", c.section, thousands(c.persons)),
          std::to_string(c.width),
          number(c.traffic.read),
          number(c.traffic.written),
          number(c.traffic.gathered),
          number(c.traffic.held),
          three(c.draws.uniforms, c.draws.normals, c.draws.exponentials),
          three(o.drawn.uniforms, o.drawn.normals, o.drawn.exponentials),
          number(o.simple),
          number(o.divisions),
          number(o.roots)};
}

Table count_table(const Result& r) {
  Table t{"what the floors count",
          {"model, persons", "W", "bytes read", "written", "gathered", "held", "draws u+n+e", "drawn u+n+e",
           "simple operations", "divisions", "roots"},
          {}};
  for (const Counted& c : r.counted) t.rows.push_back(count_cells(c));
  t.below =
      "Bytes and draws of a row (a person in all worlds) and week; operations of a person-week in one world.";
  return t;
}

std::vector<Table> tables_of(const Result& r, const Program& p) {
  std::vector<Table> tables{machine_table(r, p), yardstick_table(r)};
  for (const std::int64_t persons : r.options.averaging)
    tables.push_back(model_table(r, "averaging", persons));
  for (const std::int64_t persons : r.options.attachment)
    tables.push_back(model_table(r, "attachment", persons));
  if (r.options.threads > 1) tables.push_back(thread_table(r));
  tables.push_back(count_table(r));
  return tables;
}

std::string padded(const Cells& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string cell = i < cells.size() ? cells[i] : "";
    line += i == 0 ? fmt::format("  {:<{}}", cell, widths[i]) : fmt::format("  {:>{}}", cell, widths[i]);
  }
  return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string as_text(const Table& t) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < t.head.size(); ++i) {
    widths.push_back(t.head[i].size());
    for (const Cells& row : t.rows)
      if (i < row.size() && row[i].rfind("skipped", 0) != 0) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text = t.title + "\n" + padded(t.head, widths);
  for (const Cells& row : t.rows) text += padded(row, widths);
  return text + (t.below.empty() ? "" : "  " + t.below + "\n") + "\n";
}

std::string as_markdown(const Table& t) {
  const auto line = [&](const Cells& cells) {
    std::string text = "|";
    for (std::size_t i = 0; i < t.head.size(); ++i) text += " " + (i < cells.size() ? cells[i] : "") + " |";
    return text + "\n";
  };
  std::string text = "### " + t.title + "\n\n" + line(t.head) + line(Cells(t.head.size(), "---"));
  for (const Cells& row : t.rows) text += line(row);
  return text + (t.below.empty() ? "" : "\n" + t.below + "\n") + "\n";
}

}  // namespace

std::string text_of(const Result& result, const Program& program) {
  std::string text;
  for (const Table& t : tables_of(result, program)) text += as_text(t);
  return text;
}

std::string markdown_of(const Result& result, const Program& program) {
  std::string text;
  for (const Table& t : tables_of(result, program)) text += as_markdown(t);
  return text;
}

}  // namespace kindred::bench
