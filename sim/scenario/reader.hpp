#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/declarations.hpp"
#include "sim/core/plan.hpp"
#include "sim/scenario/document.hpp"
#include "sim/scenario/fields.hpp"
#include "sim/scenario/library.hpp"
#include "sim/scenario/problems.hpp"

/// The parts of reading a scenario. Each part checks one section, reports what is wrong in it and gives
/// what it can; a plan is made only when nothing was reported.
namespace kindred::scenario {

/// Numbers by index of a declaration; empty where nothing was written.
using Numbers = std::vector<std::optional<double>>;

struct Hypothesis {
  std::string name, code, title, source;
  Numbers parameters;
};

/// A programme an arm uses, with the words that the plan itself does not need.
struct UseDraft {
  ProgrammePlan plan;
  std::string title, source;
  bool by_score = false;
};

struct ArmDraft {
  std::string name;
  std::optional<Hypothesis> hypothesis;
  std::vector<double> parameters;  ///< every parameter of the model
  std::vector<UseDraft> uses;
};

/// The society, with what other sections must know of it.
struct SocietyDraft {
  SocietyPlan plan;
  std::string network_path;      ///< relative to the scenario's folder
  std::string kind;              ///< of the network, as a word; empty = not known because it was wrong
  std::int64_t communities = 0;  ///< of a drawn network; 0 = it has none, or their number is not known
};

/// Which effects are taken apart in worlds beside the arms. Indices ascend.
struct EffectsDraft {
  std::vector<int> direct;      ///< arms
  int persons = 0;              ///< treated alone, of each of these
  std::vector<int> mediated;    ///< arms
  std::vector<int> mechanisms;  ///< switch parameters, for each of these
};

/// What every part needs.
struct Reader {
  Problems& problems;
  const Folders& folders;
  const ModelDeclaration& model;
  std::vector<std::string>& notes;
  int run;  ///< weeks; 0 = not known because it was wrong
  const SocietyDraft& society;
};

/// A map of declared names to numbers inside their ranges. `null` and absence give an empty set.
Numbers read_parameters(Reader& reader, const Node* node, std::string_view path);

/// By name, code, path or as a map; nothing when absent or wrong.
std::optional<Hypothesis> read_hypothesis(Reader& reader, const Node* node, const Key& key,
                                          std::string_view path);

/// The model's own section: hypothesis and parameters of all arms.
struct ModelSettings {
  std::optional<Hypothesis> hypothesis;
  Numbers parameters;
};
ModelSettings read_model_settings(Reader& reader, const Node& node, std::string_view path);

/// All arms in order, with hypothesis and parameters resolved.
std::vector<ArmDraft> read_arms(Reader& reader, const Node& node, const ModelSettings& settings);

/// A list of programmes an arm uses.
std::vector<UseDraft> read_uses(Reader& reader, const Node& node, std::string_view arm,
                                std::string_view path);

/// Conditions in order of kind and declaration.
std::vector<Condition> read_who(Reader& reader, const Node& node, UseDraft& use, std::string_view arm,
                                std::string_view path);

/// `model` may be null (unknown): names are then not looked up.
RecordPlan read_record(Problems& problems, const Node* node, const ModelDeclaration* model);

SocietyDraft read_society(Problems& problems, const Folders& folders, const Node* node);

/// How a use chooses among the eligible. A stepped wedge written for all its steps comes with the time
/// between two of them in `every`, and is then still step 0.
/// @param share of the use, refused where the kind leaves it no meaning
struct AllocationDraft {
  Allocation plan;
  int every = 0;  ///< weeks; 0 = the use is one slot
};
AllocationDraft read_allocation(Reader& reader, const Node* node, const Field& share, const Key& key,
                                std::string_view use_path);

/// Reports, at `place`, a choice by community where the network has none.
void require_communities(Reader& reader, const Place& place, std::string_view path);

/// Effects that can be measured with these arms.
/// @param arms_sound false when arms were wrong: what depends on their content is then not judged
EffectsDraft read_effects(Reader& reader, const Node* node, const std::vector<ArmDraft>& arms,
                          bool arms_sound);

/// The worlds these effects take, in the order in which results name them.
std::vector<ProbePlan> probes_of(const EffectsDraft& effects, const ModelDeclaration& model,
                                 const std::vector<ArmPlan>& arms);

/// A note when the effects cost far more than the arms.
void note_cost_of_effects(std::vector<std::string>& notes, const Plan& plan);

/// Notes on uses of one arm that treat the same people twice with one programme.
void note_twice_treated(std::vector<std::string>& notes, const std::vector<ArmDraft>& arms);

/// Notes on arms whose parameters differ from their hypothesis' set.
void note_uncalibrated(std::vector<std::string>& notes, const ModelDeclaration& model,
                       const std::vector<ArmDraft>& arms);

/// The set a hypothesis stands for: defaults with its own numbers over them.
std::vector<double> calibrated_set(const ModelDeclaration& model,
                                   const std::optional<Hypothesis>& hypothesis);

/// Canonical YAML of a checked plan; read again it gives the same plan.
/// @param network_path as it shall be written, relative to the scenario's folder.
std::string resolved_yaml(const Plan& plan, const ModelDeclaration& model, const std::vector<ArmDraft>& arms,
                          const EffectsDraft& effects, const std::string& network_path);

}  // namespace kindred::scenario
