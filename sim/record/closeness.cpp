#include "sim/record/closeness.hpp"

#include <string>
#include <utility>

#include "sim/record/bytes.hpp"
#include "sim/record/snapshots.hpp"
#include "sim/record/study_attributes.hpp"

namespace kindred::record {

namespace {

constexpr const char* group = "closeness";
constexpr std::uint64_t rows_per_chunk = 16384;

/// The tie column from which kinds of ties are read.
int closeness_column(const ModelDeclaration& model) { return model.tie_readouts.front().column; }

}  // namespace

bool records_closeness(const Plan& plan, const ModelDeclaration& model) {
  return plan.record.closeness && programmes_start(plan) >= 0 && !model.tie_readouts.empty();
}

std::vector<Dataset> closeness_datasets(const Plan& plan, const ModelDeclaration& model,
                                        std::int64_t persons) {
  std::vector<Dataset> datasets;
  if (!records_closeness(plan, model)) return datasets;
  const auto column = [&](const char* name, ValueType type, std::vector<Attribute> attributes) {
    datasets.push_back({group,
                        name,
                        type,
                        {"tie"},
                        {unknown_length},
                        {rows_per_chunk},
                        std::move(attributes),
                        all_mantissa_bits,
                        {}});
  };
  const std::int64_t replicates = std::int64_t{plan.societies} * plan.per_society;
  column("tie", ValueType::int64, row_attributes("acquaintance tie of one arm and replicate"));
  column("replicate", ValueType::int32, index_attributes("replicate", replicates, "scenario"));
  column("arm", ValueType::int32, arm_number_attributes(plan));
  column("tail", ValueType::int32, index_attributes("lower person of the tie", persons, "engine"));
  column("head", ValueType::int32, index_attributes("higher person of the tie", persons, "engine"));
  column("closeness", ValueType::float32,
         column_attributes(model.tie_columns[static_cast<std::size_t>(closeness_column(model))]));
  return datasets;
}

void record_closeness(const Plan& plan, const File& file, Spool& spool, const Ensemble<float>& ensemble,
                      int first_arm, int replicate) {
  const graph::AcquaintanceGraph& graph = ensemble.society().graph;
  const std::size_t ties = graph.tie_low.size();
  const auto value = ensemble.tie(closeness_column(*ensemble.model().declaration));
  for (int w = 0; w < ensemble.worlds(); ++w) {
    const std::int32_t arm = first_arm + w;
    const auto segment =
        static_cast<std::uint64_t>(replicate) * plan.arms.size() + static_cast<std::uint64_t>(arm);
    const auto rows = [&](std::string_view name, const auto& values) {
      spool.submit_rows(index_of(file, group, name), segment, bytes_of(values), 0);
    };
    rows("replicate", std::vector<std::int32_t>(ties, replicate));
    rows("arm", std::vector<std::int32_t>(ties, arm));
    rows("tail", graph.tie_low);
    rows("head", graph.tie_high);
    std::vector<float> closeness(ties);
    for (std::size_t e = 0; e < ties; ++e) closeness[e] = value(static_cast<std::int64_t>(e), w);
    rows("closeness", closeness);
  }
}

}  // namespace kindred::record
