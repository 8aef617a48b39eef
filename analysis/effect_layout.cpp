#include "analysis/effect_layout.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <string>

#include "analysis/cells.hpp"
#include "sim/record/snapshots.hpp"

namespace kindred::analysis {

namespace {

using record::Attribute;
using record::AttributeValue;
using record::Dataset;
using record::ValueType;

/// Far beyond any state of a model: a figure outside is a fault.
constexpr double largest_effect = 1e4;
constexpr std::int32_t largest_count = std::numeric_limits<std::int32_t>::max();

std::vector<Attribute> said(std::string long_name, std::string units) {
  return {{"long_name", std::move(long_name)},
          {"units", std::move(units)},
          {"source", std::string("computed from the worlds of the run")}};
}

/// Collects the datasets of the group; dimensions by name, so that each length is said once.
class Layout {
 public:
  void dimension(const std::string& name, std::size_t length) { lengths_.emplace_back(name, length); }

  void words(const std::string& name, const std::string& dimension, std::vector<std::string> text,
             const std::string& meaning) {
    datasets.push_back({"effects",
                        name,
                        ValueType::text,
                        {dimension},
                        {text.size()},
                        {},
                        said(meaning, "1"),
                        record::all_mantissa_bits,
                        text});
  }
  /// @param whole  dimensions that are never cut into chunks
  void numbers(const std::string& name, ValueType type, std::vector<std::string> dimensions,
               std::vector<Attribute> attributes, AttributeValue range, const std::set<std::string>& whole) {
    attributes.push_back({"valid_range", std::move(range)});
    Dataset d{"effects",
              name,
              type,
              std::move(dimensions),
              {},
              {},
              std::move(attributes),
              record::all_mantissa_bits,
              {}};
    for (const std::string& dimension : d.dimensions) {
      d.shape.push_back(length(dimension));
      d.chunk.push_back(whole.contains(dimension) ? length(dimension) : 1);
    }
    datasets.push_back(std::move(d));
  }
  void index(const std::string& name, const std::string& dimension, std::vector<Attribute> attributes) {
    numbers(name, ValueType::int32, {dimension}, std::move(attributes),
            std::vector<std::int32_t>{-1, largest_count}, {dimension});
  }

  std::vector<Dataset> datasets;

