#include "analysis/target_quantities.hpp"
#include "models/attachment/model.hpp"
#include "sim/scenario/targets_file.hpp"
#include "tests/fuzz/support.hpp"

/// A file of calibration targets: any text.
using namespace kindred;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = fuzz::memory_folder().write("targets.yaml", fuzz::text_of(data, size));
  fuzz::reads_or_says_why([&] {
    const scenario::TargetsFile file = scenario::read_targets(
        {path, {}, {KINDRED_LIBRARY}}, *attachment::model().declaration, analysis::target_quantities());
    fuzz::require(!file.targets.empty() && file.study.arms.size() % 3 == 0);
  });
  return 0;
}
