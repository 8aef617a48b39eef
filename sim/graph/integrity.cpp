#include "sim/graph/acquaintance_graph.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace kindred::graph {
namespace {

constexpr std::size_t most_listed = 100;

struct Findings {
  std::vector<std::string> texts;
  std::size_t count = 0;
};

template <class... Parts>
void add(Findings& findings, fmt::format_string<const Parts&...> form, const Parts&... parts) {
  if (++findings.count <= most_listed) findings.texts.push_back(fmt::format(form, parts...));
}

/// Sizes and offsets: when these are wrong nothing else can be walked.
void check_shape(const AcquaintanceGraph& graph, Findings& findings) {
  const auto& offset = graph.row_offset;
  if (offset.empty()) {
    add(findings, "row_offset is empty: it has one entry more than there are persons");
    return;
  }
  if (offset.front() != 0) add(findings, "row 0: offset {} is not 0", offset.front());
  for (std::size_t row = 0; row + 1 < offset.size(); ++row) {
    if (offset[row + 1] < offset[row]) {
      add(findings, "row {}: offset {} is followed by the smaller {}", row, offset[row], offset[row + 1]);
    }
  }
  if (offset.back() < 0 || slot(offset.back()) != graph.neighbour.size()) {
    add(findings, "row {}: the last offset {} is not the number of half-ties, {}", offset.size() - 1,
        offset.back(), graph.neighbour.size());
  }
  if (graph.half_tie_tie.size() != graph.neighbour.size()) {
    add(findings, "half_tie_tie has {} entries for {} half-ties", graph.half_tie_tie.size(),
        graph.neighbour.size());
  }
  if (graph.tie_low.size() != graph.tie_high.size() || 2 * graph.tie_low.size() != graph.neighbour.size()) {
    add(findings, "{} lower and {} higher ends do not make half of {} half-ties", graph.tie_low.size(),
        graph.tie_high.size(), graph.neighbour.size());
  }
  if (graph.position.size() + 1 != offset.size()) {
    add(findings, "position has {} entries for {} persons", graph.position.size(), offset.size() - 1);
  }
}

/// One row on its own. @return whether it is sorted, so that it can be searched by halving.
bool check_row(const AcquaintanceGraph& graph, std::int32_t row, Findings& findings) {
  const std::int32_t persons = persons_of(graph);
  bool sorted = true;
  std::int32_t before = -1;
  for (const std::int32_t other : neighbours_of(graph, row)) {
    if (other < 0 || other >= persons) {
      add(findings, "row {}: neighbour {} is outside 0..{}", row, other, persons - 1);
    } else if (other == row) {
      add(findings, "row {}: neighbour {} is the person itself", row, other);
    } else if (other == before) {
      add(findings, "row {}: neighbour {} appears twice", row, other);
    }
    if (other < before) {
      sorted = false;
      add(findings, "row {}: neighbour {} stands after {}: not ascending", row, other, before);
    }
    before = other;
  }
  const float position = graph.position[slot(row)];
  if (!(position >= 0 && position < 1)) add(findings, "row {}: position {} is outside [0, 1)", row, position);
  return sorted;
}

void check_mates(const AcquaintanceGraph& graph, std::int32_t row, const std::vector<char>& sorted,
                 Findings& findings) {
  for (const std::int32_t other : neighbours_of(graph, row)) {
    if (other < 0 || other >= persons_of(graph) || other == row) continue;  // reported by check_row
    const auto mates = neighbours_of(graph, other);
    const bool found = sorted[slot(other)] ? std::binary_search(mates.begin(), mates.end(), row)
                                           : std::find(mates.begin(), mates.end(), row) != mates.end();
    if (!found) add(findings, "row {}: neighbour {} has no mate", row, other);
  }
}

void check_tie_ids(const AcquaintanceGraph& graph, std::int32_t row, Findings& findings) {
  for (std::int32_t h = graph.row_offset[slot(row)]; h < graph.row_offset[slot(row) + 1]; ++h) {
    const std::int32_t other = graph.neighbour[slot(h)];
    const std::int32_t tie = graph.half_tie_tie[slot(h)];
    if (tie < 0 || tie >= ties_of(graph)) {
      add(findings, "row {}: the half-tie to {} names tie {}, outside 0..{}", row, other, tie,
          ties_of(graph) - 1);
    } else if (graph.tie_low[slot(tie)] != std::min(row, other) ||
               graph.tie_high[slot(tie)] != std::max(row, other)) {
      add(findings, "row {}: the half-tie to {} names tie {}, which joins {} and {}", row, other, tie,
          graph.tie_low[slot(tie)], graph.tie_high[slot(tie)]);
    }
  }
}

void check_tie_order(const AcquaintanceGraph& graph, Findings& findings) {
  for (std::size_t tie = 0; tie < graph.tie_low.size(); ++tie) {
    const Edge here{graph.tie_low[tie], graph.tie_high[tie]};
    if (!(here.first < here.second)) {
      add(findings, "tie {}: the lower end {} is not below the higher end {}", tie, here.first, here.second);
    }
    if (tie == 0) continue;
    const Edge before{graph.tie_low[tie - 1], graph.tie_high[tie - 1]};
    if (!(before < here)) {
      add(findings, "tie {}: {}-{} does not come after {}-{}", tie, here.first, here.second, before.first,
          before.second);
    }
  }
}

}  // namespace

std::vector<std::string> integrity_problems(const AcquaintanceGraph& graph) {
  Findings findings;
  check_shape(graph, findings);
  if (findings.count == 0) {
    std::vector<char> sorted(slot(persons_of(graph)));
    for (std::int32_t row = 0; row < persons_of(graph); ++row) {
      sorted[slot(row)] = check_row(graph, row, findings) ? 1 : 0;
    }
    for (std::int32_t row = 0; row < persons_of(graph); ++row) {
      check_mates(graph, row, sorted, findings);
      check_tie_ids(graph, row, findings);
    }
    check_tie_order(graph, findings);
  }
  if (findings.count > most_listed) {
    findings.texts.push_back(fmt::format("and {} more", findings.count - most_listed));
  }
  return std::move(findings.texts);
}

}  // namespace kindred::graph
