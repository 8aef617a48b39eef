#include "sim/bench/floor.hpp"

#include <algorithm>
#include <set>
#include <span>

namespace kindred::bench {

namespace {

constexpr double index_bytes = 4;
constexpr double number_bytes = 4;

bool names(std::span<const int> list, int column) {
  return std::find(list.begin(), list.end(), column) != list.end();
}

/// True when the phase asks for a weekly decision of each tie.
bool uses_tie_draws(const ModelDeclaration& model, const PhaseDeclaration& phase) {
  return std::any_of(phase.draw_blocks.begin(), phase.draw_blocks.end(), [&](int b) {
    const DrawBlockDeclaration& block = model.draw_blocks[static_cast<std::size_t>(b)];
    return block.entity == Entity::tie && block.occasion == Occasion::weekly;
  });
}

/// Adds up one phase after the other and remembers which arrays were met.
class TrafficCount {
 public:
  TrafficCount(const ModelDeclaration& model, const Shape& shape) : model_(model), shape_(shape) {}

  void add(const PhaseDeclaration& phase) {
    const bool fold = phase.kind == PhaseDeclaration::Kind::fold;
    const bool tie = phase.kind == PhaseDeclaration::Kind::tie;
    for (const int c : phase.reads_own) read(person(c));
    for (const int c : phase.writes) total_.written += person(c);
    // a fold asks once per half-tie, a tie phase at both ends, a person phase looks at one other person
    const double asked = fold || tie ? 2 * shape_.ties : 1;
    for (const int c : phase.reads_neighbours) {
      if (!names(phase.reads_own, c)) total_.read += person(c);
      total_.gathered += asked * person(c);
    }
    if (fold) structure("row_offset", index_bytes), structure("neighbour", 2 * shape_.ties * index_bytes);
    if (tie) structure("ends", 2 * shape_.ties * index_bytes);
    if (fold || tie) add_ties(phase, fold);
  }
  Traffic total() const { return total_; }

 private:
  /// Person phases touch a tie only in a week in which a bond forms or ends: not counted.
  void add_ties(const PhaseDeclaration& phase, bool fold) {
    const bool draws = uses_tie_draws(model_, phase);
    for (const int c : phase.reads_ties) {
      total_.read += tie(c);
      total_.gathered += (fold ? 2 : 1) * tie(c);
    }
    for (const int c : phase.writes_ties) total_.written += tie(c);
    if (fold && (draws || !phase.reads_ties.empty()))
      structure("half_tie_tie", 2 * shape_.ties * index_bytes);
    if (!draws) return;
    const double bytes = met("tie_draw", shape_.ties * number_bytes);
    if (fold) total_.read += bytes, total_.gathered += 2 * bytes;
    else total_.written += bytes;
  }
  void read(double bytes) {
    total_.read += bytes;
    total_.gathered += bytes;
  }
  void structure(const char* name, double bytes) { read(met(name, bytes)); }
  double person(int column) {
    const auto c = static_cast<std::size_t>(column);
    if (shape_.person_idle[c] != 0) return 0;
    return met("person " + std::to_string(column),
               number_bytes * (shape_.person_once[c] != 0 ? 1 : shape_.width));
  }
  double tie(int column) {
    const bool once = shape_.tie_once[static_cast<std::size_t>(column)] != 0;
    return met("tie " + std::to_string(column), shape_.ties * number_bytes * (once ? 1 : shape_.width));
  }
  double met(const std::string& array, double bytes) {
    if (met_.insert(array).second) total_.held += bytes;
    return bytes;
  }

  const ModelDeclaration& model_;
  const Shape& shape_;
  Traffic total_;
  std::set<std::string> met_;
};

void count_decisions(const DrawBlockDeclaration& block, DrawCounts& counts) {
  for (std::size_t k = 0; k < 4; ++k) {
    if (block.decisions[k].empty()) continue;
    (block.distribution[k] == Distribution::normal        ? counts.normals
     : block.distribution[k] == Distribution::exponential ? counts.exponentials
                                                          : counts.uniforms) += 1;
  }
}

}  // namespace

Traffic traffic_of(const ModelDeclaration& model, const Shape& shape) {
  TrafficCount count(model, shape);
  for (const PhaseDeclaration& phase : model.phases)
    if (!phase.at_start) count.add(phase);
  return count.total();
}

DrawCounts draws_of(const ModelDeclaration& model, double ties) {
  std::set<int> blocks;
  for (const PhaseDeclaration& phase : model.phases)
    if (!phase.at_start) blocks.insert(phase.draw_blocks.begin(), phase.draw_blocks.end());
  DrawCounts counts;
  for (const int b : blocks) {
    const DrawBlockDeclaration& block = model.draw_blocks[static_cast<std::size_t>(b)];
    if (block.occasion != Occasion::weekly) continue;
    if (block.entity == Entity::tie) counts.uniforms += ties;
    else count_decisions(block, counts);
  }
  return counts;
}

OperationCounts operations_of(const LaneCounts& counts, std::int64_t rows, int width, int weeks) {
  const double row_weeks = static_cast<double>(rows) * weeks;
  const auto per_world = [&](std::int64_t n) { return static_cast<double>(n) / row_weeks / width; };
  const auto per_row = [&](std::int64_t n) { return static_cast<double>(n) / row_weeks; };
  return {per_world(counts.simple),
          per_world(counts.divisions),
          per_world(counts.roots),
          {per_row(counts.uniforms), per_row(counts.normals), per_row(counts.exponentials)}};
}

double Floor::largest() const { return std::max({bytes, draws, operations}); }

const char* Floor::binding() const {
  return largest() == operations ? "operations" : largest() == bytes ? "bytes" : "draws";
}

Floor floor_of(const Traffic& traffic, const DrawCounts& draws, const OperationCounts& operations,
               const MachineRates& rates, std::int64_t rows, int width, int threads) {
  const double set = traffic.held * static_cast<double>(rows);
  int level = 0;
  while (level < levels - 1 && set / (level < 2 ? threads : 1) > static_cast<double>(rates.capacity[level]))
    ++level;
  const double bandwidth = rates.bandwidth[threads > 1 ? 1 : 0][level];
  const double drawing =
      draws.uniforms * rates.uniform + draws.normals * rates.normal + draws.exponentials * rates.exponential;
  // the divider works beside the other units, so the two are not added
  const double computing = std::max(operations.simple * rates.operation,
                                    operations.divisions * rates.division + operations.roots * rates.root) /
                           rates.lanes;
  return {(traffic.read + traffic.written) / bandwidth / width, drawing / width / threads,
          computing / threads, static_cast<Level>(level),
          (traffic.gathered + traffic.written) / bandwidth / width};
}

}  // namespace kindred::bench
