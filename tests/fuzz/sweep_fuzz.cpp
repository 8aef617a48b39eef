#include "sim/sweep/design_rows.hpp"
#include "tests/fuzz/support.hpp"

/// The rows of a design given as CSV: any text.
using namespace kindred;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::reads_or_says_why([&] { sweep::parse_design_rows(fuzz::text_of(data, size), "design.csv"); });
  return 0;
}
