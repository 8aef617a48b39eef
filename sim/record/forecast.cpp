#include "sim/record/forecast.hpp"

#include <algorithm>

#include "sim/record/chunk_grid.hpp"
#include "sim/record/closeness.hpp"
#include "sim/record/run_file.hpp"

namespace kindred::record {

namespace {

/// The table of ties of a stored burn-in.
std::int64_t tie_bytes(const Plan& plan, const StudyFile& study, std::int64_t ties) {
  std::int64_t bytes_of_row = 0;
  for (const Dataset& d : study.file.datasets)
    if (is_table(d)) bytes_of_row += static_cast<std::int64_t>(element_size(d.type));
  return bytes_of_row * ties * static_cast<std::int64_t>(plan.arms.size()) * plan.societies *
         plan.per_society;
}

std::int64_t file_bytes(const Plan& plan, const Model& model, const StudyFile& study, std::int64_t ties,
                        bool burn_in_only) {
  constexpr std::int64_t bytes_of_tie = 20, bytes_of_closeness = 28;  // a row of their tables
  std::int64_t bytes = 0;
  for (const Dataset& d : study.file.datasets)
    if (d.type != ValueType::text && !is_table(d))
      bytes += static_cast<std::int64_t>(value_count(d.shape) * element_size(d.type));
  if (burn_in_only) bytes += tie_bytes(plan, study, ties);
  else if (plan.record.society) bytes += ties * bytes_of_tie * plan.societies;
  if (records_closeness(plan, *model.declaration))
    bytes += ties * bytes_of_closeness * static_cast<std::int64_t>(plan.arms.size()) * plan.societies *
             plan.per_society;
  return bytes;
}

}  // namespace

Forecast forecast(const Plan& plan, const Model& model, const RunOptions& options) {
  Forecast f{};
  f.tasks = tasks_of(plan, options.widest);
  const std::int64_t program = resident_bytes();
  const Society society = make_society(plan.society, plan.seed, 0);
  check_allocations(plan, society);
  f.persons = society.persons();
  f.ties_per_person = 2.0 * static_cast<double>(society.ties()) / static_cast<double>(f.persons);
  f.person_weeks = f.persons * weeks_to_live(plan) *
                   static_cast<std::int64_t>(plan.arms.size() + plan.probes.size()) * plan.societies *
                   plan.per_society;
  f.side_by_side = run_side_by_side(f.tasks, f.persons, options.threads);
  const StudyFile study = describe_run(plan, model, society, options, "");
  f.memory = forecast_memory({plan, model, options, society, study, f.tasks, f.side_by_side, program});
  f.file_bytes_at_most = file_bytes(plan, model, study, society.ties(), options.burn_in_only);
  // Dense numbers need nine tenths of their bytes in each file; columns that hardly ever change, a twentieth.
  constexpr std::int64_t sure_share = 8;
  f.disk_bytes_at_least = f.file_bytes_at_most / sure_share;
  return f;
}

}  // namespace kindred::record
