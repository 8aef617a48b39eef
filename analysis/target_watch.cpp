#include "analysis/target_watch.hpp"

#include <algorithm>
#include <string>

#include "sim/core/errors.hpp"
#include "sim/engine/allotment.hpp"

namespace kindred::analysis {

namespace {

constexpr int established_followed = 52;     // weeks in which established bonds may break (C8)
constexpr float youngest = 18, oldest = 40;  // years, of C10

/// A retest after some weeks: which number of which quantity it is.
struct Retest {
  int week;
  std::string_view id;
  std::size_t part;
  enum class Of { anxiety, avoidance, compassion } of;
};
constexpr Retest retests[] = {
    {3, "C6a", 0, Retest::Of::anxiety},    {6, "C6a", 1, Retest::Of::anxiety},
    {3, "C6a", 2, Retest::Of::avoidance},  {6, "C6a", 3, Retest::Of::avoidance},
    {52, "C6b", 0, Retest::Of::anxiety},   {52, "C6b", 1, Retest::Of::avoidance},
    {8, "C7", 0, Retest::Of::compassion},  {12, "C7", 1, Retest::Of::compassion},
    {14, "C7", 2, Retest::Of::compassion},
};

int column_named(const ModelDeclaration& model, std::string_view name) {
  const auto found = std::find_if(model.person_columns.begin(), model.person_columns.end(),
                                  [&](const ColumnDeclaration& c) { return c.name == name; });
  if (found == model.person_columns.end())
    throw Bug("the targets need a column '" + std::string(name) + "' that the model '" +
              std::string(model.name) + "' does not declare");
  return static_cast<int>(found - model.person_columns.begin());
}

TieReadoutDeclaration readout_named(const ModelDeclaration& model, std::string_view name) {
  for (const TieReadoutDeclaration& readout : model.tie_readouts)
    if (readout.name == name) return readout;
  throw Bug("the targets need a kind of tie '" + std::string(name) + "' that the model '" +
            std::string(model.name) + "' does not declare");
}

int declared(int column, const char* what) {
  if (column < 0) throw Bug(std::string("the targets need a model with ") + what);
  return column;
}

std::vector<float> copied(Values<float> values) {
  std::vector<float> copy(static_cast<std::size_t>(values.count));
  for (std::int64_t i = 0; i < values.count; ++i) copy[static_cast<std::size_t>(i)] = values[i];
  return copy;
}

/// Ties of a kind per person; both ends count a tie.
double ties_per_person(const Ensemble<float>& ensemble, int world, const TieReadoutDeclaration& kind) {
  const Values<float> value = values_of(ensemble.tie(kind.column), world, ensemble.ties());
  std::int64_t present = 0;
  for (std::int64_t t = 0; t < value.count; ++t)
    if (static_cast<double>(value[t]) > kind.cut) ++present;
  return share(2 * present, ensemble.persons());
}

}  // namespace

TargetColumns target_columns(const ModelDeclaration& model) {
  const auto named = [&](std::string_view name) { return column_named(model, name); };
  return {.neuroticism = named("trait_neuroticism"),
          .care = named("adverse_care"),
          .age = named("start_age"),
          .anxiety = named("attachment_anxiety"),
          .avoidance = named("attachment_avoidance"),
          .compassion = named("self_compassion"),
          .criticism = named("self_criticism"),
          .distress = named("psychological_distress"),
          .duration = named("bond_duration"),
          .partner = declared(model.coupled_column, "bonds"),
          .committed = declared(model.committed_column, "committed bonds"),
          .event = declared(model.bond_event_column, "events of bonds"),
          .friends = readout_named(model, "friend"),
          .strong = readout_named(model, "strong tie")};
}

Values<float> TargetWatch::person(const Ensemble<float>& ensemble, int column) const {
  return values_of(ensemble.person(column), world_, ensemble.persons());
}

Values<std::int32_t> TargetWatch::partner(const Ensemble<float>& ensemble) const {
  return values_of(ensemble.person_index(columns_.partner), world_, ensemble.persons());
}

/// Bonds and retests are those of the waitlist; before the start the other worlds equal it anyway.
void TargetWatch::observe(const Ensemble<float>& ensemble) {
  const int week = ensemble.study_week();
  const bool waiting = own_ == nullptr;
  if (waiting) observe_bonds(ensemble, week);
  if (week == 0) start(ensemble);
  if (waiting && week > 0) retest(ensemble, week);
  if (week > 0) follow_treated(ensemble, week);
}

/// The burn-in counts hazards, the first year of the study follows established bonds.
void TargetWatch::observe_bonds(const Ensemble<float>& ensemble, int week) {
  const Values<float> event = person(ensemble, columns_.event);
  if (week <= 0 && ensemble.weeks_done() > 0) hazards_.end_week(event);
  if (week < 0)
    hazards_.begin_week(partner(ensemble), person(ensemble, columns_.duration),
                        person(ensemble, columns_.committed));
  if (week > 0 && week <= established_followed) established_.see_week(event);
}

void TargetWatch::start(const Ensemble<float>& ensemble) {
  // the world that offers the course allots it to these in a moment
  treated_ = allot(ensemble, world_, course_).treated;
  record_.compassion_sd = standard_deviation(person(ensemble, columns_.compassion));
  record_.criticism_sd = standard_deviation(person(ensemble, columns_.criticism));
  record_.distress_sd = standard_deviation(person(ensemble, columns_.distress));
  if (own_ != nullptr) return;
  anxiety_ = copied(person(ensemble, columns_.anxiety));
  avoidance_ = copied(person(ensemble, columns_.avoidance));
  compassion_ = copied(person(ensemble, columns_.compassion));
  start_correlations(ensemble);
  start_bonds(ensemble);
  for (const Retest& r : retests)
    record_.own[std::string(r.id)].resize(r.part + 1, std::numeric_limits<double>::quiet_NaN());
}

void TargetWatch::start_correlations(const Ensemble<float>& ensemble) {
  const auto of = [&](int x, int y) {
    return std::vector<double>{correlation(person(ensemble, x), person(ensemble, y))};
  };
  const TargetColumns& c = columns_;
  Quantities& own = record_.own;
  own["C1"] = of(c.compassion, c.anxiety);
  own["C2"] = of(c.compassion, c.avoidance);
  own["C3"] = of(c.anxiety, c.avoidance);
  own["C4a"] = of(c.care, c.compassion);
  own["C4b"] = of(c.care, c.anxiety);
  own["C4c"] = of(c.care, c.avoidance);
  own["C5a"] = of(c.neuroticism, c.compassion);
  own["C5b"] = of(c.neuroticism, c.anxiety);
  own["C5c"] = of(c.neuroticism, c.avoidance);
  own["C14a"] = of(c.compassion, c.distress);
  own["C14b"] = of(c.avoidance, c.distress);
}

void TargetWatch::start_bonds(const Ensemble<float>& ensemble) {
  const Values<std::int32_t> with = partner(ensemble);
  const Values<float> age = person(ensemble, columns_.age);
  std::int64_t of_age = 0, coupled = 0;
  for (std::int64_t i = 0; i < age.count; ++i) {
    const bool counts = age[i] >= youngest && age[i] <= oldest;
    of_age += counts ? 1 : 0;
    coupled += counts && with[i] >= 0 ? 1 : 0;
  }
  record_.own["C10"] = {share(coupled, of_age)};
  record_.own["C15"] = {ties_per_person(ensemble, world_, columns_.friends),
                        ties_per_person(ensemble, world_, columns_.strong)};
  established_.start(with, person(ensemble, columns_.duration), person(ensemble, columns_.committed));
}

void TargetWatch::retest(const Ensemble<float>& ensemble, int week) {
  for (const Retest& r : retests) {
    if (r.week != week) continue;
    const auto again = [&](const std::vector<float>& before, int column) {
      record_.own.at(std::string(r.id))[r.part] = correlation(values_of(before), person(ensemble, column));
    };
    if (r.of == Retest::Of::anxiety) again(anxiety_, columns_.anxiety);
    if (r.of == Retest::Of::avoidance) again(avoidance_, columns_.avoidance);
    if (r.of == Retest::Of::compassion) again(compassion_, columns_.compassion);
  }
}

void TargetWatch::follow_treated(const Ensemble<float>& ensemble, int week) {
  const auto treated_mean = [&](int column) { return mean_of_flagged(person(ensemble, column), treated_); };
  const int end = course_.weeks;
  if (week == end) {
    record_.treated.compassion[0] = treated_mean(columns_.compassion);
    record_.treated.criticism = treated_mean(columns_.criticism);
    record_.treated.distress = treated_mean(columns_.distress);
  }
  for (std::size_t k = 0; k < std::size(follow_up_weeks); ++k)
    if (week == end + follow_up_weeks[k])
      record_.treated.compassion[k + 1] = treated_mean(columns_.compassion);
  if (own_ == nullptr || week != own_->weeks) return;
  const Values<float> treated = values_of(ensemble.treated(0), world_, ensemble.persons());
  const Values<float> enrolled = values_of(ensemble.enrolled(0), world_, ensemble.persons());
  std::int64_t began = 0, completed = 0;
  for (std::int64_t i = 0; i < treated.count; ++i) {
    began += treated[i] != 0 ? 1 : 0;
    completed += enrolled[i] != 0 ? 1 : 0;
  }
  record_.completed = share(completed, began);
}

WorldRecord TargetWatch::record() const {
  WorldRecord record = record_;
  if (own_ != nullptr) return record;
  record.own["C8"] = {established_.share_broken()};
  record.own["C9m"] = {hazards_.committed()};
  std::vector<double>& hazards = record.own["C9"];
  for (int year = 0; year < BondHazards::years; ++year) hazards.push_back(hazards_.uncommitted(year));
  return record;
}

}  // namespace kindred::analysis
