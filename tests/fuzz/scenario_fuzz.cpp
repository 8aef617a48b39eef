#include <optional>

#include "models/attachment/model.hpp"
#include "models/averaging/model.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/fuzz/support.hpp"

/// A scenario file: any text. It may include itself, a fragment beside it and the program's own library.
using namespace kindred;

namespace {

Plan read(const std::string& text, std::string_view name) {
  const ModelDeclaration* const models[] = {attachment::model().declaration, averaging::model().declaration};
  return scenario::read({fuzz::memory_folder().write(name, text), {}, {KINDRED_LIBRARY}}, models);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::memory_folder().write("fragment.yaml", "society: {persons: 200, network: {kind: ring}}\n");
  std::optional<Plan> plan;
  fuzz::reads_or_says_why([&] { plan = read(std::string(fuzz::text_of(data, size)), "scenario.yaml"); });
  // A scenario that was accepted is accepted again in its resolved form, and means the same.
  if (plan) fuzz::require(read(plan->resolved, "resolved.yaml").resolved == plan->resolved);
  return 0;
}
