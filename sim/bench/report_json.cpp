#include <nlohmann/json.hpp>

#include "sim/bench/report.hpp"
#include "sim/engine/instruction_set.hpp"

namespace kindred::bench {

namespace {

using Json = nlohmann::ordered_json;

Json json_of(Spread s) { return {{"median", s.median}, {"lowest", s.low}, {"highest", s.high}}; }

Json json_of(const DrawCounts& d) {
  return {{"uniform", d.uniforms}, {"normal", d.normals}, {"exponential", d.exponentials}};
}

Json json_of(const Machine& m) {
  return {{"processor", m.processor},
          {"cores", m.cores},
          {"l1_bytes", m.l1},
          {"l2_bytes", m.l2},
          {"l3_bytes", m.l3},
          {"memory_bytes", m.memory},
          {"instruction_set", name_of(m.instruction_set)},
          {"load", {m.load[0], m.load[1], m.load[2]}}};
}

const char* name_of(Level level) {
  constexpr const char* names[levels] = {"L1", "L2", "L3", "memory"};
  return names[static_cast<int>(level)];
}

Json json_of(const Floor& f) {
  return {{"bytes", f.bytes},
          {"bytes_by_read", f.asked},
          {"draws", f.draws},
          {"operations", f.operations},
          {"largest", f.largest()},
          {"binding", f.binding()},
          {"working_set_in", name_of(f.level)}};
}

Json json_of(const Result& r, const Row& row) {
  Json out{{"section", row.section}, {"label", row.label},         {"persons", row.persons},
           {"width", row.width},     {"ensembles", row.ensembles}, {"threads", row.threads},
           {"unit", row.unit}};
  if (!row.skipped.empty()) {
    out["skipped"] = row.skipped;
    return out;
  }
  const auto ns = row.nanoseconds();
  out["reliable"] = reliable(r, row);
  out["clock"] = row.threads == 1 ? "cpu" : "elapsed";
  out["units_per_round"] = row.units;
  out["ns_per_unit"] = json_of(spread_of(ns));
  if (const Row* naive = naive_of(r, row)) out["times_naive"] = json_of(ratio_of(naive->nanoseconds(), ns));
  if (row.bytes_per_unit > 0) out["bytes_per_person"] = row.bytes_per_unit;
  if (const auto floor = floor_of(r, row)) {
    out["floor_ns"] = json_of(*floor);
    out["measured_over_floor"] = spread_of(ns).median / floor->largest();
    out["measured_over_floor_by_read"] = spread_of(ns).median / floor->largest_asked();
  }
  for (const Times& t : row.rounds) out["rounds"].push_back({{"elapsed_s", t.wall}, {"cpu_s", t.cpu}});
  return out;
}

Json json_of(const Counted& c) {
  return {{"section", c.section},
          {"persons", c.persons},
          {"width", c.width},
          {"bytes_per_row_week",
           {{"read", c.traffic.read},
            {"written", c.traffic.written},
            {"gathered", c.traffic.gathered},
            {"held", c.traffic.held}}},
          {"draws_per_row_week", json_of(c.draws)},
          {"drawn_per_row_week", json_of(c.operations.drawn)},
          {"operations_per_person_week",
           {{"simple", c.operations.simple},
            {"division", c.operations.divisions},
            {"root", c.operations.roots}}}};
}

}  // namespace

std::string json_of(const Result& result, const Program& program) {
  Json out{{"version", program.version},
           {"commit", program.commit},
           {"compiler", program.compiler},
           {"machine", json_of(result.machine)},
           {"idle", idle(result)},
           {"cores_used_by_others", {{"before", result.others_before}, {"during", result.others_during}}},
           {"rounds", result.options.rounds},
           {"seconds", result.seconds},
           {"lanes", result.rates.lanes},
           {"cycle_ns", result.rates.cycle}};
  for (const Row& row : result.rows) out["rows"].push_back(json_of(result, row));
  for (const Answer& a : result.answers)
    out["answers"].push_back({{"section", a.section},
                              {"label", a.label},
                              {"persons", a.persons},
                              {"weeks", a.weeks},
                              {"mean", a.mean},
                              {"sd", a.sd},
                              {"coupled", a.share}});
  for (const Counted& c : result.counted) out["counted"].push_back(json_of(c));
  return out.dump(2);
}

}  // namespace kindred::bench