 private:
  std::size_t length(const std::string& dimension) const {
    return std::find_if(lengths_.begin(), lengths_.end(), [&](const auto& d) { return d.first == dimension; })
        ->second;
  }
  std::vector<std::pair<std::string, std::size_t>> lengths_;
};

const std::set<std::string> figures{"time", "outcome", "cell",
                                    "mechanism"};  // one chunk per arm and replicate
const std::vector<double> effect_range{-largest_effect, largest_effect};

void add_coordinates(Layout& layout, const Plan& plan, const ModelDeclaration& model) {
  std::vector<std::string> arms, outcomes, units, kinds, scales, cells, definitions;
  for (const ArmPlan& a : plan.arms) arms.push_back(a.name);
  for (const record::WatchedColumn& w : record::watched_columns(model)) {
    const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(w.column)];
    outcomes.emplace_back(column.name);
    units.emplace_back(column.unit);
    kinds.emplace_back(w.outcome ? "outcome" : "challenge");
    const InstrumentDeclaration* scale = scale_of(model, w.column);
    scales.emplace_back(scale == nullptr ? "" : scale->name);
  }
  for (std::size_t c = 0; c < cell_count; ++c) {
    cells.push_back(cell_name(static_cast<Cell>(c), model));
    definitions.emplace_back(cell_definition(static_cast<Cell>(c)));
  }
  layout.dimension("time", weeks_after_start(plan).size());
  layout.dimension("arm", arms.size());
  layout.dimension("replicate", static_cast<std::size_t>(plan.societies * plan.per_society));
  layout.dimension("outcome", outcomes.size());
  layout.dimension("cell", cell_count);
  layout.index("time", "time", said("weeks since the first programme of any arm started", "weeks"));
  layout.words("arm", "arm", arms, "arm of the scenario");
  layout.index("replicate", "replicate", said("replicate: a society with its noise", "1"));
  layout.words("outcome", "outcome", outcomes, "column of the model that is compared");
  layout.words("cell", "cell", cells, "whom the effect is averaged over; cell_definition says who they are");
  layout.index("society", "replicate", said("society of the replicate; noise is nested in it", "1"));
  layout.index("against", "arm", said("arm that this arm is compared with, counted from 0; -1 = none", "1"));
  layout.words("outcome_unit", "outcome", units, "unit of the outcome");
  layout.words("outcome_kind", "outcome", kinds,
               "outcome = one of the model's outcomes; challenge = read for the table of challenges only");
  layout.words("outcome_scale", "outcome", scales, "questionnaire that reads the outcome; empty = none");
  layout.index(
      "decided_by_one_chance", "arm",
      said("1 = one programme, and every eligible person had the same chance of it: the treated and the "
           "untreated among the eligible are alike but for the draw",
           "1"));
  layout.numbers("points_per_unit", ValueType::float64, {"outcome"},
                 said("expected points of the questionnaire per unit of the outcome, clipping at the ends of "
                      "the scale aside; NaN = no questionnaire",
                      "points"),
                 std::vector<double>{0, largest_effect}, figures);
  layout.words("cell_definition", "cell", definitions, "who belongs to the cell");
}

void add_effects(Layout& layout) {
  const std::vector<std::string> dims{"time", "arm", "replicate", "outcome", "cell"};
  auto effect =
      said("mean over the cell's persons of outcome in this arm minus outcome in the arm `against`, "
           "the same persons with the same luck",
           "unit of the outcome");
  effect.push_back({"missing", std::string("NaN: nobody in the cell, or an arm that is compared with none")});
  layout.numbers("effect", ValueType::float64, dims, effect, effect_range, figures);
  layout.numbers("persons", ValueType::int32, dims, said("persons in the cell", "persons"),
                 std::vector<std::int32_t>{0, largest_count}, figures);
  layout.numbers(
      "individual_sd", ValueType::float64, dims,
      said("standard deviation (n - 1) of the individual effects in the cell", "unit of the outcome"),
      std::vector<double>{0, largest_effect}, figures);
  const std::vector<double> shares{0, 1};
  layout.numbers("share_up", ValueType::float64, dims,
                 said("share of the cell's persons whose individual effect is above 0", "1"), shares,
                 figures);
  layout.numbers("share_down", ValueType::float64, dims,
                 said("share of the cell's persons whose individual effect is below 0", "1"), shares,
                 figures);
  layout.numbers(
      "baseline_sd", ValueType::float64, {"arm", "replicate", "outcome"},
      said("standard deviation (n - 1) of the outcome at the start in the arm `against`, over everybody",
           "unit of the outcome"),
      std::vector<double>{0, largest_effect}, figures);
  layout.numbers("cell_sd", ValueType::float64, {"arm", "replicate", "outcome", "cell"},
                 said("the same over the persons of the cell: what a trial that samples them standardises on",
                      "unit of the outcome"),
                 std::vector<double>{0, largest_effect}, figures);
}

void add_challenges(Layout& layout, const ModelDeclaration& model) {
  if (model.challenges.empty() || model.quadrants.empty()) return;
  std::vector<std::string> names, styles, helps, focus;
  for (const ChallengeDeclaration& c : model.challenges) {
    styles.emplace_back(model.quadrants.front().labels[static_cast<std::size_t>(c.label)]);
    names.push_back(styles.back() + ": " + std::string(c.challenge));
    helps.emplace_back(c.helps);
    focus.emplace_back(c.focus);
  }
  layout.dimension("challenge", names.size());
  layout.words("challenge", "challenge", names, "what people of a style struggle with");
  layout.words("challenge_style", "challenge", styles, "style at the programmes' start");
  layout.words("challenge_helps", "challenge", helps, "how the programme is thought to help");
  layout.words("challenge_focus", "challenge", focus, "therapeutic focus");
  layout.index("challenge_outcome", "challenge",
               said("outcome that shows the challenge, counted from 0 along `outcome`", "1"));
  layout.index("challenge_cell", "challenge",
               said("cell of the treated of this style, counted from 0 along `cell`", "1"));
}

void add_direct(Layout& layout, const Plan& plan) {
  if (probed_arms(plan, ProbePlan::Kind::alone).empty()) return;
  const std::vector<std::string> dims{"time", "arm", "replicate", "outcome"};
  layout.numbers("direct_alone", ValueType::float64, dims,
                 said("direct effect: mean over a sample of the treated of outcome when only this person is "
                      "treated minus outcome when nobody is",
                      "unit of the outcome"),
                 effect_range, figures);
  layout.numbers(
      "direct_together", ValueType::float64, dims,
      said("effect on the same persons when everybody the arm treats is treated", "unit of the outcome"),
      effect_range, figures);
  layout.numbers("direct_persons", ValueType::int32, dims, said("persons in the sample", "persons"),
                 std::vector<std::int32_t>{0, largest_count}, figures);
}

void add_paths(Layout& layout, const Plan& plan, const ModelDeclaration& model) {
  const std::vector<int> switches = probed_switches(plan);
  if (switches.empty()) return;
  std::vector<std::string> names;
  for (const int p : switches) names.emplace_back(model.parameters[static_cast<std::size_t>(p)].name);
  layout.dimension("mechanism", names.size());
  layout.words("mechanism", "mechanism", names,
               "mechanism that is switched off from the programmes' start on");
  layout.numbers("effect_without", ValueType::float64,
                 {"time", "arm", "replicate", "outcome", "cell", "mechanism"},
                 said("effect of the arm when the mechanism is off, against an untreated world with the same "
                      "mechanism off",
                      "unit of the outcome"),
                 effect_range, figures);
}

}  // namespace

