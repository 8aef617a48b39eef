#include "sim/scenario/read_sweep.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/compose.hpp"
#include "sim/scenario/read_root.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// What no point has of its own, and why.
constexpr std::pair<std::string_view, std::string_view> of_the_whole[] = {
    {"schema", "the version of the language is one for all"},
    {"title", "it is a text for people and changes nothing"},
    {"include", "files can be included only in a file"},
    {"seed", "the luck belongs to the sweep as a whole, so that points differ by their values alone"},
    {"branch", "a sweep lives through its own burn-in"},
    {"time", "all points last equally long, so that their weeks can be compared"},
    {"replicates", "all points have equally many societies; sweep.until adds more where they are needed"},
    {"record", "what is kept is the same of every point"},
    {"sweep", "a sweep does not vary itself"},
};

bool lies_in(const std::string& inner, const std::string& outer) {
  return inner == outer || (inner.size() > outer.size() && inner.compare(0, outer.size(), outer) == 0 &&
                            inner[outer.size()] == '.');
}

/// A list takes its points from a file or from the section itself.
void read_list(SweepReader& reader, const Fields& fields, SweepDraft& draft) {
  const Field &from = fields["from"], &rows = fields["rows"];
  if (from.node && rows.node)
    complain(reader.problems, rows.node->key_place, joined(fields.path, "rows"),
             "stands beside from, which names a file of rows; keep one");
  else if (!rows.node && !require_for_kind(reader.problems, fields, "from", draft.design)) return;
  else if (rows.valid && rows.node) {
    draft.rows = rows.text;
    draft.rows_place = rows.node->place;
  } else if (from.valid && from.node) {
    draft.rows_place = from.node->place;
    draft.from = find_path(reader.problems, reader.folders, from.node->place, joined(fields.path, "from"),
                           from.text, "designs")
                     .value_or("");
  }
}

}  // namespace

std::optional<Destination> factor_destination(SweepReader& reader, std::string_view at,
                                              const FactorPath& factor) {
  const std::string path = joined(at, factor.path);
  const std::string first = factor.path.substr(0, factor.path.find('.'));
  for (const auto& [key, why] : of_the_whole)
    if (first == key) {
      complain(reader.problems, factor.place, path, fmt::format("'{}' cannot vary: {}", key, why));
      return std::nullopt;
    }
  std::string why;
  auto found = destination_of(reader.land, factor.path, why);
  if (!found && !why.empty()) complain(reader.problems, factor.place, path, why);
  return found;
}

void check_separate(SweepReader& reader, const Sources& sources, std::string_view at,
                    const std::vector<FactorPath>& paths) {
  std::set<std::string> all;
  for (const FactorPath& factor : paths) all.insert(factor.path);
  for (const FactorPath& inner : paths)
    for (std::size_t dot = inner.path.find('.'); dot != std::string::npos;
         dot = inner.path.find('.', dot + 1))
      if (const std::string outer = inner.path.substr(0, dot); all.contains(outer))
        complain(reader.problems, inner.place, joined(at, inner.path),
                 fmt::format("lies inside '{}', which varies as a whole", outer));
  for (const std::string& word : sources.overrides) {
    const std::string path = word.substr(0, word.find('='));
    for (const FactorPath& factor : paths)
      if (lies_in(factor.path, path) || lies_in(path, factor.path))
        complain(reader.problems, {std::string(command_line), 0, 0}, path,
                 fmt::format("is set here and varied by the sweep ({}); take it out of one of them",
                             joined(at, factor.path)));
  }
}

SweepDraft read_sweep(SweepReader& reader, const Node& section) {
  const Key& key = *find_key(scenario_keys(), sweep_key);
  const std::size_t before = reader.problems.found.size();
  const Fields fields = read_fields(reader.problems, section, key.children, sweep_key);
  SweepDraft draft;
  draft.place = section.key_place;
  draft.design = fields["design"].text;
  draft.points = fields["points"].integer;
  draft.levels = static_cast<int>(fields["levels"].integer);
  draft.scrambled = fields["scrambled"].boolean;
  const auto asks = [&](std::string_view name) {
    const auto& kinds = fields[name].key->kinds;
    return std::find(kinds.begin(), kinds.end(), draft.design) != kinds.end();
  };
  if (fields["design"].valid) report_foreign_keys(reader.problems, fields, draft.design);
  if (asks("points")) require_for_kind(reader.problems, fields, "points", draft.design);
  if (asks("parameters")) require_for_kind(reader.problems, fields, "parameters", draft.design);
  if (asks("from")) read_list(reader, fields, draft);
  else draft.factors = read_factors(reader, fields["parameters"]);
  const std::size_t before_weeks = reader.problems.found.size();
  draft.weeks = read_weeks(reader, fields["weeks"]);
  const bool weeks_known = reader.problems.found.size() == before_weeks;
  draft.until = read_until(reader, fields["until"], weeks_known ? &draft.weeks : nullptr);
  draft.sound = reader.problems.found.size() == before;
  return draft;
}

Swept read_swept(Problems& problems, const Folders& folders, const Sources& sources,
                 std::span<const ModelDeclaration* const> models) {
  Swept swept;
  swept.root = composed(problems, sources, folders);
  if (!swept.root) return swept;
  swept.plan = read_root(problems, folders, models, *swept.root);
  const Node* section = swept.root->find(sweep_key);
  if (!section) return swept;
  SweepReader reader{problems, folders, territory_of(*swept.root, models),
                     swept.plan ? &*swept.plan : nullptr};
  swept.sweep = read_sweep(reader, *section);
  std::vector<FactorPath> paths;
  for (const FactorDraft& factor : swept.sweep->factors) paths.push_back({factor.path, factor.place});
  check_separate(reader, sources, "sweep.parameters", paths);
  return swept;
}

void check_factor_paths(Problems& problems, const Folders& folders, const Sources& sources, const Node& root,
                        std::span<const ModelDeclaration* const> models, std::string_view at,
                        const std::vector<FactorPath>& paths) {
  SweepReader reader{problems, folders, territory_of(root, models), nullptr};
  for (const FactorPath& path : paths) factor_destination(reader, at, path);
  check_separate(reader, sources, at, paths);
}

}  // namespace kindred::scenario
