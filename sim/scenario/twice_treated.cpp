#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/reader.hpp"

namespace kindred::scenario {
namespace {

/// True when nobody can meet both of two conditions on the same thing.
bool exclude(const Condition& a, const Condition& b) {
  if (a.kind != b.kind || a.index != b.index) return false;
  const bool apart =
      (a.above && b.below && *a.above >= *b.below) || (b.above && a.below && *b.above >= *a.below);
  const auto shared = [&](int label) {
    return std::find(b.labels.begin(), b.labels.end(), label) != b.labels.end();
  };
  return apart || (!a.labels.empty() && std::none_of(a.labels.begin(), a.labels.end(), shared));
}

bool disjoint(const ProgrammePlan& a, const ProgrammePlan& b) {
  using Kind = Allocation::Kind;
  const Allocation &x = a.allocation, &y = b.allocation;
  if (x.kind == Kind::person && y.kind == Kind::person && x.person != y.person) return true;
  const bool steps = x.kind == Kind::stepped_wedge && y.kind == Kind::stepped_wedge && x.steps == y.steps;
  if (steps && x.step != y.step) return true;
  return std::any_of(a.who.begin(), a.who.end(), [&](const Condition& one) {
    return std::any_of(b.who.begin(), b.who.end(),
                       [&](const Condition& other) { return exclude(one, other); });
  });
}

}  // namespace

void note_twice_treated(std::vector<std::string>& notes, const std::vector<ArmDraft>& arms) {
  for (const ArmDraft& arm : arms)
    for (std::size_t later = 1; later < arm.uses.size(); ++later)
      for (std::size_t earlier = 0; earlier < later; ++earlier) {
        const ProgrammePlan &a = arm.uses[earlier].plan, &b = arm.uses[later].plan;
        if (a.name != b.name || a.start != b.start || a.group != b.group || disjoint(a, b)) continue;
        notes.push_back(
            fmt::format("arm '{}', programme '{}': used twice in week {} with the same luck, so the same "
                        "people are treated twice; keep one use, or give one a group of its own",
                        arm.name, a.name, a.start));
      }
}

}  // namespace kindred::scenario
