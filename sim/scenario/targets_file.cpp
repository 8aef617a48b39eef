#include "sim/scenario/targets_file.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "sim/scenario/compose.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/target_rows.hpp"

namespace kindred::scenario {
namespace {

constexpr Type own_reader = Type::bound;  // a type that `read_fields` leaves to others

constexpr Key study_table[] = {
    {.name = "seed", .type = Type::seed, .meaning = "from which all luck is drawn", .required = true},
    {.name = "persons",
     .type = Type::integer,
     .meaning = "people in a society",
     .required = true,
     .range = {2, 100000000},
     .unit = "persons"},
    {.name = "societies",
     .type = Type::integer,
     .meaning = "how many societies are drawn",
     .required = true,
     .range = {1, 100000}},
    {.name = "burn_in",
     .type = Type::duration,
     .meaning = "time before the study in which lives settle",
     .required = true,
     .range = {0, longest_time}},
    {.name = "hypotheses", .type = own_reader, .meaning = "list of hypotheses", .required = true},
    {.name = "course",
     .type = Type::uses,
     .meaning = "list of the one programme whose effects are targets",
     .required = true},
    {.name = "online",
     .type = Type::uses,
     .meaning = "list of the one programme done without guidance",
     .required = true},
};

constexpr Key file_table[] = {
    {.name = "schema", .type = Type::schema, .meaning = "version of the file's language", .required = true},
    {.name = "study",
     .type = Type::map,
     .meaning = "where targets are computed",
     .required = true,
     .children = study_table},
    {.name = "targets", .type = own_reader, .meaning = "list of targets", .required = true},
};

std::vector<Hypothesis> read_hypotheses(Reader& reader, const Node* node) {
  constexpr Key key{
      .name = "hypothesis", .type = Type::hypothesis, .meaning = "name or code of a hypothesis"};
  std::vector<Hypothesis> all;
  const auto list = items(reader.problems, node, "study.hypotheses", "a list of hypotheses");
  if (node && node->kind == Node::Kind::list && list.empty())
    complain(reader.problems, node->place, "study.hypotheses", "at least one hypothesis is needed");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string path = fmt::format("study.hypotheses.{}", i);
    if (list[i].kind == Node::Kind::map) {
      complain(reader.problems, list[i].place, path,
               "expected the name or file of a hypothesis, found a map");
      continue;
    }
    const std::optional<Hypothesis> found = read_hypothesis(reader, &list[i], key, path);
    if (!found) continue;
    const auto same = [&](const Hypothesis& other) { return other.name == found->name; };
    if (std::any_of(all.begin(), all.end(), same))
      complain(reader.problems, list[i].place, path, fmt::format("'{}' is in the list already", found->name));
    all.push_back(*found);
  }
  return all;
}

/// The programme of one world. It begins with the study, because the other targets are read from there on.
std::vector<ProgrammePlan> read_course(Reader& reader, const Fields& study, std::string_view name) {
  const Node* node = study[name].node;
  if (!node) return {};
  const std::string path = joined(study.path, name);
  const std::vector<UseDraft> uses = read_uses(reader, *node, name, path);
  const bool reported = node->kind != Node::Kind::list && node->kind != Node::Kind::null;
  if (!reported && uses.size() != 1)
    complain(reader.problems, node->place, path,
             fmt::format("expected one programme, found {}", uses.size()));
  std::vector<ProgrammePlan> programmes;
  for (const UseDraft& use : uses) programmes.push_back(use.plan);
  if (!programmes.empty() && programmes.front().start != 0)
    complain(reader.problems, node->place, path, "must start at '0 weeks', when the study starts");
  return programmes;
}

std::vector<ArmPlan> arms_of(const ModelDeclaration& model, const std::vector<Hypothesis>& hypotheses,
                             const std::vector<ProgrammePlan>& course,
                             const std::vector<ProgrammePlan>& online) {
  std::vector<ArmPlan> arms;
  for (const Hypothesis& hypothesis : hypotheses) {
    const std::vector<double> parameters = calibrated_set(model, hypothesis);
    arms.push_back({"waitlist", hypothesis.name, parameters, {}});  // in the order of TargetArm
    arms.push_back({"course", hypothesis.name, parameters, course});
    arms.push_back({"online", hypothesis.name, parameters, online});
  }
  return arms;
}

Fields read_study(Problems& problems, const Field& section) {
  Problems ignored;  // the absence of the whole section is reported already
  ignored.incomplete = true;
  return read_fields(section.node ? problems : ignored, or_nothing(section.node), study_table, "study");
}

}  // namespace

TargetsFile read_targets(const Sources& sources, const ModelDeclaration& model,
                         std::span<const TargetQuantity> quantities) {
  Problems problems;
  const Folders folders = folders_of(sources);
  const std::optional<Node> root = composed(problems, sources, folders);
  if (!root) throw_if_any(problems);
  if (!root) throw Bug("a file of targets could not be read and nobody said why");

  std::vector<std::string> notes;  // only parameters that leave their set are noted, and none can here
  const SocietyDraft society;      // of the targets' own study: the engine judges what hangs on it
  Reader reader{problems, folders, model, notes, 0, society};
  const Fields top = read_fields(problems, *root, file_table, "");
  const Fields study = read_study(problems, top["study"]);
  const std::vector<Hypothesis> hypotheses = read_hypotheses(reader, study["hypotheses"].node);
  const std::vector<ProgrammePlan> course = read_course(reader, study, "course");
  const std::vector<ProgrammePlan> online = read_course(reader, study, "online");
  std::vector<Target> targets = read_rows(reader, top["targets"].node, quantities);
  throw_if_any(problems);
  return {{.title = "Calibration targets",
           .seed = Seed(study["seed"].seed),
           .burn_in = static_cast<int>(study["burn_in"].integer),
           .run = 0,
           .model = std::string(model.name),
           .society = {study["persons"].integer, {}},
           .arms = arms_of(model, hypotheses, course, online),
           .societies = static_cast<int>(study["societies"].integer),
           .per_society = 1,
           .record = {},
           .notes = {},
           .resolved = {}},
          std::move(targets)};
}

}  // namespace kindred::scenario
