#include "sim/record/run_file.hpp"

#include "sim/record/burn_in.hpp"

namespace kindred::record {

/// A stored burn-in changes no number: it is named where a file says how it was made, and nowhere else.
StudyFile describe_run(const Plan& plan, const Model& model, const Society& society,
                       const RunOptions& options, const std::string& branch_hash) {
  if (options.burn_in_only) return describe_burn_in(plan, *model.declaration, society, options.build);
  StudyFile study = describe_study(plan, *model.declaration, society, options.build);
  if (!branch_hash.empty())
    study.file.attributes.push_back(
        {"history", "the burn-in was taken from the stored one with content_hash " + branch_hash});
  study.file.datasets.insert(study.file.datasets.end(), options.addition.datasets.begin(),
                             options.addition.datasets.end());
  return study;
}

}  // namespace kindred::record
