#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/read_sweep.hpp"
#include "sim/scenario/scalars.hpp"
#include "sim/scenario/suggest.hpp"

namespace kindred::scenario {
namespace {

/// The index of a name written in a text; complains when there is no such name.
int index_of(SweepReader& reader, const Fields& fields, std::string_view key,
             const std::vector<std::string>& known) {
  const Field& field = fields[key];
  if (!field.node || !field.valid) return -1;
  const auto at = std::find(known.begin(), known.end(), field.text);
  if (at != known.end()) return static_cast<int>(at - known.begin());
  complain(reader.problems, field.node->place, joined(fields.path, key),
           fmt::format("no {} '{}'; {}", key, field.text, suggestion(field.text, known)));
  return -1;
}

/// By name or alias; the name.
std::string read_outcome(SweepReader& reader, const Fields& fields) {
  if (!reader.land.model) return "";
  std::vector<std::string> names;
  for (const OutcomeDeclaration& outcome : reader.land.model->outcomes) {
    const auto& column = reader.land.model->person_columns[static_cast<std::size_t>(outcome.column)];
    if (!column.alias.empty() && fields["outcome"].text == column.alias) return std::string(column.name);
    if (std::find(names.begin(), names.end(), column.name) == names.end()) names.emplace_back(column.name);
  }
  index_of(reader, fields, "outcome", names);
  return fields["outcome"].text;
}

/// Index of the arm, -1 when it is not known.
int read_arm(SweepReader& reader, const Fields& fields) {
  std::vector<std::string> names;
  for (const Node& arm : or_nothing(reader.land.root.find("arms")).children) names.push_back(arm.key);
  return names.empty() ? -1 : index_of(reader, fields, "arm", names);
}

/// An effect is the difference from another arm with the same parameters.
void check_effect(SweepReader& reader, const Fields& fields, int arm) {
  const Field& variable = fields["variable"];
  if (!reader.plan || arm < 0 || !variable.valid || variable.text == "mean") return;
  const auto own = static_cast<std::size_t>(arm);
  const std::vector<ArmPlan>& arms = reader.plan->arms;
  const std::string path = joined(fields.path, "arm");
  if (arms[own].programmes.empty())
    return complain(reader.problems, fields.place_of("arm"), path,
                    fmt::format("the arm '{}' has no programme, so it has no effect", arms[own].name));
  bool compared = false;
  for (std::size_t i = 0; i < arms.size(); ++i)
    compared = compared || (i != own && arms[i].parameters == arms[own].parameters);
  if (!compared)
    complain(
        reader.problems, fields.place_of("arm"), path,
        fmt::format("there is no other arm with the parameters of '{}' to compare it with", arms[own].name));
  if (variable.text == "effect_untreated_partner" && reader.land.model->coupled_column < 0)
    complain(reader.problems, fields.place_of("variable"), joined(fields.path, "variable"),
             fmt::format("the model '{}' knows no partners", reader.land.model->name));
}

void check_week(SweepReader& reader, const Fields& fields, const std::vector<int>* written) {
  const Field& week = fields["week"];
  if (!week.node || !week.valid || !written || (written->empty() && !reader.plan)) return;
  const std::vector<int> kept = written->empty() ? kept_weeks(*written, *reader.plan) : *written;
  if (std::find(kept.begin(), kept.end(), week.integer) != kept.end()) return;
  std::vector<std::string> names;
  for (const int one : kept) names.push_back(std::to_string(one));
  complain(reader.problems, week.node->place, joined(fields.path, "week"),
           fmt::format("outcomes are not kept in week {}; they are in {}; write sweep.weeks to keep others",
                       week.integer, listed(names)));
}

}  // namespace

std::vector<int> read_weeks(SweepReader& reader, const Field& field) {
  std::vector<int> weeks;
  const std::string path = joined("sweep", field.key->name);
  if (!field.node) return weeks;
  const bool list = field.node->kind == Node::Kind::list;
  if (!list || field.node->children.empty())
    complain(reader.problems, field.node->place, path,
             fmt::format("expected a list of weeks such as [8, 60], found {}",
                         list ? "an empty one" : described(*field.node)));
  const int begin = reader.plan ? programmes_begin(*reader.plan) : 0;
  const double last = reader.plan ? reader.plan->run - begin : longest_time;
  for (std::size_t i = 0; list && i < field.node->children.size(); ++i) {
    const Node& item = field.node->children[i];
    std::string why;
    const auto week = whole_number(item, {0, last}, "weeks", why);
    if (!week && reader.plan && !why.empty())
      why += fmt::format("; the run ends {} weeks after the programmes' start", last);
    if (week && std::find(weeks.begin(), weeks.end(), *week) != weeks.end())
      why = fmt::format("{} is listed twice; keep one", *week);
    if (!why.empty()) complain(reader.problems, item.place, joined(path, std::to_string(i)), why);
    else weeks.push_back(static_cast<int>(*week));
  }
  std::sort(weeks.begin(), weeks.end());
  return weeks;
}

std::optional<Until> read_until(SweepReader& reader, const Field& field, const std::vector<int>* weeks) {
  if (!field.node) return std::nullopt;
  const std::string path = joined("sweep", field.key->name);
  const Fields fields = read_fields(reader.problems, *field.node, field.key->children, path);
  const Field& of = fields["of"];
  Until until;
  until.halfwidth = fields["halfwidth"].number;
  until.batch = static_cast<int>(fields["batch"].integer);
  until.most = static_cast<int>(fields["most"].integer);
  if (fields["most"].valid && fields["batch"].valid && until.most < until.batch)
    complain(
        reader.problems, fields["most"].node->place, joined(path, "most"),
        fmt::format("{} is fewer than the {} of batch, with which a point begins", until.most, until.batch));
  if (!of.node) return std::nullopt;
  const Fields goal = read_fields(reader.problems, *of.node, of.key->children, joined(path, "of"));
  until.arm = goal["arm"].text;
  until.outcome = read_outcome(reader, goal);
  until.variable = goal["variable"].text;
  until.week = static_cast<int>(goal["week"].integer);
  check_effect(reader, goal, read_arm(reader, goal));
  check_week(reader, goal, weeks);
  return until;
}

int programmes_begin(const Plan& plan) {
  int begin = -1;
  for (const ArmPlan& arm : plan.arms)
    for (const ProgrammePlan& programme : arm.programmes)
      begin = begin < 0 ? programme.start : std::min(begin, programme.start);
  return std::max(0, begin);
}

std::vector<int> kept_weeks(const std::vector<int>& written, const Plan& plan) {
  if (!written.empty()) return written;
  const int last = plan.run - programmes_begin(plan);
  std::vector<int> weeks;
  for (const int week : usual_weeks)
    if (week < last) weeks.push_back(week);
  weeks.push_back(last);
  return weeks;
}

}  // namespace kindred::scenario