std::vector<std::int32_t> weeks_after_start(const Plan& plan) {
  std::vector<std::int32_t> weeks;
  const std::vector<int> all = record::snapshot_weeks(plan);
  for (std::size_t w = 1; w < all.size(); ++w) weeks.push_back(all[w] - all.front());
  return weeks;
}

const InstrumentDeclaration* scale_of(const ModelDeclaration& model, int column) {
  const std::string_view unit = model.person_columns[static_cast<std::size_t>(column)].unit;
  for (const InstrumentDeclaration& instrument : model.instruments)
    if (instrument.column == column && instrument.unit != unit) return &instrument;
  return nullptr;
}

bool decided_by_one_chance(const ArmPlan& arm) {
  if (arm.programmes.size() != 1) return false;
  const ProgrammePlan& programme = arm.programmes.front();
  const Allocation& how = programme.allocation;
  // of a couple with a single eligible partner that one is treated for certain
  const bool either_partner =
      how.kind == Allocation::Kind::clusters && how.one_of_each && programme.who.empty();
  const bool by_share = how.kind == Allocation::Kind::simple || how.kind == Allocation::Kind::saturation;
  return either_partner || (by_share && !how.one_of_each && programme.share > 0 && programme.share < 1);
}

std::vector<int> probed_arms(const Plan& plan, ProbePlan::Kind kind) {
  std::set<int> arms;
  for (const ProbePlan& probe : plan.probes)
    if (probe.kind == kind) arms.insert(probe.of);
  return {arms.begin(), arms.end()};
}

std::vector<int> probed_switches(const Plan& plan) {
  std::set<int> switches;
  for (const ProbePlan& probe : plan.probes)
    if (probe.kind == ProbePlan::Kind::path) switches.insert(probe.parameter);
  return {switches.begin(), switches.end()};
}

std::vector<Dataset> declare_effects(const Plan& plan, const ModelDeclaration& model) {
  Layout layout;
  add_coordinates(layout, plan, model);
  add_effects(layout);
  add_challenges(layout, model);
  add_direct(layout, plan);
  add_paths(layout, plan, model);
  return std::move(layout.datasets);
}

}  // namespace kindred::analysis
