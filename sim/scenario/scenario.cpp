#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/scenario/compose.hpp"
#include "sim/scenario/destination.hpp"
#include "sim/scenario/read_root.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/sweep_draft.hpp"

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

/// The file of a stored burn-in; what is wrong in it is not known here. Empty when there is none.
std::string read_branch(Problems& problems, const Folders& folders, const Fields& top, const Fields& time,
                        const RecordPlan& record) {
  const Field& branch = top["branch"];
  if (!branch.node || !branch.valid) return "";
  const Field& burn_in = time["burn_in"];
  if (burn_in.valid && burn_in.integer == 0)
    complain(problems, branch.node->place, "branch",
             "time.burn_in is 0: there is no burn-in to take from a file");
  if (record.burn_in)
    complain(
        problems, top["record"].node->find("from")->place, "record.from",
        "the burn-in is taken from a file that does not hold its frames; write study, or leave branch out");
  return find_path(problems, folders, branch.node->place, "branch", branch.text, "burn-ins").value_or("");
}

/// Everything read so far that needs no model.
struct Frame {
  Fields top;
  Fields time;
  SocietyDraft society;
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
  Frame frame{top, read_section(problems, top, "time"), {}, read_section(problems, top, "replicates")};
  frame.society = read_society(problems, folders, top["society"].node);
  return frame;
}

/// Frames must fit the run that is recorded. The default may be longer than a short run, and a resolved
/// scenario writes it out.
void check_frames(Problems& problems, const Frame& frame, const RecordPlan& record, const Fields& top) {
  const Field& run = frame.time["run"];
  const Field& burn_in = frame.time["burn_in"];
  if (!run.valid || !burn_in.valid) return;
  const std::int64_t recorded = run.integer + (record.burn_in ? burn_in.integer : 0);
  const auto check = [&](const Node* node, std::string_view path, int every) {
    if (node && every > recorded && every != RecordPlan{}.persons_every)
      complain(problems, node->place, path,
               fmt::format("{} is longer than what is recorded, {} {}", node->text, recorded,
                           recorded == 1 ? "week" : "weeks"));
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
            .society = frame.society.plan,
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

/// What needs the model.
struct Content {
  std::vector<ArmDraft> arms;
  bool arms_sound = false;  ///< read without a problem
  EffectsDraft effects;
  std::vector<std::string> notes;
};

Content read_content(Problems& problems, const Folders& folders, const Node& root, const Chosen& chosen,
                     const Frame& frame) {
  Content content;
  const Field& run = frame.time["run"];
  const int weeks = run.valid ? static_cast<int>(run.integer) : 0;
  Reader reader{problems, folders, *chosen.model, content.notes, weeks, frame.society};
  const std::size_t before = problems.found.size();
  const ModelSettings settings =
      read_model_settings(reader, *chosen.settings, joined("model", chosen.model->name));
  if (const Node* node = root.find("arms")) content.arms = read_arms(reader, *node, settings);
  content.arms_sound = problems.found.size() == before && !content.arms.empty();
  content.effects = read_effects(reader, frame.top["effects"].node, content.arms, content.arms_sound);
  return content;
}

void check_closeness(Problems& problems, const RecordPlan& record, const Content& content,
                     const Fields& top) {
  const bool offered = std::any_of(content.arms.begin(), content.arms.end(),
                                   [](const ArmDraft& arm) { return !arm.uses.empty(); });
  if (!record.closeness || !content.arms_sound || offered) return;
  complain(problems, top["record"].node->find("closeness")->place, "record.closeness",
           "no arm has a programme, so there is no start of a programme at which to record it");
}

/// The steps of a stepped wedge share what is to be said of their programme.
std::vector<std::string> each_once(std::vector<std::string> notes) {
  std::vector<std::string> once;
  for (std::string& note : notes)
    if (std::find(once.begin(), once.end(), note) == once.end()) once.push_back(std::move(note));
  return once;
}

}  // namespace

std::optional<Plan> read_root(Problems& problems, const Folders& folders,
                              std::span<const ModelDeclaration* const> models, const Node& root) {
  // Sections that need no model first, so that a mistyped model hides as little as possible.
  const Frame frame = read_frame(problems, folders, root);
  const Chosen chosen = chosen_model(problems, frame.top["model"], models);
  RecordPlan record = read_record(problems, frame.top["record"].node, chosen.model);
  check_frames(problems, frame, record, frame.top);
  const std::string branch = read_branch(problems, folders, frame.top, frame.time, record);
  Content content;
  if (chosen.model) content = read_content(problems, folders, root, chosen, frame);
  check_closeness(problems, record, content, frame.top);
  if (!problems.found.empty() || !chosen.model) return std::nullopt;

  const ModelDeclaration& model = *chosen.model;
  note_twice_treated(content.notes, content.arms);
  note_uncalibrated(content.notes, model, content.arms);
  Plan plan = plan_of(frame, model.name, content.arms, std::move(record));
  plan.branch = branch;
  plan.probes = probes_of(content.effects, model, plan.arms);
  note_cost_of_effects(content.notes, plan);
  plan.notes = each_once(std::move(content.notes));
  plan.resolved = resolved_yaml(plan, model, content.arms, content.effects, frame.society.network_path);
  return plan;
}

std::vector<Problem> placed(const Sources& sources, const std::vector<KeyProblem>& problems) {
  Problems found;
  const std::optional<Node> root = composed(found, sources, folders_of(sources));
  found.found.clear();
  for (const KeyProblem& problem : problems) {
    const Node* at = root ? &*root : nullptr;
    Place place = at ? at->place : Place{sources.file, 0, 0};
    const auto steps = steps_of(problem.key);
    for (std::size_t i = 0; at && steps && i < steps->size(); ++i) {
      at = at->find((*steps)[i]);
      if (at) place = at->kind == Node::Kind::scalar ? at->place : at->key_place;
    }
    complain(found, place, problem.key, problem.text);
  }
  try {
    throw_if_any(found);
  } catch (const ConfigError& error) {
    return error.problems();  // in reading order
  }
  return {};
}

Plan read(const Sources& sources, std::span<const ModelDeclaration* const> models) {
  Problems problems;
  Swept swept = read_swept(problems, folders_of(sources), sources, models);
  throw_if_any(problems);
  if (!swept.plan) throw Bug("a scenario could not be read and nobody said why");
  if (swept.sweep)
    swept.plan->notes.push_back(
        fmt::format("the section '{}' is ignored here: this is the scenario without it", sweep_key));
  return std::move(*swept.plan);
}

}  // namespace kindred::scenario
