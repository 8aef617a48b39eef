#include "sim/record/study_attributes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "sim/engine/state_hash.hpp"
#include "sim/record/study_file.hpp"
#include "sim/record/text_hash.hpp"

namespace kindred::record {

namespace {

constexpr std::array counts{
    CountDeclaration{"persons", "persons"}, CountDeclaration{"coupled_persons", "persons with a partner"},
    CountDeclaration{"broke_up", "persons whose bond ended since the frame before (two per break-up)"},
    CountDeclaration{"formed_bond", "persons whose bond began since the frame before (two per bond)"}};

std::string text(std::string_view view) { return std::string(view); }

/// netCDF's flag_meanings are separated by blanks.
std::string without_blanks(std::string word) {
  for (char& c : word)
    if (c == ' ') c = '_';
  return word;
}

constexpr std::string_view by_engine = "engine", by_scenario = "scenario";

std::vector<Attribute> numbers(std::string long_name, std::string_view units, std::int32_t low,
                               std::int32_t high, std::string_view source) {
  return {{"long_name", std::move(long_name)},
          {"units", text(units)},
          {"valid_range", std::vector<std::int32_t>{low, high}},
          {"source", text(source)}};
}

std::vector<Attribute> flags(std::string long_name, const std::vector<std::string>& meanings) {
  std::vector<std::int8_t> values;
  std::string words;
  for (std::size_t i = 0; i < meanings.size(); ++i) {
    values.push_back(static_cast<std::int8_t>(i));
    words += (i ? " " : "") + without_blanks(meanings[i]);
  }
  return {{"long_name", std::move(long_name)},
          {"units", text("1")},
          {"valid_range", std::vector<std::int8_t>{0, static_cast<std::int8_t>(meanings.size() - 1)}},
          {"flag_values", values},
          {"flag_meanings", words}};
}

std::string json_quoted(std::string_view s) {
  std::string out = "\"";
  for (const char c : s) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace

std::span<const CountDeclaration> population_counts() { return counts; }

std::vector<SpellColumn> spell_columns(const Plan& plan, std::int64_t persons) {
  const auto last_person = static_cast<std::int32_t>(persons - 1);
  const auto plain = [](const char* name, std::vector<Attribute> attributes) {
    return SpellColumn{name, ValueType::int32, std::move(attributes)};
  };
  std::vector<Attribute> kinds = flags("what lasted", {"bond", "commitment"});
  kinds.push_back({"source", text(by_engine)});
  return {plain("tail", numbers("lower person of the bond", "1", 0, last_person, by_engine)),
          plain("head", numbers("higher person of the bond", "1", 0, last_person, by_engine)),
          plain("onset", numbers("study week in which the spell began (burn-in negative)", "weeks",
                                 -plan.burn_in, plan.run, by_engine)),
          plain("terminus", numbers("study week in which it ended, or the last week of the study", "weeks",
                                    -plan.burn_in, plan.run, by_engine)),
          {"terminus_censored", ValueType::int8, flag_attributes("the spell outlasts the study")},
          {"kind", ValueType::int8, std::move(kinds)},
          plain("arm", arm_number_attributes(plan)),
          plain("replicate",
                index_attributes("replicate", std::int64_t{plan.societies} * plan.per_society, by_scenario))};
}

std::vector<Attribute> time_attributes(const Plan& plan) {
  std::vector<Attribute> attributes = numbers("weeks since the start of the study (burn-in negative)",
                                              "weeks", -plan.burn_in, plan.run, by_scenario);
  attributes.push_back({"axis", text("T")});
  return attributes;
}

std::vector<Attribute> arm_attributes() {
  return {{"long_name", text("arm of the scenario")}, {"units", text("1")}, {"source", text(by_scenario)}};
}

std::vector<Attribute> arm_number_attributes(const Plan& plan) {
  std::string arms = "arm, counted from 0:";
  for (std::size_t i = 0; i < plan.arms.size(); ++i)
    arms += fmt::format("{} {} {}", i ? "," : "", i, plan.arms[i].name);
  return index_attributes(arms, static_cast<std::int64_t>(plan.arms.size()), by_scenario);
}

std::vector<Attribute> index_attributes(std::string_view long_name, std::int64_t n, std::string_view source) {
  return numbers(text(long_name), "1", 0, static_cast<std::int32_t>(std::max<std::int64_t>(n, 1) - 1),
                 source);
}

std::vector<Attribute> row_attributes(std::string_view long_name) {
  return {{"long_name", text(long_name)},
          {"units", text("1")},
          {"valid_range", std::vector<std::int64_t>{0, std::numeric_limits<std::int64_t>::max()}},
          {"source", text(by_engine)}};
}

std::vector<Attribute> quantile_attributes() {
  return {{"long_name", text("quantile (type 7)")},
          {"units", text("1")},
          {"valid_range", std::vector<double>{0, 1}},
          {"source", text("Hyndman and Fan 1996")}};
}

std::vector<Attribute> group_attributes(const ModelDeclaration& model) {
  if (model.quadrants.empty())
    return {{"long_name", text("everybody")}, {"units", text("1")}, {"source", text(by_engine)}};
  const QuadrantDeclaration& q = model.quadrants.front();
  return {{"long_name", fmt::format("all persons, or those of one {} in that week and arm", q.name)},
          {"units", text("1")},
          {"source", fmt::format("cuts at {} and {} SD of the latent values: {}", q.first_cut, q.second_cut,
                                 q.source)}};
}

std::vector<Attribute> count_attributes(const CountDeclaration& count) {
  return {{"long_name", text(count.meaning)},
          {"units", text("persons")},
          {"valid_range", std::vector<std::int32_t>{0, 2147483647}},
          {"source", text("counted by the engine over all persons")}};
}

std::vector<Attribute> summary_attributes(const ColumnDeclaration& column, const OutcomeDeclaration& outcome,
                                          std::string_view statistic) {
  const double spread = column.range.high - column.range.low;
  const std::vector<double> range = statistic.starts_with("standard")
                                        ? std::vector{0.0, spread}
                                        : std::vector{column.range.low, column.range.high};
  return {{"long_name", fmt::format("{} {}{}", statistic, column.meaning,
                                    outcome.among_coupled ? ", among persons with a partner" : "")},
          {"units", text(column.unit)},
          {"valid_range", range},
          {"source", text(column.source)},
          {"missing", text("NaN: nobody in the group")}};
}

std::vector<Attribute> column_attributes(const ColumnDeclaration& column) {
  std::vector<Attribute> attributes{{"long_name", text(column.meaning)}, {"units", text(column.unit)}};
  if (column.element == Element::index)
    attributes.push_back({"valid_range", std::vector<std::int32_t>{-1, 2147483647}});
  else
    attributes.push_back({"valid_range", std::vector<float>{static_cast<float>(column.range.low),
                                                            static_cast<float>(column.range.high)}});
  attributes.push_back({"source", text(column.source)});
  attributes.push_back({"symbol", text(column.symbol)});
  return attributes;
}

std::vector<Attribute> score_attributes(const ModelDeclaration& model,
                                        const InstrumentDeclaration& instrument) {
  const ColumnDeclaration& column = model.person_columns[static_cast<std::size_t>(instrument.column)];
  return {
      {"long_name", fmt::format("{} as observed, reliability {}", column.meaning, instrument.reliability)},
      {"units", text(instrument.unit)},
      {"valid_range", std::vector<float>{static_cast<float>(instrument.range.low),
                                         static_cast<float>(instrument.range.high)}},
      {"source",
       fmt::format("{}: mean {}, SD {} per latent SD", instrument.source, instrument.mean, instrument.sd)}};
}

std::vector<Attribute> label_attributes(const QuadrantDeclaration& quadrant, std::string_view how) {
  std::vector<std::string> labels(quadrant.labels.begin(), quadrant.labels.end());
  auto attributes = flags(fmt::format("{} {}", quadrant.name, how), labels);
  attributes.push_back({"source", fmt::format("cuts at {} and {} SD: {}", quadrant.first_cut,
                                              quadrant.second_cut, quadrant.source)});
  return attributes;
}

std::vector<Attribute> flag_attributes(std::string_view meaning) {
  std::vector<Attribute> attributes = flags(text(meaning), {"no", "yes"});
  attributes.push_back({"source", text(by_engine)});
  return attributes;
}

std::optional<std::pair<int, int>> instruments_behind(const ModelDeclaration& model,
                                                      const QuadrantDeclaration& q) {
  const auto first_of = [&](int column) {
    for (std::size_t i = 0; i < model.instruments.size(); ++i)
      if (model.instruments[i].column == column) return static_cast<int>(i);
    return -1;
  };
  const int first = first_of(q.first_column), second = first_of(q.second_column);
  if (first < 0 || second < 0) return std::nullopt;
  return std::pair{first, second};
}

std::vector<Attribute> state_hash_attributes(const ModelDeclaration& model) {
  const CarriedColumns carried = carried_columns(model);
  std::string covers;
  for (const auto* lists : {&carried.constants, &carried.state})
    for (const HashList& list : *lists) {
      covers += fmt::format("persons {}:", list.number);
      for (const int c : list.columns)
        covers += fmt::format(" {}", model.person_columns[static_cast<std::size_t>(c)].name);
      covers += '\n';
    }
  covers += fmt::format("programmes {}: treated enrolled\n", slot_list);
  for (const auto* columns : {&carried.tie_constants, &carried.tie_state})
    for (const int c : *columns)
      covers += fmt::format("ties {}: {}\n", tie_list + static_cast<std::uint32_t>(c),
                            model.tie_columns[static_cast<std::size_t>(c)].name);
  using Limits = std::numeric_limits<std::int64_t>;
  return {{"long_name", text("hash of all that the week hands on to the next, 64 bits")},
          {"units", text("1")},
          {"valid_range", std::vector<std::int64_t>{Limits::min(), Limits::max()}},
          {"source", text(by_engine)},
          {"covers", covers}};
}

std::vector<Attribute> root_attributes_of(const Plan& plan, const ModelDeclaration& model,
                                          const Build& build) {
  // tskit's provenance schema: software, parameters, environment. Host, clock and duration would make equal
  // science differ; they go to the run's log.
  const std::string provenance = fmt::format(
      R"({{"schema_version": "1.0.0", "software": {{"name": "kindred", "version": {}}}, )"
      R"("parameters": {{"command": "run", "config_hash": "{}"}}, "environment": {{"commit": {}}}}})",
      json_quoted(build.version), text_hash(plan.resolved), json_quoted(build.commit));
  return {{"Conventions", text("CF-1.8")},
          {"title", plan.title},
          {"kindred_format", std::int32_t{1}},
          {"kindred_version", build.version},
          {"kindred_commit", build.commit},
          {"model", text(model.name)},
          {"seed", fmt::format("{}", plan.seed.value)},
          {"config", plan.resolved},
          {"config_hash", text_hash(plan.resolved)},
          {"provenance", provenance}};
}

}  // namespace kindred::record
