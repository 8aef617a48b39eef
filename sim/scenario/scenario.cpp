#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/compose.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// The one entry of `model`, with its declaration when the name is known.
struct Chosen {
  const Node* settings = nullptr;
  const ModelDeclaration* model = nullptr;
};

Chosen chosen_model(Problems& problems, const Field& field, std::span<const ModelDeclaration* const> models) {
  if (!field.node) return {};
  const auto all = entries(problems, *field.node, "model", "a map of a model's name to its numbers");
  if (field.node->kind != Node::Kind::map) return {};
  std::vector<std::string> known;
  for (const ModelDeclaration* model : models) known.emplace_back(model->name);
  if (all.size() != 1)
    complain(problems, field.node->place, "model",
             fmt::format("expected one model, found {}; there are: {}", all.size(), listed(known)));
  Chosen chosen;
  for (const Node& entry : all) {
    const ModelDeclaration* named = nullptr;
    for (const ModelDeclaration* model : models)
      if (model->name == entry.key) named = model;
    if (!named)
      complain(problems, entry.key_place, joined("model", entry.key),
               "no such model; " + suggestion(entry.key, known));
    if (named && !chosen.model) chosen = {&entry, named};
  }
  return chosen;
}

/// Everything read so far that needs no model.
struct Frame {
  Fields top;
  Fields time;
  SocietyPlan society;
  std::string network_path;
  Fields replicates;
};

Fields read_section(Problems& problems, const Fields& top, std::string_view name) {
  const Field& field = top[name];
  if (!field.node && field.key->required) {  // its absence is reported already
    Problems ignored;
    ignored.incomplete = true;
    return read_fields(ignored, or_nothing(nullptr), field.key->children, name);
  }
  return read_fields(problems, or_nothing(field.node), field.key->children, name);
}

Frame read_frame(Problems& problems, const Folders& folders, const Node& root) {
  Fields top = read_fields(problems, root, scenario_keys(), "");
  Frame frame{top, read_section(problems, top, "time"), {}, "", read_section(problems, top, "replicates")};
  frame.society = read_society(problems, folders, top["society"].node, frame.network_path);
  return frame;
}

/// Frames must fit the run that is recorded.
void check_frames(Problems& problems, const Frame& frame, const RecordPlan& record, const Fields& top) {
  const Field& run = frame.time["run"];
  const Field& burn_in = frame.time["burn_in"];
  if (!run.valid || !burn_in.valid) return;
  const std::int64_t recorded = run.integer + (record.burn_in ? burn_in.integer : 0);
  const auto check = [&](const Node* node, std::string_view path, int every) {
    if (node && every > recorded)
      complain(problems, node->place, path,
               fmt::format("{} is longer than what is recorded, {} weeks", node->text, recorded));
  };
  const Node* section = top["record"].node;
  if (!section) return;
  check(section->find("population"), "record.population", record.population_every);
  const Node* persons = section->find("persons");
  if (persons) check(persons->find("every"), "record.persons.every", record.persons_every);
}

Plan plan_of(const Frame& frame, std::string_view model, const std::vector<ArmDraft>& arms,
             RecordPlan record) {
  Plan plan{.title = frame.top["title"].text,
            .seed = Seed(frame.top["seed"].seed),
            .burn_in = static_cast<int>(frame.time["burn_in"].integer),
            .run = static_cast<int>(frame.time["run"].integer),
            .model = std::string(model),
            .society = frame.society,
            .arms = {},
            .societies = static_cast<int>(frame.replicates["societies"].integer),
            .per_society = static_cast<int>(frame.replicates["per_society"].integer),
            .record = std::move(record),
            .notes = {},
            .resolved = {}};
  for (const ArmDraft& draft : arms) {
    ArmPlan arm{draft.name, draft.hypothesis ? draft.hypothesis->name : "", draft.parameters, {}};
    for (const UseDraft& use : draft.uses) arm.programmes.push_back(use.plan);
    plan.arms.push_back(std::move(arm));
  }
  return plan;
}

}  // namespace

Plan read(const Sources& sources, std::span<const ModelDeclaration* const> models) {
  Problems problems;
  const Folders folders = folders_of(sources);
  const std::optional<Node> root = composed(problems, sources, folders);
  if (!root) throw_if_any(problems);
  if (!root) throw Bug("a scenario could not be read and nobody said why");

  // Sections that need no model first, so that a mistyped model hides as little as possible.
  const Frame frame = read_frame(problems, folders, *root);
  const Chosen chosen = chosen_model(problems, frame.top["model"], models);
  RecordPlan record = read_record(problems, frame.top["record"].node, chosen.model);
  check_frames(problems, frame, record, frame.top);
  std::vector<ArmDraft> arms;
  std::vector<std::string> notes;
  if (chosen.model) {
    const bool run_known = frame.time["run"].valid;
    Reader reader{problems, folders, *chosen.model, notes,
                  run_known ? static_cast<int>(frame.time["run"].integer) : 0};
    const ModelSettings settings =
        read_model_settings(reader, *chosen.settings, joined("model", chosen.model->name));
    const Node* node = root->find("arms");
    if (node) arms = read_arms(reader, *node, settings);
  }
  throw_if_any(problems);

  note_uncalibrated(notes, *chosen.model, arms);
  Plan plan = plan_of(frame, chosen.model->name, arms, std::move(record));
  plan.notes = std::move(notes);
  plan.resolved = resolved_yaml(plan, *chosen.model, arms, frame.network_path);
  return plan;
}

}  // namespace kindred::scenario
