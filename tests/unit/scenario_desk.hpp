#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "sim/core/errors.hpp"
#include "sim/scenario/scenario.hpp"

/// A folder with a small library and a made-up model, for the tests of the scenario reader.
namespace kindred::desk {

// A made-up model of plants, so that the reader is seen to know no other.
inline constexpr ParameterDeclaration parameters[] = {
    {"leaf_growth", "g", 0.1, {0, 0.6}, "per week", "assumption A-1", "growth of leaves"},
    {"root_growth", "r", 0.2, {-1, 1}, "per week", "", "growth of roots"},
    {"shade_loss", "s", 0.05, {0, 1}, "", "E 2.1", "loss in the shade"},
    {"light_path", "m1", 1, {0, 1}, "switch", "", "light reaches the leaves", true},
    {"water_path", "m2", 1, {0, 1}, "switch", "", "water reaches the roots", true},
};
inline constexpr ColumnDeclaration columns[] = {
    {"leaf_area", "leaf", "A", Element::real, Storage::per_world, {-6, 6}, "SD", "", "area", {}},
    {"root_depth", "", "D", Element::real, Storage::per_world, {-6, 6}, "SD", "", "depth", {}},
    {"plant_age", "age", "t", Element::real, Storage::shared, {0, 90}, "years", "", "age", {}},
    {"is_potted", "pot", "p", Element::real, Storage::shared, {0, 1}, "flag", "", "stands in a pot", {}},
    {"vine_tie", "", "v", Element::index, Storage::per_world, {-1, 2e9}, "", "", "vine", {}},
};
inline constexpr InputDeclaration inputs[] = {{"rain_water", "w", "litres", "water"},
                                              {"plant_food", "f", "grams", "food"}};
inline constexpr QuadrantDeclaration quadrants[] = {
    {"shape", 0, 1, 0.5, 0.5, {"small", "leafy", "rooty", "large"}, ""}};
inline constexpr InstrumentDeclaration instruments[] = {
    {"leaf_ruler", 0, 0.9, 10, 2, {0, 20}, "cm", ""},
    {"leaf_scan", 0, 0.8, 100, 20, {0, 200}, "pixels", ""},
};
inline constexpr OutcomeDeclaration outcomes[] = {{1, false}, {0, false}, {0, true}};
inline constexpr ModelDeclaration plants{.name = "plants",
                                         .title = "Plants",
                                         .parameters = parameters,
                                         .person_columns = columns,
                                         .tie_columns = {},
                                         .inputs = inputs,
                                         .draw_blocks = {},
                                         .phases = {},
                                         .quadrants = quadrants,
                                         .instruments = instruments,
                                         .outcomes = outcomes,
                                         .tie_readouts = {},
                                         .bands = {},
                                         .challenges = {},
                                         .coupled_column = 4,
                                         .bond_event_column = -1,
                                         .committed_column = -1};
/// Nothing but a name: no columns, no bonds, no switches.
inline constexpr ModelDeclaration stones{.name = "stones",
                                         .title = "Stones",
                                         .parameters = {},
                                         .person_columns = {},
                                         .tie_columns = {},
                                         .inputs = {},
                                         .draw_blocks = {},
                                         .phases = {},
                                         .quadrants = {},
                                         .instruments = {},
                                         .outcomes = {},
                                         .tie_readouts = {},
                                         .bands = {},
                                         .challenges = {},
                                         .coupled_column = -1,
                                         .bond_event_column = -1,
                                         .committed_column = -1};

/// A folder of its own for each test, gone afterwards.
class Desk {
 public:
  Desk() {
    std::string pattern = (std::filesystem::temp_directory_path() / "kindred_scenario_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    write("library/programmes/watering.yaml", "schema: 1\nprogramme: watering\ntitle: Rain\nweeks: 8\ntotal: "
                                              "{rain_water: 2}\nper_week: {plant_food: 0.5}\n"
                                              "adherence_exponent: 0.25\ndrop_out: 0.02\nmaintained: 0.7\n");
    write("library/hypotheses/sunny.yaml", "schema: 1\nhypothesis: sunny\ncode: H1\nsource: a "
                                           "guess\nparameters: {leaf_growth: 0.3, shade_loss: 0.2}\n");
    write("library/hypotheses/cloudy.yaml",
          "schema: 1\nhypothesis: cloudy\ncode: H2\nparameters: {root_growth: 0.9}\n");
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  Plan read(const std::string& text, std::vector<std::string> overrides = {},
            const std::string& name = "x.yaml") const {
    const ModelDeclaration* const models[] = {&plants, &stones};
    return scenario::read({write(name, text), std::move(overrides), {(folder_ / "library").string()}},
                          models);
  }

  /// All problems, one a line, without this desk's own folder; "" when there are none.
  std::string problems(const std::string& text, std::vector<std::string> overrides = {},
                       const std::string& name = "x.yaml") const {
    try {
      read(text, std::move(overrides), name);
    } catch (const ConfigError& error) {
      return without_folder(error.what());
    }
    return "";
  }

  std::string without_folder(std::string text) const {
    const std::string own = folder_.string() + "/";
    for (std::size_t at = text.find(own); at != std::string::npos; at = text.find(own))
      text.erase(at, own.size());
    return text;
  }

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

inline const std::string head = "schema: 1\n"
                                "seed: 7\n"
                                "time: {burn_in: 1 year, run: 2 years}\n"
                                "society: {persons: 1000}\n";
inline const std::string model_line = "model: {plants: {hypothesis: sunny}}\n";
inline const std::string arms_line = "arms: {control: {}}\n";

inline std::string with_use(const std::string& use) {
  return head + model_line + "arms:\n  course:\n    - {" + use + "}\n";
}

/// The beginning of a use, for `with_use`.
inline const std::string watering = "programme: watering, start: 1 week, ";

inline bool same(const Condition& a, const Condition& b) {
  return a.kind == b.kind && a.index == b.index && a.above == b.above && a.below == b.below &&
         a.labels == b.labels;
}

inline bool same(const std::vector<Condition>& a, const std::vector<Condition>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Condition& x, const Condition& y) { return same(x, y); });
}

inline bool same(const Allocation& a, const Allocation& b) {
  return a.kind == b.kind && a.unit == b.unit && a.one_of_each == b.one_of_each && a.clusters == b.clusters &&
         a.otherwise == b.otherwise && same(a.strata, b.strata) && a.step == b.step && a.steps == b.steps &&
         a.person == b.person;
}

inline bool same(const ProgrammePlan& a, const ProgrammePlan& b) {
  return a.name == b.name && a.start == b.start && a.weeks == b.weeks && a.dose == b.dose &&
         a.adherence_exponent == b.adherence_exponent && a.drop_out == b.drop_out &&
         a.maintained == b.maintained && a.share == b.share && a.group == b.group && same(a.who, b.who) &&
         same(a.allocation, b.allocation) && a.only_place == b.only_place;
}

inline bool same(const ArmPlan& a, const ArmPlan& b) {
  return a.name == b.name && a.hypothesis == b.hypothesis && a.parameters == b.parameters &&
         std::equal(a.programmes.begin(), a.programmes.end(), b.programmes.begin(), b.programmes.end(),
                    [](const ProgrammePlan& x, const ProgrammePlan& y) { return same(x, y); });
}

inline bool same(const NetworkPlan& a, const NetworkPlan& b) {
  return a.kind == b.kind && a.acquaintances == b.acquaintances && a.rewiring == b.rewiring &&
         a.block == b.block && a.within == b.within && a.exponent == b.exponent && a.path == b.path;
}

inline bool same(const RecordPlan& a, const RecordPlan& b) {
  return a.population_every == b.population_every && a.persons_every == b.persons_every &&
         a.persons_sample == b.persons_sample && a.person_columns == b.person_columns &&
         a.instruments == b.instruments && a.styles == b.styles && a.ties == b.ties &&
         a.society == b.society && a.closeness == b.closeness && a.burn_in == b.burn_in;
}

inline bool same(const ProbePlan& a, const ProbePlan& b) {
  return a.kind == b.kind && a.of == b.of && a.parameter == b.parameter && same(a.world, b.world);
}

inline bool same(const Plan& a, const Plan& b) {
  return a.title == b.title && a.seed.value == b.seed.value && a.burn_in == b.burn_in && a.run == b.run &&
         a.model == b.model && a.society.persons == b.society.persons &&
         same(a.society.network, b.society.network) &&
         std::equal(a.arms.begin(), a.arms.end(), b.arms.begin(), b.arms.end(),
                    [](const ArmPlan& x, const ArmPlan& y) { return same(x, y); }) &&
         std::equal(a.probes.begin(), a.probes.end(), b.probes.begin(), b.probes.end(),
                    [](const ProbePlan& x, const ProbePlan& y) { return same(x, y); }) &&
         a.societies == b.societies && a.per_society == b.per_society && same(a.record, b.record) &&
         a.notes == b.notes && a.resolved == b.resolved;
}

/// True when the resolved text of a plan, read again, is the same plan.
inline bool reads_back(const Desk& desk, const Plan& plan) {
  return same(plan, desk.read(plan.resolved, {}, "resolved.yaml"));
}

}  // namespace kindred::desk
